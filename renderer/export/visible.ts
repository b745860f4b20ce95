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

let listed: { ids: string[]; lossless: string[]; drafts: string; left: string[] } = { ids: [], lossless: [], drafts: '', left: [] };

/** All but drafts, which are still being made up in their own place. The same array as long as that is the same. */
export function listedIds(state: Seen): string[] {
  const ids = orderedIds(state);
  const lossless = listed.ids === ids ? listed.lossless : ids.filter((id) => state.jobs[id]?.lossless);
  const drafts = lossless.filter((id) => state.statuses[id]?.phase === 'draft');
  if (listed.ids === ids && listed.drafts === drafts.join()) return listed.left;
  const away = new Set(drafts);
  listed = { ids, lossless, drafts: drafts.join(), left: away.size === 0 ? ids : ids.filter((id) => !away.has(id)) };
  return listed.left;
}

type Seen = Pick<State, 'jobs' | 'statuses'>;
let last: { listed: string[]; statuses: unknown; filter: Filter; search: string; ids: string[] } | null = null;

/** The same array as long as nothing changed that could change it. */
export function filterIds(state: Seen, filter: Filter, search: string): string[] {
  if (filter === 'all' && search === '') return listedIds(state);
  const all = listedIds(state);
  const statuses = filter === 'all' ? null : state.statuses;
  if (last?.listed === all && last.statuses === statuses && last.filter === filter && last.search === search) return last.ids;
  const words = search.toLowerCase().split(/\s+/);
  const ids = all.filter((id) => {
    const source = state.jobs[id]?.source.toLowerCase() ?? '';
    const phase = state.statuses[id]?.phase ?? '';
    return (filter === 'all' || phases[filter].includes(phase)) && words.every((word) => source.includes(word));
  });
  const same = last && ids.length === last.ids.length && ids.every((id, index) => id === last?.ids[index]);
  last = { listed: all, statuses, filter, search, ids: same && last ? last.ids : ids };
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
