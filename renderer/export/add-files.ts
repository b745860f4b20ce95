/** Ways into the queue: the system's dialog, the host's file browser, and files dropped on the page. */
import { desktop } from '../desktop.ts';
import { openFiles } from '../lossless/files.ts';
import { attempt } from '../notices.ts';
import { call, useStudio } from '../studio.ts';
import { go, notify, openDialog, select, useUi } from '../ui-state.ts';
import { t } from '../words/index.ts';

/** Adds files, and the media files inside folders, with the settings for new files; selects them. The Lossless page opens them. */
export async function addPaths(paths: string[]): Promise<void> {
  if (paths.length === 0) return;
  if (useUi.getState().place === 'lossless') return openFiles(paths);
  const settings = useStudio.getState().settings['studio'];
  if (!settings) return;
  const { files, folders, isAll } = await call('collectFiles', { paths });
  const { preset, folder, template, overwrite } = settings;
  const output = { ...(folder && { folder }), template, overwrite };
  const ids: string[] = [];
  for (const { group, sources } of batchesOf(files, folders)) ids.push(...(await call('addJobs', { sources, preset, output, group })).ids);
  go('export');
  select(ids, ids[0]);
  if (ids.length > 1)
    notify({ kind: 'info', text: [t('export:added', { count: ids.length }), !isAll && t('export:addedMore')].filter(Boolean).join(' ') });
}

/** The files of a folder are a group by its name; others stand by themselves. */
function batchesOf(files: string[], folders: (string | null)[]): { group: string | null; sources: string[] }[] {
  const batches: { group: string | null; sources: string[] }[] = [];
  for (const [index, file] of files.entries()) {
    const group = folders[index]?.slice(0, mostLetters).trim() || null;
    const open = batches.at(-1);
    if (open && open.group === group) open.sources.push(file);
    else batches.push({ group, sources: [file] });
  }
  return batches;
}

/** Of a group's name. */
const mostLetters = 80;

export function addFiles(): void {
  if (desktop) attempt(desktop.chooseFiles().then(addPaths));
  else openDialog({ kind: 'files', wanted: [] });
}

/** Files of any kind, for whatever they are wanted. */
export function chooseFiles(choose: (paths: string[]) => void): void {
  if (desktop) attempt(desktop.chooseFiles().then((paths) => paths.length > 0 && choose(paths)));
  else openDialog({ kind: 'files', wanted: [], choose });
}

export function chooseFolder(start: string | null, choose: (folder: string) => void): void {
  if (desktop) attempt(desktop.chooseFolder(start).then((folder) => folder && choose(folder)));
  else openDialog({ kind: 'folder', start, choose });
}

/** A browser does not tell where a dropped file lies: the studio looks for it, and the person is asked for what it cannot find. */
export async function addDropped(files: File[]): Promise<void> {
  if (desktop) return addPaths(files.map((file) => desktop?.pathOf(file) ?? '').filter(Boolean));
  if (files.length === 0) return;
  const { paths } = await call('findFiles', {
    files: files.slice(0, 1000).map((file) => ({ name: file.name, bytes: file.size, modified: file.lastModified })),
  });
  await addPaths(paths.filter((path) => path !== null));
  const lost = files.filter((_file, index) => !paths[index]);
  if (lost.length > 0) openDialog({ kind: 'files', wanted: lost.map((file) => file.name) });
}
