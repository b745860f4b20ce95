/**
 * How many jobs run at a time, where nobody said: as many as really get more done. A place more is tried while the machine is
 * at work; it stays when the pictures encoded in a second became clearly more, and goes again when they did not.
 */
import { availableParallelism } from 'node:os';
import type { Job, JobStatus, State } from '../contract/contract.ts';
import type { StateOwner } from '../contract/state.ts';
import type { Pool } from './pool.ts';

export interface Places {
  /** At the moment. */
  count(): number;
  /** The setting has changed. */
  look(): void;
  close(): void;
}

export interface PlacesDeps {
  state: StateOwner<State>;
  pool: Pick<Pool, 'resize' | 'busy' | 'isWanted'>;
  /** As the settings say; 0 leaves it to measuring. */
  chosen(): number;
  /** Another number of places is there now. */
  changed(): void;
  pace?: PlacesPace;
  /** More jobs than cores never get more done. */
  cores?: number;
}

/** All in ms. */
export interface PlacesPace {
  everyMs: number;
  /** Encoders fill their lookahead first, and readings are smoothed. */
  settleMs: number;
  measureMs: number;
  /** What was found is believed for so long; the films that follow may be others. */
  restMs: number;
}

const usualPace: PlacesPace = { everyMs: 1000, settleMs: 5000, measureMs: 10_000, restMs: 300_000 };

/** x264 uses about four cores well at 1080p: it begins with one job for every four. */
const coresPerJob = 4;
/** A place has to bring so much more to be worth its memory and the heat. */
const worth = 1.1;
/** Pictures an encoder holds at most (x264's and SVT-AV1's lookahead with their references), 3 bytes a pixel with all its planes. */
const heldPictures = 120;
const bytesPerPixel = 3;

export const usualPlaces = (): number => Math.max(1, Math.round(availableParallelism() / coresPerJob));

export function createPlaces({ state, pool, chosen, changed, pace = usualPace, cores = availableParallelism() }: PlacesDeps): Places {
  let count = chosen() || usualPlaces();
  pool.resize(count);
  /** Pictures a second with one place less; null while nothing is tried. */
  let before: number | null = null;
  let since = 0;
  let work = 0;
  let restUntil = 0;
  let seen = new Map<string, number>();

  function set(next: number): void {
    count = next;
    pool.resize(next);
    begin();
    changed();
  }

  /** Measures from now on. */
  function begin(): void {
    since = performance.now();
    work = 0;
  }

  /** Adds up what was encoded since the last look, pixels. */
  function addWork(measuring: boolean): void {
    const now = new Map<string, number>();
    for (const [id, status] of Object.entries(state.all('statuses'))) {
      if (status.phase !== 'running') continue;
      now.set(id, status.done);
      if (measuring) work += Math.max(0, status.done - (seen.get(id) ?? status.done)) * pixelsPerSecond(state.get('jobs', id));
    }
    seen = now;
  }

  function look(): void {
    if (chosen() > 0) return;
    const now = performance.now();
    const age = now - since;
    addWork(age >= pace.settleMs);
    // Only a machine that is as busy as it may be tells anything.
    if (pool.busy() !== count || hasPaused(state.all('statuses'))) {
      begin();
      return;
    }
    if (age < pace.settleMs + pace.measureMs) return;
    const rate = work / (age - pace.settleMs);
    if (before !== null && rate < before * worth) {
      before = null;
      restUntil = now + pace.restMs;
      set(count - 1);
    } else if (now >= restUntil && count < cores && pool.isWanted() && hasRoom()) {
      before = rate;
      set(count + 1);
    } else {
      before = null;
      begin();
    }
  }

  /** There is memory for two more like the largest at work. */
  function hasRoom(): boolean {
    const largest = Math.max(
      0,
      ...Object.entries(state.all('statuses')).map(([id, { phase }]) => (phase === 'running' ? pixelsOf(state.get('jobs', id)) : 0)),
    );
    return process.availableMemory() > 2 * largest * heldPictures * bytesPerPixel;
  }

  const timer = setInterval(look, pace.everyMs);
  timer.unref();
  return {
    count: () => count,
    look() {
      before = null;
      restUntil = 0;
      set(chosen() || usualPlaces());
    },
    close: () => clearInterval(timer),
  };
}

const hasPaused = (statuses: Record<string, JobStatus>) =>
  Object.values(statuses).some((status) => status.phase === 'running' && status.paused);

const filmOf = (job: Job | undefined) => job?.media?.streams.find((stream) => stream.kind === 'video');

/** Sound counts as a very small picture. */
function pixelsOf(job: Job | undefined): number {
  const film = filmOf(job);
  return film ? film.width * film.height : 1000;
}

function pixelsPerSecond(job: Job | undefined): number {
  const rate = filmOf(job)?.frameRate;
  return pixelsOf(job) * (rate ? rate.num / rate.den : 25);
}
