/** Files that follow one another in one container must have the same tracks, in the same codecs and with the same headers. */
import { basename } from 'node:path';
import type { MediaInfo, StreamInfo } from '../../contract/media.ts';
import { describeTrack } from '../plan-words.ts';
import type { TakenTrack } from './choose-tracks.ts';

interface Fact {
  what: string;
  of(stream: StreamInfo): string | null;
}

/** What must be equal, the plainest first: only the first difference is named. */
const facts: Fact[] = [
  { what: 'a codec', of: ({ codec }) => codec },
  { what: 'a picture size', of: (stream) => (stream.kind === 'video' ? `${stream.width}×${stream.height}` : null) },
  { what: 'a pixel format', of: (stream) => (stream.kind === 'video' ? stream.pixelFormat : null) },
  { what: 'a rotation', of: (stream) => (stream.kind === 'video' ? `${stream.rotation}°` : null) },
  { what: 'a sample rate', of: (stream) => (stream.kind === 'audio' ? `${stream.sampleRate} Hz` : null) },
  { what: 'a depth', of: (stream) => (stream.kind === 'audio' && stream.bitDepth > 0 ? `${stream.bitDepth} bits` : null) },
  { what: 'a channel layout', of: (stream) => (stream.kind === 'audio' ? stream.layout : null) },
];

/**
 * Codecs whose headers may differ: H.264 and HEVC take their parameters into the packets, FLAC’s tells the length and a checksum of
 * what is in the file.
 */
const mendedHeaders = ['h264', 'hevc', 'flac'];

/** Why these files cannot follow the first, in a sentence; null where they can. */
export function joinMismatch(first: MediaInfo, joined: MediaInfo[], taken: TakenTrack[]): string | null {
  for (const other of joined) {
    for (const { stream } of taken) {
      const difference = differenceOf(stream, other.streams[stream.index]);
      if (difference) return `${basename(other.path)} cannot follow ${basename(first.path)}: ${difference}.`;
    }
  }
  return null;
}

function differenceOf(stream: StreamInfo, other: StreamInfo | undefined): string | null {
  const name = describeTrack(stream).replace(/^\w/, (letter) => letter.toLowerCase());
  if (other?.kind !== stream.kind) return `it has no ${name}`;
  for (const { what, of } of facts) {
    const [one, two] = [of(stream), of(other)];
    if (one !== two) return `${name} has ${what} of ${two} instead of ${one}`;
  }
  const mended = mendedHeaders.includes(stream.codec) || (stream.kind === 'subtitle' && stream.text);
  return stream.header === other.header || mended ? null : `${name} was encoded with other settings`;
}
