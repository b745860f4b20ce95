/** Live sessions: what they are (kept), and what is asked of them. They belong to the studio, not to a page. */
import { randomUUID } from 'node:crypto';
import type { Commands, State } from '../../contract/contract.ts';
import { StudioError } from '../../contract/errors.ts';
import type { LiveEvent, LiveSetup } from '../../contract/live.ts';
import type { StateOwner } from '../../contract/state.ts';
import type { Hardware } from '../hardware.ts';
import type { Secrets } from '../secrets.ts';
import type { Storage } from '../storage.ts';
import type { SpawnWorker } from '../worker-process.ts';
import { fitEncode, uplinkBudget } from './fit.ts';
import { createHistory } from './history.ts';
import { isShownAlike, planTarget } from './plan.ts';
import { recordingPath } from './recording.ts';
import { findService, services } from './services.ts';
import { createSessionEngines, onAir } from './session-engines.ts';
import { createSessionKeys } from './session-keys.ts';
import { createSessionTable } from './session-table.ts';
import { measureUplink, testKey } from './uplink.ts';

export interface Sessions {
  saveLive(input: Commands['saveLive']): Promise<{ id: string }>;
  removeLive(input: Id): Promise<void>;
  keepKey(input: Commands['keepKey']): { place: string; masked: string };
  previewLive(input: Id): Promise<void>;
  closeLive(input: Id): Promise<void>;
  goLive(input: Id): Promise<void>;
  endLive(input: Id): Promise<void>;
  startTarget(input: Commands['startTarget']): Promise<void>;
  stopTarget(input: Commands['stopTarget']): Promise<void>;
  retryTarget(input: Commands['retryTarget']): Promise<void>;
  measureUplink(input: Commands['measureUplink'], signal: AbortSignal): Promise<{ kbps: number }>;
  slateLive(input: Commands['slateLive']): Promise<void>;
  muteLive(input: Commands['muteLive']): Promise<void>;
  recordLive(input: Commands['recordLive']): Promise<void>;
  /** Where a session's picture lies; null without one. */
  previewPath(id: string): string | null;
  close(): Promise<void>;
}

type Id = { id: string };

export interface SessionsDeps {
  state: StateOwner<State>;
  storage: Storage;
  secrets: Secrets;
  spawn: SpawnWorker;
  hardware: Hardware;
}

const cutOff = 'The studio ended while this session was live, and the broadcast with it. What was recorded until then is kept.';

