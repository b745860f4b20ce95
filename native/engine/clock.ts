/** Progress by our own clock: how much media time is done, how fast, and what that means for the rest. Never runs backwards. */
import type { Progress } from '../contract/worker-contract.ts';

const reportMs = 400;
/** Weight of the newest measurement in the smoothed rates. */
const smoothing = 0.25;

export interface Clock {
  /** `done` is media seconds over all passes so far. */
  advance(done: number): void;
  frame(): void;
  stage(stage: Progress['stage']): void;
  /** Tells the listener, at most every 400 ms unless forced. */
  report(force?: boolean): void;
}

/** `planned` is media seconds over all passes; `elapsed` in ms; `preview` counts pictures. */
export function createClock(
  planned: number | null,
  elapsed: () => number,
  bytes: () => number,
  preview: () => number,
  tell: (progress: Progress) => void,
): Clock {
  let done = 0;
  let frames = 0;
  let stage: Progress['stage'] = 'encoding';
  let lastTold = -Infinity;
  let mark = { at: 0, done: 0, frames: 0 };
  let speed = 0;
  let fps = 0;

  return {
    advance(seconds) {
      if (seconds > done) done = seconds;
    },
    frame() {
      frames++;
    },
    stage(next) {
      stage = next;
      this.report(true);
    },
    report(force = false) {
      const now = performance.now();
      if (!force && now - lastTold < reportMs) return;
      lastTold = now;
      const at = elapsed();
      const seconds = (at - mark.at) / 1000;
      if (seconds > 0.1) {
        const first = mark.at === 0;
        const blend = (old: number, current: number) => (first ? current : old + (current - old) * smoothing);
        speed = blend(speed, (done - mark.done) / seconds);
        fps = blend(fps, (frames - mark.frames) / seconds);
        mark = { at, done, frames };
      }
      // The whole run's mean is steadier than the smoothed speed, and what is left usually costs what the rest did.
      const mean = at > 0 ? done / (at / 1000) : 0;
      const left = planned === null ? null : Math.max(0, planned - done);
      tell({
        fraction: planned ? Math.min(0.999, done / planned) : 0,
        done,
        planned,
        fps,
        speed,
        etaSeconds: left === null || mean === 0 ? null : left / ((mean + speed) / 2),
        bytes: bytes(),
        plannedBytes: null,
        bytesPerSecond: at > 0 ? bytes() / (at / 1000) : 0,
        stage,
        preview: preview(),
      });
    },
  };
}
