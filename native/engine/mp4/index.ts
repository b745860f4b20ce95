/** Writes the index of an MP4 file (`moov`) anew: chapters in it, and every place of media where the media will be. */
import { inMemory, type Source } from '../chapters.ts';
import { type Box, boxes, boxOf, findBox, readLong, u32, writeLong } from './boxes.ts';
import type { ChapterTrack } from './chapter-track.ts';
import { chapterTracks, readTracks, type Track } from './chapters.ts';
import { packLanguage, type TrackExtras } from './extras.ts';
import { addToNotes, type NoteExtras, noteBoxes } from './notes.ts';
import { rewriteEntries } from './sample-entries.ts';

export interface IndexChanges {
  /** Where a byte of the media ends up; null when all of them stay. */
  moved: ((place: number) => number) | null;
  /** All places get 64 bits. */
  wide: boolean;
  /** Take the place of those it has; null leaves those. */
  chapters: { track: ChapterTrack; at: number } | null;
  /** Tags and covers beside those it has. */
  notes?: NoteExtras | null;
  /** What is said of tracks beside what they say, in their order. */
  tracks?: TrackExtras[];
}

/** The index as pieces. Throws RangeError when a table is shorter than it says or a place does not fit. */
export function rewriteIndex(moov: Buffer, changes: IndexChanges): Buffer[] {
  const source = inMemory(moov);
  const [box] = boxes(source, 0, moov.length);
  if (!box) throw new RangeError('no index');
  const tracks = readTracks(source, box);
  const gone = new Set(changes.chapters ? chapterTracks(source, box).map((track) => track.id) : []);
  const id = Math.max(0, ...tracks.map((track) => track.id)) + 1;
  const job: Job = { ...{ moov, source, changes, tracks, gone, id } };
  const children = [...boxes(source, box.body, box.end)].filter((child) => !gone.has(trackAt(job, child)?.id ?? -1));
  const { chapters } = changes;
  const lastTrack = children.findLastIndex((child) => child.type === 'trak');
  const parts = children.flatMap((child, index) => [
    ...rewrite(job, child),
    ...(chapters && index === lastTrack ? chapters.track.trak(id, chapters.at) : []),
  ]);
  if (!children.some((child) => child.type === 'udta')) parts.push(...newNotes(changes));
  if (changes.notes?.quickTime && !children.some((child) => child.type === 'meta')) parts.push(...noteBoxes(changes.notes));
  return boxOf('moov', ...parts, rest(moov, children, box));
}

/** `udta` of a file that has none. */
function newNotes({ chapters, notes }: IndexChanges): Buffer[] {
  const parts = [...(notes && !notes.quickTime ? noteBoxes(notes) : []), ...(chapters?.track.list ?? [])];
  return parts.length > 0 ? boxOf('udta', ...parts) : [];
}

interface Job {
  moov: Buffer;
  source: Source;
  changes: IndexChanges;
  tracks: Track[];
  /** Tracks that are left out. */
  gone: Set<number>;
  /** Of the new track. */
  id: number;
  /** Of the track at hand. */
  own?: TrackExtras | undefined;
}

const trackAt = (job: Job, box: Box): Track | undefined => job.tracks.find((track) => track.box.at === box.at);
const raw = (job: Job, box: Box): Buffer => job.moov.subarray(box.at, box.end);
/** What stands behind the last box of a box: QuickTime ends some lists with zeros. */
const rest = (moov: Buffer, children: Box[], box: Box): Buffer => moov.subarray(children.at(-1)?.end ?? box.body, box.end);

/** Boxes that are not copied as they are. */
const rules: Record<string, (job: Job, box: Box) => Buffer[]> = {
  mvhd: rewriteHeader,
  trak: rewriteTrack,
  tkhd: rewriteSwitch,
  udta: rewriteNotes,
  mvex: rewriteFragmentNotes,
  meta: keepIfMovable,
  mdia: rewriteChildren,
  mdhd: rewriteClock,
  minf: rewriteChildren,
  stbl: rewriteChildren,
  stsd: ({ moov, source, own }, box) => rewriteEntries(moov, source, box, own),
  stco: (job, box) => rewritePlaces(job, box, 4),
  co64: (job, box) => rewritePlaces(job, box, 8),
  saio: keepIfMovable,
};

const rewrite = (job: Job, box: Box): Buffer[] => rules[box.type]?.(job, box) ?? [raw(job, box)];

function rewriteChildren(job: Job, box: Box): Buffer[] {
  const children = [...boxes(job.source, box.body, box.end)];
  return boxOf(box.type, ...children.flatMap((child) => rewrite(job, child)), rest(job.moov, children, box));
}

/** The number of the next track is the last of the header. */
function rewriteHeader(job: Job, box: Box): Buffer[] {
  if (!job.changes.chapters) return [raw(job, box)];
  const bytes = Buffer.from(raw(job, box));
  bytes.writeUInt32BE(Math.max(job.id + 1, bytes.readUInt32BE(bytes.length - 4)), bytes.length - 4);
  return [bytes];
}

