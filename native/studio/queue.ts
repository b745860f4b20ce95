/** The export queue: reads files as they are added, starts jobs as the pool has places, and brings each one to an end. */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Commands, Job, LogLine, State } from '../contract/contract.ts';
import { StudioError, toErrorData } from '../contract/errors.ts';
import type { Preset } from '../contract/preset.ts';
import type { StateOwner } from '../contract/state.ts';
import { totals } from '../contract/totals.ts';
import { type Arranging, createArranging } from './arranging.ts';
import type { Assets } from './assets.ts';
import { createChunkStore } from './chunks/chunk-store.ts';
import { createDispatching } from './dispatching.ts';
import { createExporter } from './export-job.ts';
import type { Hardware } from './hardware.ts';
import { createHolds } from './holds.ts';
import { createJobReading } from './job-reading.ts';
import { closing, createJobRuns, type Runner } from './job-run.ts';
import { openJobs } from './jobs.ts';
import type { Log } from './log.ts';
import { createLosslessRunner } from './lossless/job.ts';
import { splitOrder } from './lossless/order.ts';
import { createPausing, type Pausing } from './pausing.ts';
import type { Pool } from './pool.ts';
import type { Prober } from './prober.ts';
import type { Findings } from './quality/quality.ts';
import { ordersBehind } from './reorder.ts';
import type { Storage } from './storage.ts';
import { createSwitches } from './switches.ts';

type Ids = { ids: string[] };
type Work = Pick<Job, 'source' | 'lossless' | 'preset' | 'overrides' | 'output' | 'priority' | 'group'>;

export interface Queue extends Omit<Arranging, 'endOf'>, Pick<Pausing, 'pauseJobs' | 'resumeJobs'> {
  addJobs(input: Commands['addJobs']): { ids: string[] };
  addLossless(input: Commands['addLossless']): { ids: string[] };
  submitJobs(input: Ids): { ids: string[] };
  draftJobs(input: Ids): void;
  changeJobs(input: Commands['changeJobs']): void;
  /** Jobs that wait and go by a preset are planned anew. */
  presetChanged(id: string): void;
  jobLog(input: Commands['jobLog']): LogLine[];
  startQueue(): void;
  stopQueue(): void;
  pauseQueue(): Promise<void>;
  resumeQueue(): Promise<void>;
  cancelJobs(input: Ids): void;
  retryJobs(input: Commands['retryJobs']): void;
  removeJobs(input: Ids): void;
  /** Writes a line into the log of every job that runs. */
  note(text: string): void;
  /** A job's source lies elsewhere now, as it was; null: in the system's trash. */
  sourceMoved(id: string, to: string | null): void;
  /** Plans a file's exports that wait once more, because something was found out about it. */
  planAgain(source: string): void;
  /** Tells the totals anew, after the number of places changed. */
  refresh(): void;
  /** Ends running work; those jobs wait for the next start. */
  close(): Promise<void>;
}

export interface QueueDeps {
  state: StateOwner<State>;
  storage: Storage;
  pool: Pool;
  prober: Prober;
  /** By id or name. Throws unknown-preset. */
  findPreset(nameOrId: string): Preset;
  /** Jobs at a time, for the totals. */
  parallel(): number;
  /** Pictures for pages; null where there is none. */
  assets: Assets | null;
  hardware: Hardware;
  /** What was measured of files in this run. */
  findings: Findings;
  /** Jobs wait out troubles that may pass. */
  patient: boolean;
  log: Log;
}

/** How often the totals are told while jobs run, ms. */
const totalsMs = 500;

