/** Picture files: a film's cover, a slate, a watermark. They are no sources of their own: FFmpeg would take any picture for a film. */
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
const covers = [
  { magic: /^\u00ff\u00d8\u00ff/, demuxer: 'jpeg_pipe' },
  { magic: /^\u0089PNG\r\n/, demuxer: 'png_pipe' },
];
/** No container takes it for a cover, but it can be drawn. */
const drawings = [...covers, { magic: /^RIFF.{4}WEBP/s, demuxer: 'webp_pipe' }];
/** A cover is never larger, bytes. */
const largest = 100e6;

/**
 * null where the file is no picture: a JPEG or PNG, or to be drawn also a WebP. Throws source-missing, source-unreadable, and
 * not-media for damaged ones.
 */
export function openPicture(path: string, use: 'cover' | 'drawing' = 'cover'): PictureFile | null {
  const name = basename(path);
  const bytes = readPicture(path, name);
  const beginning = bytes?.toString('latin1', 0, 12) ?? '';
  const kind = (use === 'cover' ? covers : drawings).find(({ magic }) => magic.test(beginning));
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
