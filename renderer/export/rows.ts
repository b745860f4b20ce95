/** The list's rows: files, and above each run of files of one group its heading, which stands for all of them. */
import type { Job, JobTotals, State } from '../../native/contract/contract.ts';
import { totals } from '../../native/contract/totals.ts';
import { useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { filterIds, visibleIds } from './visible.ts';

export interface Heading {
  group: string;
  /** The files under it, also while they are folded away. */
  ids: string[];
  folded: boolean;
}

export interface Rows {
  /** In order: job ids, and keys of headings. */
  keys: string[];
  headings: ReadonlyMap<string, Heading>;
}

/** Fit for an id in the document. One group has several headings where others stand between its files. */
const headingKey = (group: string, run: number) => `group:${encodeURIComponent(group)}:${run}`;
export const isHeading = (key: string) => key.startsWith('group:');

const same = (one: string[], other: string[]) => one.length === other.length && one.every((id, index) => id === other[index]);

function makeRows(ids: string[], state: Pick<State, 'jobs'>, folded: ReadonlySet<string>): Rows {
  const keys: string[] = [];
  const headings = new Map<string, Heading>();
  const counts = new Map<string, number>();
  for (const run of runsOf(ids, state)) {
    const group = state.jobs[run[0] ?? '']?.group ?? null;
    if (group === null) {
      keys.push(...run);
      continue;
    }
    const heading = { group, ids: run, folded: folded.has(group) };
    const count = counts.get(group) ?? 0;
    const key = headingKey(group, count);
    counts.set(group, count + 1);
    headings.set(key, heading);
    keys.push(key);
    if (!heading.folded) for (const id of run) keys.push(id);
  }
  return { keys, headings };
}

let last: { ids: string[]; jobs: State['jobs']; folded: ReadonlySet<string>; rows: Rows } | null = null;

const none: ReadonlySet<string> = new Set();

/** The same object as long as it says the same. What is searched for is found in folded groups, too. */
function rowsOf(ids: string[], jobs: State['jobs'], { folded, search }: { folded: ReadonlySet<string>; search: string }): Rows {
  const away = search === '' ? folded : none;
  if (last?.ids === ids && last.jobs === jobs && last.folded === away) return last.rows;
  const made = makeRows(ids, { jobs }, away);
  const before = last?.rows;
  const isSame =
    before &&
    same(before.keys, made.keys) &&
    [...made.headings].every(([key, heading]) => same(before.headings.get(key)?.ids ?? [], heading.ids));
  last = { ids, jobs, folded: away, rows: isSame ? before : made };
  return last.rows;
}

const rowsNow = () => rowsOf(visibleIds(), useStudio.getState().jobs, useUi.getState());

/** The jobs that a row stands for. */
export const jobsOf = (key: string): string[] => (isHeading(key) ? (rowsNow().headings.get(key)?.ids ?? []) : [key]);

/** For a component. */
export function useRows(): Rows {
  const filter = useUi((ui) => ui.filter);
  const search = useUi((ui) => ui.search);
  const folded = useUi((ui) => ui.folded);
  return useStudio((state) => rowsOf(filterIds(state, filter, search), state.jobs, { folded, search }));
}

let known: { jobs: State['jobs']; groups: Map<string, string[]> } = { jobs: {}, groups: new Map() };

/** Every group with all its jobs, wherever they stand and whatever is shown of them. */
export function groupsOf({ jobs }: Pick<State, 'jobs'>): ReadonlyMap<string, string[]> {
  if (known.jobs === jobs) return known.groups;
  known = { jobs, groups: new Map() };
  for (const { id, group } of Object.values(jobs)) {
    if (group === null) continue;
    const members = known.groups.get(group);
    if (members) members.push(id);
    else known.groups.set(group, [id]);
  }
  return known.groups;
}

/** How it goes with a whole group. */
export function groupTotals(state: Pick<State, 'jobs' | 'statuses'>, group: string): JobTotals {
  const members = groupsOf(state).get(group) ?? [];
  return totals(members.flatMap((id) => entryOf(state, id) ?? []));
}

function entryOf({ jobs, statuses }: Pick<State, 'jobs' | 'statuses'>, id: string) {
  const [job, status] = [jobs[id] as Job | undefined, statuses[id]];
  return job && status && { job, status };
}

/** Whether jobs are the whole of each group that they are in, and none is without one: then they are moved as groups. */
export function areWholeGroups(selected: ReadonlySet<string>, state: Pick<State, 'jobs'>): boolean {
  const groups = new Set([...selected].map((id) => state.jobs[id]?.group ?? null));
  return [...groups].every(
    (group) =>
      group !== null &&
      groupsOf(state)
        .get(group)
        ?.every((id) => selected.has(id)) === true,
  );
}

/** Jobs in order as what is stepped over by a move: runs of a group, or each by itself. */
export function runsOf(ids: string[], { jobs }: Pick<State, 'jobs'>): string[][] {
  const runs: string[][] = [];
  for (const id of ids) {
    const before = runs.at(-1);
    const group = jobs[id]?.group ?? null;
    if (before && group !== null && jobs[before[0] ?? '']?.group === group) before.push(id);
    else runs.push([id]);
  }
  return runs;
}
