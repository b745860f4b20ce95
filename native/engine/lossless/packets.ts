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
}

export interface PacketReader {
  /** By the plan's streams; null for tracks that come from files beside the main ones. */
  tracks: (ReadTrack | null)[];
  /**
   * Puts the next packet into `packet` and returns the track it belongs to, or -1 at the end. Packets come about in the order
   * they are decoded, over all tracks. Times are the result's, in the track's time base, without the track's own shift.
   */
  next(packet: Packet): number;
  /** Bytes of media read so far, for progress. */
  bytes(): number;
  /** What could not be read, in sentences: "holiday.mkv ends at 12.3 s of 60.0 s." Complete at the end. */
  losses(): string[];
  close(): void;
}
