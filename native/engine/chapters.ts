/** Chapters of files, of which node-av shows nothing: what they are, how a file tells them, how it is opened. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { type ErrorCode, StudioError } from '../contract/errors.ts';
import type { Chapter } from '../contract/media.ts';
import { readId3Chapters } from './id3-chapters.ts';
import { readMatroskaChapters } from './matroska/chapters.ts';
import { readMp4Chapters } from './mp4/chapters.ts';
import { readFlacChapters, readOggChapters } from './vorbis-chapters.ts';

/** What a container's reader finds, before it is put in order. */
export interface FoundChapters {
  /** An end of null is where the next chapter starts. */
  chapters: (Omit<Chapter, 'end'> & { end: number | null })[];
  /** Of the film, seconds; 0 when unknown. */
  duration: number;
}

/** Bytes by their place: an open file, or what was read of one. Past the end there are none, and that is no error. */
export interface Source {
  size: number;
  read(at: number, length: number): Buffer;
}

/** Bytes that are already there. */
export const inMemory = (bytes: Buffer): Source => ({
  size: bytes.length,
  read: (at, length) => bytes.subarray(Math.min(at, bytes.length), Math.min(at + length, bytes.length)),
});

/** Single reads that the parts of any film take; a hostile file of millions of parts ends here. */
const mostReads = 300_000;

/** The same bytes, with an end to patience: RangeError. */
export function limited(source: Source): Source {
  let left = mostReads;
  return {
    size: source.size,
    read(at, length) {
      if (left-- === 0) throw new RangeError('more parts than a film has');
      return source.read(at, length);
    },
  };
}

/** More than any film has; what goes beyond is not read. */
export const mostChapters = 10_000;
/** Room for the titles of all chapters together, bytes. */
export const mostTitleBytes = 16e6;

/** How each container begins, and who reads it. What is neither is looked at as MP4: old QuickTime files begin with any box. */
const readers: { magic: string; read(file: Source): FoundChapters }[] = [
  { magic: '1a45dfa3', read: readMatroskaChapters },
  { magic: '494433', read: readId3Chapters },
  { magic: '664c6143', read: readFlacChapters },
  { magic: '4f676753', read: readOggChapters },
  { magic: '', read: readMp4Chapters },
];

/**
 * The chapters of a file, by their starts. A file of another kind, without chapters or with damaged ones has none; throws
 * only when it cannot be read at all (source-missing, source-unreadable, source-vanished, not-media).
 */
export function readChapters(path: string): Chapter[] {
  const file = openFile(path, 'r');
  try {
    const magic = file.read(0, 4).toString('hex');
    const found = readers.find((row) => magic.startsWith(row.magic))?.read(limited(file));
    return found ? inOrder(found) : [];
  } catch (error) {
    // A table that is shorter than it says: Buffer's own words for reading past its end.
    if (error instanceof RangeError) return [];
    throw error;
  } finally {
    file.close();
  }
}

function inOrder({ chapters, duration }: FoundChapters): Chapter[] {
  const sorted = chapters.toSorted((a, b) => a.start - b.start);
  return sorted.map((chapter, index) => {
    const end = chapter.end ?? sorted[index + 1]?.start ?? duration;
    return { ...chapter, end: Math.max(chapter.start, end) };
  });
}

/** Chapters as the writers want them: by their starts, none ending before it starts, no zeros in titles. */
export function forWriting(chapters: Chapter[]): Chapter[] {
  if (!chapters.every(({ start, end }) => start >= 0 && Number.isFinite(start) && Number.isFinite(end)))
    throw new StudioError('bad-input', 'A chapter has no proper time.');
  if (chapters.length > mostChapters)
    throw new StudioError('bad-input', `A film can have ${mostChapters} chapters, not ${chapters.length}.`);
  const clean = chapters.map((chapter) => ({
    ...chapter,
    end: Math.max(chapter.start, chapter.end),
    title: chapter.title.replaceAll('\0', ''),
  }));
  return clean.toSorted((a, b) => a.start - b.start);
}

export interface OpenFile extends Source {
  fd: number;
  /** For sentences. */
  name: string;
  write(at: number, bytes: Buffer): void;
  truncate(size: number): void;
  close(): void;
}

/** Opens a file; whatever the system says against it, then or later, becomes a sentence. `name` stands in the sentences. */
export function openFile(path: string, mode: 'r' | 'r+', name = basename(path)): OpenFile {
  const doing = mode === 'r' ? 'read' : 'write';
  // Looked at first: opening a pipe would wait for its other end.
  const fd = attempt(doing, name, () => {
    if (!statSync(path).isFile()) throw new StudioError('not-media', `${name} is not a file.`);
    return openSync(path, mode);
  });
  const { size } = attempt(doing, name, () => fstatSync(fd));
  return {
    ...{ fd, name, size },
    read(at, length) {
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - at)));
      let done = 0;
      while (done < bytes.length) {
        const read = attempt('read', name, () => readSync(fd, bytes, done, bytes.length - done, at + done));
        if (read === 0) break;
        done += read;
      }
      return bytes.subarray(0, done);
    },
    write(at, bytes) {
      let done = 0;
      while (done < bytes.length) done += attempt('write', name, () => writeSync(fd, bytes, done, bytes.length - done, at + done));
    },
    truncate: (to) => attempt('write', name, () => ftruncateSync(fd, to)),
    close: () => closeSync(fd),
  };
}

type Doing = 'read' | 'write';

/** What a system error means; `%` is the file. The last row of a kind is what is left. */
const causes: { doing: Doing; system: string[] | 'any'; code: ErrorCode; message: string }[] = [
  { doing: 'read', system: ['ENOENT', 'ENOTDIR'], code: 'source-missing', message: '% is not there any more.' },
  { doing: 'read', system: ['EACCES', 'EPERM'], code: 'source-unreadable', message: 'You have no permission to read %.' },
  {
    ...{ doing: 'read', system: 'any', code: 'source-vanished' },
    message: '% could not be read to its end. Is the disk or the network share still there?',
  },
  {
    ...{ doing: 'write', system: ['ENOSPC', 'EDQUOT'], code: 'disk-full' },
    message: 'The disk is full: the result of % could not be written. Make room and retry.',
  },
  {
    ...{ doing: 'write', system: ['EFBIG'], code: 'write-failed' },
    message: 'The result of % is larger than its disk allows a file to be. Choose another disk and retry.',
  },
  {
    ...{ doing: 'write', system: ['EACCES', 'EPERM', 'EROFS'], code: 'output-unwritable' },
    message: 'You have no permission to write the result of %.',
  },
  { doing: 'write', system: 'any', code: 'write-failed', message: 'The result of % could not be written.' },
];

/** A system error as a sentence; anything else as it is. */
export function fileError(thrown: unknown, doing: Doing, name: string): unknown {
  const system = thrown instanceof Error && 'syscall' in thrown ? String((thrown as NodeJS.ErrnoException).code) : null;
  const cause = causes.find((row) => row.doing === doing && system !== null && (row.system === 'any' || row.system.includes(system)));
  return cause ? new StudioError(cause.code, cause.message.replace('%', name), String(thrown)) : thrown;
}

function attempt<T>(doing: Doing, name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileError(error, doing, name);
  }
}
