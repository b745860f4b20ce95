/** Which jobs the list shows: all, or those that the filter and the search leave. */
import type { Job, JobStatus, State } from '../../native/contract/contract.ts';
import { shownTarget, targetName } from '../lossless/words.ts';
import { orderedIds, useStudio } from '../studio.ts';
import { type Filter, filters, useUi } from '../ui-state.ts';
import { language, t } from '../words/index.ts';

const phases: Record<Exclude<Filter, 'all'>, JobStatus['phase'][]> = {
  waiting: ['waiting', 'reading'],
  running: ['running'],
  done: ['done'],
  failed: ['failed'],
  cancelled: ['cancelled'],
};

let listed: { ids: string[]; lossless: string[]; drafts: string; left: string[] } = { ids: [], lossless: [], drafts: '', left: [] };

/** All but drafts, which are still being made up in their own place. The same array as long as that is the same. */
export function listedIds(state: Pick<State, 'jobs' | 'statuses'>): string[] {
  const ids = orderedIds(state);
  const lossless = listed.ids === ids ? listed.lossless : ids.filter((id) => state.jobs[id]?.lossless);
  const drafts = lossless.filter((id) => state.statuses[id]?.phase === 'draft');
  if (listed.ids === ids && listed.drafts === drafts.join()) return listed.left;
  const away = new Set(drafts);
  listed = { ids, lossless, drafts: drafts.join(), left: away.size === 0 ? ids : ids.filter((id) => !away.has(id)) };
  return listed.left;
}

type Seen = Pick<State, 'jobs' | 'statuses' | 'presets'>;

const texts = new WeakMap<Job, { preset: string; text: string }>();

/** What of a job itself is searched: its file, its group, its preset or what is made of it. Kept with it, because a search reads thousands. */
function textOf(job: Job, presets: Seen['presets']): string {
  const preset = job.lossless ? t('export:row.lossless', { target: targetName(shownTarget(job)) }) : (presets[job.preset]?.name ?? '');
  const known = texts.get(job);
  if (known?.preset === preset) return known.text;
  const text = [job.source, job.group ?? '', preset].join('\n').toLowerCase();
  texts.set(job, { preset, text });
  return text;
}

const standings = new Map<string, string>();

/** How it is with a job, in the words of the filters and of its row. */
function stateText(status: JobStatus, { priority, paused }: Job): string {
  const key = [language(), status.phase, priority, paused, status.phase === 'running' && status.paused].join();
  const known = standings.get(key);
  if (known !== undefined) return known;
  const isPaused = status.phase === 'running' ? status.paused : status.phase === 'waiting' && paused;
  const words = [
    ...filters.filter((one) => one !== 'all' && phases[one].includes(status.phase)).map((one) => t(`export:filter.${one}`)),
    phases.waiting.includes(status.phase) && t('export:row.waiting'),
    isPaused && t('export:row.paused'),
    status.phase === 'waiting' && priority !== 'normal' && t(`export:priority.${priority}`),
  ];
  const text = words.filter(Boolean).join('\n').toLowerCase();
  standings.set(key, text);
  return text;
}

interface Filtered {
  listed: string[];
  seen: Seen | null;
  filter: Filter;
  search: string;
  ids: string[];
}

let last: Filtered | null = null;

/** The same array as long as nothing changed that could change it. */
export function filterIds(state: Seen, filter: Filter, search: string): string[] {
  const all = listedIds(state);
  if (filter === 'all' && search === '') return all;
  const isSame =
    last?.listed === all &&
    last.filter === filter &&
    last.search === search &&
    last.seen?.statuses === state.statuses &&
    (search === '' || (last.seen.jobs === state.jobs && last.seen.presets === state.presets));
  if (isSame && last) return last.ids;
  const words = search.toLowerCase().split(/\s+/);
  const ids = all.filter((id) => {
    const [job, status] = [state.jobs[id], state.statuses[id]];
    if (!job || !status || (filter !== 'all' && !phases[filter].includes(status.phase))) return false;
    if (search === '') return true;
    const [text, standing] = [textOf(job, state.presets), stateText(status, job)];
    return words.every((word) => text.includes(word) || standing.includes(word));
  });
  const same = last && ids.length === last.ids.length && ids.every((id, index) => id === last?.ids[index]);
  last = { listed: all, seen: state, filter, search, ids: same && last ? last.ids : ids };
  return last.ids;
}

/** For a moment: what the list shows now. */
export const visibleIds = () => filterIds(useStudio.getState(), useUi.getState().filter, useUi.getState().search);
