/** `muxwell remux`: another container, other tracks, cuts and joins, with nothing encoded again. */
import { resolve } from 'node:path';
import type { CommandInputs } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import { type LosslessInput, type Segment, type TargetId, targetIds } from '../contract/lossless.ts';
import { complement } from '../contract/segments.ts';
import { size } from '../contract/words.ts';
import { readSegment, readTracks } from './cli-lossless-words.ts';
import { type RunOptions, readOut, runJobs } from './cli-run.ts';

export interface RemuxOptions extends RunOptions {
  to?: string;
  out?: string;
  streams: string[];
  cut: string[];
  remove: string[];
  smart: boolean;
  split: boolean;
  join: boolean;
  add: string[];
  fragmented: boolean;
  dates: boolean;
  overwrite: boolean;
}

/** Returns the exit code: 0 when every file was written, else 1. */
export async function runRemux(files: string[], options: RemuxOptions, version: string): Promise<number> {
  const order = orderOf(files, options);
  const words = {
    command: 'remux',
    done: 'written',
    speed: ({ bytes, plannedBytes, bytesPerSecond }: { bytes: number; plannedBytes: number | null; bytesPerSecond: number }) => [
      plannedBytes === null ? size(bytes) : `${size(bytes)} of ${size(plannedBytes)}`,
      `${size(bytesPerSecond)}/s`,
    ],
  };
  return runJobs(options, words, version, (studio) => studio.call('addLossless', order));
}

/** Throws bad-input, naming the option, for what cannot be meant. */
function orderOf(files: string[], options: RemuxOptions): CommandInputs['addLossless'] {
  const { cut, remove, smart, split, join, overwrite } = options;
  if (cut.length > 0 && remove.length > 0) throw new StudioError('bad-input', '--cut and --remove exclude each other.');
  if (join && (cut.length > 0 || remove.length > 0))
    throw new StudioError('bad-input', 'Files that are joined are not cut in the same go.');
  const paths = files.map((file) => resolve(file));
  const sources = join ? paths.slice(0, 1) : paths;
  const segments: Segment[] = cut.length > 0 ? cut.map(readSegment) : complement(remove.map(readSegment), null, null);
  const isSplit = split && segments.length > 1;
  const { folder, file, extension } = readOut(options.out, isSplit ? segments.length * sources.length : sources.length);
  const order: LosslessInput = {
    target: targetOf(options.to, file && extension),
    ...readTracks(options.streams),
    files: options.add.map((path) => resolve(path)),
    join: join ? paths.slice(1) : [],
    segments: remove.length > 0 || cut.length > 0 ? segments : [],
    cut: smart ? 'smart' : 'keyframe',
    split,
    layout: options.fragmented ? 'fragmented' : 'faststart',
    keepDates: options.dates,
  };
  const where = file ? { file: resolve(file) } : folder ? { folder: resolve(folder) } : {};
  return { sources, order, output: { ...where, overwrite } };
}

/** `--to`, else what the result's own extension says, else the source's container. */
function targetOf(to: string | undefined, extension: string | undefined): TargetId | 'same' {
  const wanted = (to ?? extension)?.toLowerCase().replace(/^\./, '');
  if (!wanted) return 'same';
  const target = [...targetIds, 'same' as const].find((id) => id === (otherNames[wanted] ?? wanted));
  if (target) return target;
  throw new StudioError('bad-input', `There is no container “${wanted}”. There are: ${targetIds.join(', ')}.`);
}

/** Extensions that mean a container by another name. */
const otherNames: Record<string, TargetId> = { m4v: 'mp4', qt: 'mov', matroska: 'mkv', m2ts: 'ts', mts: 'ts', oga: 'ogg', webvtt: 'vtt' };
