/** When texts are over: times as containers and files give them, made into times that make sense. */
import type { Cue, Lose, StyledText } from './text.ts';

/** A text without an end stays until the next comes, and at most so long, milliseconds. */
const untimedLength = 10_000;
/** Longer than a day is a length that was not known to whoever wrote it. */
export const longestCue = 24 * 3600_000;
/** A subtitle so late belongs to no film, milliseconds. */
const latestStart = 1000 * 3600_000;

/** More texts without an end at the same time are not waited for. */
const mostHeld = 100;

/** Gives every text a start at or after 0 and an end; those without one are held until it is known. */
export function createEnds(lose: Lose) {
  let held: { start: number; text: StyledText }[] = [];
  const release = (time: number, ended: (start: number) => boolean): Cue[] => {
    if (held.length === 0) return [];
    const out = held.filter(({ start }) => ended(start));
    held = held.filter(({ start }) => !ended(start));
    return out.map(({ start, text }) => ({ start, end: Math.min(time, start + untimedLength), text }));
  };
  return {
    add(texts: StyledText[], pts: number, duration: number): Cue[] {
      const start = Math.round(pts);
      if (!(Math.abs(start) <= latestStart)) {
        lose('times');
        return [];
      }
      const out = release(start, (before) => before < start);
      const end = Math.round(pts + duration);
      const timed = end > start && end - start <= longestCue;
      for (const text of texts.filter((one) => one.runs.length > 0)) {
        if (!timed && start >= 0) held.push({ start, text });
        else if (timed && end > 0) out.push({ start: Math.max(0, start), end, text });
      }
      return held.length > mostHeld ? [...out, ...release(Infinity, () => true)] : out;
    },
    advance: (time: number) => release(time, (start) => start + untimedLength <= time),
    heldFrom: () => Math.min(Infinity, ...held.map(({ start }) => start)),
  };
}
