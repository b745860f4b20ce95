/** Where the cuts of one segment really fall, in words. */
import type { Job } from '../../native/contract/contract.ts';
import type { CutPlace, LosslessOrder, Segment, Timeline } from '../../native/contract/lossless.ts';
import { same } from '../same.ts';
import { t } from '../words/index.ts';
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
    if (!next || !place) return mark.end === null ? { text: t('lossless:cut.asAsked'), isOff: false } : null;
    return wordsOf(place, next, timeline, 'lossless:cut.goesOnEarlier');
  }
  const place = placeOf(job, mark);
  return place ? wordsOf(place, mark, timeline, 'lossless:cut.startsEarlier') : null;
}

function wordsOf(
  place: CutPlace,
  asked: Segment,
  timeline: Timeline,
  early: 'lossless:cut.goesOnEarlier' | 'lossless:cut.startsEarlier',
): CutWords {
  const before = startOf(asked, timeline) - place.start;
  const late = place.end === null ? 0 : place.end - endOf(asked, timeline);
  const least = pictureOf(timeline);
  const again = place.encoded.reduce((sum, { from, to }) => sum + to - from, 0);
  const parts = [
    before > least && t(early, { span: span(before) }),
    late > least && t('lossless:cut.endsLater', { span: span(late) }),
    again > 0 && t('lossless:cut.encoded', { span: span(again) }),
  ].filter(Boolean);
  return { text: parts.join(' ') || t('lossless:cut.exact'), isOff: before > least || late > least };
}
