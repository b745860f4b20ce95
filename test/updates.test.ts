/** When a newer Muxwell is asked for, without one: the whole way with a server and an installer is in electron.test.ts. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emptyState, type State } from '../native/contract/contract.ts';
import { StudioError } from '../native/contract/errors.ts';
import { createState, type StateOwner } from '../native/contract/state.ts';
import { openSettings } from '../native/studio/settings.ts';
import { openStorage, type Storage } from '../native/studio/storage.ts';
import { createUpdates, type UpdateSource, type Updates } from '../native/studio/updates.ts';

const hour = 3600_000;

let state: StateOwner<State>;
let storage: Storage;
let updates: Updates | null;
beforeEach(() => {
  vi.useFakeTimers();
  state = createState(emptyState);
  storage = openStorage(':memory:');
  updates = null;
});
afterEach(async () => {
  vi.useRealTimers();
  await updates?.close();
  storage.close();
});

/** A source that answers what it is told to, and counts. */
function begin(answer: () => Promise<string | null>, on = true) {
  const settings = openSettings(state, storage);
  settings.change({ updates: on });
  const source = { host: 'updates.example', fetch: vi.fn<UpdateSource['fetch']>(answer), forget: vi.fn(), restart: vi.fn() };
  updates = createUpdates({ state, source });
  const change = (next: boolean) => {
    settings.change({ updates: next });
    updates?.settingsChanged();
  };
  return { ...source, updates, change, phase: () => state.get('update', 'studio')?.phase };
}
const settle = () => vi.advanceTimersByTimeAsync(0);

test('it is asked at the start and once a day, also after a failure', async () => {
  let isOffline = false;
  const { fetch, phase } = begin(async () => {
    if (isOffline) throw new StudioError('update-failed', 'Nobody is there.');
    return null;
  });
  await settle();
  expect([fetch.mock.calls.length, phase()]).toEqual([1, 'newest']);
  await vi.advanceTimersByTimeAsync(23 * hour);
  expect(fetch).toHaveBeenCalledTimes(1);
  isOffline = true;
  await vi.advanceTimersByTimeAsync(2 * hour);
  expect([fetch.mock.calls.length, phase()]).toEqual([2, 'failed']);
  await vi.advanceTimersByTimeAsync(22 * hour);
  expect(fetch).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(2 * hour);
  expect(fetch).toHaveBeenCalledTimes(3);
});

test('a machine that slept for days asks when it is awake, once', async () => {
  const { fetch } = begin(async () => null);
  await settle();
  vi.setSystemTime(Date.now() + 72 * hour); // timers stand still meanwhile
  await vi.advanceTimersByTimeAsync(hour);
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('nothing newer is looked for while one lies ready, and one question is asked at a time', async () => {
  const { fetch, phase, updates } = begin(async () => '0.2.0');
  updates.check();
  await settle();
  expect([fetch.mock.calls.length, phase()]).toEqual([1, 'ready']);
  await vi.advanceTimersByTimeAsync(48 * hour);
  updates.check();
  expect([fetch.mock.calls.length, phase()]).toEqual([1, 'ready']);
});

test('switched off from the start nobody is asked until it is switched on, or asked by hand', async () => {
  const { fetch, phase, updates, change } = begin(async () => null, false);
  await vi.advanceTimersByTimeAsync(100 * hour);
  expect([fetch.mock.calls.length, phase()]).toEqual([0, 'idle']);
  updates.check();
  await settle();
  expect([fetch.mock.calls.length, phase()]).toEqual([1, 'newest']);
  change(true);
  await settle();
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('one that is there just as it is switched off is not used', async () => {
  const arrival = Promise.withResolvers<string>();
  const { phase, change, forget } = begin(() => arrival.promise);
  change(false);
  arrival.resolve('0.2.0');
  await settle();
  expect([phase(), forget.mock.calls.length]).toEqual(['idle', 1]);
});

test.each<[string, () => void]>([
  ['a job runs', () => state.put('statuses', 'a', { phase: 'running' } as State['statuses'][string])],
  ['a session is live', () => state.put('live', 'a', { phase: 'live' } as State['live'][string])],
])('while %s the program is not started again; afterwards it is', async (_what, work) => {
  const { updates, restart } = begin(async () => '0.2.0');
  await settle();
  work();
  expect(() => updates.install()).toThrow(expect.objectContaining({ code: 'too-busy' }));
  expect(restart).not.toHaveBeenCalled();
  state.put('statuses', 'a', { phase: 'cancelled' });
  state.put('live', 'a', { phase: 'preview' } as State['live'][string]);
  updates.install();
  expect(restart).toHaveBeenCalledTimes(1);
});
