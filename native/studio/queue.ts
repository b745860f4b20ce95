/** The export queue: reads files as they are added, starts jobs as the pool has places, and brings each one to an end. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, extname, resolve } from 'node:path';
import type { Commands, Job, JobStatus, State } from '../contract/contract.ts';
import { StudioError, toErrorData } from '../contract/errors.ts';
import type { MediaInfo } from '../contract/media.ts';
import type { Plan } from '../contract/plan.ts';
import type { StateOwner } from '../contract/state.ts';
import type { EncodeResult, Progress } from '../contract/worker-contract.ts';
import { containers } from './containers.ts';
import { openJobs } from './jobs.ts';
import { type Occupied, outputPath, partialPath } from './naming.ts';
import { makePlan } from './plan.ts';
import type { Lease, Pool } from './pool.ts';
import { findPreset } from './preset.ts';
import type { Prober } from './prober.ts';
import { discard, identityOf, type Publication, publish } from './publish.ts';
import type { Storage } from './storage.ts';
import { totals } from './totals.ts';

type Running = Extract<JobStatus, { phase: 'running' }>;
/** What a job's run leads to; it waits again when the studio closes. */
type Ended = Exclude<JobStatus, { phase: 'running' | 'reading' }>;
type Ids = { ids: string[] };

export interface Queue {
  addJobs(input: Commands['addJobs']): { ids: string[] };
  changeJobs(input: Commands['changeJobs']): void;
  startQueue(): void;
  stopQueue(): void;
  pauseJobs(input: Ids): Promise<void>;
  resumeJobs(input: Ids): Promise<void>;
  cancelJobs(input: Ids): void;
  retryJobs(input: Ids): void;
  removeJobs(input: Ids): void;
  moveJobs(input: Commands['moveJobs']): void;
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
  /** Jobs at a time, for the totals. */
  parallel(): number;
}

const noProgress: Progress = { fraction: 0, done: 0, planned: null, fps: 0, speed: 0, etaSeconds: null, bytes: 0, stage: 'encoding' };
/** How often the totals are told while jobs run, ms. */
const totalsMs = 500;
const closing = new StudioError('cancelled', 'The studio is closing.');

