/** `muxwell watch`: a studio of its own for one folder, until Ctrl-C. What it has taken outlives it, so that no file is exported twice. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { JobStatus } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import { withLog } from '../log/log-file.ts';
import { dataFolder, hardwareFile, presetFolder } from '../studio/data-folder.ts';
import type { Log } from '../studio/log.ts';
import { createStudio, type Studio } from '../studio/studio.ts';
import { childWorkers } from './child-worker.ts';
import { createJsonReport, createTextReport, isEnd, type Report } from './cli-run.ts';
import { keepMachineAwake } from './keep-awake.ts';

export interface WatchOptions {
  preset: string;
  out?: string;
  done?: string;
  failed?: string;
  subfolders: boolean;
  jobs?: number;
  json: boolean;
}

const words = {
  command: 'watch',
  done: 'exported',
  speed: ({ fps, speed }: { fps: number; speed: number }) => [`${fps.toFixed(0)} fps`, `${speed.toFixed(1)}×`],
};

/** Returns the exit code, after a signal has ended it in order: jobs that ran wait for the next time. */
export async function runWatch(given: string, options: WatchOptions, version: string): Promise<number> {
  const folder = resolve(given);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new StudioError('source-missing', `${folder} is not a folder.`);
  return withLog({ data: dataFolder(), door: words.command, version }, (log) => watch(folder, options, version, log));
}

async function watch(folder: string, options: WatchOptions, version: string, log: Log): Promise<number> {
  const { subfolders, jobs, json } = options;
  const data = dataFolder();
  const studio = createStudio({
    spawn: childWorkers(),
    storage: join(data, 'watched', `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.db`),
    hardware: hardwareFile(data),
    presets: presetFolder(data),
    tryHardware: false,
    version,
    log,
  });
  const sleepAgain = keepMachineAwake(studio.state);
  const place = (path: string | undefined) => (path === undefined ? null : resolve(path));
  try {
    if (jobs) await studio.call('changeSettings', { parallel: jobs });
    const setup = {
      ...{ folder, subfolders, preset: options.preset },
      ...{ results: place(options.out) ?? join(folder, 'Exported'), done: place(options.done), failed: place(options.failed) },
    };
    const [known] = Object.keys(studio.state.all('watches'));
    const tellEnd = untilToldToEnd();
    tellHowItGoes(studio, json ? createJsonReport() : createTextReport(1, words));
    if (!json) console.error(`Watching ${folder}. Ctrl-C ends it.`);
    await studio.call('saveWatch', { ...(known && { id: known }), setup });
    await tellEnd;
    return 0;
  } finally {
    sleepAgain();
    await studio.close();
  }
}

function untilToldToEnd(): Promise<void> {
  return new Promise((settle) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => settle());
  });
}

/** Each job once: what is left out when it is planned, how it goes, and its end. Those of earlier runs have been told then. */
function tellHowItGoes({ state }: Studio, report: Report): void {
  const planned = new Set<string>();
  const ended = new Set(Object.entries(state.all('statuses')).flatMap(([id, status]) => (isEnd(status) ? [id] : [])));
  let problem: string | null = null;
  state.subscribe(({ put }) => {
    for (const [id, status] of Object.entries((put['statuses'] ?? {}) as Record<string, JobStatus>)) {
      const job = state.get('jobs', id);
      if (!job || ended.has(id)) continue;
      if (['waiting', 'running', 'done'].includes(status.phase) && !planned.has(id)) {
        planned.add(id);
        report.planned(job);
      }
      if (status.phase === 'running') report.progress(job, status, state);
      if (!isEnd(status)) continue;
      ended.add(id);
      report.ended(job, status);
    }
    for (const watch of Object.values(state.all('watches'))) {
      if (watch.problem !== null && watch.problem !== problem) console.error(watch.problem);
      problem = watch.problem;
    }
  });
}