/** Tracks of picture and sound name the chapters in their references, as those that FFmpeg writes do. */
function rewriteTrack(film: Job, box: Box): Buffer[] {
  const track = trackAt(film, box);
  const job = { ...film, own: track && film.changes.tracks?.[film.tracks.indexOf(track)] };
  const children = [...boxes(job.source, box.body, box.end)];
  // What is noted of a track stays as it is: chapters are the film's.
  const parts = (of: Box[]) => of.flatMap((child) => (child.type === 'udta' ? [raw(job, child)] : rewrite(job, child)));
  if (!job.changes.chapters || !track) return boxOf('trak', ...parts(children), rest(job.moov, children, box));
  const ids = track.chapters.filter((id) => !job.gone.has(id));
  if (['vide', 'soun'].includes(track.handler)) ids.push(job.id);
  const references = findBox(job.source, box, 'tref');
  const others = references ? [...boxes(job.source, references.body, references.end)].filter((one) => one.type !== 'chap') : [];
  const all = [...others.map((one) => raw(job, one)), ...(ids.length > 0 ? boxOf('chap', u32(...ids)) : [])];
  const left = children.filter((child) => child.type !== 'tref');
  const media = left.findIndex((child) => child.type === 'mdia');
  const before = parts(left.slice(0, media));
  return boxOf('trak', ...before, ...(all.length > 0 ? boxOf('tref', ...all) : []), ...parts(left.slice(media)));
}

/** `udta`: titles, covers and such stay, the list of chapters is replaced. */
function rewriteNotes(job: Job, box: Box): Buffer[] {
  const { chapters, notes } = job.changes;
  const children = [...boxes(job.source, box.body, box.end)];
  const list = notes && !notes.quickTime ? children.find((child) => child.type === 'meta') : undefined;
  const kept = children
    .filter((child) => child.type !== 'chpl' || !chapters)
    .flatMap((child) => (notes && child === list ? addToNotes(job.moov, job.source, child, notes) : rewrite(job, child)));
  const added = notes && !notes.quickTime && !list ? noteBoxes(notes) : [];
  return boxOf('udta', ...kept, ...added, ...(chapters?.track.list ?? []), rest(job.moov, children, box));
}

/** The last bit of a track's flags says whether it is played. */
function rewriteSwitch(job: Job, box: Box): Buffer[] {
  const bytes = Buffer.from(raw(job, box));
  const flags = box.body - box.at + 3;
  if (job.own?.off) bytes.writeUInt8(bytes.readUInt8(flags) & ~1, flags);
  return [bytes];
}

/** The language stands behind the times, which take four bytes or eight. */
function rewriteClock(job: Job, box: Box): Buffer[] {
  const bytes = Buffer.from(raw(job, box));
  const { language } = job.own ?? {};
  if (language) bytes.writeUInt16BE(packLanguage(language), box.body - box.at + (job.moov[box.body] === 1 ? 32 : 20));
  return [bytes];
}

/** `mvex`: every track of a fragmented film has its defaults for fragments here, also one that has none. */
function rewriteFragmentNotes(job: Job, box: Box): Buffer[] {
  if (!job.changes.chapters) return [raw(job, box)];
  const kept = [...boxes(job.source, box.body, box.end)].filter((child) => {
    return child.type !== 'trex' || !job.gone.has(job.moov.readUInt32BE(child.body + 4));
  });
  return boxOf('mvex', ...kept.map((child) => raw(job, child)), ...boxOf('trex', u32(0, job.id, 1, 0, 0, 0)));
}

/** Covers and texts hold no places; lists of pictures in the file (`iloc`) and encryption (`saio`) do. FFmpeg writes neither here. */
function keepIfMovable(job: Job, box: Box): Buffer[] {
  const children = { body: box.body + 4, end: box.end };
  if (job.changes.moved && (box.type === 'saio' || findBox(job.source, children, 'iloc'))) throw new RangeError(`${box.type} with places`);
  return [raw(job, box)];
}

/** The table of a track's chunks: where each of them begins in the file. */
function rewritePlaces(job: Job, box: Box, from: 4 | 8): Buffer[] {
  const { moov, changes } = job;
  if (!changes.moved) return [raw(job, box)];
  const to = changes.wide ? 8 : from;
  const count = moov.readUInt32BE(box.body + 4);
  const first = box.body + 8;
  if (first + count * from > box.end) throw new RangeError('a table that is too short');
  const bytes = Buffer.allocUnsafe(8 + count * to);
  moov.copy(bytes, 0, box.body, first);
  for (let index = 0; index < count; index++) {
    const at = first + index * from;
    const place = changes.moved(from === 8 ? readLong(moov, at) : moov.readUInt32BE(at));
    if (to === 8) writeLong(bytes, place, 8 + index * 8);
    else bytes.writeUInt32BE(place, 8 + index * 4);
  }
  return boxOf(to === 8 ? 'co64' : 'stco', bytes);
}