export function createQueue({ state, storage, pool, prober, parallel }: QueueDeps): Queue {
  const jobs = openJobs(state, storage);
  const active = new Map<string, { abort: AbortController; lease: Lease; done: Promise<void> }>();
  /** Publications of the last run that are being brought to their end. */
  const settling = new Map<string, Promise<void>>();
  const reading: string[] = [];
  const closed = new AbortController();
  let readingNow: Promise<void> | null = null;
  let dispatching: Promise<void> | null = null;
  let started = storage.all<{ started: boolean }>('queue').get('queue')?.started ?? false;
  let totalsTimer: ReturnType<typeof setTimeout> | null = null;

  const firstWaiting = () => jobs.ids().find((id) => jobs.status(id).phase === 'waiting' && !active.has(id) && !settling.has(id));

  /** Names that a job's result may not take. */
  function occupied(id: string): Occupied {
    const { overwrite } = jobs.get(id).output;
    const others = jobs.ids().filter((other) => other !== id);
    const results = others.flatMap((other) => {
      const status = jobs.status(other);
      // What is finished is on disk, where only overwriting could hurt it.
      const counts = status.phase === 'running' || (status.phase === 'done' && overwrite);
      return counts ? [status.output] : [];
    });
    return { results: new Set(results), sources: new Set(jobs.ids().map((one) => jobs.get(one).source)) };
  }

  /** Takes a place first and then the job that is first by then: the pool, not the list, sets the pace. */
  async function dispatch(): Promise<void> {
    while (started && !closed.signal.aborted && firstWaiting() !== undefined) {
      let lease: Lease;
      try {
        lease = await pool.acquire(closed.signal);
      } catch (thrown) {
        const first = firstWaiting();
        if (closed.signal.aborted || first === undefined) return;
        jobs.setStatus(first, { phase: 'failed', error: toErrorData(thrown) }); // no worker could be started
        continue;
      }
      const id = started ? firstWaiting() : undefined;
      if (id === undefined) {
        lease.release();
        return;
      }
      const abort = new AbortController();
      const entry = { abort, lease, done: Promise.resolve() };
      active.set(id, entry);
      entry.done = run(id, lease, abort.signal)
        .then((status) => {
          // Free before it is told, so that whoever hears of the end can start it again.
          active.delete(id);
          lease.release();
          if (state.get('jobs', id)) jobs.setStatus(id, status);
        })
        .catch((thrown) => {
          // Not even its end could be written down: going on would run the same job again and again.
          started = false;
          state.put('statuses', id, { phase: 'failed', error: toErrorData(thrown) });
        })
        .finally(poke);
    }
  }

  /** Something changed: starts what can be started. */
  function poke(): void {
    tellTotalsSoon();
    if (closed.signal.aborted) return;
    dispatching ??= dispatch()
      .catch(() => {}) // only closing interrupts it
      .finally(() => {
        dispatching = null;
        if (started && firstWaiting() !== undefined && !closed.signal.aborted) poke();
      });
  }

  /** Codec threads of a job: clips in a long list get their share of the cores, all else is FFmpeg's choice (0). */
  function threadsFor(plan: Plan): number {
    const isClip = plan.duration !== null && plan.duration <= clipSeconds;
    const places = parallel();
    const ahead = jobs.ids().filter((id) => jobs.status(id).phase === 'waiting').length;
    return isClip && places > 1 && ahead >= places ? Math.max(1, Math.round(availableParallelism() / places)) : 0;
  }

  /** Plans one job for the file as it is now. */
  async function prepare(id: string, signal: AbortSignal): Promise<Plan> {
    const known = jobs.get(id);
    const media = isUnchanged(known.media) ? (known.media as MediaInfo) : await prober.probe(known.source, signal);
    const job = jobs.get(id); // it may have been changed meanwhile
    const preset = findPreset(job.preset);
    const plan = makePlan({ media, settings: preset, overrides: job.overrides });
    if (media !== job.media || !sameNotes(job.notes, plan.notes)) {
      jobs.change({ ...job, media, notes: plan.notes, estimatedBytes: plan.estimatedBytes });
    }
    return plan;
  }

  /** Brings one job to its end and returns what became of it. */
  async function run(id: string, lease: Lease, signal: AbortSignal): Promise<Ended> {
    let partial = '';
    try {
      const plan = await prepare(id, signal);
      const job = jobs.get(id);
      const preset = findPreset(job.preset);
      const nextName = () => outputPath(job, preset, containers[plan.container].extension, occupied(id));
      const output = nextName();
      partial = partialPath(output, randomUUID().slice(0, 8));
      makeFolder(dirname(output));
      const status: Running = { phase: 'running', paused: false, output, ...noProgress };
      jobs.setRunning(id, status, partial);
      tellTotals();
      const onProgress = (progress: Progress) => {
        const now = state.get('statuses', id);
        if (now?.phase === 'running') jobs.progress(id, { ...now, ...progress });
        tellTotalsSoon();
      };
      const work = `Encoding ${basename(job.source)}`;
      const result = await lease.call('encode', { plan, partial, threads: threadsFor(plan) }, { work, signal, onProgress });
      return await finish(id, toPublication(result, partial, output, job.output.overwrite), nextName);
    } catch (thrown) {
      if (partial) discard(partial);
      if (signal.reason === closing) return { phase: 'waiting' };
      return signal.aborted ? { phase: 'cancelled' } : { phase: 'failed', error: toErrorData(thrown) };
    }
  }

  /** Gives a proved file its name. */
  async function finish(id: string, publication: Publication, nextName: () => string): Promise<Ended> {
    const output = await publish(publication, nextName, (name) => jobs.setPublishing(id, { ...publication, output: name }));
    const { proof, seconds, warnings } = publication;
    return { phase: 'done', output, proof, seconds, warnings };
  }

  /** Reads added files one after the other and plans them. */
  async function readAll(): Promise<void> {
    for (let id = reading.shift(); id !== undefined; id = reading.shift()) {
      if (state.get('statuses', id)?.phase !== 'reading') continue;
      try {
        await prepare(id, closed.signal);
        if (state.get('statuses', id)?.phase === 'reading') jobs.setStatus(id, { phase: 'waiting' });
      } catch (thrown) {
        if (closed.signal.aborted) return;
        if (state.get('statuses', id)?.phase === 'reading') jobs.setStatus(id, { phase: 'failed', error: toErrorData(thrown) });
      }
      poke();
    }
  }

  function read(ids: string[]): void {
    reading.push(...ids);
    readingNow ??= readAll().finally(() => {
      readingNow = null;
      if (reading.length > 0) read([]); // added after the loop had ended
    });
  }

  /** Jobs that exist; a page may still show one that has just been removed. */
  const existing = (ids: string[]) => ids.filter((id) => state.get('jobs', id) !== undefined);

  function setStarted(value: boolean): void {
    started = value;
    storage.put('queue', 'queue', { started });
    poke();
  }

  async function setPaused(ids: string[], paused: boolean): Promise<void> {
    for (const id of existing(ids)) {
      const status = jobs.status(id);
      const entry = active.get(id);
      if (!entry || status.phase !== 'running' || status.paused === paused) continue;
      await entry.lease.call(paused ? 'pause' : 'resume', {}, { work: `Encoding ${basename(jobs.get(id).source)}` }).catch(() => {}); // it ended meanwhile
      const now = state.get('statuses', id);
      if (now?.phase === 'running') jobs.progress(id, { ...now, paused });
    }
  }

  function tellTotals(): void {
    if (totalsTimer) clearTimeout(totalsTimer);
    totalsTimer = null;
    const entries = jobs.ids().map((id) => ({ job: jobs.get(id), status: jobs.status(id) }));
    state.put('queue', 'studio', totals(entries, started, parallel()));
  }

  function tellTotalsSoon(): void {
    totalsTimer ??= setTimeout(tellTotals, totalsMs);
  }

  for (const { id, publication } of jobs.interrupted) {
    const job = jobs.get(id);
    const nextName = () => outputPath(job, findPreset(job.preset), extname(publication.output).slice(1), occupied(id));
    const settled = finish(id, publication, nextName)
      .catch((thrown): Ended => ({ phase: 'failed', error: toErrorData(thrown) }))
      .then((status) => {
        settling.delete(id);
        if (state.get('jobs', id)) jobs.setStatus(id, status);
        poke();
      });
    settling.set(id, settled);
  }
  read(jobs.ids().filter((id) => jobs.status(id).phase === 'reading'));
  poke();

  return {
    addJobs({ sources, preset, overrides, output }) {
      findPreset(preset);
      const last = jobs.ids().at(-1);
      const order = last === undefined ? 0 : jobs.get(last).order;
      const added = sources.map(
        (source, index): Job => ({
          id: randomUUID(),
          order: order + index + 1,
          source: resolve(source),
          preset,
          overrides,
          output,
          media: null,
          notes: [],
          estimatedBytes: null,
          added: Date.now(),
        }),
      );
      const ids = added.map((job) => job.id);
      jobs.add(added);
      read(ids);
      tellTotals();
      return { ids };
    },
    changeJobs({ ids, preset, overrides }) {
      if (preset) findPreset(preset);
      const changed = existing(ids).filter((id) => !active.has(id));
      jobs.together(() => {
        for (const id of changed) {
          jobs.change({ ...jobs.get(id), ...(preset && { preset }), ...(overrides && { overrides }) });
          jobs.setStatus(id, { phase: 'reading' });
        }
      });
      read(changed);
    },
    startQueue: () => setStarted(true),
    stopQueue: () => setStarted(false),
    pauseJobs: ({ ids }) => setPaused(ids, true),
    resumeJobs: ({ ids }) => setPaused(ids, false),
    cancelJobs({ ids }) {
      for (const id of existing(ids)) {
        const { phase } = jobs.status(id);
        if (active.has(id)) active.get(id)?.abort.abort(new StudioError('cancelled', 'Cancelled.'));
        else if (phase === 'waiting' || phase === 'reading') jobs.setStatus(id, { phase: 'cancelled' });
      }
      tellTotals();
    },
    retryJobs({ ids }) {
      const again = existing(ids).filter((id) => ['failed', 'cancelled', 'done'].includes(jobs.status(id).phase));
      jobs.together(() => {
        for (const id of again) jobs.setStatus(id, { phase: 'reading' });
      });
      read(again);
      tellTotals();
    },
    removeJobs({ ids }) {
      for (const id of ids) active.get(id)?.abort.abort(new StudioError('cancelled', 'Removed.'));
      jobs.remove(existing(ids));
      tellTotals();
    },
    moveJobs({ ids, before }) {
      const moving = new Set(existing(ids));
      const all = jobs.ids();
      const rest = all.filter((id) => !moving.has(id));
      const found = before === null ? -1 : rest.indexOf(before);
      const at = found < 0 ? rest.length : found;
      const order = [...rest.slice(0, at), ...all.filter((id) => moving.has(id)), ...rest.slice(at)];
      jobs.together(() => {
        order.forEach((id, index) => {
          const job = jobs.get(id);
          if (job.order !== index + 1) jobs.change({ ...job, order: index + 1 });
        });
      });
      poke();
    },
    refresh: poke,
    async close() {
      closed.abort(closing);
      const ends = [...active.values()].map((entry) => {
        entry.abort.abort(closing);
        return entry.done;
      });
      await Promise.all([...ends, ...settling.values(), readingNow, dispatching]);
      if (totalsTimer) clearTimeout(totalsTimer);
    },
  };
}

/** Clips of up to this length lose more to starting threads, and to pushing each other off the cores, than they gain, seconds. */
const clipSeconds = 10;

const toPublication = ({ proof, seconds, warnings }: EncodeResult, partial: string, output: string, overwrite: boolean): Publication => ({
  partial,
  output,
  identity: identityOf(partial) ?? '',
  overwrite,
  proof,
  seconds,
  warnings,
});

const sameNotes = (a: Plan['notes'], b: Plan['notes']) => JSON.stringify(a) === JSON.stringify(b);

function isUnchanged(media: MediaInfo | null): boolean {
  const file = media && statSync(media.path, { throwIfNoEntry: false });
  return Boolean(media && file && file.size === media.bytes && file.mtimeMs === media.modified);
}

/** Step by step, because Node's own recursive way never comes back from a file system that makes no folders (/proc). */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && statSync(folder).isDirectory()) return; // another job's
    throw new StudioError('output-unwritable', `The folder ${folder} could not be made.`, String(error));
  }
}