export function createQueue({
  state,
  storage,
  pool,
  prober,
  findPreset,
  parallel,
  assets,
  hardware,
  patient,
  findings,
  log,
}: QueueDeps): Queue {
  const jobs = openJobs(state, storage, log);
  /** Publications of the last run that are being brought to their end. */
  const settling = new Map<string, Promise<void>>();
  const closed = new AbortController();
  let totalsTimer: ReturnType<typeof setTimeout> | null = null;
  const holds = createHolds(patient);
  const usual = { from: null, until: null, onlyOnMains: false };
  const switches = createSwitches({
    storage,
    settings: () => state.get('settings', 'studio') ?? usual,
    thrown() {
      tellTotals();
      poke();
    },
    heldOtherwise: poke,
  });
  const dispatching = createDispatching({
    pool,
    closed: closed.signal,
    mayStart: switches.mayStart,
    nextWaiting(onDevice, isAtWork) {
      for (const id of jobs.index.waiting(onDevice)) if (!isAtWork(id) && !settling.has(id)) return id;
      return undefined;
    },
    runnerOf: (id) => runnerOf(id),
    ended(id, status) {
      const job = state.get('jobs', id);
      if (job) jobs.setStatus(id, holds.judge(job, status));
      else jobs.log.remove([id]);
    },
    notStarted: (id, thrown) => jobs.setStatus(id, { phase: 'failed', error: toErrorData(thrown) }),
    notEnded(id, thrown) {
      switches.halt(); // going on would run the same job again and again
      state.put('statuses', id, { phase: 'failed', error: toErrorData(thrown) });
    },
    freed() {
      if (dispatching.active.size === 0) tellTotals();
      poke();
    },
  });
  const { active } = dispatching;

  const pausing = createPausing({ jobs, active, queueIsPaused: switches.paused, changed: poke });
  const arranging = createArranging(jobs, poke);
  const runs = createJobRuns(state, jobs, {
    began: tellTotalsSoon,
    progressed(id) {
      void pausing.settle(id);
      tellTotalsSoon();
    },
  });
  const chunks = createChunkStore(state, storage);
  const exporter = createExporter({ jobs, runs, prober, findPreset, parallel, assets, hardware, patient, findings, chunks });
  const lossless = createLosslessRunner({ jobs, runs, prober, patient });
  const runnerOf = (id: string): Runner => (jobs.get(id).lossless ? lossless : exporter);
  const isFree = (id: string) => !active.has(id) && !settling.has(id);

  /** Something changed: starts what can be started. */
  function poke(): void {
    tellTotalsSoon();
    dispatching.poke();
  }

  /** Puts jobs at the end of the list or of their group, or right behind an order. */
  function add(works: Work[], draft = false, after = arranging.endOf(works[0]?.group ?? null, works.length)) {
    const orders = ordersBehind(jobs.ids(), (id) => jobs.get(id).order, works.length, after);
    const added = works.map(
      (work, index): Job => ({
        ...{ id: randomUUID(), order: orders[index] ?? 0, ...work },
        ...{ media: null, notes: [], outline: null, estimatedBytes: null, device: null, chosen: '', paused: false, added: Date.now() },
      }),
    );
    const ids = added.map((job) => job.id);
    jobs.add(added, draft ? { phase: 'draft', problem: null } : { phase: 'reading' });
    reading.read(ids);
    tellTotals();
    return { ids };
  }

  /** Jobs that exist; a page may still show one that has just been removed. */
  const existing = (ids: string[]) => ids.filter(jobs.has);

  async function pause(value: boolean): Promise<void> {
    switches.pause(value);
    await pausing.settleAll();
  }

  function tellTotals(): void {
    if (totalsTimer) clearTimeout(totalsTimer);
    totalsTimer = null;
    const entries = jobs.ids().map((id) => ({ job: jobs.get(id), status: jobs.status(id) }));
    const { started, paused, held } = switches;
    state.put('queue', 'studio', { ...totals(entries), started: started(), paused: paused(), held: held(), parallel: parallel() });
  }

  function tellTotalsSoon(): void {
    totalsTimer ??= setTimeout(tellTotals, totalsMs);
  }

  for (const { id, publication } of jobs.interrupted) {
    const settled = runs.resume(id, publication).then((status) => {
      settling.delete(id);
      if (state.get('jobs', id)) jobs.setStatus(id, status);
      poke();
    });
    settling.set(id, settled);
  }
  const reading = createJobReading({ jobs, holds, runnerOf, isFree, changed: poke, signal: closed.signal });
  poke();

  return {
    addJobs({ sources, preset, ...others }) {
      const { id } = findPreset(preset);
      return add(sources.map((source) => ({ source: resolve(source), lossless: null, preset: id, ...others })));
    },
    addLossless({ sources, order, output, draft }) {
      const common = { lossless: order, preset: '', overrides: {}, output, priority: 'normal' as const, group: null };
      const works = sources.map((source) => ({ source: resolve(source), ...common }));
      return add(works.flatMap(draft ? (work) => [work] : splitOrder), draft);
    },
    submitJobs({ ids }) {
      const drafts = existing(ids).filter((id) => jobs.status(id).phase === 'draft');
      const submitted: string[] = [];
      jobs.together(() => {
        for (const id of drafts) {
          const [first, ...others] = splitOrder(jobs.get(id));
          jobs.change({ ...jobs.get(id), ...first });
          jobs.setStatus(id, { phase: 'reading' });
          submitted.push(id, ...(others.length > 0 ? add(others, false, jobs.get(id).order).ids : []));
        }
      });
      reading.read(drafts);
      tellTotals();
      return { ids: submitted };
    },
    draftJobs({ ids }) {
      const again = existing(ids).filter((id) => jobs.get(id).lossless && isFree(id));
      jobs.together(() => {
        for (const id of again) jobs.setStatus(id, { phase: 'draft', problem: null });
      });
      reading.read(again);
      tellTotals();
    },
    changeJobs({ ids, preset, overrides, order, output }) {
      const chosen = preset && findPreset(preset).id;
      const changed = existing(ids).filter((id) => !active.has(id));
      jobs.together(() => {
        for (const id of changed) {
          const job = jobs.get(id);
          const work = job.lossless
            ? { ...(order && { lossless: order }) }
            : { ...(chosen && { preset: chosen }), ...(overrides && { overrides }) };
          jobs.change({ ...job, ...work, ...(output && { output }) });
          if (jobs.status(id).phase !== 'draft') jobs.setStatus(id, { phase: 'reading' });
        }
      });
      reading.read(changed);
    },
    presetChanged(preset) {
      reading.readAgain(jobs.ids().filter((id) => jobs.get(id).preset === preset && jobs.status(id).phase === 'waiting' && isFree(id)));
    },
    jobLog: ({ id }) => jobs.log.read(jobs.get(id).id),
    startQueue: () => switches.start(true),
    stopQueue: () => switches.start(false),
    pauseQueue: () => pause(true),
    resumeQueue: () => pause(false),
    pauseJobs: pausing.pauseJobs,
    resumeJobs: pausing.resumeJobs,
    cancelJobs({ ids }) {
      for (const id of existing(ids)) {
        const { phase } = jobs.status(id);
        if (active.has(id)) active.get(id)?.abort.abort(new StudioError('cancelled', 'Cancelled.'));
        else if (phase === 'waiting' || phase === 'reading') jobs.setStatus(id, { phase: 'cancelled' });
      }
      tellTotals();
    },
    retryJobs({ ids, preset }) {
      const chosen = preset && findPreset(preset).id;
      const again = existing(ids).filter((id) => {
        const status = jobs.status(id);
        return ['failed', 'cancelled', 'done'].includes(status.phase) || (status.phase === 'waiting' && status.held);
      });
      jobs.together(() => {
        for (const id of again) {
          const job = jobs.get(id);
          if (job.paused || chosen) jobs.change({ ...job, paused: false, ...(chosen && !job.lossless && { preset: chosen }) });
        }
      });
      reading.readAgain(again);
      tellTotals();
    },
    removeJobs({ ids }) {
      for (const id of ids) active.get(id)?.abort.abort(new StudioError('cancelled', 'Removed.'));
      jobs.remove(existing(ids));
      tellTotals();
    },
    moveJobs: arranging.moveJobs,
    prioritizeJobs: arranging.prioritizeJobs,
    groupJobs: arranging.groupJobs,
    note(text) {
      for (const id of active.keys()) jobs.log.add(id, text);
    },
    sourceMoved(id, to) {
      const job = state.get('jobs', id);
      if (!job) return;
      if (to !== null) jobs.change({ ...job, source: to, media: job.media && { ...job.media, path: to } });
      jobs.log.add(id, to === null ? 'The source was moved to the trash.' : 'The source was moved to another folder.');
      jobs.log.save(id);
    },
    planAgain(source) {
      const concerned = jobs.ids().filter((id) => jobs.get(id).source === source && !jobs.get(id).lossless);
      // What cannot be planned any more is told when it is its turn.
      for (const id of concerned.filter((one) => jobs.status(one).phase === 'waiting' && isFree(one)))
        void exporter.prepare(id, closed.signal).catch(() => {});
    },
    refresh() {
      switches.look();
      poke();
    },
    async close() {
      closed.abort(closing);
      switches.close();
      await Promise.all([dispatching.close(closing), ...settling.values(), reading.close()]);
      chunks.close();
      if (totalsTimer) clearTimeout(totalsTimer);
    },
  };
}
