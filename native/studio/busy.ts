/** What would be lost if the studio ended now. */
import type { State } from '../contract/contract.ts';
import type { StateOwner } from '../contract/state.ts';

export interface Busy {
  /** Jobs at work. */
  running: number;
  /** Somebody is on air. */
  live: boolean;
}

export const busyWith = (state: StateOwner<State>): Busy => ({
  running: Object.values(state.all('statuses')).filter(({ phase }) => phase === 'running').length,
  live: Object.values(state.all('live')).some(({ phase }) => phase === 'live'),
});
