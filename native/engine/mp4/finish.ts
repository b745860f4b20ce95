/** The last pass over an MP4 file that FFmpeg has written: chapters into it, and its index to the front, in place. */
import { read, write } from 'node:fs';
import { promisify } from 'node:util';
import { abortError, StudioError } from '../../contract/errors.ts';
import type { Chapter } from '../../contract/media.ts';
import { fileError, forWriting, inMemory, type OpenFile, openFile } from '../chapters.ts';
import { type Box, boxes, boxOf, findBox } from './boxes.ts';
import { type ChapterTrack, type Clock, makeChapterTrack } from './chapter-track.ts';
import { readClock } from './chapters.ts';
import { rewriteIndex } from './index.ts';

export interface FinishOptions {
  /** Take the place of those it has; none leave the file's as they are. */
  chapters: Chapter[];
  /** The index goes before the media, so that a player on a network can start at once. */
  faststart: boolean;
  /** Called after every block with bytes done and to do; what it returns is waited for. */
  onProgress?(done: number, total: number): unknown;
  signal?: AbortSignal;
  /** Stands in sentences instead of the file's own name. */
  name?: string;
}

/** Two of these are in memory while media is moved, bytes. */
const blockSize = 2 << 20;
/** The index of a day of film has some 100 MB. */
const mostIndexBytes = 1 << 30;

/**
 * Finishes a file. Does nothing without chapters where the index is where it should be, and nothing to fragmented files.
 * When it throws (cancelled, disk-full, write-failed, muxer-failed) the file may be half moved and is of no use.
 */
export async function finishMp4(path: string, options: FinishOptions): Promise<void> {
  const file = openFile(path, 'r+', options.name);
  try {
    await finish(file, options);
  } catch (error) {
    // A table that is shorter than it says, or holds what cannot be moved.
    if (error instanceof RangeError) throw refuse(file, 'its index is damaged or of an unknown kind', error);
    throw error;
  } finally {
    file.close();
  }
}

const refuse = (file: OpenFile, why: string, cause?: Error) =>
  new StudioError('muxer-failed', `The export of ${file.name} could not be finished: ${why}.`, cause?.stack);

async function finish(file: OpenFile, options: FinishOptions): Promise<void> {
  const chapters = forWriting(options.chapters);
  const layout = readLayout(file);
  if (layout.fragmented && chapters.length > 0) throw refuse(file, 'it is made of fragments, which hold no chapters');
  const { moov } = layout;
  // An index that something follows is not put behind it.
  const toFront = (options.faststart && !layout.isFront) || (chapters.length > 0 && moov.end < file.size);
  if (layout.fragmented || (!toFront && chapters.length === 0)) return;
  if (moov.end - moov.at > mostIndexBytes) throw refuse(file, 'its index is too large');

  const index = file.read(moov.at, moov.end - moov.at);
  const track = makeChapterTrack(chapters, filmClock(index), layout.quickTime);
  const made = toFront ? indexInFront(file, layout, index, track) : indexAtEnd(moov.at, index, track);
  await moveMedia(file, made.moves, options);
  file.write(made.at, made.bytes);
  file.truncate(Math.max(made.at + made.bytes.length, ...made.moves.map((move) => move.to + move.by)));
}

interface Layout {
  moov: Box;
  /** Before the media already. */
  isFront: boolean;
  /** Where an index in front goes: behind the brand. */
  front: number;
  quickTime: boolean;
  fragmented: boolean;
}

function readLayout(file: OpenFile): Layout {
  const all = [...boxes(file, 0, file.size)];
  const find = (type: string) => all.find((box) => box.type === type);
  const [moov, media, brand, meta] = [find('moov'), find('mdat'), find('ftyp'), find('meta')];
  if (!moov) throw refuse(file, 'it has no index');
  const fragmented = find('moof') !== undefined || findBox(file, moov, 'mvex') !== null;
  if (!fragmented && all.at(-1)?.end !== file.size) throw refuse(file, 'it has no proper end');
  if (meta) throw refuse(file, 'it holds pictures instead of a film');
  return {
    moov,
    isFront: media === undefined || moov.at < media.at,
    front: brand?.at === 0 ? brand.end : 0,
    quickTime: !brand || file.read(brand.body, 4).toString('latin1') === 'qt  ',
    fragmented,
  };
}

