/** Muxwell's sides: a warm worker, the built command line, and the studio with its queue. All use the workers of dist/. */
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { State } from '../../native/contract/contract.ts';
import { childWorkers } from '../../native/hosts/child-worker.ts';
import { makePlan } from '../../native/studio/plan.ts';
import { createPool } from '../../native/studio/pool.ts';
import { findPreset } from '../../native/studio/preset.ts';
import { createProber } from '../../native/studio/prober.ts';
import { createStudio } from '../../native/studio/studio.ts';
import { timed } from './measure.ts';
import { bytesOf, outputOf, programs, type Side, type Task } from './sides.ts';

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

/** One worker that is kept, given the plan of the first source again and again. */
export async function warmWorker(task: Task): Promise<Side> {
  const [source = ''] = task.sources;
  const prober = createProber(spawn);
  const media = await prober.probe(source);
  await prober.close();
  const plan = makePlan({ media, settings: findPreset(task.preset), overrides: task.overrides });
  const pool = createPool({ spawn, size: 1 });
  const partial = outputOf(task, source);
  const encode = async () => {
    const lease = await pool.acquire();
    try {
      await lease.call('encode', { plan, partial, threads: 0 }, { work: 'Encoding' });
    } finally {
      lease.release();
    }
  };
  await encode();
  return {
    run: async () => ({ ...(await timed(encode, { host: true, living: pool.pids })), peaks: null, bytes: bytesOf(task) }),
    close: pool.close,
  };
}

/** `muxwell encode`, a whole process with its workers; it knows presets only, no overrides. */
export async function commandLineSide(task: Task): Promise<Side> {
  return programs(task, process.execPath, (source) => [
    ...[commandLine, 'encode', source, '--preset', task.preset],
    ...['--overwrite', '--out', outputOf(task, source)],
  ]);
}

/** A studio of its own for every run: from nothing to all files published and all workers ended. */
export async function studioSide(task: Task): Promise<Side> {
  const { sources, preset, overrides, folder, parallel } = task;
  const exportAll = async () => {
    const studio = createStudio({ spawn, storage: ':memory:' });
    try {
      await studio.call('changeSettings', { parallel });
      const ended = allDone(studio.state, sources.length);
      await studio.call('addJobs', { sources, preset, overrides, output: { folder, overwrite: true } });
      await studio.call('startQueue', {});
      await ended;
    } finally {
      await studio.close();
    }
  };
  return {
    run: async () => ({ ...(await timed(exportAll, { host: true, living: () => [] })), peaks: null, bytes: bytesOf(task) }),
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
