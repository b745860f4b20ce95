/** Brings a file to an asked size: after every encode it says whether to keep it, or with what rate to try again. */
import type { Plan, StreamPlan } from '../contract/plan.ts';

/** A file below this share of the limit is encoded again with more, unless its quality is the limit. */
const least = 0.95;
/** What the next encode aims at, as a share of the limit: rate control ends a little above or below. */
const aim = 0.98;
/** Encodes of one file at most; a file that is small enough already is not worth as many as one that is too large. */
const mostRaises = 3;
const mostEncodes = 6;
/** A rate is not raised by more than this at once. */
const mostFactor = 4;
/** Of a raised rate at least this share must arrive in the file, or the encoder is at its best. */
const leastGrowth = 0.25;
/** A plan that does not mean to fill the limit (its picture needs no more) is not made to. */
const meansToFill = 0.85;

/** A finished encode, its rate as a factor of the planned one. */
export interface Try {
  factor: number;
  bytes: number;
}

export type Verdict =
  /** The file at hand is the one. */
  | { what: 'keep' }
  /** Encode again with this factor; `spare`: the file at hand is the best so far. */
  | { what: 'again'; factor: number; spare: boolean }
  /** An earlier file, put aside, is the one. */
  | { what: 'earlier' }
  | { what: 'unreachable' };

export interface SizeFit {
  judge(bytes: number): Verdict;
}

export function createSizeFit(plan: Plan, limit: number): SizeFit {
  const tries: Try[] = [];
  const planned = bytesOf(plan, () => true);
  const beside = planned - bytesOf(plan, isFilm);
  let factor = 1;
  let best: Try | null = null;

  const fits = ({ bytes }: Try) => bytes <= limit;
  const settle = (): Verdict => (best ? { what: 'earlier' } : { what: 'unreachable' });

  /** Straight between a file that is too small and one that is too large, or in proportion to what the picture takes. */
  function nextFactor(last: Try): number {
    const below = tries.filter(fits).sort((a, b) => b.bytes - a.bytes)[0];
    const above = tries.filter((one) => !fits(one)).sort((a, b) => a.bytes - b.bytes)[0];
    if (below && above && above.factor > below.factor) {
      const share = (limit * aim - below.bytes) / (above.bytes - below.bytes);
      return below.factor + (above.factor - below.factor) * Math.min(0.9, Math.max(0.1, share));
    }
    const fixed = Math.min(beside, last.bytes / 2);
    const wanted = (limit * aim - fixed) / (last.bytes - fixed);
    // What did not shrink enough shrinks more the next time.
    const careful = fits(last) ? 1 : 1 - 0.02 * tries.length;
    return last.factor * Math.min(mostFactor, Math.max(0.05, wanted * careful));
  }

  return {
    judge(bytes) {
      const now: Try = { factor, bytes };
      tries.push(now);
      if (!fits(now)) {
        if (tries.length >= (best ? mostRaises + 1 : mostEncodes)) return settle();
        factor = nextFactor(now);
        return { what: 'again', factor, spare: false };
      }
      const isBest = !best || bytes > best.bytes;
      if (bytes >= limit * least || planned < limit * meansToFill) return { what: 'keep' };
      const isSated =
        best !== null && now.factor > best.factor && bytes - best.bytes < leastGrowth * best.bytes * (now.factor / best.factor - 1);
      if (isSated || tries.length > mostRaises) return isBest ? { what: 'keep' } : settle();
      if (isBest) best = now;
      factor = nextFactor(now);
      return { what: 'again', factor, spare: isBest };
    },
  };
}

const isFilm = (stream: StreamPlan) => stream.kind === 'video';

/** What a plan's rates come to over its length. */
function bytesOf({ streams, duration }: Plan, of: (stream: StreamPlan) => boolean): number {
  const bits = streams.filter(of).reduce((sum, stream) => {
    if (stream.action !== 'encode') return sum;
    return sum + (stream.kind === 'audio' ? stream.bitRate : Number(stream.options['b'] ?? 0));
  }, 0);
  return (bits * (duration ?? 0)) / 8;
}

/** The options that a rate is made of. */
const rates = ['b', 'maxrate', 'bufsize'];

/** The plan with its picture's rates multiplied. */
export function withRate(plan: Plan, factor: number): Plan {
  const streams = plan.streams.map((stream): StreamPlan => {
    if (stream.action !== 'encode' || stream.kind !== 'video') return stream;
    const changed = rates.flatMap((key) => (stream.options[key] ? [[key, String(Math.floor(Number(stream.options[key]) * factor))]] : []));
    return { ...stream, options: { ...stream.options, ...Object.fromEntries(changed) } };
  });
  return { ...plan, streams };
}
