/** Notices that the machine slept, by a clock that ran on and one that stood still. */
import { uptime } from 'node:os';
import type { Sleep } from '../contract/when-done.ts';

/** The machine's clocks, ms. Setting the time of day moves neither `passed` nor `awake`. */
export interface SleepClock {
  /** The time of day, since 1970. */
  now(): number;
  /** Since the machine started, its sleep included. */
  passed(): number;
  /** The same without its sleep; null where the system has no such clock for us. */
  awake(): number | null;
}

/** Node's clock stands still in sleep on Linux alone; on macOS and Windows it runs on. */
const machineClock: SleepClock = {
  now: Date.now,
  passed: () => uptime() * 1000,
  awake: () => (process.platform === 'linux' ? performance.now() : null),
};

/** How often it looks, ms. Where only ticks tell time awake, each that came counts as so much. */
const usualMs = 5000;
/** Shorter sleeps are not told: a busy machine may miss ticks for so long, ms. */
const least = 30_000;

/** Returns the way out. */
export function watchSleep(slept: (sleep: Sleep) => void, clock: SleepClock = machineClock, everyMs: number = usualMs): () => void {
  const look = () => ({ passed: clock.passed(), awake: clock.awake() });
  let last = look();
  const timer = setInterval(() => {
    const next = look();
    const awake = next.awake === null || last.awake === null ? everyMs : next.awake - last.awake;
    const asleep = next.passed - last.passed - awake;
    last = next;
    const until = clock.now();
    if (asleep >= least) slept({ from: until - asleep, until });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** For the log of a job: `The machine slept for 42 minutes from 02:14 on.` */
export function sleepWords({ from, until }: Sleep): string {
  const at = new Date(from);
  const two = (number: number) => String(number).padStart(2, '0');
  return `The machine slept for ${lengthWords(until - from)} from ${two(at.getHours())}:${two(at.getMinutes())} on.`;
}

function lengthWords(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const count = (number: number, unit: string) => `${number} ${unit}${number === 1 ? '' : 's'}`;
  if (minutes < 60) return count(minutes, 'minute');
  const hours = count(Math.floor(minutes / 60), 'hour');
  return minutes % 60 === 0 ? hours : `${hours} ${count(minutes % 60, 'minute')}`;
}
