/** Makes one cue again of what a container has cut into samples: MP4 repeats a text wherever another comes or goes, and at every segment. */
import type { Cue } from './text.ts';

/**
 * A cue that may go on is held back, and so is everything after it: not for longer than this, milliseconds. Ten seconds is how long
 * FFmpeg's muxers wait for a stream before they write the others without it.
 */
const longestWait = 7000;
/** No sample has more texts that go on than this. */
const mostOpen = 100;

export interface Joiner {
  /** Takes the cues of a packet that starts at `start`; gives out, by rising start, those that cannot go on any more. */
  add(cues: Cue[], start: number): Cue[];
  /** No later packet starts before this time. */
  advance(time: number): Cue[];
  /** Where the first cue starts that is still held; Infinity without one. */
  heldFrom(): number;
}

export function createJoiner(): Joiner {
  /** By rising start. One that is over waits for those before it. */
  const queue: { cue: Cue; over: boolean }[] = [];
  /** Those that may go on, by their text and the time they would go on at. */
  const open = new Map<string, { cue: Cue; over: boolean }>();
  const keyOf = ({ text }: Cue, time: number) => `${time} ${JSON.stringify(text)}`;

  const release = (isOver: (end: number) => boolean): Cue[] => {
    for (const [key, entry] of open) {
      if (!isOver(entry.cue.end)) continue;
      entry.over = true;
      open.delete(key);
    }
    const waiting = queue.findIndex((entry) => !entry.over);
    return queue.splice(0, waiting < 0 ? queue.length : waiting).map((entry) => entry.cue);
  };

  return {
    add(cues, start) {
      for (const cue of cues) {
        const before = open.get(keyOf(cue, cue.start));
        const entry = before ?? { cue: { ...cue }, over: false };
        if (before) open.delete(keyOf(cue, cue.start));
        else queue.push(entry);
        entry.cue.end = cue.end;
        entry.over = cue.end - entry.cue.start > longestWait || open.size === mostOpen || open.has(keyOf(cue, cue.end));
        if (!entry.over) open.set(keyOf(cue, cue.end), entry);
      }
      return release((end) => end <= start);
    },
    advance: (time) => release((end) => end < time),
    heldFrom: () => queue[0]?.cue.start ?? Infinity,
  };
}
