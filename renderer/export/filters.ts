/** How many files each filter of the list leaves. */
import type { QueueInfo } from '../../native/contract/contract.ts';
import type { Filter } from '../ui-state.ts';

export function filterCount(filter: Filter, queue: QueueInfo | undefined): number {
  return queue ? queue[filter === 'all' ? 'total' : filter] : 0;
}
