/** JPEG and PNG files, which can be added to a film as its cover. They are no sources of their own: FFmpeg would take any picture for a film. */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Dictionary, FormatContext, InputFormat, type Stream } from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';
import { check } from './av-error.ts';
import { fileError } from './chapters.ts';

export interface PictureFile {
  context: FormatContext;
  /** Only valid until close. */
  stream: Stream;
  /** The whole file. */
  bytes: Buffer;
  close(): void;
}

/** How each begins, and FFmpeg's reader of it. */
const kinds = [
  { magic: 'ffd8ff', demuxer: 'jpeg_pipe' },
  { magic: '89504e470d0a1a0a', demuxer: 'png_pipe' },
];
/** A cover is never larger, bytes. */
const largest = 100e6;

/** null where the file is no picture. Throws source-missing, source-unreadable, and not-media for damaged ones. */
export function openPicture(path: string): PictureFile | null {
  const name = basename(path);
  const bytes = readPicture(path, name);
  const kind = kinds.find(({ magic }) => bytes?.subarray(0, magic.length / 2).toString('hex') === magic);
  if (!bytes || !kind) return null;
  const context = new FormatContext();
  const options = Dictionary.fromObject({ protocol_whitelist: 'file' });
  check(context.openInputSync(`file:${path}`, InputFormat.findInputFormat(kind.demuxer), options), 'open', name);
  const close = () => context.closeInputSync();
  try {
    check(context.findStreamInfoSync(null), 'open', name);
    const [stream] = context.streams;
    if (!stream || stream.codecpar.width === 0) throw new StudioError('not-media', `${name} is a damaged picture.`);
    return { context, stream, bytes, close };
  } catch (error) {
    close();
    throw error;
  }
}

function readPicture(path: string, name: string): Buffer | null {
  try {
    return statSync(path).size > largest ? null : readFileSync(path);
  } catch (error) {
    throw fileError(error, 'read', name);
  }
}
