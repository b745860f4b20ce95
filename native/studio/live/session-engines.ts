/** The engines of sessions that run: made from the setup, started again when they die, told of every change. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import type { State } from '../../contract/contract.ts';
import { StudioError } from '../../contract/errors.ts';
import type { LiveEncode, LiveEvent, LiveSetup, LiveTarget } from '../../contract/live.ts';
import type { LiveChange, LiveReport } from '../../contract/live-plan.ts';
import type { StateOwner } from '../../contract/state.ts';
import type { Hardware } from '../hardware.ts';
import type { Secrets } from '../secrets.ts';
import type { Storage } from '../storage.ts';
import type { SpawnWorker } from '../worker-process.ts';
import { type LiveEngine, startEngine } from './engine.ts';
import { encodeFor, excess, type Sent } from './fit.ts';
import type { History } from './history.ts';
import { makeLivePlan, planTarget } from './plan.ts';
import { recordingPath } from './recording.ts';
import type { SessionKeys } from './session-keys.ts';
import type { Running, SessionTable } from './session-table.ts';

export interface SessionEngines {
  has(id: string): boolean;
  /** Starts the source, without sending anything; nothing happens where it runs already. Throws no-key or bad-input for what could not be sent. */
  start(id: string): Promise<void>;
  /** Starts sending to the targets that are enabled, and recording. */
  goLive(id: string): Promise<void>;
  stop(id: string): Promise<void>;
  /** Throws not-live. */
  change(id: string, change: LiveChange): Promise<void>;
  startTarget(id: string, target: LiveTarget): Promise<void>;
  stopTarget(id: string, target: LiveTarget): Promise<void>;
  /** Targets that differ between two setups follow at once. */
  applyTargets(id: string, before: LiveSetup, after: LiveSetup): Promise<void>;
  /** The file of certificates that TLS connections are checked against. */
  certificates(): string;
  /** Where a session's picture lies; null before anything was started. */
  picture(id: string): string | null;
  close(): Promise<void>;
}

export interface SessionEnginesDeps {
  state: StateOwner<State>;
  storage: Storage;
  secrets: Secrets;
  spawn: SpawnWorker;
  hardware: Hardware;
  table: SessionTable;
  keys: SessionKeys;
  history: History;
  note(id: string, kind: LiveEvent['kind'], text: string): void;
}

const off = { phase: 'off' } as const;
/** Sessions that are live are noted there, so that a studio which ended without a farewell can tell. */
export const onAir = 'on-air';