export function createSessions(deps: SessionsDeps): Sessions {
  const { state, storage, secrets, spawn } = deps;
  const table = createSessionTable(state);
  const keys = createSessionKeys(secrets);
  const history = createHistory(state);
  const note = (id: string, kind: LiveEvent['kind'], text: string) => history.event(id, { at: Date.now(), kind, target: null, text });
  const engines = createSessionEngines({ ...deps, table, keys, history, note });

  /** What is asked of a session as a whole is done one after the other: it cannot be started while it is being stopped. */
  const turns = new Map<string, Promise<unknown>>();
  function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = turns.get(id) ?? Promise.resolve();
    const turn = before.then(work);
    const over: Promise<unknown> = turn.catch(() => {}).then(() => turns.get(id) === over && turns.delete(id));
    turns.set(id, over);
    return turn;
  }

  for (const service of services) state.put('services', service.id, service);
  for (const [id, setup] of storage.all<LiveSetup>('live')) show(id, setup);
  for (const id of storage.all(onAir).keys()) {
    if (state.get('sessions', id)) note(id, 'error', cutOff);
    storage.remove(onAir, id);
  }

  /** Puts a session into the state, without its secrets. */
  function show(id: string, setup: LiveSetup): void {
    const sent = fitEncode(setup);
    const budget = uplinkBudget(setup, sent);
    state.put('sessions', id, { id, setup, keys: keys.masked(setup), notes: [...sent.notes, ...budget.notes], uplinkNeed: budget.kbps });
    if (!state.get('live', id)) state.put('live', id, { phase: 'off' });
  }

  const forgetUnused = (saved: LiveSetup | null) => keys.settle(saved, storage.all<LiveSetup>('live').values());

  function refuseWhileLive(id: string, words: string): void {
    if (table.isLive(id)) throw new StudioError('not-live', words);
  }

  /** While live a session keeps its source and its encode. */
  function refuseNewPicture(before: LiveSetup, after: LiveSetup): void {
    const fixed = ({ source, encode }: LiveSetup) => JSON.stringify([source, encode]);
    if (fixed(before) !== fixed(after))
      throw new StudioError('not-live', 'Source and encode cannot change while the session is live. End it first.');
  }

  /** A source that only runs to be seen takes a change over, or begins again where it cannot. */
  async function renewPreview(id: string, before: LiveSetup, after: LiveSetup): Promise<void> {
    if (isShownAlike(before, after)) return engines.applyTargets(id, before, after);
    await engines.stop(id);
    await engines.start(id);
  }

  const saveLive: Sessions['saveLive'] = ({ id = randomUUID(), setup: given }) =>
    inTurn(id, async () => {
      const setup = keys.withoutSecrets(given);
      const before = state.get('sessions', id)?.setup;
      const isLive = table.isLive(id);
      if (before && isLive) {
        refuseNewPicture(before, setup);
        await engines.applyTargets(id, before, setup);
      }
      storage.put('live', id, setup);
      show(id, setup);
      forgetUnused(setup);
      if (before && engines.has(id) && !isLive) await renewPreview(id, before, setup);
      return { id };
    });

  return {
    saveLive,
    removeLive: ({ id }) =>
      inTurn(id, async () => {
        refuseWhileLive(id, 'This session is live. End it first.');
        await engines.stop(id);
        storage.remove('live', id);
        for (const name of ['sessions', 'live'] as const) state.remove(name, id);
        history.forget(id);
        forgetUnused(null);
      }),
    keepKey: ({ key }) => keys.keep(key),
    previewLive: ({ id }) => inTurn(id, () => engines.start(table.session(id).id)),
    closeLive: ({ id }) =>
      inTurn(id, async () => {
        table.running(id);
        refuseWhileLive(id, 'This session is live. End it first.');
        await engines.stop(id);
      }),
    goLive: ({ id }) =>
      inTurn(id, async () => {
        const { setup } = table.session(id);
        if (!setup.targets.some((target) => target.enabled) && !setup.recording)
          throw new StudioError('nothing-to-export', 'There is nowhere to send to: add a target or a recording.');
        if (!table.isLive(id)) await engines.goLive(id);
      }),
    endLive: ({ id }) =>
      inTurn(id, async () => {
        if (table.running(id).phase !== 'live') throw new StudioError('not-live', 'This session is not live.');
        await engines.stop(id);
      }),
    startTarget: async ({ id, target }) => engines.startTarget(id, table.target(id, target)),
    stopTarget: async ({ id, target }) => engines.stopTarget(id, table.target(id, target)),
    retryTarget: async ({ id, target }) => engines.change(id, { do: 'retry-target', id: table.target(id, target).id }),
    async measureUplink({ id, target }, signal) {
      table.session(id);
      refuseWhileLive(id, 'While the session is live its own sending would be measured. End it first.');
      const wanted = table.target(id, target);
      const service = findService(wanted.service);
      const plan = planTarget(wanted, (place) => testKey(service, secrets.read(place)));
      const kbps = await measureUplink(spawn, plan, engines.certificates(), signal);
      await saveLive({ id, setup: { ...table.session(id).setup, uplinkKbps: kbps } });
      return { kbps };
    },
    async slateLive({ id, on }) {
      await engines.change(id, { do: 'slate', on });
      table.update(id, { slate: on });
    },
    async muteLive({ id, on }) {
      await engines.change(id, { do: 'mute', on });
      table.update(id, { muted: on });
    },
    async recordLive({ id, on }) {
      const { setup } = table.session(id);
      if (on && !setup.recording) throw new StudioError('bad-input', 'Choose a folder for the recording first.');
      const path = on ? recordingPath(setup, new Date()) : null;
      const recording = path && setup.recording ? { path, container: setup.recording.container } : null;
      await engines.change(id, { do: 'record', recording });
      table.update(id, { recording: path });
    },
    previewPath: (id) => (state.get('sessions', id) ? engines.picture(id) : null),
    close: engines.close,
  };
}
