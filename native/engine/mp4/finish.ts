/** The last pass over an MP4 file that FFmpeg has written: chapters into it, and its index to the front, in place. */
import type { Chapter } from '../../contract/media.ts';
import { forWriting, inMemory, type OpenFile, openFile } from '../chapters.ts';
import { type Box, boxOf, findBox } from './boxes.ts';
import { type ChapterTrack, type Clock, makeChapterTrack } from './chapter-track.ts';
import { readClock } from './chapters.ts';
import { type Extras, freeTags, type TrackExtras } from './extras.ts';
import { type IndexChanges, rewriteIndex } from './index.ts';
import { type Layout, readLayout, refuse } from './layout.ts';
import { type Move, type MoveOptions, moveMedia } from './move.ts';

export interface FinishOptions extends MoveOptions {
  /** Take the place of those it has; none leave the file's as they are. */
  chapters: Chapter[];
  /** The index goes before the media, so that a player on a network can start at once. */
  faststart: boolean;
  /** What the muxer has left out. */
  extras?: Extras | undefined;
  /** Stands in sentences instead of the file's own name. */
  name?: string;
}

/** The index of a day of film has some 100 MB. */
const mostIndexBytes = 1 << 30;

/**
 * Finishes a file. Does nothing without chapters where the index is where it should be. Fragmented files take chapters where
 * room was kept for them.
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

async function finish(file: OpenFile, options: FinishOptions): Promise<void> {
  const chapters = forWriting(options.chapters);
  const layout = readLayout(file);
  const { moov, room } = layout;
  const reserved = room.brand.length > 0;
  // An index that something follows is not put behind it, and room that was kept free is there to be used.
  const added = changesFor(options.extras, layout.quickTime);
  const changes = chapters.length > 0 || added.notes !== null || added.tracks.length > 0;
  const toFront = reserved || (options.faststart && !layout.isFront) || (changes && moov.end < file.size);
  if (!reserved && !changes && (layout.fragmented || !toFront)) return;
  if (moov.end - moov.at > mostIndexBytes) throw refuse(file, 'its index is too large');

  const index = file.read(moov.at, moov.end - moov.at);
  const track = makeChapterTrack(chapters, filmClock(index, layout, chapters), layout.quickTime);
  const made = toFront ? indexInFront(file, layout, index, track, added) : indexAtEnd(moov.at, index, track, added);
  // Fragments tell places in ways of their own.
  if (layout.fragmented && made.moves.length > 0) throw refuse(file, 'it is made of fragments, which have no room for more');
  await moveMedia(file, made.moves, options);
  file.write(made.at, made.bytes);
  if (made.left) file.write(made.left.at + 4, Buffer.from('free'));
  else if (made.size < file.size) file.truncate(made.size);
}

type Added = Required<Pick<IndexChanges, 'notes' | 'tracks'>>;

/** What is to be added to the index; FFmpeg's own muxer leaves more out of QuickTime than of MP4. */
function changesFor(extras: Extras | undefined, quickTime: boolean): Added {
  if (!extras) return { notes: null, tracks: [] };
  const tags = freeTags(extras.tags, quickTime);
  const { covers } = extras;
  const tracks = extras.tracks.map((track): TrackExtras => (quickTime ? track : { ...track, language: null, dolbyVision: null }));
  return {
    notes: tags.length > 0 || covers.length > 0 ? { quickTime, tags, covers } : null,
    tracks: tracks.some(({ off, language, dolbyVision, packing }) => off || language || dolbyVision || packing) ? tracks : [],
  };
}

/** Of a fragmented film the header tells no length: there it ends with its chapters. */
function filmClock(index: Buffer, { fragmented }: Layout, chapters: Chapter[]): Clock {
  const source = inMemory(index);
  const header = findBox(source, { body: 0, end: index.length }, 'moov', 'mvhd');
  if (!header) throw new RangeError('no header');
  const { scale, ticks } = readClock(source, header);
  return { scale, ticks: fragmented ? Math.max(ticks, Math.ceil((chapters.at(-1)?.end ?? 0) * scale)) : ticks };
}

/** What is written once the media is out of the way. */
interface NewIndex {
  at: number;
  bytes: Buffer;
  moves: Move[];
  /** Of the file. */
  size: number;
  /** The old index, where it stays behind as unused space. */
  left: Box | null;
}

/** The titles where the index was, and the index behind them: the media stays. */
function indexAtEnd(at: number, index: Buffer, track: ChapterTrack | null, added: Added): NewIndex {
  const titles = titleBox(track);
  const chapters = track && { track, at: at + titleHeader };
  const bytes = Buffer.concat([titles, ...rewriteIndex(index, { moved: null, wide: false, chapters, ...added })]);
  return { at, bytes, moves: [], size: at + bytes.length, left: null };
}

/** Brand, index, unused room, titles, media. The media only moves where the room before it is too small. */
function indexInFront(file: OpenFile, { moov, room }: Layout, index: Buffer, track: ChapterTrack | null, added: Added): NewIndex {
  const titles = titleBox(track);
  const { at, brand } = room;
  const make = (moved: ((place: number) => number) | null, wide: boolean, titlesAt: number) =>
    Buffer.concat(rewriteIndex(index, { moved, wide, chapters: track && { track, at: titlesAt }, ...added }));
  // What stays unused lies beside the index, where the next one finds it.
  const put = (moved: ((place: number) => number) | null, wide: boolean, length: number, spare: number) => {
    const made = make(moved, wide, at + brand.length + length + spare + titleHeader);
    return Buffer.concat([brand, made, ...(spare > 0 ? boxOf('free', Buffer.alloc(spare - 8)) : []), titles]);
  };
  const outside = moov.at < at || moov.at >= room.end;
  const isLast = moov.end === file.size;

  // Its length depends on nothing but how wide the places are.
  const still = make(null, false, 0).length;
  const spare = room.end - at - brand.length - still - titles.length;
  if (spare === 0 || spare >= 8) {
    const bytes = put(null, false, still, spare);
    return { at, bytes, moves: [], size: outside && isLast ? moov.at : file.size, left: outside && !isLast ? moov : null };
  }
  // Places are wide when the file gets longer than 4 GiB.
  const wide = file.size + still + titles.length > 0xffffffff;
  const length = wide ? make((place) => place, true, 0).length : still;
  const old = outside ? moov.end - moov.at : 0;
  const needed = brand.length + length + titles.length - (room.end - at);
  // Media behind the old index could otherwise have to go the other way.
  const missing = Math.max(needed < 0 ? 8 : 0, outside && !isLast ? old - needed : 0);
  const padding = missing > 0 ? Math.max(8, missing) : 0;
  const by = needed + padding;
  const moves = [
    { from: room.end, to: outside ? moov.at : file.size, by },
    { from: outside ? moov.end : file.size, to: file.size, by: by - old },
  ].filter((move) => move.from < move.to);
  const moved = (place: number) => place + (moves.find((move) => place >= move.from && place < move.to)?.by ?? 0);
  return { at, bytes: put(moved, wide, length, padding), moves, size: file.size + by - old, left: null };
}

const titleHeader = 8;
const titleBox = (track: ChapterTrack | null): Buffer => Buffer.concat(track ? boxOf('mdat', track.samples) : []);
