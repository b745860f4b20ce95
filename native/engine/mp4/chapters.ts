/** Reads chapters of MP4 and QuickTime files: the text track that other tracks call their chapters, or else Nero's list. */
import { type FoundChapters, mostChapters, mostTitleBytes, type Source } from '../chapters.ts';
import { type Box, boxes, findBox, readBody, readLong } from './boxes.ts';
import { readEdits, readSamples } from './samples.ts';

type Chapters = FoundChapters['chapters'];

/** Tracks that one may call its chapters. */
const mostReferences = 1000;

export function readMp4Chapters(source: Source): FoundChapters {
  const moov = findBox(source, { body: 0, end: source.size }, 'moov');
  const header = moov && findBox(source, moov, 'mvhd');
  if (!moov || !header) return { chapters: [], duration: 0 };
  const movie = readClock(source, header);
  const duration = movie.ticks / movie.scale;
  for (const { box } of chapterTracks(source, moov)) {
    const chapters = readTextTrack(source, box, movie.scale);
    if (chapters.length > 0) return { chapters, duration };
  }
  return { chapters: readNeroList(source, moov), duration };
}

/** A `trak` and the tracks it calls its chapters. */
export interface Track {
  box: Box;
  id: number;
  /** `vide`, `soun`, `text`… */
  handler: string;
  chapters: number[];
}

export function readTracks(source: Source, moov: Box): Track[] {
  const traks = [...boxes(source, moov.body, moov.end)].filter((box) => box.type === 'trak');
  return traks.map((box) => {
    const header = findBox(source, box, 'tkhd');
    const handler = findBox(source, box, 'mdia', 'hdlr');
    const list = findBox(source, box, 'tref', 'chap');
    const bytes = list ? readBody(source, list, 4 * mostReferences) : Buffer.alloc(0);
    return {
      box,
      id: header ? readId(readBody(source, header, 24)) : 0,
      handler: handler ? readBody(source, handler, 12).toString('latin1', 8) : '',
      chapters: Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readUInt32BE(index * 4)),
    };
  });
}

const readId = (tkhd: Buffer) => tkhd.readUInt32BE(tkhd[0] === 1 ? 20 : 12);

/** The tracks whose samples are chapter titles. Pictures for chapters are called the same way and are left alone. */
export function chapterTracks(source: Source, moov: Box): Track[] {
  const tracks = readTracks(source, moov);
  const wanted = new Set(tracks.flatMap((track) => track.chapters));
  return tracks.filter((track) => wanted.has(track.id) && !['vide', 'soun', ''].includes(track.handler));
}

/** The clock of a film (`mvhd`) or a track (`mdhd`): ticks per second, and how many of them it runs (0 when that is not known). */
export function readClock(source: Source, box: Box): { scale: number; ticks: number; language: number } {
  const bytes = readBody(source, box, 36);
  const long = bytes[0] === 1;
  const scale = bytes.readUInt32BE(long ? 20 : 12);
  if (scale === 0) throw new RangeError('a clock without ticks');
  const ticks = long ? readLong(bytes, 24) : bytes.readUInt32BE(16);
  const unknown = ticks >= (long ? 2 ** 63 : 2 ** 32 - 1);
  return { scale, ticks: unknown ? 0 : ticks, language: bytes.readUInt16BE(long ? 32 : 20) };
}

function readTextTrack(source: Source, trak: Box, movieScale: number): Chapters {
  const mdhd = findBox(source, trak, 'mdia', 'mdhd');
  const stbl = findBox(source, trak, 'mdia', 'minf', 'stbl');
  if (!mdhd || !stbl) return [];
  const clock = readClock(source, mdhd);
  const language = languageOf(clock.language);
  const samples = [...readSamples(source, stbl)];
  const chapters: Chapters = [];
  let room = mostTitleBytes;
  let now = 0;
  for (const { from, length } of readEdits(source, trak, movieScale, clock.scale)) {
    const to = from + length;
    for (const sample of from < 0 ? [] : samples) {
      if (sample.start >= to || (sample.start < from && sample.end <= from)) continue;
      const text = source.read(sample.at, Math.min(sample.size, 2 + 0xffff));
      if ((room -= text.length) < 0 || chapters.length >= mostChapters) return chapters;
      const title = titleOf(text);
      if (title === null) continue;
      const start = (now + Math.max(sample.start, from) - from) / clock.scale;
      chapters.push({ start, end: (now + Math.min(sample.end, to) - from) / clock.scale, title, ...(language && { language }) });
    }
    now += length;
  }
  return chapters;
}

/** A title behind its length: UTF-8, or what its first two bytes say. Files from before that are in the Mac's own letters. */
function titleOf(sample: Buffer): string | null {
  if (sample.length < 2) return null;
  const length = sample.readUInt16BE(0);
  if (length > sample.length - 2) return null;
  const text = sample.subarray(2, 2 + length);
  const order = text.toString('hex', 0, 2);
  if (order === 'feff' || order === 'fffe') return new TextDecoder(order === 'feff' ? 'utf-16be' : 'utf-16le').decode(text);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch {
    return new TextDecoder('macintosh').decode(text);
  }
}

/** Three letters of five bits each; QuickTime's older numbers for languages are lower, and are not told apart here. */
function languageOf(packed: number): string | undefined {
  const letters = [packed >> 10, packed >> 5, packed].map((letter) => String.fromCharCode(0x60 + (letter & 31))).join('');
  return /^[a-z]{3}$/.test(letters) && letters !== 'und' ? letters : undefined;
}

/** `chpl`: a start in units of 100 ns, a length in one byte, a title. Its version 0 has no spare bytes before the count. */
function readNeroList(source: Source, moov: Box): Chapters {
  const box = findBox(source, moov, 'udta', 'chpl');
  if (!box) return [];
  const bytes = readBody(source, box, 9 + 255 * (9 + 255));
  const chapters: Chapters = [];
  let at = bytes[0] === 0 ? 4 : 8;
  const count = bytes.readUInt8(at++);
  while (chapters.length < count && at + 9 <= bytes.length) {
    const text = at + 9;
    const next = text + bytes.readUInt8(at + 8);
    chapters.push({ start: readLong(bytes, at) / 1e7, end: null, title: new TextDecoder().decode(bytes.subarray(text, next)) });
    at = next;
  }
  return chapters;
}
