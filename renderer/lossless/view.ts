/** Which stretch of a film the timeline shows. Pure: a view in, a view out. Times in seconds of the source. */

export interface View {
  from: number;
  to: number;
}

/** Never nearer than this, s. */
const leastSpan = 0.25;

const within = (from: number, length: number, whole: View): View => {
  const span = Math.min(whole.to - whole.from, Math.max(leastSpan, length));
  const start = Math.min(whole.to - span, Math.max(whole.from, from));
  return { from: start, to: start + span };
};

/** `factor` below 1 goes nearer; what lies at `at` stays where it is. */
export function zoom(view: View, whole: View, at: number, factor: number): View {
  const length = Math.max(leastSpan, (view.to - view.from) * factor);
  const share = (at - view.from) / (view.to - view.from);
  return within(at - share * length, length, whole);
}

/** `by` in seconds. */
export const scroll = (view: View, whole: View, by: number): View => within(view.from + by, view.to - view.from, whole);

/** The view moved so far that a time is in it, with some room around. */
export function reveal(view: View, whole: View, at: number): View {
  const length = view.to - view.from;
  if (at >= view.from && at <= view.to) return view;
  return within(at - length * (at < view.from ? 0.2 : 0.8), length, whole);
}

/** Steps of the ruler, s. */
const steps = [0.04, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

/** The least step that leaves `room` px between labels. */
export function rulerStep({ from, to }: View, width: number, room: number): number {
  const least = ((to - from) / Math.max(1, width)) * room;
  return steps.find((step) => step >= least) ?? Math.ceil(least / 3600) * 3600;
}
