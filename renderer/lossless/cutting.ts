/** What is done to the file at hand with keys and buttons: the playhead, its segments, the stretch in sight. */
import type { Segment, Timeline } from '../../native/contract/lossless.ts';
import { jobOf } from '../studio.ts';
import { notify } from '../ui-state.ts';
import { t } from '../words/index.ts';
import { currentId, isDraft } from './files.ts';
import {
  addMark,
  endOf,
  keyframesAround,
  type Marks,
  marksOf,
  moveMark,
  openEdges,
  removeMark,
  segmentsOf,
  setIn,
  setOut,
  split,
  startOf,
} from './marks.ts';
import { edit, isRemoving, orderOf } from './orders.ts';
import { pause, seek, usePlayback } from './playback.ts';
import { setChosen, setView, useLossless } from './state.ts';
import { timelineOf } from './timelines.ts';
import { reveal, zoom } from './view.ts';

/** Two times this near are one, s. */
const near = 0.0005;

/** The file at hand with all that a cut needs; null when there is none, or it has not been read. */
export function atHand(): { id: string; timeline: Timeline; time: number } | null {
  const id = currentId();
  const timeline = id === null ? null : timelineOf(jobOf(id));
  return id !== null && timeline ? { id, timeline, time: usePlayback.getState().time } : null;
}

export const canCut = () => {
  const id = currentId();
  return id !== null && isDraft(id) && jobOf(id)?.media != null && orderOf(id)?.join.length === 0;
};

export function marksAt(id: string): Marks {
  const order = orderOf(id);
  const marks = order ? marksOf(order, isRemoving(id)) : [];
  return { marks, chosen: Math.min(useLossless.getState().chosen[id] ?? 0, marks.length - 1) };
}

/** Puts marks into the order; what would leave nothing of the film is refused in words. */
export function putMarks(id: string, { marks, chosen }: Marks, key = '', removing = isRemoving(id)): void {
  const timeline = timelineOf(jobOf(id));
  if (!timeline) return;
  const segments = segmentsOf(
    marks.map((mark) => openEdges(mark, timeline)),
    removing,
  );
  if (segments === null) {
    notify({ kind: 'info', text: t('lossless:segment.nothingLeft') });
    return;
  }
  edit(id, { segments }, key, removing);
  setChosen(id, chosen);
}

const change = (what: (marks: Marks, at: number, timeline: Timeline) => Marks | null) => () => {
  const now = atHand();
  const next = now && what(marksAt(now.id), now.time, now.timeline);
  if (now && next) putMarks(now.id, next);
};

export const markIn = change(setIn);
export const markOut = change(setOut);
/** Taking out begins with a mark: a film cut in two would be taken out whole. */
export const splitHere = change((marks, at, timeline) => {
  const now = currentId();
  return now !== null && isRemoving(now) && marks.marks.length === 0 ? setIn(marks, at, timeline) : split(marks, at, timeline);
});
export const addHere = change(addMark);
export const removeChosen = change(removeMark);
export const moveChosen = (by: -1 | 1) => change((marks) => moveMark(marks, by))();

/** Chooses a segment and goes to where it begins. */
export function choose(id: string, index: number): void {
  const timeline = timelineOf(jobOf(id));
  const mark = marksAt(id).marks[index];
  if (!mark || !timeline) return;
  setChosen(id, index);
  goTo(startOf(mark, timeline));
}

export function chooseNext(by: -1 | 1): void {
  const now = atHand();
  if (!now) return;
  const { marks, chosen } = marksAt(now.id);
  choose(now.id, Math.min(marks.length - 1, Math.max(0, chosen + by)));
}

export function setRemoving(id: string, removing: boolean): void {
  const { marks, chosen } = marksAt(id);
  const sorted = removing ? [...marks].sort((a, b) => (a.start ?? -Infinity) - (b.start ?? -Infinity)) : marks;
  putMarks(id, { marks: sorted, chosen }, '', removing);
}

/** Moves the playhead by hand and keeps it in sight. */
export function goTo(time: number): void {
  pause();
  seek(time);
  const now = atHand();
  const view = now && useLossless.getState().views[now.id];
  if (now && view) setView(now.id, reveal(view, { from: now.timeline.start, to: now.timeline.end }, now.time));
}

export function stepFrames(by: number): void {
  const now = atHand();
  if (!now) return;
  const frame = now.timeline.frame ?? 0.04;
  // Pictures need not begin when the sound does.
  const first = now.timeline.keyframes[0] ?? now.timeline.start;
  // Rounding must not lead to a picture's neighbour.
  const at = Math.floor((now.time - first) / frame + 1e-3) + by;
  goTo(first + at * frame);
}

export const stepSeconds = (by: number) => goTo((atHand()?.time ?? 0) + by);

export function stepKeyframes(by: -1 | 1): void {
  const now = atHand();
  if (!now) return;
  const { keyframes } = now.timeline;
  const found = by < 0 ? keyframesAround(keyframes, now.time - near).before : keyframesAround(keyframes, now.time + near).after;
  if (found !== null) goTo(found);
}

export function goToEdge(edge: 'start' | 'end'): void {
  const now = atHand();
  if (now) goTo(now.timeline[edge]);
}

/** `factor` below 1 goes nearer to the playhead; 0 shows the whole film. */
export function zoomBy(factor: number): void {
  const now = atHand();
  if (!now) return;
  const whole = { from: now.timeline.start, to: now.timeline.end };
  const view = useLossless.getState().views[now.id] ?? whole;
  const at = now.time >= view.from && now.time <= view.to ? now.time : (view.from + view.to) / 2;
  const next = factor === 0 ? whole : zoom(view, whole, at, factor);
  setView(now.id, next.to - next.from >= whole.to - whole.from ? null : next);
}

/** Puts one edge of a segment elsewhere, as far as its other edge. */
export function moveEdge(id: string, index: number, edge: 'start' | 'end', to: number, key: string): void {
  const timeline = timelineOf(jobOf(id));
  const { marks } = marksAt(id);
  const mark = marks[index];
  if (!timeline || !mark) return;
  const least = timeline.frame ?? 0.04;
  // Parts that are taken out would grow together with those beside them, and could not be told apart again.
  const [before, after] = isRemoving(id) ? [marks[index - 1], marks[index + 1]] : [];
  const low = edge === 'end' ? startOf(mark, timeline) + least : before ? endOf(before, timeline) + least : timeline.start;
  const high = edge === 'start' ? endOf(mark, timeline) - least : after ? startOf(after, timeline) - least : timeline.end;
  const moved: Segment = { ...mark, [edge]: Math.min(high, Math.max(low, to)) };
  putMarks(id, { marks: [...marks.slice(0, index), moved, ...marks.slice(index + 1)], chosen: index }, key);
}

export function renameMark(id: string, index: number, title: string): void {
  const { marks } = marksAt(id);
  const mark = marks[index];
  if (!mark) return;
  const { title: _old, ...rest } = mark;
  putMarks(id, { marks: [...marks.slice(0, index), title ? { ...rest, title } : rest, ...marks.slice(index + 1)], chosen: index });
}
