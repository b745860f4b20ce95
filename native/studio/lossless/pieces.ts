/** What plays in the result: stretches of the main files, one after the other, and how long and large that makes it. */
import type { CutPlace } from '../../contract/lossless.ts';
import type { MediaInfo, StreamInfo } from '../../contract/media.ts';
import type { Piece } from '../../contract/remux-plan.ts';
import { originOf } from '../plan-words.ts';
import type { TakenTrack } from './choose-tracks.ts';

/** A main file and where it begins and ends on its own timeline, seconds; the end is null where it does not tell. */
export interface MainFile {
  media: MediaInfo;
  start: number;
  end: number | null;
}

/** Containers whose length is the time of their end, whenever they begin. */
const countsFromZero = /matroska|flv/;

/** Time begins with the first of the given tracks, or with the film where they are texts. */
export function mainFile(media: MediaInfo, taken: StreamInfo[]): MainFile {
  const isTimed = ({ kind, ...stream }: StreamInfo) => kind === 'audio' || (kind === 'video' && !('cover' in stream && stream.cover));
  const timed = taken.filter(isTimed);
  const start = originOf(timed.length > 0 ? timed : media.streams.filter(isTimed));
  const ends = media.streams.flatMap((stream) =>
    isTimed(stream) && stream.duration !== null ? [(stream.start ?? 0) + stream.duration] : [],
  );
  const end = ends.length > 0 ? Math.max(...ends) : null;
  const known = media.duration === null ? null : countsFromZero.test(media.format) ? media.duration : start + media.duration;
  return { media, start, end: end ?? known };
}

export const piecesOf = (files: MainFile[], places: CutPlace[]): Piece[] =>
  places.length > 0
    ? places.map(({ start, end, encoded }) => ({ input: 0, start, end, encoded }))
    : files.map((_, input) => ({ input, start: null, end: null, encoded: [] }));

/** Where a piece begins and ends on its file's timeline; null where nobody knows. */
export function extentOf(piece: Piece, files: MainFile[]): { start: number; end: number | null } {
  const file = files[piece.input];
  const from = piece.start ?? file?.start ?? 0;
  const known = file?.end ?? null;
  const end = piece.end === null ? known : known === null ? piece.end : Math.min(piece.end, known);
  return { start: from, end: end === null ? null : Math.max(from, end) };
}

/** Seconds of the result; null where a piece does not tell. */
export function durationOf(pieces: Piece[], files: MainFile[]): number | null {
  return pieces.reduce<number | null>((sum, piece) => {
    const { start, end } = extentOf(piece, files);
    return sum === null || end === null ? null : sum + end - start;
  }, 0);
}

/** Bytes that are read, about: what is kept of the time, without tracks that are left out and tell their bit rate. */
export function estimateBytes(pieces: Piece[], files: MainFile[], taken: TakenTrack[], beside: MediaInfo[]): number {
  const main = files.reduce((sum, { media, start, end }, input) => {
    const whole = end === null ? null : end - start;
    const kept = durationOf(
      pieces.filter((piece) => piece.input === input),
      files,
    );
    const time = whole === null || whole <= 0 || kept === null ? 1 : Math.min(1, kept / whole);
    const left = media.streams.filter((stream) => !taken.some(({ choice }) => choice.file === 0 && choice.stream === stream.index));
    const spared = left.reduce((bits, { bitRate, duration }) => bits + (bitRate ?? 0) * (duration ?? whole ?? 0), 0) / 8;
    return sum + Math.max(media.bytes - spared, media.bytes * 0.001) * time;
  }, 0);
  const used = beside.filter((_, index) => taken.some(({ choice }) => choice.file === index + 1));
  return Math.round(main + used.reduce((sum, { bytes }) => sum + bytes, 0));
}
