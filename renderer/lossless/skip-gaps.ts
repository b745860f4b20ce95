/** Plays only what is kept: at the end of a segment the playhead jumps to the next one, and after the last it stops. */
import { useEffect } from 'react';
import type { Job } from '../../native/contract/contract.ts';
import type { LosslessOrder, Timeline } from '../../native/contract/lossless.ts';
import { endOf, startOf } from './marks.ts';
import { useIsPending } from './orders.ts';
import { pause, seek, usePlayback } from './playback.ts';

/** A seek may land a little beside its place, s. */
const slack = 0.02;

export function useSkippedGaps(job: Job | undefined, order: LosslessOrder | null, timeline: Timeline | undefined): void {
  const time = usePlayback((playback) => (playback.playing && playback.skipping ? playback.time : null));
  const pending = useIsPending(job?.id ?? '');
  const cuts = pending ? [] : (job?.outline?.cuts ?? []);
  useEffect(() => {
    if (time === null || !timeline || !order || order.segments.length === 0) return;
    const asked = order.segments.map((segment) => ({ from: startOf(segment, timeline), to: endOf(segment, timeline) }));
    const kept = cuts.length === asked.length ? cuts.map(({ start, end }) => ({ from: start, to: end ?? timeline.end })) : asked;
    if (kept.some(({ from, to }) => time >= from - slack && time < to - slack)) return;
    const next = kept.map(({ from }) => from).filter((from) => from > time);
    if (next.length === 0) pause();
    else seek(Math.min(...next));
  }, [time, timeline, order, cuts]);
}
