/** Live sessions: what they are (kept), how they run (their engines), and what everyone sees of them. They belong to the studio, not to a page. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import type { Commands, State } from '../../contract/contract.ts';
import { StudioError } from '../../contract/errors.ts';
import type { LiveEncode, LiveEvent, LiveSession, LiveSetup, LiveStatus, LiveTarget } from '../../contract/live.ts';
import type { LiveReport } from '../../contract/live-plan.ts';
import { shownSource } from '../../contract/live-url.ts';
import type { StateOwner } from '../../contract/state.ts';
import type { Hardware } from '../hardware.ts';
import type { SpawnWorker } from '../pool.ts';
import type { Secrets } from '../secrets.ts';
import type { Storage } from '../storage.ts';
import { type LiveEngine, startEngine } from './engine.ts';
import { encodeFor, fitEncode, type Sent, uplinkBudget } from './fit.ts';
import { createHistory } from './history.ts';
import { isShownAlike, makeLivePlan, placesOf, planTarget } from './plan.ts';
import { recordingPath } from './recording.ts';
import { findService, services } from './services.ts';
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
type Running = Extract<LiveStatus, { phase: 'starting' | 'preview' | 'live' | 'ending' }>;

export interface SessionsDeps {
  state: StateOwner<State>;
  storage: Storage;
  secrets: Secrets;
  spawn: SpawnWorker;
  hardware: Hardware;
}

const off: LiveStatus = { phase: 'off' };
/** Sessions that are live are noted there, so that a studio which ended without a farewell can tell. */
const onAir = 'on-air';
const cutOff = 'The studio ended while this session was live, and the broadcast with it. What was recorded until then is kept.';

