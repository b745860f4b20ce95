/** Where results go: names from a template, never over a source, never over another job's result by accident. */
import { lstatSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Job } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import { fillName } from '../contract/name-template.ts';
import type { Preset } from '../contract/preset.ts';
import { filmOf } from './plan-words.ts';

/** Characters that some file system refuses, and control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[<>:"/\\|?*\u0000-\u001f]/g;

/** Names a result may not have, besides those that are on disk. */
export interface Occupied {
  /** Results of other jobs, finished or under way. */
  isResult(path: string): boolean;
  /** Sources of all jobs. */
  isSource(path: string): boolean;
}

/** What a name can be made from. */
export type NamedJob = Pick<Job, 'source' | 'output' | 'lossless' | 'media'>;

/**
 * The final path for a job: the wanted one, or with ` (2)`, ` (3)`… the first that is free. `overwrite` takes a name that is
 * on disk, but never one of a source or of another job's result. Throws output-is-source.
 */
export function outputPath(job: NamedJob, extension: string, occupied: Occupied, preset?: Preset): string {
  const { folder, file, template, overwrite } = job.output;
  const wanted = file ? resolve(file) : join(resolve(folder ?? dirname(job.source)), `${fill(template, job, preset)}.${extension}`);
  if (overwrite && (occupied.isSource(wanted) || sameFile(wanted, job.source))) {
    throw new StudioError('output-is-source', `${basename(wanted)} would replace a source. Choose another folder or name.`);
  }
  const stem = wanted.slice(0, wanted.length - extname(wanted).length);
  for (let number = 1; ; number++) {
    const path = number === 1 ? wanted : `${stem} (${number})${extname(wanted)}`;
    if (!occupied.isResult(path) && (!isOnDisk(path) || (overwrite && number === 1))) return path;
  }
}

/** A hidden name beside the final one, new for every attempt; with the same extension, as some tools look at it. */
export const partialPath = (final: string, attempt: string): string => beside(final, `${attempt}.part${extname(final)}`);

/** A hidden folder beside the final file for what is encoded of it, until it is put together. */
export const chunkFolder = (final: string, attempt: string): string => beside(final, `${attempt}.chunks`);

const beside = (final: string, end: string): string => join(dirname(final), `.${basename(final, extname(final)).slice(0, 80)}.${end}`);

/** A link that leads nowhere holds its name as well; a path through something that is no folder leads to nothing. */
function isOnDisk(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function fill(template: string, { source, lossless, media }: NamedJob, preset: Preset | undefined): string {
  const values = {
    name: basename(source, extname(source)),
    preset: lossless ? 'lossless' : (preset?.name ?? ''),
    height: String((preset ? preset.video?.maxHeight : media && filmOf(media)?.height) ?? ''),
  };
  return cleanName(fillName(template, values));
}

/** A name that every file system takes, without an extension. */
export function cleanName(name: string): string {
  const text = name.replace(forbidden, '_').trim();
  // File systems end names at 255 bytes; room is left for a number and an extension.
  return Buffer.from(text || 'export')
    .subarray(0, 200)
    .toString()
    .replace(/\uFFFD$/, '');
}

/** True when two names lead to one file, through links or another spelling. */
function sameFile(a: string, b: string): boolean {
  const [one, two] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }));
  return one !== undefined && two !== undefined ? one.ino === two.ino && one.dev === two.dev : resolve(a) === resolve(b);
}
