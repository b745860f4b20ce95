/** What waits for one target's connection. When it grows too long pictures are dropped, from a keyframe to the next; sound never. */
import type { Unit } from './packager.ts';

export interface TargetQueue {
  /** Returns the number of pictures that were dropped for it, it included. */
  add(unit: Unit): number;
  first(): Unit | undefined;
  shift(): void;
  isEmpty(): boolean;
  pictures(): number;
  /** Seconds of media from the first that waits to the last that came. */
  seconds(): number;
  /** Of what came in lately. */
  bytesPerSecond(): number;
  clear(): void;
}

/** The most that waits, seconds: by then viewers have noticed. */
const longest = 2.5;

export function createQueue(): TargetQueue {
  let units: Unit[] = [];
  let newest = 0;
  let needsKey = false;
  let rate = { bytes: 0, since: 0, last: 0 };

  /** Leaves out pictures before the last keyframe that waits, or all of them where only one has come. */
  function drop(): number {
    const lastKey = units.findLastIndex((unit) => unit.key);
    const from = lastKey > 0 ? lastKey : units.length;
    needsKey = from === units.length;
    const before = units.length;
    units = units.filter((unit, at) => unit.kind !== 'video' || at >= from);
    return before - units.length;
  }

  const seconds = () => (units[0] ? Math.max(0, newest - units[0].time) / 1000 : 0);

  return {
    add(unit) {
      newest = Math.max(newest, unit.time);
      rate.bytes += unit.bytes.length;
      if (unit.time - rate.since > 1000 || unit.time < rate.since) {
        rate = { bytes: 0, since: unit.time, last: rate.since > 0 ? (rate.bytes * 1000) / Math.max(1, unit.time - rate.since) : rate.last };
      }
      if (unit.kind === 'video') {
        if (needsKey && !unit.key) return 1;
        needsKey = false;
      }
      units.push(unit);
      return seconds() > longest ? drop() : 0;
    },
    first: () => units[0],
    shift: () => void units.shift(),
    isEmpty: () => units.length === 0,
    pictures: () => units.reduce((count, unit) => count + (unit.kind === 'video' ? 1 : 0), 0),
    seconds,
    bytesPerSecond: () => rate.last,
    clear() {
      units = [];
      newest = 0;
      needsKey = false;
    },
  };
}
