/** Muxwell's sides: a warm worker, the built command line, and the studio with its queue. All use the workers of dist/. */
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { State } from '../../native/contract/contract.ts';
import { losslessSchema } from '../../native/contract/lossless.ts';
import { childWorkers } from '../../native/hosts/child-worker.ts';
import { makeRemuxPlan } from '../../native/studio/lossless/plan.ts';
import { makePlan } from '../../native/studio/plan.ts';
import { createPool, type Lease } from '../../native/studio/pool.ts';
import { findPreset } from '../../native/studio/preset.ts';
import { createProber } from '../../native/studio/prober.ts';
import { createStudio } from '../../native/studio/studio.ts';
import { peaksOf, timed, timedByClock } from './measure.ts';
import { bytesOf, clear, outputOf, programs, type Side, type Task } from './sides.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const commandLine = fromRoot('dist/muxwell.js');
const spawn = childWorkers(fromRoot('dist/worker.js'));

/** Throws when there is nothing built; else says in a sentence if what is built is older than its source. */
export async function checkBuild(): Promise<string | null> {
  if (!existsSync(commandLine)) throw new Error('dist/ is missing: run “npm run build” first.');
  const built = statSync(commandLine).mtimeMs;
  const entries = await readdir(fromRoot('native'), { recursive: true });
  const newer = entries.some((entry) => /\.(ts|json)$/.test(entry) && statSync(join(fromRoot('native'), entry)).mtimeMs > built);
  return newer ? 'dist/ is older than its source: run “npm run build” to measure what you see.' : null;
}

/** Workers that are kept, as many as files at a time, given the plans of all sources again and again. */
export async function warmWorker(task: Task): Promise<Side> {
  const { sources, how, parallel, watched } = task;
  const prober = createProber(spawn);
  const orders: { partial: string; start(lease: Lease): Promise<unknown> }[] = [];
  for (const source of sources) {
    const media = await prober.probe(source);
    const partial = outputOf(task, source);
    if ('target' in how) {
      const order = losslessSchema.parse({ target: how.target });
      const { plan } = makeRemuxPlan({ media, joined: [], beside: [], places: [] }, order);
      orders.push({ partial, start: (lease) => lease.call('remux', { plan, partial }, { work: 'Copying' }) });
    } else {
      const plan = makePlan({ media, settings: findPreset(how.preset), overrides: how.overrides });
      orders.push({ partial, start: (lease) => lease.call('encode', { plan, partial, threads: 0 }, { work: 'Encoding' }) });
    }
  }
  await prober.close();
  const pool = createPool({ spawn, size: parallel });
  const all = async () => {
    const waiting = [...orders];
    const lane = async () => {
      for (let order = waiting.shift(); order; order = waiting.shift()) {
        const lease = await pool.acquire();
        try {
          await order.start(lease);
        } finally {
          lease.release();
        }
      }
    };
    await Promise.all(Array.from({ length: parallel }, lane));
  };
  await all();
  return {
    async run() {
      clear(task);
      // Of many jobs a worker does its share and is replaced: its CPU is then nobody's to count.
      const cost = await (parallel === 1 ? timed(all, { host: true, living: pool.pids }) : timedByClock(all));
      return { ...cost, peaks: watched ? peaksOf(pool.pids()) : null, bytes: bytesOf(task) };
    },
    close: pool.close,
  };
}

/** A whole `muxwell` process with its workers; it knows presets only, no overrides. */
export async function commandLineSide(task: Task): Promise<Side> {
  const { how } = task;
  return programs(task, process.execPath, (source) => [
    commandLine,
    ...('target' in how ? ['remux', source, '--to', how.target] : ['encode', source, '--preset', how.preset]),
    ...['--overwrite', '--out', outputOf(task, source)],
  ]);
}

/** A studio of its own for every run: from nothing to all files published and all workers ended. */
export async function studioSide(task: Task): Promise<Side> {
  const { sources, how, folder, parallel } = task;
  const doAll = async () => {
    const studio = createStudio({ spawn, storage: ':memory:' });
    try {
      await studio.call('changeSettings', { parallel });
      const ended = allDone(studio.state, sources.length);
      const output = { folder, overwrite: true };
      if ('target' in how) await studio.call('addLossless', { sources, order: { target: how.target }, output });
      else await studio.call('addJobs', { sources, ...how, output });
      await studio.call('startQueue', {});
      await ended;
    } finally {
      await studio.close();
    }
  };
  return {
    async run() {
      clear(task);
      return { ...(await timed(doAll, { host: true, living: () => [] })), peaks: null, bytes: bytesOf(task) };
    },
    close: async () => {},
  };
}

/** Waits until so many jobs are done; throws at the first that fails. */
function allDone(state: ReturnType<typeof createStudio>['state'], count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = new Set<string>();
    state.subscribe(({ put }) => {
      for (const [id, status] of Object.entries((put['statuses'] ?? {}) as State['statuses'])) {
        if (status.phase === 'failed') reject(new Error(status.error.message));
        if (status.phase === 'done') done.add(id);
      }
      if (done.size === count) resolve();
    });
  });
}
