/** Where moments of the source play in the result, for files beside it that have to be cut as it is. */
import type { RemuxPlan } from '../../contract/remux-plan.ts';

/** A stretch that is kept. Seconds on the common timeline, on which the source's origin is 0. */
export interface Span {
  /** -Infinity and Infinity where nothing is cut off. */
  from: number;
  to: number;
  /** What makes a time of it one of the result. */
  delta: number;
}

/** What is kept of the first main input, in the order it plays. */
export function spansOf({ inputs, pieces }: Pick<RemuxPlan, 'inputs' | 'pieces'>): Span[] {
  const origin = inputs[0]?.origin ?? 0;
  let at = 0;
  return pieces
    .filter((piece) => piece.input === 0)
    .map(({ start, end }) => {
      const from = start === null ? -Infinity : start - origin;
      const to = end === null ? Infinity : end - origin;
      const delta = at - (start === null ? 0 : from);
      at = to + delta;
      return { from, to, delta };
    });
}

/** A text from `start` to `end`, as often as it is to be seen in the result: each time as much of it as was kept. */
export function placeText(spans: Span[], start: number, end: number): { start: number; end: number }[] {
  return spans.flatMap(({ from, to, delta }) =>
    start < to && end > from ? [{ start: Math.max(start, from) + delta, end: Math.min(end, to) + delta }] : [],
  );
}
