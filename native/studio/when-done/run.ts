/** The queue's run, read from the state as any page could: when it began, how its jobs ended, when nothing was left of it. */
import type { JobStatus, QueueInfo, State } from '../../contract/contract.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import type { StateOwner } from '../../contract/state.ts';
import type { Sleep } from '../../contract/when-done.ts';

/** A job that failed, as a command that follows is told of it. */
export interface FailedJob {
  id: string;
  source: string;
  code: ErrorCode;
  message: string;
}

export interface RunRecord {
  /** The machine slept while it went on. */
  slept(sleep: Sleep): void;
  close(): void;
}

/** `ended` is called when no job of a started queue is left, with those that failed; the run's record is in the state by then. */
export function followRuns(state: StateOwner<State>, ended: (failed: FailedJob[]) => void): RunRecord {
  /** How the jobs of this run ended, the last time that they did; null for a good end. */
  const ends = new Map<string, FailedJob | null>();
  const going = () => {
    const run = state.get('run', 'studio');
    return run?.ended === null ? run : null;
  };

  function count(id: string, status: JobStatus): void {
    if (status.phase === 'done') ends.set(id, null);
    else if (status.phase === 'failed') {
      const { code, message } = status.error;
      ends.set(id, { id, source: state.get('jobs', id)?.source ?? '', code, message });
    } else ends.delete(id); // it is tried again
  }

  function look({ started, running, waiting }: QueueInfo): void {
    const run = going();
    const isOpen = running + waiting > 0;
    if (!run && started && isOpen) {
      ends.clear();
      state.put('run', 'studio', { began: Date.now(), ended: null, done: 0, failed: 0, sleeps: [], after: null });
    }
    if (!run || isOpen) return;
    const failed = [...ends.values()].filter((one) => one !== null);
    const after = { phase: 'over', action: 'nothing' } as const;
    state.put('run', 'studio', { ...run, ended: Date.now(), done: ends.size - failed.length, failed: failed.length, after });
    // Who stopped the queue, or ended every job by hand, is there and knows.
    if (started && ends.size > 0) ended(failed);
  }

  const leave = state.subscribe(({ put }) => {
    if (going()) for (const [id, status] of Object.entries(put['statuses'] ?? {})) count(id, status as JobStatus);
    const queue = put['queue']?.['studio'];
    if (queue) look(queue as QueueInfo);
  });

  return {
    slept(sleep) {
      const run = going();
      if (run) state.put('run', 'studio', { ...run, sleeps: [...run.sleeps, sleep] });
    },
    close: leave,
  };
}
