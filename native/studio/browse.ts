/** The folders of the studio's machine, for a page that has no file dialog of its own. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, extname, join, parse, resolve } from 'node:path';
import type { Commands, Folder, FolderEntry, Results } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';

/** Extensions that are offered as media. Anything else may still be chosen: what a file is, its content tells. */
export const mediaExtensions = [
  ...['3g2', '3gp', 'asf', 'avi', 'dv', 'f4v', 'flv', 'm2ts', 'm2v', 'm4v', 'mkv', 'mov', 'mp4', 'mpeg', 'mpg', 'mts', 'mxf', 'nut'],
  ...['ogv', 'rm', 'rmvb', 'ts', 'vob', 'webm', 'wmv', 'y4m', 'aac', 'ac3', 'aif', 'aiff', 'amr', 'ape', 'caf', 'dts', 'eac3', 'flac'],
  ...['m4a', 'm4b', 'mka', 'mp2', 'mp3', 'oga', 'ogg', 'opus', 'tta', 'wav', 'wma', 'wv'],
];
const isMedia = (name: string) => mediaExtensions.includes(extname(name).slice(1).toLowerCase());

/** Entries sent of one folder; more would only be scrolled past. */
const mostEntries = 5000;
const mostFiles = 10_000;
/** Looked at together: a network share answers slowly, not seldom. */
const together = 64;

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare;

/** `recent` are folders used before, newest first. Throws source-missing or source-unreadable in words. */
export async function browse(folder: string | null, recent: string[]): Promise<Folder> {
  const path = resolve(folder ?? (await firstFolder([...recent, homedir(), parse(homedir()).root])));
  const visible = (await list(path)).filter((entry) => !entry.name.startsWith('.'));
  visible.sort((a, b) => Number(b.isDirectory()) - Number(a.isDirectory()) || byName(a.name, b.name));
  const entries = (await inBatches(visible.slice(0, mostEntries), (entry) => describe(path, entry))).filter((entry) => entry !== null);
  entries.sort((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || byName(a.name, b.name));
  const parent = dirname(path);
  return {
    path,
    parent: parent === path ? null : parent,
    places: await places(recent),
    entries,
    more: Math.max(0, visible.length - mostEntries),
  };
}

/** Replaces folders by the media files inside them, at any depth, up to the most that can be added at once. Throws nothing-found when that leaves nothing. */
export async function collectFiles(paths: string[]): Promise<Results['collectFiles']> {
  const files: string[] = [];
  const folders: (string | null)[] = [];
  for (const path of paths.map((one) => resolve(one))) {
    const isInside = await isFolder(path);
    if (isInside) await collect(path, files);
    else files.push(path);
    while (folders.length < files.length) folders.push(isInside ? basename(path) || path : null);
  }
  if (files.length === 0) throw new StudioError('nothing-found', 'There is no media file in there.');
  return { files: files.slice(0, mostFiles), folders: folders.slice(0, mostFiles), isAll: files.length <= mostFiles };
}

/** A browser tab knows a dropped file by name, size and time only: the same in a known folder is that file. */
export async function findFiles({ files }: Commands['findFiles'], recent: string[]): Promise<{ paths: (string | null)[] }> {
  const folders = [...recent, ...(await places([])).map((place) => place.path)];
  const find = async ({ name, bytes, modified }: (typeof files)[number]) => {
    if (basename(name) !== name) return null;
    for (const folder of folders) {
      const path = join(folder, name);
      const found = await stat(path).catch(() => null);
      // Browsers cut times to whole milliseconds.
      if (found?.isFile() && found.size === bytes && Math.abs(found.mtimeMs - modified) < 2) return path;
    }
    return null;
  };
  return { paths: await inBatches(files, find) };
}

async function collect(folder: string, into: string[]): Promise<void> {
  const entries = await list(folder).catch(() => []); // a folder that may not be read has nothing to give
  entries.sort((a, b) => byName(a.name, b.name));
  for (const entry of entries) {
    if (into.length > mostFiles) return; // one more tells that there is more
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) await collect(join(folder, entry.name), into);
    else if (isMedia(entry.name)) into.push(join(folder, entry.name));
  }
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM')
      throw new StudioError('source-unreadable', `You have no permission to open ${folder}.`, String(error));
    if (code === 'ENOTDIR') throw new StudioError('source-missing', `${folder} is not a folder.`, String(error));
    throw new StudioError('source-missing', `The folder ${folder} is not there.`, String(error));
  }
}

/** null for what is neither a file nor a folder, and for links that lead nowhere. */
async function describe(folder: string, { name }: Dirent): Promise<FolderEntry | null> {
  const path = join(folder, name);
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return { name, path, kind: 'folder', bytes: 0, modified: found.mtimeMs };
  if (!found?.isFile()) return null;
  return { name, path, kind: isMedia(name) ? 'media' : 'other', bytes: found.size, modified: found.mtimeMs };
}

const usual = ['Desktop', 'Downloads', 'Movies', 'Videos', 'Music', 'Documents'];
const mounts = ['/media', '/mnt', '/Volumes', `/run/media/${basename(homedir())}`];

async function places(recent: string[]): Promise<Folder['places']> {
  const home = homedir();
  const drives =
    process.platform === 'win32' ? [...'CDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => ({ name: `${letter}:`, path: `${letter}:\\` })) : [];
  const mounted = await inBatches(mounts, async (folder) =>
    (await list(folder).catch(() => [])).filter((entry) => entry.isDirectory()).map(({ name }) => ({ name, path: join(folder, name) })),
  );
  const all = [
    { name: 'Home', path: home },
    ...usual.map((name) => ({ name, path: join(home, name) })),
    ...recent.map((path) => ({ name: basename(path) || path, path })),
    ...mounted.flat(),
    ...drives,
    { name: 'This computer', path: parse(home).root },
  ];
  const there = await inBatches(all, async (place) => ((await isFolder(place.path)) ? place : null));
  return there.filter((place, index) => place !== null && there.findIndex((one) => one?.path === place.path) === index) as Folder['places'];
}

const isFolder = async (path: string) => (await stat(path).catch(() => null))?.isDirectory() ?? false;

async function firstFolder(paths: string[]): Promise<string> {
  for (const path of paths) if (await isFolder(path)) return path;
  return homedir();
}

async function inBatches<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += together) results.push(...(await Promise.all(items.slice(at, at + together).map(work))));
  return results;
}
