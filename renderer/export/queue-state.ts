/** What of the queue can be paused, and whether it is. */
import type { State } from '../../native/contract/contract.ts';

type Seen = Pick<State, 'jobs' | 'statuses'>;

/** It runs, or is to run. */
export function canPause({ statuses }: Pick<State, 'statuses'>, id: string): boolean {
  const phase = statuses[id]?.phase;
  return phase === 'running' || phase === 'waiting' || phase === 'reading';
}

/** Whether all of these that could go on are paused by themselves. */
export const arePaused = (state: Seen, ids: string[]): boolean =>
  ids.every((id) => !canPause(state, id) || state.jobs[id]?.paused === true);
