/** What a lossless job reads of its main inputs: one sequence of packets on the result's timeline, whatever pieces it is made of. */
import type { Packet, Stream } from 'node-av/lib';
import type { Rational } from '../../contract/media.ts';

/** What a track of the result is made from. */
export interface ReadTrack {
  /** The first source's stream: its parameters are the result's. Valid until the reader is closed. */
  stream: Stream;
  /** Of the packets handed out. */
  timeBase: Rational;
  /** In place of the stream's own, where pictures that are encoded again need parameter sets beside the source's. */
  extradata: Buffer | null;
  /** Some packets bring parameter sets of their own, which an MP4 track must own up to (`hev1`, `avc3`). */
  inBand: boolean;
}

/** What `next` says besides a track's number. */
export const OVER = -1;
/** Nothing this time: pictures are being encoded. Let events in and ask again. */
export const NOT_YET = -2;

export interface PacketReader {
  /** By the plan's streams; null for tracks that come from files beside the main ones. */
  tracks: (ReadTrack | null)[];
  /**
   * Puts the next packet into `packet`, which must be blank, and returns the track it belongs to, or OVER or NOT_YET. Packets
   * come about in the order they are decoded, over all tracks. Times are the result's, in the track's time base, without the
   * track's own shift.
   */
  next(packet: Packet): number;
  /** Bytes of media read so far, for progress. */
  bytes(): number;
  /** What could not be read, in sentences. Complete at the end, once FFmpeg's words have come in (`lastWords`). */
  losses(): string[];
  /** True things about a good result that a person should know. Complete at the end. */
  warnings(): string[];
  close(): void;
}