export function createSessions({ state, storage, secrets, spawn, hardware }: SessionsDeps): Sessions {
  const engines = new Map<string, LiveEngine>();
  const history = createHistory(state);
  const note = (id: string, kind: LiveEvent['kind'], text: string) => history.event(id, { at: Date.now(), kind, target: null, text });
  /** What each engine was made to send. */
  const sending = new Map<string, Sent>();
  /** Targets that were started or stopped by hand while live: an engine that is started again keeps to it. */
  const byHand = new Map<string, Map<string, boolean>>();
  /** Secrets that are kept for a setup which is not saved yet. */
  const unsaved = new Set<string>();
  /** Certificates and pictures; made at the first start, gone with the studio. */
  let folder: string | null = null;
  const theFolder = () => (folder ??= prepareFolder());

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
    const places = placesOf(setup);
    const keys = Object.fromEntries(
      places.flatMap((place) => (secrets.masked(place) === null ? [] : [[place, secrets.masked(place) as string]])),
    );
    state.put('sessions', id, { id, setup, keys, notes: [...sent.notes, ...budget.notes], uplinkNeed: budget.kbps });
    if (!state.get('live', id)) state.put('live', id, off);
  }

  function sessionOf(id: string): LiveSession {
    const session = state.get('sessions', id);
    if (!session) throw new StudioError('not-live', 'This live session is not there any more.');
    return session;
  }

  function runningOf(id: string): Running {
    const status = state.get('live', sessionOf(id).id);
    if (!status || status.phase === 'off' || status.phase === 'failed') throw new StudioError('not-live', 'This session is not running.');
    return status;
  }

  const engineOf = (id: string): LiveEngine => {
    runningOf(id);
    const engine = engines.get(id);
    if (!engine) throw new StudioError('not-live', 'This session is not running.');
    return engine;
  };
  const update = (id: string, change: Partial<Running>) => state.put('live', id, { ...runningOf(id), ...change });

  function planOf(id: string) {
    const saved = sessionOf(id).setup;
    const targets = saved.targets.map((target) => ({ ...target, enabled: byHand.get(id)?.get(target.id) ?? target.enabled }));
    const setup = { ...saved, targets };
    const status = state.get('live', id);
    const isLive = status?.phase === 'live';
    const path = isLive && status.recording !== null && setup.recording ? recordingPath(setup, new Date()) : null;
    if (isLive) update(id, { recording: path });
    const { plan, sent } = makeLivePlan({
      setup,
      rungs: rungsOf,
      secret: secrets.read,
      recordingPath: path,
      preview: join(theFolder(), `${id}.jpg`),
      certificates: join(theFolder(), 'certificates.pem'),
    });
    sending.set(id, sent);
    return plan;
  }

  function rungsOf({ codec, videoKbps, speed }: LiveEncode) {
    const video = { codec, rate: { mode: 'bitrate', kbps: videoKbps, passes: 1 }, speed, bitDepth: 8 } as const;
    return hardware.rungs(video as never, null);
  }

  /** A target for the engine that runs: with the encode of its that the target takes. */
  function planFor(id: string, target: LiveTarget) {
    const sent = sending.get(id);
    return planTarget(target, secrets.read, sent && encodeFor(target, sent));
  }

  function onReport(id: string, report: LiveReport): void {
    const status = state.get('live', id);
    if (!status || status.phase === 'off' || status.phase === 'failed') return;
    if ('event' in report) {
      history.event(id, report.event);
      return;
    }
    if ('pulse' in report) {
      state.put('livePulse', id, report.pulse);
      return;
    }
    const phase = status.phase === 'starting' ? 'preview' : status.phase;
    state.put('live', id, { ...status, phase, health: report.health });
    if (phase === 'live') history.figures(id, report.health);
  }

  /** What FFmpeg or a dying process says may have an address in it. */
  function withoutKeys(id: string, error: StudioError): { message: string; detail?: string } {
    const keys = placesOf(sessionOf(id).setup).map((place) => secrets.read(place));
    const hide = (text: string) => keys.reduce((hidden, key) => hidden.replaceAll(key, '••••'), text);
    return { message: hide(error.message), ...(error.detail && { detail: hide(error.detail) }) };
  }

  async function start(id: string): Promise<void> {
    if (engines.has(id)) return;
    planOf(id); // a missing key or an impossible address is told before anything starts
    const fresh: Running = {
      phase: 'starting',
      liveSince: null,
      health: null,
      slate: false,
      muted: false,
      recording: null,
      restarts: 0,
    };
    state.put('live', id, fresh);
    const engine = startEngine(
      spawn,
      () => planOf(id),
      () => state.get('live', id)?.phase === 'live',
      {
        report: (report) => onReport(id, report),
        restarting(words) {
          const status = runningOf(id);
          update(id, { restarts: status.restarts + 1, health: null });
          note(id, 'error', `${words} It is started again${status.phase === 'live' ? ' and goes on with the same targets' : ''}.`);
          if (status.slate || status.muted) queueMicrotask(() => void restore(id, status));
        },
        failed(error) {
          engines.delete(id);
          sending.delete(id);
          storage.remove(onAir, id);
          state.remove('livePulse', id);
          const { message, detail } = withoutKeys(id, error);
          note(id, 'error', message);
          state.put('live', id, { phase: 'failed', error: { code: error.code, message, ...(detail && { detail }) } });
        },
      },
    );
    engines.set(id, engine);
  }

  /** What a person had switched on holds for an engine that was started again, too. */
  async function restore(id: string, { slate, muted }: Running): Promise<void> {
    const engine = engines.get(id);
    if (slate) await engine?.change({ do: 'slate', on: true }).catch(() => {});
    if (muted) await engine?.change({ do: 'mute', on: true }).catch(() => {});
  }

  async function stop(id: string): Promise<void> {
    const engine = engines.get(id);
    if (!engine) return;
    update(id, { phase: 'ending' });
    engines.delete(id);
    sending.delete(id);
    byHand.delete(id);
    storage.remove(onAir, id);
    await engine.end();
    if (folder) rmSync(join(folder, `${id}.jpg`), { force: true });
    state.remove('livePulse', id);
    state.put('live', id, off);
  }

  /** An address to fetch from may have a login or a key in it: then it goes to the store, and what may be shown stays. */
  function withoutSecrets(setup: LiveSetup): LiveSetup {
    const { source } = setup;
    if (source.kind !== 'pull' || shownSource(source.url) === source.url) return setup;
    // As it was shown, and so as it was saved.
    if (source.address !== null && source.url.endsWith('?••••')) return setup;
    return { ...setup, source: { ...source, url: shownSource(source.url), address: secrets.keep(source.url) } };
  }

  const forgetUnused = () => secrets.keepOnly(new Set([...unsaved, ...[...storage.all<LiveSetup>('live').values()].flatMap(placesOf)]));

  const targetOf = (id: string, target: string) => {
    const found = sessionOf(id).setup.targets.find((one) => one.id === target);
    if (!found) throw new StudioError('bad-input', 'This target is not in the session.');
    return found;
  };

  /** While live a session keeps its source and its encode. */
  function refuseWhileLive(before: LiveSetup, after: LiveSetup): void {
    const fixed = ({ source, encode }: LiveSetup) => JSON.stringify([source, encode]);
    if (fixed(before) !== fixed(after))
      throw new StudioError('not-live', 'Source and encode cannot change while the session is live. End it first.');
  }

  /** Targets that were switched on or off follow at once. */
  async function applyTargets(id: string, before: LiveSetup, after: LiveSetup): Promise<void> {
    const engine = engineOf(id);
    const enabled = (setup: LiveSetup) => new Map(setup.targets.filter((target) => target.enabled).map((target) => [target.id, target]));
    const [old, now] = [enabled(before), enabled(after)];
    for (const [target, setup] of old)
      if (JSON.stringify(now.get(target)) !== JSON.stringify(setup)) await engine.change({ do: 'stop-target', id: target });
    for (const [target, setup] of now)
      if (JSON.stringify(old.get(target)) !== JSON.stringify(setup))
        await engine.change({ do: 'start-target', target: planFor(id, setup) });
  }

  return {
    saveLive: ({ id = randomUUID(), setup: given }) =>
      inTurn(id, async () => {
        const setup = withoutSecrets(given);
        const before = state.get('sessions', id)?.setup;
        const status = state.get('live', id);
        const isLive = status?.phase === 'live';
        if (before && isLive) {
          refuseWhileLive(before, setup);
          await applyTargets(id, before, setup);
        }
        storage.put('live', id, setup);
        show(id, setup);
        for (const place of placesOf(setup)) unsaved.delete(place);
        forgetUnused();
        if (before && engines.has(id) && !isLive) {
          if (isShownAlike(before, setup)) await applyTargets(id, before, setup);
          else {
            await stop(id);
            await start(id);
          }
        }
        return { id };
      }),
    removeLive: ({ id }) =>
      inTurn(id, async () => {
        if (state.get('live', id)?.phase === 'live') throw new StudioError('not-live', 'This session is live. End it first.');
        await stop(id);
        storage.remove('live', id);
        for (const table of ['sessions', 'live'] as const) state.remove(table, id);
        history.forget(id);
        forgetUnused();
      }),
    keepKey({ key }) {
      const place = secrets.keep(key.trim());
      unsaved.add(place);
      return { place, masked: secrets.masked(place) ?? '' };
    },
    previewLive: ({ id }) => inTurn(id, () => start(sessionOf(id).id)),
    closeLive: ({ id }) =>
      inTurn(id, async () => {
        if (runningOf(id).phase === 'live') throw new StudioError('not-live', 'This session is live. End it first.');
        await stop(id);
      }),
    goLive: ({ id }) =>
      inTurn(id, async () => {
        const { setup } = sessionOf(id);
        if (!setup.targets.some((target) => target.enabled) && !setup.recording)
          throw new StudioError('nothing-to-export', 'There is nowhere to send to: add a target or a recording.');
        if (state.get('live', id)?.phase === 'live') return;
        planOf(id); // with all its targets, which a preview may not have taken
        await start(id);
        const recording = setup.recording ? recordingPath(setup, new Date()) : null;
        byHand.set(id, new Map());
        update(id, { phase: 'live', liveSince: Date.now(), recording });
        storage.put(onAir, id, {});
        const engine = engineOf(id);
        if (recording && setup.recording)
          await engine.change({ do: 'record', recording: { path: recording, container: setup.recording.container } });
        await engine.change({ do: 'go-live' });
      }),
    endLive: ({ id }) =>
      inTurn(id, async () => {
        if (runningOf(id).phase !== 'live') throw new StudioError('not-live', 'This session is not live.');
        await stop(id);
      }),
    async startTarget({ id, target }) {
      await engineOf(id).change({ do: 'start-target', target: planFor(id, targetOf(id, target)) });
      byHand.get(id)?.set(target, true);
    },
    async stopTarget({ id, target }) {
      await engineOf(id).change({ do: 'stop-target', id: targetOf(id, target).id });
      byHand.get(id)?.set(target, false);
    },
    async retryTarget({ id, target }) {
      await engineOf(id).change({ do: 'retry-target', id: targetOf(id, target).id });
    },
    async measureUplink({ id, target }, signal) {
      if (state.get('live', sessionOf(id).id)?.phase === 'live')
        throw new StudioError('not-live', 'While the session is live its own sending would be measured. End it first.');
      const wanted = targetOf(id, target);
      const service = findService(wanted.service);
      const plan = planTarget(wanted, (place) => testKey(service, secrets.read(place)));
      const kbps = await measureUplink(spawn, plan, join(theFolder(), 'certificates.pem'), signal);
      await this.saveLive({ id, setup: { ...sessionOf(id).setup, uplinkKbps: kbps } });
      return { kbps };
    },
    async slateLive({ id, on }) {
      await engineOf(id).change({ do: 'slate', on });
      update(id, { slate: on });
    },
    async muteLive({ id, on }) {
      await engineOf(id).change({ do: 'mute', on });
      update(id, { muted: on });
    },
    async recordLive({ id, on }) {
      const { setup } = sessionOf(id);
      if (on && !setup.recording) throw new StudioError('bad-input', 'Choose a folder for the recording first.');
      const path = on ? recordingPath(setup, new Date()) : null;
      await engineOf(id).change({
        do: 'record',
        recording: path && setup.recording ? { path, container: setup.recording.container } : null,
      });
      update(id, { recording: path });
    },
    previewPath: (id) => (folder && state.get('sessions', id) ? join(folder, `${id}.jpg`) : null),
    async close() {
      await Promise.all([...engines.keys()].map(stop));
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function prepareFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'muxwell-live-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'certificates.pem'), getCACertificates('default').join('\n'));
  return folder;
}
