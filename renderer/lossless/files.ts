/** The files that are open here: which they are, how they come, how they run, and how they are opened again. */
import type { Job, JobStatus, State } from '../../native/contract/contract.ts';
import type { LosslessInput } from '../../native/contract/lossless.ts';
import { fileName } from '../format.ts';
import { call, jobOf, orderedIds, statusOf, useStudio } from '../studio.ts';
import { go, notify, select, useUi } from '../ui-state.ts';
import { t } from '../words/index.ts';
import { edit, flush, orderOf } from './orders.ts';

let last: { all: string[]; ids: string[] } = { all: [], ids: [] };

/** Lossless jobs in their order; the same array as long as that is the same. */
export function losslessIds(state: Pick<State, 'jobs'>): string[] {
  const all = orderedIds(state);
  if (last.all !== all) last = { all, ids: all.filter((id) => state.jobs[id]?.lossless) };
  return last.ids;
}

/** The one whose timeline is shown: the cursor's, as long as it alone is selected. */
export function currentId(): string | null {
  const { place, selected, cursor } = useUi.getState();
  return place === 'lossless' && selected.size === 1 && cursor !== null && selected.has(cursor) ? cursor : null;
}

/** For a component. */
export const useCurrentId = () =>
  useUi(({ selected, cursor }) => (selected.size === 1 && cursor !== null && selected.has(cursor) ? cursor : null));

export const isDraft = (id: string) => statusOf(id)?.phase === 'draft';
export const selectedIds = () => losslessIds(useStudio.getState()).filter((id) => useUi.getState().selected.has(id));

/** A draft that could run: it has been read and nothing is wrong with it. */
export const isReady = (id: string) => {
  const status = statusOf(id);
  return status?.phase === 'draft' && status.problem === null && jobOf(id)?.media != null;
};

/** Work by hand stands in its order, which would be lost with it. */
export function isMadeUp(id: string): boolean {
  const order = orderOf(id);
  if (!order) return false;
  const { segments, tracks, chapters, tags, files } = order;
  return segments.length > 0 || files.length > 0 || tracks !== null || chapters !== null || tags !== null;
}

/** Opens files, and the media files inside folders, as drafts; selects them. */
export async function openFiles(paths: string[], order: LosslessInput = {}): Promise<void> {
  if (paths.length === 0) return;
  const settings = useStudio.getState().settings['studio'];
  if (!settings) return;
  const { files, isAll } = await call('collectFiles', { paths });
  const { folder, template, overwrite } = settings;
  const output = { ...(folder && { folder }), template, overwrite };
  const { ids } = await call('addLossless', { sources: files, order, output, draft: true });
  go('lossless');
  select(ids.length > 1 ? ids : ids.slice(0, 1), ids[0]);
  const words = [t('lossless:opened', { count: ids.length }), !isAll && t('lossless:openedMore')];
  if (ids.length > 1) notify({ kind: 'info', text: words.filter(Boolean).join(' ') });
}

/** Runs drafts, with what was changed a moment ago. */
export async function submit(ids: string[]): Promise<void> {
  const ready = ids.filter(isReady);
  if (ready.length === 0) return;
  await flush(ready);
  const { ids: running } = await call('submitJobs', { ids: ready });
  await call('startQueue', {});
  // What was split is several jobs now: all of them are to be seen.
  if (running.length > ready.length) select(running, running[0]);
}

/** What has ended can be changed and run again. */
export async function editAgain(ids: string[]): Promise<void> {
  await call('draftJobs', { ids });
  go('lossless');
  select(ids, ids[0]);
}

const isChangeable = (phase: JobStatus['phase'] | undefined) => phase !== undefined && phase !== 'running' && phase !== 'reading';
export const canEditAgain = (id: string) => !isDraft(id) && isChangeable(statusOf(id)?.phase);

/** Several drafts become one that plays them one after the other, in the order of the list. */
export async function join(ids: string[]): Promise<void> {
  const [first, ...others] = ids.flatMap((id) => jobOf(id) ?? []);
  if (!first || others.length === 0) return;
  const sources = others.map((job) => job.source);
  const target = first.lossless?.target ?? 'same';
  const output = { ...first.output, template: `${first.output.template} ${t('lossless:joinedName')}` };
  const { ids: made } = await call('addLossless', { sources: [first.source], order: { target, join: sources }, output, draft: true });
  await call('removeJobs', { ids });
  select(made, made[0]);
  notify({ kind: 'info', text: t('lossless:willBeJoined', { count: ids.length, first: fileName(first.source) }) });
}

/** One track of a file as a draft of its own. */
export async function extract(job: Job, order: LosslessInput): Promise<void> {
  const { ids } = await call('addLossless', { sources: [job.source], order, output: job.output, draft: true });
  select(ids, ids[0]);
}

/** Gives every draft among these the same change. */
export function editAll(ids: string[], change: Parameters<typeof edit>[1], key = ''): void {
  for (const id of ids) if (isDraft(id)) edit(id, change, key);
}
