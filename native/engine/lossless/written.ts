/** What a lossless job has written of each track, by the result's own clock. */
import { type Extent, extentOf, type OutputStream } from '../output.ts';
import { hasEditLists } from '../write-chapters.ts';
import { longestPriming } from './stream-setup.ts';

/** What was written of one track. */
export interface Written extends Extent {
  packets: number;
  /** Seconds of it before the start, hidden by an edit list: of fragments, FFmpeg counts them all the same. */
  early: number;
}

/**
 * `hidden` is how much more the result shows than its source, seconds: what lies before the start, since an editor cut it off
 * with an edit list, stays hidden in MP4 and QuickTime alone. Other muxers begin with it, and let everything else come later.
 */
export function writtenOf(targets: (OutputStream | null)[], muxer: string): { written: Written[]; hidden: number } {
  const earlies = targets.map((target) => (target && target.packets > 0 ? Math.max(0, -seconds(target, target.firstPts)) : 0));
  const earliest = hasEditLists(muxer) ? 0 : Math.max(0, ...earlies);
  const hidden = earliest > longestPriming ? earliest : 0;
  const written = targets.map((target, index): Written => {
    if (!target) return { last: 0, end: 0, packets: 0, early: 0 };
    const { last, end } = extentOf(target);
    return { last: last + hidden, end: end + hidden, packets: target.packets, early: earlies[index] ?? 0 };
  });
  return { written, hidden };
}

const seconds = ({ to }: OutputStream, ticks: bigint) => (Number(ticks) * to.num) / to.den;
