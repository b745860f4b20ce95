/** Which jobs the list shows: all, or those that the filter and the search leave. */
import type { State } from '../../native/contract/contract.ts';
import { orderedIds, useStudio } from '../studio.ts';
import { type Filter, useUi } from '../ui-state.ts';

const phases: Record<Exclude<Filter, 'all'>, string[]> = {
  waiting: ['waiting', 'reading'],
  running: ['running'],
  done: ['done'],
  failed: ['failed', 'cancelled'],
};

type Seen = Pick<State, 'jobs' | 'statuses'>;
let last: { jobs: unknown; statuses: unknown; filter: Filter; search: string; ids: string[] } | null = null;

/** The same array as long as nothing changed that could change it. */
export function filterIds(state: Seen, filter: Filter, search: string): string[] {
  if (filter === 'all' && search === '') return orderedIds(state);
  const statuses = filter === 'all' ? null : state.statuses;
  if (last?.jobs === state.jobs && last.statuses === statuses && last.filter === filter && last.search === search) return last.ids;
  const words = search.toLowerCase().split(/\s+/);
  const ids = orderedIds(state).filter((id) => {
    const source = state.jobs[id]?.source.toLowerCase() ?? '';
    const phase = state.statuses[id]?.phase ?? '';
    return (filter === 'all' || phases[filter].includes(phase)) && words.every((word) => source.includes(word));
  });
  const same = last && ids.length === last.ids.length && ids.every((id, index) => id === last?.ids[index]);
  last = { jobs: state.jobs, statuses, filter, search, ids: same && last ? last.ids : ids };
  return last.ids;
}

/** For a moment: what the list shows now. */
export const visibleIds = () => filterIds(useStudio.getState(), useUi.getState().filter, useUi.getState().search);

/** For a component: what the list shows. */
export function useVisibleIds(): string[] {
  const filter = useUi((ui) => ui.filter);
  const search = useUi((ui) => ui.search);
  return useStudio((state) => filterIds(state, filter, search));
}
