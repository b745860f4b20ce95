/** Arithmetic of segments, the same in a page and a terminal. */
import type { Segment } from './lossless.ts';

/**
 * What is left when segments are taken away from a film that runs from `start` to `end` (null: as far as it goes), in order.
 * Segments may overlap and come in any order.
 */
export function complement(segments: Segment[], start: number | null, end: number | null): Segment[] {
  const [first, last] = [start ?? -Infinity, end ?? Infinity];
  const removed = segments.map((segment) => ({ from: segment.start ?? first, to: segment.end ?? last })).sort((a, b) => a.from - b.from);
  const left: Segment[] = [];
  let at = first;
  const keep = (to: number) => {
    if (to > at) left.push({ start: Number.isFinite(at) ? at : null, end: Number.isFinite(to) ? to : null });
  };
  for (const { from, to } of removed) {
    keep(Math.min(from, last));
    at = Math.max(at, to);
  }
  keep(last);
  return left;
}
