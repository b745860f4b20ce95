/** The broadcast's clock: frame n is due at the start plus n frames, whatever happened before. */
import type { Rational } from '../../contract/media.ts';

export interface Ticker {
  /** Seconds since the start. */
  now(): number;
  stop(): void;
}

/** After a gap longer than this, in seconds, it goes on from now instead of making up for it. */
const longestGap = 1;

/**
 * Calls `onTick` with the frame's number and how late it is, in seconds. Frames that are late come one after the other as fast as they can;
 * after a long gap they are left out, and `onGap` is told their number.
 */
export function createTicker(fps: Rational, onTick: (n: number, late: number) => void, onGap: (frames: number) => void): Ticker {
  const started = performance.now();
  const frame = fps.den / fps.num;
  let n = 0;
  let timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  let stopped = false;
  const now = () => (performance.now() - started) / 1000;

  function turn(): void {
    const behind = now() - n * frame;
    if (behind > longestGap) {
      const missed = Math.floor(behind / frame);
      n += missed;
      onGap(missed);
    }
    if (now() >= n * frame) onTick(n, now() - n++ * frame);
    if (stopped) return;
    // One frame a turn: when frames take too long, everything else still has its turn.
    const wait = (n * frame - now()) * 1000;
    timer = wait > 0 ? setTimeout(turn, wait) : setImmediate(turn);
  }
  timer = setTimeout(turn, 0);

  return {
    now,
    stop() {
      stopped = true;
      clearTimeout(timer as NodeJS.Timeout);
      clearImmediate(timer as NodeJS.Immediate);
    },
  };
}
