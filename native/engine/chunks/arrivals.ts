/** Which chunks of a picture are there already, while the others are still being encoded elsewhere. */

/** A chunk that has been encoded, and what was counted in doing so. */
export interface Arrival {
  number: number;
  frames: number;
  damaged: number;
}

export interface Arrivals {
  arrived(chunk: Arrival): void;
  has(number: number): boolean;
  /** Of all that have arrived. */
  counts(): { frames: number; damaged: number };
}

export function createArrivals(): Arrivals {
  const there = new Map<number, Arrival>();
  return {
    arrived(chunk) {
      there.set(chunk.number, chunk);
    },
    has: (number) => there.has(number),
    counts() {
      const counts = { frames: 0, damaged: 0 };
      for (const { frames, damaged } of there.values()) {
        counts.frames += frames;
        counts.damaged += damaged;
      }
      return counts;
    },
  };
}