export function createSessionEngines(deps: SessionEnginesDeps): SessionEngines {
  const { state, storage, secrets, spawn, hardware, table, keys, history, note } = deps;
  const engines = new Map<string, LiveEngine>();
  /** What each engine was made to send. */
  const sending = new Map<string, Sent>();
  /** Targets that were started or stopped by hand while live: an engine that is started again keeps to it. */
  const byHand = new Map<string, Map<string, boolean>>();
  /** Certificates and pictures; made at the first start, gone with the studio. */
  let folder: string | null = null;
  const file = (name: string) => join((folder ??= prepareFolder()), name);

  function planOf(id: string) {
    const saved = table.session(id).setup;
    const targets = saved.targets.map((target) => ({ ...target, enabled: byHand.get(id)?.get(target.id) ?? target.enabled }));
    const setup = { ...saved, targets };
    const status = state.get('live', id);
    const isLive = status?.phase === 'live';
    const path = isLive && status.recording !== null && setup.recording ? recordingPath(setup, new Date()) : null;
    if (isLive) table.update(id, { recording: path });
    const { plan, sent } = makeLivePlan({
      setup,
      rungs: rungsOf,
      secret: secrets.read,
      recordingPath: path,
      preview: file(`${id}.jpg`),
      certificates: file(certificates),
    });
    sending.set(id, sent);
    return plan;
  }

  function rungsOf({ codec, videoKbps, speed }: LiveEncode) {
    const video = { codec, rate: { mode: 'bitrate', kbps: videoKbps, passes: 1 }, speed, bitDepth: 8 } as const;
    return hardware.rungs(video as never, null);
  }

  /** Starts a target of an engine that runs, with the encode of its that the target takes; says so where it takes none of them. */
  async function startTarget(id: string, target: LiveTarget): Promise<void> {
    const sent = sending.get(id);
    await change(id, { do: 'start-target', target: planTarget(target, secrets.read, sent && encodeFor(target, sent)) });
    const warning = sent && excess(target, sent);
    if (warning) history.event(id, { at: Date.now(), kind: 'warning', target: target.id, text: warning });
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

  function forget(id: string): void {
    engines.delete(id);
    sending.delete(id);
    storage.remove(onAir, id);
    state.remove('livePulse', id);
  }

  async function start(id: string): Promise<void> {
    if (engines.has(id)) return;
    planOf(id); // a missing key or an impossible address is told before anything starts
    state.put('live', id, {
      ...{ phase: 'starting', liveSince: null, health: null },
      ...{ slate: false, muted: false, recording: null, restarts: 0 },
    });
    const engine = startEngine(
      spawn,
      () => planOf(id),
      () => table.isLive(id),
      {
        report: (report) => onReport(id, report),
        restarting(words) {
          const status = table.running(id);
          table.update(id, { restarts: status.restarts + 1, health: null });
          note(id, 'error', `${words} It is started again${status.phase === 'live' ? ' and goes on with the same targets' : ''}.`);
          if (status.slate || status.muted) queueMicrotask(() => void restore(id, status));
        },
        failed(error) {
          forget(id);
          const shown = keys.hide(table.session(id).setup, error);
          note(id, 'error', shown.message);
          state.put('live', id, { phase: 'failed', error: { code: error.code, ...shown } });
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
    table.update(id, { phase: 'ending' });
    engines.delete(id);
    byHand.delete(id);
    storage.remove(onAir, id);
    await engine.end();
    if (folder) rmSync(file(`${id}.jpg`), { force: true });
    forget(id);
    state.put('live', id, off);
  }

  async function change(id: string, what: LiveChange): Promise<void> {
    table.running(id);
    const engine = engines.get(id);
    if (!engine) throw new StudioError('not-live', 'This session is not running.');
    await engine.change(what);
  }

  async function goLive(id: string): Promise<void> {
    const { setup } = table.session(id);
    planOf(id); // with all its targets, which a preview may not have taken
    await start(id);
    const path = setup.recording ? recordingPath(setup, new Date()) : null;
    byHand.set(id, new Map());
    table.update(id, { phase: 'live', liveSince: Date.now(), recording: path });
    storage.put(onAir, id, {});
    if (path && setup.recording) await change(id, { do: 'record', recording: { path, container: setup.recording.container } });
    await change(id, { do: 'go-live' });
  }

  return {
    has: (id) => engines.has(id),
    start,
    goLive,
    stop,
    change,
    async startTarget(id, target) {
      await startTarget(id, target);
      byHand.get(id)?.set(target.id, true);
    },
    async stopTarget(id, target) {
      await change(id, { do: 'stop-target', id: target.id });
      byHand.get(id)?.set(target.id, false);
    },
    async applyTargets(id, before, after) {
      const enabled = (setup: LiveSetup) => new Map(setup.targets.filter((target) => target.enabled).map((target) => [target.id, target]));
      const [old, now] = [enabled(before), enabled(after)];
      const differs = (target: string) => JSON.stringify(now.get(target)) !== JSON.stringify(old.get(target));
      for (const target of old.keys()) if (differs(target)) await change(id, { do: 'stop-target', id: target });
      for (const [target, setup] of now) if (differs(target)) await startTarget(id, setup);
    },
    certificates: () => file(certificates),
    picture: (id) => folder && join(folder, `${id}.jpg`),
    async close() {
      await Promise.all([...engines.keys()].map(stop));
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

const certificates = 'certificates.pem';

function prepareFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'muxwell-live-'));
  writeFileSync(join(folder, certificates), getCACertificates('default').join('\n'));
  return folder;
}
