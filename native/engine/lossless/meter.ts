/** How far a track was read, and where its times jump: what is missing of a damaged source shows there and nowhere else. */
import type { Rational } from '../../contract/media.ts';

/** A jump, in seconds of the source. */
export interface Gap {
  at: number;
  length: number;
}

export interface Meter {
  /** A packet's time, in ticks. Called for every packet: it must cost nothing. */
  meet(ticks: number): void;
  /** The last time met, in ticks; -Infinity before the first. */
  met(): number;
  /** When what was met is over, seconds; -Infinity before the first. */
  end(): number;
  /** Where nothing was, though something could have been. */
  gaps(): Gap[];
}

/** Between packets of a track that is whole, seconds: more may be damage, and may be the way a film is. */
const usualStep = 0.2;
/** Beyond these there is nothing to tell but that there are many. */
const mostGaps = 1000;

export function createMeter({ num, den }: Rational): Meter {
  const tick = num / den;
  const most = usualStep / tick;
  const jumps: [from: number, to: number][] = [];
  let steady = 0;
  let count = 0;
  let met = -Infinity;

  /** Seconds from packet to packet. */
  const step = () => (count > 0 ? (steady * tick) / count : 0);
  return {
    meet(ticks) {
      const length = ticks - met;
      if (length > most) {
        if (met !== -Infinity && jumps.length < mostGaps) jumps.push([met, ticks]);
        met = ticks;
      } else if (length > 0) {
        steady += length;
        count++;
        met = ticks;
      }
    },
    met: () => met,
    end: () => met * tick + step(),
    gaps: () => jumps.map(([from, to]) => ({ at: from * tick + step(), length: Math.max(0, (to - from) * tick - step()) })),
  };
}
