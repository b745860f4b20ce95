/** FFmpeg's return codes as states (again, end) or as errors with a sentence. Nothing else in the engine reads a negative number. */
import { AV_LOG_ERROR, AV_LOG_WARNING, AVERROR_EOF, AVERROR_INVALIDDATA, type AVLogLevel } from 'node-av/constants';
import { FFmpegError, Log, PosixError } from 'node-av/lib';
import { type ErrorCode, StudioError } from '../contract/errors.ts';

/** Not an error: the codec wants input before it can give output, or the other way round. */
export const AGAIN = FFmpegError.AVERROR(PosixError.EAGAIN);
/** Not an error: there is nothing more. */
export const END = AVERROR_EOF;
export const INVALID_DATA = AVERROR_INVALIDDATA;

type Operation = 'open' | 'read' | 'decode' | 'filter' | 'encode' | 'mux' | 'create' | 'device';

/** What failed, when the return code itself does not tell more. `%` is what the caller was working on. */
const failures: Record<Operation, { code: ErrorCode; message: string }> = {
  open: { code: 'not-media', message: '% is not a media file that Muxwell can read.' },
  read: { code: 'source-vanished', message: '% could not be read to its end. Is the disk or the network share still there?' },
  decode: { code: 'decoder-failed', message: '% could not be decoded.' },
  filter: { code: 'filter-failed', message: 'The picture or sound of % could not be converted.' },
  encode: { code: 'encoder-failed', message: 'The encoder % failed.' },
  device: { code: 'device-failed', message: 'The device % failed.' },
  mux: { code: 'write-failed', message: 'The result of % could not be written.' },
  create: {
    code: 'output-unwritable',
    message: 'The result of % could not be created. Check that the folder exists and may be written to.',
  },
};

/** Return codes that mean the same whatever was being done, by the operations they can happen in. */
const causes: { posix: PosixError; during: Operation[]; code: ErrorCode; message: string }[] = [
  {
    posix: PosixError.ENOSPC,
    during: ['mux', 'create'],
    code: 'disk-full',
    message: 'The disk is full: the result of % could not be written. Make room and retry.',
  },
  { posix: PosixError.ENOENT, during: ['open'], code: 'source-missing', message: '% is not there any more.' },
  { posix: PosixError.EACCES, during: ['open'], code: 'source-unreadable', message: 'You have no permission to read %.' },
  { posix: PosixError.EISDIR, during: ['open'], code: 'not-media', message: '% is a folder.' },
  {
    posix: PosixError.EACCES,
    during: ['create', 'mux'],
    code: 'output-unwritable',
    message: 'You have no permission to write the result of %.',
  },
  {
    posix: PosixError.ENOMEM,
    during: ['open', 'read', 'decode', 'filter', 'mux', 'create'],
    code: 'internal',
    message: 'There was not enough memory for %.',
  },
];

/** The sentence for a return code. */
export function avError(result: number, operation: Operation, subject: string): StudioError {
  const cause = causes.find((row) => FFmpegError.AVERROR(row.posix) === result && row.during.includes(operation));
  const { code, message } = cause ?? failures[operation];
  return new StudioError(code, message.replace('%', subject), `${operation}: ${FFmpegError.strerror(result)} (${result})`);
}

/** Passes a good result on and throws for a bad one. */
export function check(result: number, operation: Operation, subject: string): number {
  if (result < 0) throw avError(result, operation, subject);
  return result;
}

/** FFmpeg's last error lines, for the folded-away detail of an error. */
const lastLines: string[] = [];

/** How much of what FFmpeg says goes into `lastLines`. */
let kept: AVLogLevel = AV_LOG_ERROR;
const watchers = new Set<(line: string) => void>();

/** Collects FFmpeg's own words from now on, instead of printing them: errors, and what is less where that is asked for. */
export function listenToLog(level: AVLogLevel = AV_LOG_ERROR): void {
  lastLines.length = 0;
  kept = level;
  listen(level);
}

/** Tells every line from now on, warnings too, a turn of the event loop or two after it was said. Ends with what it returns. */
export function watchLog(watcher: (line: string) => void): () => void {
  watchers.add(watcher);
  listen(AV_LOG_WARNING);
  return () => void watchers.delete(watcher);
}

function listen(level: AVLogLevel): void {
  Log.setLevel(level);
  Log.setCallback(
    (lineLevel, message) => {
      const line = message.trimEnd();
      for (const watcher of watchers) watcher(line);
      if (lineLevel > kept) return;
      lastLines.push(line);
      if (lastLines.length > 20) lastLines.shift();
    },
    { maxLevel: level },
  );
}

/** What FFmpeg said last. Its lines come through the event loop: after two turns it has looked for them, wherever it stood. */
export async function lastWords(): Promise<string[]> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  return [...lastLines];
}

/** The error with FFmpeg's words added. */
export async function withLog(thrown: unknown): Promise<unknown> {
  const words = await lastWords();
  if (!(thrown instanceof StudioError) || words.length === 0) return thrown;
  return new StudioError(thrown.code, thrown.message, [thrown.detail, ...words].filter(Boolean).join('\n'));
}
