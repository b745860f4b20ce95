/** Whether there is work, told by the shared state: for what must wait until there is none. */
import type { JobStatus, State } from '../contract/contract.ts';
import type { LiveStatus } from '../contract/live.ts';
import type { StateOwner } from '../contract/state.ts';

const openPhases = new Set<JobStatus['phase']>(['reading', 'waiting', 'running']);
const airPhases = new Set<LiveStatus['phase']>(['starting', 'live', 'ending']);

/** A session is on its way to an audience; one that is only previewed is not. */
export const isOnAir = (state: StateOwner<State>): boolean => Object.values(state.all('live')).some(({ phase }) => airPhases.has(phase));

/** A job runs, is paused, waits or is read. */
export const hasOpenJobs = (state: StateOwner<State>): boolean =>
  Object.values(state.all('statuses')).some(({ phase }) => openPhases.has(phase));

/** Jobs run or will be started by themselves, or a session is on air. */
export function isAtWork(state: StateOwner<State>): boolean {
  const { running = 0, waiting = 0, started = false } = state.get('queue', 'studio') ?? {};
  return running > 0 || (started && waiting > 0) || isOnAir(state);
}

/** Calls `hold` when there is something to do, and what it returned when there is nothing left. Returns the way out. */
export function keepAwake(state: StateOwner<State>, hold: () => () => void): () => void {
  let release: (() => void) | null = null;
  const letGo = () => {
    release?.();
    release = null;
  };
  const leave = state.subscribe(() => {
    if (isAtWork(state)) release ??= hold();
    else letGo();
  });
  return () => {
    leave();
    letGo();
  };
}