function filmClock(index: Buffer): Clock {
  const source = inMemory(index);
  const header = findBox(source, { body: 0, end: index.length }, 'moov', 'mvhd');
  if (!header) throw new RangeError('no header');
  return readClock(source, header);
}

/** A stretch of the file that goes `by` bytes towards its end. */
interface Move {
  from: number;
  to: number;
  by: number;
}

/** What is written once the media is out of the way. */
interface NewIndex {
  at: number;
  bytes: Buffer;
  moves: Move[];
}

/** The titles where the index was, and the index behind them: the media stays. */
function indexAtEnd(at: number, index: Buffer, track: ChapterTrack | null): NewIndex {
  const titles = titleBox(track);
  const chapters = track && { track, at: at + titleHeader };
  return { at, bytes: Buffer.concat([titles, ...rewriteIndex(index, { moved: null, wide: false, chapters })]), moves: [] };
}

/** Brand, index, titles, media. */
function indexInFront(file: OpenFile, { moov, front }: Layout, index: Buffer, track: ChapterTrack | null): NewIndex {
  const titles = titleBox(track);
  const make = (moved: (place: number) => number, wide: boolean, at: number) =>
    Buffer.concat(rewriteIndex(index, { moved, wide, chapters: track && { track, at } }));
  // Its length depends on nothing but how wide the places are, and they are wide when the file gets longer than 4 GiB.
  const narrow = make((place) => place, false, 0).length;
  const wide = file.size + narrow + titles.length > 0xffffffff;
  const length = wide ? make((place) => place, true, 0).length : narrow;
  const old = moov.end - moov.at;
  // Media behind the old index could otherwise have to go the other way.
  const missing = moov.end < file.size ? Math.max(0, old - length - titles.length) : 0;
  const padding = missing > 0 ? Buffer.concat(boxOf('free', Buffer.alloc(Math.max(0, missing - 8)))) : Buffer.alloc(0);
  const room = length + titles.length + padding.length;
  const moves = [
    { from: front, to: moov.at, by: room },
    { from: moov.end, to: file.size, by: room - old },
  ].filter((move) => move.from < move.to);
  const moved = (place: number) => place + (moves.find((move) => place >= move.from && place < move.to)?.by ?? 0);
  return { at: front, bytes: Buffer.concat([make(moved, wide, front + length + titleHeader), titles, padding]), moves };
}

const titleHeader = 8;
const titleBox = (track: ChapterTrack | null): Buffer => Buffer.concat(track ? boxOf('mdat', track.samples) : []);

const readAt = promisify(read);
const writeAt = promisify(write);

/** Moves media from its end on, so that nothing is written over before it was read; one block is read while another is written. */
async function moveMedia(file: OpenFile, all: Move[], { onProgress, signal }: FinishOptions): Promise<void> {
  const moves = all.filter((move) => move.by > 0);
  const total = moves.reduce((sum, move) => sum + move.to - move.from, 0);
  const size = Math.min(blockSize, total);
  let [next, other] = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)];
  let done = 0;
  let reading: Promise<void> = Promise.resolve();
  let writing: Promise<void> = Promise.resolve();
  try {
    for (const { from, to, by } of moves.toReversed()) {
      for (let end = to; end > from; end -= size) {
        const start = Math.max(from, end - size);
        const block = next.subarray(0, end - start);
        reading = readBlock(file, block, start);
        await Promise.all([reading, writing]);
        await onProgress?.(done, total);
        if (signal?.aborted) throw abortError(signal);
        writing = writeBlock(file, block, start + by);
        done += block.length;
        [next, other] = [other, next];
      }
    }
    await writing;
    if (total > 0) await onProgress?.(done, total);
  } finally {
    // The file must not be closed under them.
    await Promise.allSettled([reading, writing]);
  }
}

async function readBlock(file: OpenFile, block: Buffer, at: number): Promise<void> {
  for (let done = 0; done < block.length; ) {
    const { bytesRead } = await readAt(file.fd, block, done, block.length - done, at + done).catch((error) => {
      throw fileError(error, 'read', file.name);
    });
    if (bytesRead === 0) throw refuse(file, 'it got shorter');
    done += bytesRead;
  }
}

async function writeBlock(file: OpenFile, block: Buffer, at: number): Promise<void> {
  for (let done = 0; done < block.length; ) {
    const { bytesWritten } = await writeAt(file.fd, block, done, block.length - done, at + done).catch((error) => {
      throw fileError(error, 'write', file.name);
    });
    done += bytesWritten;
  }
}
