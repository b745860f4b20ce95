/** A fully resolved lossless job: what a worker reads, what it does with each track, and where it goes, with nothing left to decide. */
import type { TargetId } from './lossless.ts';
import type { Chapter, Rational } from './media.ts';
import type { Note } from './plan.ts';

export interface RemuxPlan {
  /** Files that are read. The first is the source; those that follow it (`joined`) come next, then those beside it. */
  inputs: RemuxInput[];
  target: TargetId;
  /** FFmpeg's muxer and its options; empty for the target `file`, which has no muxer. */
  muxer: string;
  muxerOptions: Record<string, string>;
  /** `faststart` and `fragmented` are MP4's and QuickTime's; other containers have one layout. */
  layout: 'plain' | 'faststart' | 'fragmented';
  /** What plays in the result, one piece after the other: at least one. */
  pieces: Piece[];
  /** Tracks of the result, in order. */
  streams: RemuxStream[];
  /** On the result's timeline. */
  chapters: Chapter[];
  tags: Record<string, string>;
  /** Planned length, seconds; null where the source does not tell. */
  duration: number | null;
  /** The sources' own lengths can be trusted: a shorter result then means that something is lost, which is told. */
  durationIsExact: boolean;
  /** Bytes that will be read, about; null where nothing can be said. */
  estimatedBytes: number | null;
  notes: Note[];
}

export interface RemuxInput {
  path: string;
  /** `media` is read by FFmpeg, `subtitle` and `cover` are small files of their own formats. */
  kind: 'media' | 'subtitle' | 'cover';
  /** `main` files play one after the other; `beside` files share the first one's timeline. */
  role: 'main' | 'beside';
  /** The time of this file that is 0 on the common timeline, seconds: the earliest start of what is taken. */
  origin: number;
}

/** A stretch of one main input. Times in seconds of that input's own timeline. */
export interface Piece {
  /** Index in `inputs`. */
  input: number;
  /** A keyframe's time where nothing is encoded; null: from the beginning. */
  start: number | null;
  /** Pictures and sound that begin at or after it are left out; null: to the end. */
  end: number | null;
  /** Stretches at its ends that are encoded again, because a smart cut begins or ends between keyframes. */
  encoded: { from: number; to: number }[];
}

export interface RemuxStream {
  /** Where it comes from: one track of a file beside the source, or the same track of every main input, in their order. */
  from: { input: number; stream: number }[];
  kind: 'video' | 'audio' | 'subtitle' | 'attachment' | 'data';
  /** `copy` packets as they are; `convert` the text of subtitles; `attach` a cover as a file inside the file (Matroska). */
  action: 'copy' | 'convert' | 'attach';
  /** FFmpeg's name of the codec in the source, and in the result where that is another. */
  codec: string;
  to: string | null;
  tags: Record<string, string>;
  disposition: string[];
  /** Four characters the container wants (`hvc1`), or null for its own choice. */
  codecTag: string | null;
  /** Later by so many seconds. */
  shift: number;
  /** Degrees clockwise that players turn it by, in place of what the source says; null keeps that. */
  rotation: 0 | 90 | 180 | 270 | null;
  /** Frame rate, for the size of the index; null without one. */
  frameRate: Rational | null;
}
