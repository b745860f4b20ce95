/** How many jobs run at a time: found by measuring what they get done together, with a machine whose speed is made up. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Job, JobStatus } from '../native/contract/contract.ts';
import { emptyState } from '../native/contract/empty-state.ts';
import { createState } from '../native/contract/state.ts';
import { createPlaces, usualPlaces } from '../native/studio/places.ts';

const pace = { everyMs: 1000, settleMs: 5000, measureMs: 10_000, restMs: 300_000 };

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Films at work in as many places as there are; `speedOf` tells how many seconds of film they all get done in a second. */
function machine(speedOf: (places: number) => number, { chosen = 0, wanted = true, cores = 8 } = {}) {
  const state = createState(structuredClone(emptyState));
  const run = { chosen, size: 0, films: 0 };
  const pool = {
    resize(size: number) {
      run.size = size;
    },
    busy: () => run.size,
    isWanted: () => wanted,
  };
  const media = { streams: [{ kind: 'video', width: 320, height: 180, frameRate: { num: 30, den: 1 } }] };
  const places = createPlaces({ state, pool, chosen: () => run.chosen, changed() {}, pace, cores });
  const work = setInterval(() => {
    run.films = Math.max(run.films, run.size);
    for (let film = 0; film < run.size; film++) {
      const id = `film-${film}`;
      const before = state.get('statuses', id);
      const done = (before?.phase === 'running' ? before.done : 0) + speedOf(run.size) / run.size / 10;
      if (!state.get('jobs', id)) state.put('jobs', id, { media } as unknown as Job);
      state.put('statuses', id, { phase: 'running', paused: false, done } as JobStatus);
    }
  }, 100);
  return {
    run,
    places,
    pass: (seconds: number) => vi.advanceTimersByTime(seconds * 1000),
    end() {
      clearInterval(work);
      places.close();
    },
  };
}

describe('places', () => {
  test('are as many as get more done, and no more', () => {
    const one = machine((places) => Math.min(places, 4));
    const seen = new Set<number>();
    for (let second = 0; second < 200; second++) {
      one.pass(1);
      seen.add(one.places.count());
    }
    expect([...seen]).toEqual(Array.from({ length: 5 - usualPlaces() + 1 }, (_, index) => usualPlaces() + index));
    expect(one.places.count()).toBe(4);
    one.pass(90);
    expect(one.places.count()).toBe(4);
    one.end();
  });

  test('stay what they are where one more changes nothing, and are tried again after a while', () => {
    const one = machine(() => 3);
    one.pass(17);
    expect(one.places.count()).toBe(usualPlaces() + 1);
    one.pass(20);
    expect(one.places.count()).toBe(usualPlaces());
    one.pass(250);
    expect(one.places.count()).toBe(usualPlaces());
    const seen = new Set<number>();
    for (let second = 0; second < 90; second++) {
      one.pass(1);
      seen.add(one.places.count());
    }
    expect(seen).toContain(usualPlaces() + 1);
    one.end();
  });

  test('are never more than cores, nor than anybody wants', () => {
    const small = machine((places) => places, { cores: usualPlaces() });
    const lonely = machine((places) => places, { wanted: false });
    small.pass(200);
    lonely.pass(200);
    expect([small.places.count(), lonely.places.count()]).toEqual([usualPlaces(), usualPlaces()]);
    small.end();
    lonely.end();
  });

  test('are what somebody chose, from then on', () => {
    const one = machine((places) => places, { chosen: 3 });
    one.pass(100);
    expect(one.places.count()).toBe(3);
    one.run.chosen = 5;
    one.places.look();
    one.pass(100);
    expect([one.places.count(), one.run.size]).toEqual([5, 5]);
    one.end();
  });
});
