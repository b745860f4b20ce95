/** What FFmpeg's return codes mean when a live source is opened or read, in words for the person who set it up. */
import { constants } from 'node:os';
import {
  AVERROR_HTTP_FORBIDDEN,
  AVERROR_HTTP_NOT_FOUND,
  AVERROR_HTTP_OTHER_4XX,
  AVERROR_HTTP_SERVER_ERROR,
  AVERROR_HTTP_TOO_MANY_REQUESTS,
  AVERROR_HTTP_UNAUTHORIZED,
  AVERROR_INVALIDDATA,
  AVERROR_PROTOCOL_NOT_FOUND,
} from 'node-av/constants';
import { FFmpegError } from 'node-av/lib';
import { type ErrorCode, StudioError, toErrorData } from '../../../contract/errors.ts';

const { errno } = constants;

/** `%` is the source. */
const rows: [result: number, code: ErrorCode, message: string][] = [
  [-errno.ECONNREFUSED, 'source-missing', 'Nothing answers at %: the connection was refused.'],
  [-errno.ETIMEDOUT, 'timed-out', '% does not answer.'],
  [-errno.EHOSTUNREACH, 'source-missing', 'There is no way to % from this machine.'],
  [-errno.ENETUNREACH, 'source-missing', 'There is no network to reach % by.'],
  [-errno.ECONNRESET, 'source-vanished', '% cut the connection.'],
  [-errno.EADDRINUSE, 'too-busy', 'The port of % is taken by another program.'],
  [-errno.EADDRNOTAVAIL, 'source-missing', 'The address of % is not one of this machine.'],
  [-errno.ENOENT, 'source-missing', '% is not there.'],
  [-errno.ENODEV, 'source-missing', '% is not there.'],
  [-errno.EACCES, 'source-unreadable', 'You have no permission to use %.'],
  [-errno.EPERM, 'source-unreadable', 'You have no permission to use %.'],
  [-errno.EBUSY, 'too-busy', '% is in use by another program.'],
  [AVERROR_HTTP_UNAUTHORIZED, 'source-unreadable', '% wants a name and a password, or other ones.'],
  [AVERROR_HTTP_FORBIDDEN, 'source-unreadable', '% does not let us in.'],
  [AVERROR_HTTP_NOT_FOUND, 'source-missing', '% has nothing at that address.'],
  [AVERROR_HTTP_TOO_MANY_REQUESTS, 'too-busy', '% was asked too often.'],
  [AVERROR_HTTP_OTHER_4XX, 'source-unreadable', '% refuses the request.'],
  [AVERROR_HTTP_SERVER_ERROR, 'source-missing', '% has trouble of its own.'],
  [AVERROR_INVALIDDATA, 'not-media', '% sends nothing that Muxwell can read.'],
  // Also for a format or a protocol that is not among those it may have.
  [-errno.EINVAL, 'not-media', '% sends nothing that Muxwell can read.'],
  [AVERROR_PROTOCOL_NOT_FOUND, 'bad-input', 'Muxwell cannot reach % in this way.'],
];

const otherwise = {
  open: ['source-missing', '% could not be opened.'],
  read: ['source-vanished', '% was lost.'],
} as const;

/** Passes a good result on and throws a sentence for a bad one. */
export function checkLive(result: number, step: 'open' | 'read', name: string): number {
  if (result >= 0) return result;
  const row = rows.find(([known]) => known === result);
  const [code, message] = row ? [row[1], row[2]] : otherwise[step];
  throw new StudioError(code, message.replace('%', name), `${step}: ${FFmpegError.strerror(result)} (${result})`);
}

/** The sentence of any error; one that nobody foresaw says what it was. */
export function inWords(error: unknown): string {
  const { code, message, detail } = toErrorData(error);
  return code === 'internal' ? `${message} (${detail?.split('\n', 1)[0] ?? ''})` : message;
}
