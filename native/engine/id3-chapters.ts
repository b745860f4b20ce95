/** Chapters of MP3 files: frames of their ID3 tag (id3v2-chapters-1.0), read from any, and put into room that FFmpeg leaves in a new one. */
import { StudioError } from '../contract/errors.ts';
import type { Chapter } from '../contract/media.ts';
import { type FoundChapters, forWriting, inMemory, mostChapters, mostTitleBytes, openFile, type Source } from './chapters.ts';

/** An ID3 tag at the beginning of a file. */
interface Tag {
  source: Source;
  /** 3 or 4: the second writes sizes in seven bits a byte. */
  version: number;
  /** Of the first frame, and after the last byte. */
  from: number;
  to: number;
}

interface Frame {
  id: string;
  body: number;
  end: number;
}

const headLength = 10;
const sevenBits = (bytes: Buffer, at: number): number =>
  [0, 1, 2, 3].reduce((sum, index) => sum * 128 + (bytes.readUInt8(at + index) & 127), 0);

function openTag(file: Source): Tag | null {
  const head = file.read(0, headLength);
  const version = head[3] ?? 0;
  if (head.length < headLength || head.toString('latin1', 0, 3) !== 'ID3' || version < 3 || version > 4) return null;
  const flags = head.readUInt8(5);
  const to = headLength + sevenBits(head, 6);
  const [unsynchronised, extended] = [(flags & 0x80) !== 0, (flags & 0x40) !== 0];
  // Zeros that keep players from mistaking a tag for sound are taken out again.
  const source = unsynchronised && version === 3 ? inMemory(withoutZeros(file.read(0, Math.min(to, mostTitleBytes)))) : file;
  const first = extended ? source.read(headLength, 4) : Buffer.alloc(4);
  const skipped = extended ? (version === 4 ? sevenBits(first, 0) : first.readUInt32BE(0) + 4) : 0;
  return { source, version, from: headLength + skipped, to: Math.min(to, source.size) };
}

function withoutZeros(bytes: Buffer): Buffer {
  const kept: number[] = [];
  for (const [index, byte] of bytes.entries()) if (byte !== 0 || bytes[index - 1] !== 0xff) kept.push(byte);
  return Buffer.from(kept);
}

/** Frames up to the unused room behind them. */
function* framesOf({ source, version }: Tag, from: number, to: number): Generator<Frame> {
  for (let at = from; at + headLength < to; ) {
    const head = source.read(at, headLength);
    if (head.length < headLength || head[0] === 0) return;
    const body = at + headLength;
    const end = body + (version === 4 ? sevenBits(head, 4) : head.readUInt32BE(4));
    if (end > to) return;
    yield { id: head.toString('latin1', 0, 4), body, end };
    at = end;
  }
}

export function readId3Chapters(file: Source): FoundChapters {
  const tag = openTag(file);
  const frames = tag ? [...framesOf(tag, tag.from, tag.to)].filter(({ id }) => id === 'CHAP').slice(0, mostChapters) : [];
  return { chapters: frames.flatMap((frame) => (tag ? (readChapter(tag, frame) ?? []) : [])), duration: 0 };
}

/** A name for machines, two times, two places in the file, and then frames as a tag has them. */
function readChapter(tag: Tag, { body, end }: Frame): FoundChapters['chapters'][number] | null {
  const name = tag.source.read(body, Math.min(256, end - body)).indexOf(0);
  if (name < 0) return null;
  const times = tag.source.read(body + name + 1, 16);
  const title = [...framesOf(tag, body + name + 17, end)].find(({ id }) => id === 'TIT2');
  const text = title ? textIn(tag.source.read(title.body, Math.min(title.end - title.body, mostTitleBytes))) : '';
  return { start: times.readUInt32BE(0) / 1000, end: times.readUInt32BE(4) / 1000, title: text };
}

/** The first byte says how the letters are written. */
function textIn(bytes: Buffer): string {
  const encoding = ['latin1', bytes.readUInt16BE(1) === 0xfeff ? 'utf-16be' : 'utf-16le', 'utf-16be', 'utf-8'][bytes[0] ?? 0] ?? 'latin1';
  return new TextDecoder(encoding).decode(bytes.subarray(1)).replace(/\0.*$/s, '');
}

/** Tables of contents count in one byte. */
const mostContents = 255;

function chapterFrames(chapters: Chapter[]): Buffer {
  const names = chapters.map((_, index) => Buffer.from(`ch${index}\0`));
  const frames = chapters.map(({ start, end, title }, index) => {
    const times = Buffer.alloc(16, 0xff); // places that are not told
    times.writeUInt32BE(Math.round(start * 1000), 0);
    times.writeUInt32BE(Math.round(end * 1000), 4);
    const text = Buffer.concat([Buffer.of(1, 0xff, 0xfe), Buffer.from(title, 'utf16le')]);
    return frameOf('CHAP', names[index] ?? Buffer.alloc(0), times, frameOf('TIT2', text));
  });
  const contents = names.slice(0, mostContents);
  // It is the first of all, and its parts are in order.
  return Buffer.concat([frameOf('CTOC', Buffer.from('toc\0'), Buffer.of(3, contents.length), ...contents), ...frames]);
}

function frameOf(id: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(headLength);
  head.write(id, 'latin1');
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

/** Bytes that chapters take; FFmpeg is asked to leave them free. */
export const id3Room = (chapters: Chapter[]): number => chapterFrames(chapters).length + headLength;

/** Puts chapters into a file that FFmpeg has written with an ID3 tag of version 3 and room in it. Throws muxer-failed. */
export function writeId3Chapters(path: string, chapters: Chapter[], name: string): void {
  const file = openFile(path, 'r+', name);
  try {
    const tag = openTag(file);
    const frames = chapterFrames(forWriting(chapters));
    const at = tag && ([...framesOf(tag, tag.from, tag.to)].at(-1)?.end ?? tag.from);
    if (tag?.version !== 3 || at === null || at + frames.length > tag.to)
      throw new StudioError('muxer-failed', `Chapters could not be written into the result of ${name}: its tag has no room for them.`);
    file.write(at, frames);
  } finally {
    file.close();
  }
}
