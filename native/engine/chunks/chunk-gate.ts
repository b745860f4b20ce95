/** Lets through the pictures of one chunk: what is decoded before and behind it only sets the scene for filters. */
import type { Rational } from '../../contract/media.ts';
import { toTicks } from '../legs.ts';

export interface ChunkGate {
  /** To be asked of every picture that is ready to be encoded, in order; times in `base`. */
  takes(pts: bigint, base: Rational): boolean;
  /** When the first picture inside and the first behind it are shown, ticks; null where there is none. */
  first(): bigint | null;
  next(): bigint | null;
}

/** `from` and `to` in seconds of the result; null is the film's end. */
export function createChunkGate(from: number, to: number | null): ChunkGate {
  let first: bigint | null = null;
  let next: bigint | null = null;
  return {
    takes(pts, base) {
      if (from > 0 && pts < toTicks(from, base)) return false;
      if (to !== null && pts >= toTicks(to, base)) {
        next ??= pts;
        return false;
      }
      first ??= pts;
      return true;
    },
    first: () => first,
    next: () => next,
  };
}
