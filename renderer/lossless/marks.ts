/**
 * Segments as a person marks them: what is kept, or what is taken out. An order only knows what is kept; here one becomes the
 * other, and marks are set, split, moved and chosen. All of it pure: marks in, marks out. Times in seconds of the source.
 */
import type { LosslessOrder, Segment, Timeline } from '../../native/contract/lossless.ts';
import { complement } from '../../native/contract/segments.ts';

export interface Marks {
  marks: Segment[];
  /** Index of the chosen one; -1 without any. */
  chosen: number;
}

/** What is marked in an order: in a film of which nothing is marked, everything is kept. */
export const marksOf = ({ segments }: LosslessOrder, removing: boolean): Segment[] =>
  removing && segments.length > 0 ? complement(segments, null, null) : segments;

/** What an order says of marks; null where nothing would be left. */
export function segmentsOf(marks: Segment[], removing: boolean): Segment[] | null {
  if (!removing || marks.length === 0) return marks;
  const left = complement(marks, null, null);
  return left.length > 0 ? left : null;
}

/** The film's own edges are told as null, so that nothing depends on how exactly its length is known. */
export function openEdges({ start, end, ...rest }: Segment, timeline: Timeline): Segment {
  const slack = (timeline.frame ?? 0.04) / 2;
  return {
    ...rest,
    start: start === null || start <= timeline.start + slack ? null : round(start),
    end: end === null || end >= timeline.end - slack ? null : round(end),
  };
}

/** Microseconds: finer than any frame. */
const round = (seconds: number) => Math.round(seconds * 1e6) / 1e6;

export const startOf = ({ start }: Segment, timeline: Timeline) => start ?? timeline.start;
export const endOf = ({ end }: Segment, timeline: Timeline) => end ?? timeline.end;
const has = (mark: Segment, at: number, timeline: Timeline) => at > startOf(mark, timeline) && at < endOf(mark, timeline);
const replace = (marks: Segment[], index: number, ...by: Segment[]) => [...marks.slice(0, index), ...by, ...marks.slice(index + 1)];

/** The next mark's start after a time, the last one's end before it; null without one. */
const startAfter = (marks: Segment[], at: number) =>
  marks.reduce<number | null>(
    (found, { start }) => (start !== null && start > at && (found === null || start < found) ? start : found),
    null,
  );
const endBefore = (marks: Segment[], at: number) =>
  marks.reduce<number | null>((found, { end }) => (end !== null && end < at && (found === null || end > found) ? end : found), null);

export function setIn({ marks, chosen }: Marks, at: number, timeline: Timeline): Marks {
  const mark = marks[chosen];
  if (!mark) return { marks: [{ start: at, end: null }], chosen: 0 };
  const end = at < endOf(mark, timeline) ? mark.end : startAfter(marks, at);
  return { marks: replace(marks, chosen, { ...mark, start: at, end }), chosen };
}

export function setOut({ marks, chosen }: Marks, at: number, timeline: Timeline): Marks {
  const mark = marks[chosen];
  if (!mark) return { marks: [{ start: null, end: at }], chosen: 0 };
  const start = at > startOf(mark, timeline) ? mark.start : endBefore(marks, at);
  return { marks: replace(marks, chosen, { ...mark, start, end: at }), chosen };
}

/** Cuts the mark under a time in two, the chosen one first; a film without marks becomes two. null where there is nothing to cut. */
export function split({ marks, chosen }: Marks, at: number, timeline: Timeline): Marks | null {
  if (at <= timeline.start || at >= timeline.end) return null;
  if (marks.length === 0)
    return {
      marks: [
        { start: null, end: at },
        { start: at, end: null },
      ],
      chosen: 1,
    };
  const index = marks[chosen] && has(marks[chosen], at, timeline) ? chosen : marks.findIndex((mark) => has(mark, at, timeline));
  const mark = marks[index];
  if (!mark) return null;
  return { marks: replace(marks, index, { ...mark, end: at }, { start: at, end: mark.end }), chosen: index + 1 };
}

/** A further mark from a time to the next one, or to the end; null where a mark is already. */
export function addMark({ marks }: Marks, at: number, timeline: Timeline): Marks | null {
  if (marks.some((mark) => at >= startOf(mark, timeline) && at < endOf(mark, timeline))) return null;
  const later = marks.findIndex((mark) => startOf(mark, timeline) > at);
  const index = later < 0 ? marks.length : later;
  return { marks: [...marks.slice(0, index), { start: at, end: startAfter(marks, at) }, ...marks.slice(index)], chosen: index };
}

export function removeMark({ marks, chosen }: Marks): Marks {
  const left = replace(marks, chosen);
  return { marks: left, chosen: Math.min(chosen, left.length - 1) };
}

/** Plays the chosen mark earlier (-1) or later (1) than its neighbour. */
export function moveMark({ marks, chosen }: Marks, by: -1 | 1): Marks {
  const [mark, other] = [marks[chosen], marks[chosen + by]];
  if (!mark || !other) return { marks, chosen };
  return { marks: replace(replace(marks, chosen, other), chosen + by, mark), chosen: chosen + by };
}

/** The last keyframe at or before a time, and the first after it; null without one. */
export function keyframesAround(keyframes: number[], at: number): { before: number | null; after: number | null } {
  let [low, high] = [0, keyframes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keyframes[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return { before: keyframes[low - 1] ?? null, after: keyframes[low] ?? null };
}
