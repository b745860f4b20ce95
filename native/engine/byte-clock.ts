/** Progress by bytes, for work that only moves them: how many are done, how fast, and what that means for the rest. Never runs backwards. */
import type { Progress } from '../contract/worker-contract.ts';

const reportMs = 400;
/** Weight of the newest measurement in the smoothed rate. */
const smoothing = 0.25;
/** Opening files takes time and moves nothing: before this share of the work nothing is said of the rest. */
const settled = 0.01;

export interface ByteClock {
  stage(stage: Progress['stage']): void;
  /** Copying is done with as many bytes as were read; so many are still to be moved. */
  copied(toMove: number): void;
  /** Bytes that were moved to make room for an index. */
  moved(done: number, total: number): void;
  /** Tells the listener, at most every 400 ms unless forced. */
  report(force?: boolean): void;
}

export interface ByteWork {
  /** Bytes to be read, about; null where nobody knows. */
  toCopy: number | null;
  /** Bytes that are moved afterwards, about. */
  toMove: number;
  /** Of the result, seconds; null where nobody knows. */
  duration: number | null;
  /** ms of work. */
  elapsed(): number;
  read(): number;
  written(): number;
}

export function createByteClock(
  { toCopy, toMove, duration, elapsed, read, written }: ByteWork,
  tell: (progress: Progress) => void,
): ByteClock {
  let planned = toCopy;
  let left = toMove;
  let moved = 0;
  let stage: Progress['stage'] = 'copying';
  let highest = 0;
  let lastTold = -Infinity;
  let mark = { at: 0, done: 0 };
  let rate = 0;

  return {
    stage(next) {
      stage = next;
      this.report(true);
    },
    copied(rest) {
      planned = read();
      left = rest;
    },
    moved(done, total) {
      moved = done;
      left = total;
    },
    report(force = false) {
      const now = performance.now();
      if (!force && now - lastTold < reportMs) return;
      lastTold = now;
      const at = elapsed();
      const done = read() + moved;
      const seconds = (at - mark.at) / 1000;
      if (seconds > 0.1) {
        const current = (done - mark.done) / seconds;
        rate = highest < settled ? current : rate + (current - rate) * smoothing;
        mark = { at, done };
      }
      const total = planned === null ? null : Math.max(planned, read()) + left;
      highest = Math.max(highest, total ? Math.min(0.999, done / total) : 0);
      // The whole run's mean is steadier than the smoothed rate, and what is left usually costs what the rest did.
      const mean = at > 0 ? done / (at / 1000) : 0;
      const speed = duration && total ? (duration * rate) / total : 0;
      tell({
        fraction: highest,
        done: (duration ?? 0) * highest,
        planned: duration,
        fps: 0,
        speed,
        etaSeconds: total === null || highest < settled ? null : Math.max(0, total - done) / ((mean + rate) / 2),
        bytes: written() + moved,
        plannedBytes: total,
        bytesPerSecond: rate,
        stage,
        preview: 0,
      });
    },
  };
}
