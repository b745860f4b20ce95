/** Where the cuts of one segment really fall, in words. */
import type { Job } from '../../native/contract/contract.ts';
import type { CutPlace, LosslessOrder, Segment, Timeline } from '../../native/contract/lossless.ts';
import { same } from '../same.ts';
import { endOf, startOf } from './marks.ts';
import { span } from './time.ts';

/** Edges this near are one, s. */
const near = 0.001;
/** A cut falls between two pictures: as much as one of them is no difference, s. */
export const pictureOf = ({ frame }: Timeline) => (frame ?? 0.04) + near;

export interface CutWords {
  text: string;
  /** A cut does not fall where it was asked. */
  isOff: boolean;
}

const placeOf = (job: Job, segment: Segment): CutPlace | undefined =>
  job.outline?.cuts.find(({ asked }) => same(asked, { start: segment.start, end: segment.end }));

/** null while it is not known. Of what is taken out, the edges that count are those of what is kept around it. */
export function describeCut(job: Job, order: LosslessOrder, mark: Segment, removing: boolean, timeline: Timeline): CutWords | null {
  if (removing) {
    const next = order.segments.find(({ start }) => start !== null && mark.end !== null && Math.abs(start - mark.end) < near);
    const place = next && placeOf(job, next);
    if (!next || !place) return mark.end === null ? { text: 'Ends where it is asked.', isOff: false } : null;
    return wordsOf(place, next, timeline, 'Goes on');
  }
  const place = placeOf(job, mark);
  return place ? wordsOf(place, mark, timeline, 'Starts') : null;
}

function wordsOf(place: CutPlace, asked: Segment, timeline: Timeline, verb: string): CutWords {
  const early = startOf(asked, timeline) - place.start;
  const late = place.end === null ? 0 : place.end - endOf(asked, timeline);
  const least = pictureOf(timeline);
  const again = place.encoded.reduce((sum, { from, to }) => sum + to - from, 0);
  const parts = [
    early > least && `${verb} ${span(early)} earlier, at the keyframe.`,
    late > least && `Ends ${span(late)} later.`,
    again > 0 && `Cut exactly: ${span(again)} are encoded again, the rest is copied.`,
  ].filter(Boolean);
  return { text: parts.join(' ') || 'Cut exactly where it is asked, nothing is encoded.', isOff: early > least || late > least };
}
