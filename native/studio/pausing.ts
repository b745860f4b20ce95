/** Pauses: of single jobs, kept with them, and of the whole queue. Neither is forgotten when the studio starts again. A job that is paused by itself lets another have its place. */
import { basename } from 'node:path';
import type { Jobs } from './jobs.ts';
import type { Lease } from './pool.ts';

export interface Pausing {
  pauseJobs(input: { ids: string[] }): Promise<void>;
  resumeJobs(input: { ids: string[] }): Promise<void>;
  /** For all jobs at work, after the whole queue was paused or resumed. */
  settleAll(): Promise<void>;
  /** A job gave a sign of life: it may have been asked to pause before it ran. */
  settle(id: string): Promise<void>;
}

export interface PausingDeps {
  jobs: Jobs;
  /** Jobs at work. */
  active: ReadonlyMap<string, { leases: ReadonlySet<Lease> }>;
  queueIsPaused(): boolean;
  /** Jobs may be started that could not before. */
  changed(): void;
}

export function createPausing({ jobs, active, queueIsPaused, changed }: PausingDeps): Pausing {
  async function settle(id: string): Promise<void> {
    const entry = active.get(id);
    const status = entry && jobs.has(id) ? jobs.status(id) : null;
    if (!entry || status?.phase !== 'running') return;
    const own = jobs.get(id).paused;
    for (const lease of entry.leases) lease.rest(own);
    const paused = own || queueIsPaused();
    if (status.paused === paused) return;
    jobs.progress(id, { ...status, paused }); // first, for whoever is between two pieces of work
    const order = { work: `Encoding ${basename(jobs.get(id).source)}` };
    await Promise.all([...entry.leases].map((lease) => lease.call(paused ? 'pause' : 'resume', {}, order).catch(() => {}))); // it ended meanwhile
  }

  async function set(ids: string[], paused: boolean): Promise<void> {
    const concerned = ids.filter((id) => jobs.has(id) && ['running', 'waiting', 'reading'].includes(jobs.status(id).phase));
    jobs.together(() => {
      for (const id of concerned) if (jobs.get(id).paused !== paused) jobs.change({ ...jobs.get(id), paused });
    });
    for (const id of concerned) await settle(id);
    changed();
  }

  return {
    pauseJobs: ({ ids }) => set(ids, true),
    resumeJobs: ({ ids }) => set(ids, false),
    async settleAll() {
      for (const id of active.keys()) await settle(id);
    },
    settle,
  };
}
