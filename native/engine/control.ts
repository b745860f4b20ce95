/**
 * Keeps a synchronous loop answerable. The loop calls `breathe` between frames: every 40 ms it lets the event loop turn,
 * so that abort, pause and the parent's end are noticed, and progress goes out.
 */
import { abortError } from '../contract/errors.ts';

const turnMs = 40;

export interface Control {
  /** True when it is time to await `turn`. A plain call, cheap enough for every packet. */
  due(): boolean;
  /** Lets events in; waits while paused; throws when aborted. */
  turn(): Promise<void>;
  /** Awaits work that cannot be interrupted, with signs of life. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Waits until something has passed, looking every so often (ms); as if paused. Throws when aborted. */
  until(hasPassed: () => boolean, everyMs?: number): Promise<void>;
  /** Called at every turn, also while paused or waiting: the sign of life. */
  onTick(listener: () => void): void;
  /** Wall clock without pauses, ms. */
  elapsed(): number;
  pause(): void;
  resume(): void;
}

export function createControl(signal: AbortSignal): Control {
  const started = performance.now();
  let last = started;
  let pausedFor = 0;
  let paused = false;
  let wake: (() => void) | null = null;
  let tick = () => {};
  signal.addEventListener('abort', () => wake?.(), { once: true });

  return {
    due: () => performance.now() - last > turnMs,
    async turn() {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (paused && !signal.aborted) {
        const from = performance.now();
        await this.during(
          new Promise<void>((resolve) => {
            wake = resolve;
          }),
        );
        wake = null;
        pausedFor += performance.now() - from;
      }
      if (signal.aborted) throw abortError(signal);
      tick();
      last = performance.now();
    },
    async until(hasPassed, everyMs = 1000) {
      const from = performance.now();
      while (!signal.aborted && !hasPassed()) {
        await this.during(new Promise((resolve) => setTimeout(resolve, everyMs)));
        tick();
      }
      pausedFor += performance.now() - from;
      await this.turn();
    },
    onTick(listener) {
      tick = listener;
    },
    async during(work) {
      const alive = setInterval(() => tick(), 1000);
      try {
        return await work;
      } finally {
        clearInterval(alive);
      }
    },
    elapsed: () => performance.now() - started - pausedFor,
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      wake?.();
    },
  };
}
