/** The last pass over a finished file: chapters into it, in the way of its container, and MP4's index to the front. */
import type { Chapter } from '../contract/media.ts';
import { id3Room, writeId3Chapters } from './id3-chapters.ts';
import { writeMatroskaChapters } from './matroska/write.ts';
import type { Extras } from './mp4/extras.ts';
import { finishMp4 } from './mp4/finish.ts';
import { chapterTags } from './vorbis-chapters.ts';

const mp4Muxers = ['mp4', 'mov', 'ipod'];
const matroskaMuxers = ['matroska', 'webm'];

export interface Finishing {
  /** FFmpeg's name. */
  muxer: string;
  chapters: Chapter[];
  /** MP4's index goes before the media. It is moved here, where that can be watched and stopped, not by the muxer. */
  faststart: boolean;
  /** What the muxer leaves out of MP4 and QuickTime. */
  extras?: Extras | undefined;
}

/** Whether a track can have packets before its start that are not shown. */
export const hasEditLists = (muxer: string): boolean => mp4Muxers.includes(muxer);

const faststart = /\+?faststart/;

export const wantsFaststart = (muxerOptions: Record<string, string>): boolean => faststart.test(muxerOptions['movflags'] ?? '');

/** A muxer's options without what is done here. */
export function withoutFaststart({ movflags = '', ...others }: Record<string, string>): Record<string, string> {
  const left = movflags.replace(faststart, '');
  return { ...others, ...(left && { movflags: left }) };
}

/** Muxers whose chapters are tags. */
const vorbisMuxers = ['flac', 'ogg', 'opus'];

/** Whether chapters are written, and found by the probe. */
export const writesChapters = (muxer: string): boolean => ['mp3', ...mp4Muxers, ...matroskaMuxers, ...vorbisMuxers].includes(muxer);

interface Told {
  muxer: string;
  muxerOptions: Record<string, string>;
  tags: Record<string, string>;
}

/** What the muxer is told, where chapters are tags or need room among them. */
export function withChapters({ muxer, muxerOptions, tags }: Told, chapters: Chapter[]): Told {
  if (chapters.length === 0) return { muxer, muxerOptions, tags };
  if (vorbisMuxers.includes(muxer)) return { muxer, muxerOptions, tags: { ...tags, ...chapterTags(chapters) } };
  const room = muxer === 'mp3' && { metadata_header_padding: String(id3Room(chapters)) };
  return { muxer, muxerOptions: { ...muxerOptions, ...room }, tags };
}

/**
 * `onBlock` is told bytes done and to do, and awaited between blocks: it may throw to stop. Throws as finishMp4 and
 * writeMatroskaChapters do; the file is of no use then.
 */
export async function finishFile(
  path: string,
  { muxer, chapters, faststart, extras }: Finishing,
  name: string,
  onBlock: (done: number, total: number) => Promise<void>,
): Promise<void> {
  if (mp4Muxers.includes(muxer)) await finishMp4(path, { chapters, faststart, extras, onProgress: onBlock, name });
  else if (chapters.length > 0 && matroskaMuxers.includes(muxer)) writeMatroskaChapters(path, chapters, name);
  else if (chapters.length > 0 && muxer === 'mp3') writeId3Chapters(path, chapters, name);
}
