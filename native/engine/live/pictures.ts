/** Pictures that wait for their time: gives at each frame the one that is due, repeating and leaving out where the rates differ. */
import type { Frame } from 'node-av/lib';

export interface Pictures {
  /** Keeps a picture until it is due, seconds of our clock. */
  add(frame: Frame, due: number): void;
  /** The picture to show at `now`; null to go on with the one before. It is the caller's to free. */
  take(now: number): { frame: Frame; due: number } | null;
  clear(): void;
}

/** More than this many waiting is a source that runs away: the oldest go. */
const most = 60;

/**
 * `interval` is seconds from frame to frame. A picture is shown from a quarter of a frame before its time to one and a quarter after:
 * the half frame to spare keeps two clocks of the same rate from repeating and leaving out in turn where they meet.
 */
export function createPictures(interval: number): Pictures {
  const waiting: { frame: Frame; due: number }[] = [];
  return {
    add(frame, due) {
      const own = frame.clone();
      if (!own) return;
      waiting.push({ frame: own, due });
      if (waiting.length > most) waiting.shift()?.frame.free();
    },
    take(now) {
      const [first] = waiting;
      if (!first || first.due > now + interval / 4) return null;
      while (waiting[1] && waiting[1].due <= now - interval / 4) waiting.shift()?.frame.free();
      return waiting.shift() ?? null;
    },
    clear() {
      for (const { frame } of waiting.splice(0)) frame.free();
    },
  };
}
