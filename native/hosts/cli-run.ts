/** What commands share that put files in the queue of a studio of their own: they show how it goes and end when it is through. */
import { statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { Job, JobStatus, State } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import type { StateOwner } from '../contract/state.ts';
import { clock, size } from '../contract/words.ts';
import { withLog } from '../log/log-file.ts';
import { dataFolder, hardwareFile, presetFolder } from '../studio/data-folder.ts';
import type { Log } from '../studio/log.ts';
import { createStudio, type Studio } from '../studio/studio.ts';
import { childWorkers } from './child-worker.ts';
import { cutWords } from './cli-lossless-words.ts';
import { readWhenDone, showAfterwards, toSettings, type WhenDoneOptions } from './cli-when-done.ts';
import { keepMachineAwake } from './keep-awake.ts';
import { machineActions } from './machine-actions.ts';
import { createProgressLine } from './progress-line.ts';

export interface RunOptions extends WhenDoneOptions {
  /** Files at a time; absent: as many as get more done. */
  jobs?: number;
  json: boolean;
}

/** What a command calls what it does. */
export interface RunWords {
  /** The command itself: `encode`. */
  command: string;
  /** For the last line: `exported`. */
  done: string;
  /** What tells how fast it goes. */
  speed(status: Running): string[];
}

export type Running = Extract<JobStatus, { phase: 'running' }>;
export type EndStatus = Extract<JobStatus, { phase: 'done' | 'failed' | 'cancelled' }>;

/**
 * Runs what `add` puts in the queue, and what was chosen to follow. Returns the exit code: 0 when every job was done and that
 * went well, else 1. Ctrl-C cancels all that runs and all that follows, and waits until it has ended.
 */
export const runJobs = (options: RunOptions, words: RunWords, version: string, add: Add): Promise<number> =>
  withLog({ data: dataFolder(), door: words.command, version, makes: false }, (log) => run(options, words, version, add, log));

type Add = (studio: Studio) => Promise<{ ids: string[] }>;

async function run({ jobs, json, ...options }: RunOptions, words: RunWords, version: string, add: Add, log: Log): Promise<number> {
  const whenDone = readWhenDone(options);
  const studio = createStudio({
    spawn: childWorkers(),
    storage: ':memory:',
    hardware: hardwareFile(dataFolder()),
    presets: presetFolder(dataFolder()),
    tryHardware: false,
    patient: false,
    machine: machineActions(),
    version,
    log,
  });
  const interrupt = () => {
    void studio.call('changeSettings', { whenDoneOnce: null });
    void studio.call('cancelJobs', { ids: Object.keys(studio.state.all('jobs')) });
  };
  const sleepAgain = keepMachineAwake(studio.state);
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    if (jobs) await studio.call('changeSettings', { parallel: jobs });
    if (whenDone) await studio.call('changeSettings', toSettings(whenDone, false));
    await studio.call('startQueue', {});
    const { ids } = await add(studio);
    const report = json ? createJsonReport() : createTextReport(ids.length, words);
    const allDone = await follow(studio, ids, report);
    const wentWell = whenDone === null || (await showAfterwards(studio, json));
    return allDone && wentWell ? 0 : 1;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    sleepAgain();
    await studio.close();
  }
}

/** What `--out` means: a folder, or the result itself, with its extension. Throws bad-input for a name that cannot be meant. */
export function readOut(out: string | undefined, results: number): { folder?: string; file?: string; extension: string } {
  if (!out) return { extension: '' };
  const extension = extname(out).slice(1).toLowerCase();
  const isFolder = statSync(out, { throwIfNoEntry: false })?.isDirectory() || /[\\/]$/.test(out) || extension === '';
  if (isFolder) return { folder: out, extension: '' };
  if (results > 1) throw new StudioError('bad-input', `--out must be a folder when there are ${results} files.`);
  return { file: out, extension };
}

export interface Report {
  planned(job: Job): void;
  progress(job: Job, status: Running, state: StateOwner<State>): void;
  ended(job: Job, status: EndStatus): void;
  end(done: number, failed: number, seconds: number): void;
}

export const isEnd = (status: JobStatus): status is EndStatus => ['done', 'failed', 'cancelled'].includes(status.phase);

/** Turns state changes into the report's events; resolves with whether all was good when the jobs have ended. */
function follow(studio: Studio, ids: string[], report: Report): Promise<boolean> {
  const begun = performance.now();
  const mine = new Set(ids);
  const planned = new Set<string>();
  const ended = new Map<string, boolean>();
  return new Promise((settle) => {
    const stop = studio.state.subscribe((patch) => {
      for (const [id, status] of Object.entries((patch.put['statuses'] ?? {}) as Record<string, JobStatus>)) {
        const job = studio.state.get('jobs', id);
        if (!job || !mine.has(id) || ended.has(id)) continue;
        if (['waiting', 'running', 'done'].includes(status.phase) && !planned.has(id)) {
          planned.add(id);
          report.planned(job);
        }
        if (status.phase === 'running') report.progress(job, status, studio.state);
        if (!isEnd(status)) continue;
        ended.set(id, status.phase === 'done');
        report.ended(job, status);
      }
      if (ended.size < mine.size) return;
      queueMicrotask(() => stop()); // the first push comes before there is a way out
      const done = [...ended.values()].filter(Boolean).length;
      report.end(done, mine.size - done, (performance.now() - begun) / 1000);
      settle(done === mine.size);
    });
  });
}

export function createJsonReport(): Report {
  const tell = (event: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(event)}\n`);
  const who = (job: Job) => ({ id: job.id, source: job.source });
  return {
    planned(job) {
      const { outline, estimatedBytes } = job;
      tell({ event: 'planned', ...who(job), notes: job.notes.map((note) => note.text), estimatedBytes, ...(outline && { outline }) });
    },
    progress(job, { fraction, fps, speed, etaSeconds, bytes, plannedBytes, bytesPerSecond, stage, output }) {
      const how = job.lossless ? { plannedBytes, bytesPerSecond } : { fps, speed };
      tell({ event: 'progress', ...who(job), output, stage, fraction, ...how, etaSeconds, bytes });
    },
    ended(job, status) {
      if (status.phase === 'done') {
        const { output, proof, seconds, warnings } = status;
        tell({ event: 'done', ...who(job), output, bytes: proof.bytes, duration: proof.duration, seconds, warnings });
      } else if (status.phase === 'failed') tell({ event: 'failed', ...who(job), ...status.error });
      else tell({ event: 'cancelled', ...who(job) });
    },
    end: (done, failed, seconds) => tell({ event: 'end', done, failed, seconds }),
  };
}

export function createTextReport(count: number, words: RunWords): Report {
  const line = createProgressLine(process.stderr);
  return {
    planned(job) {
      for (const text of [...job.notes.map((note) => note.text), ...cutWords(job)]) line.print(`${basename(job.source)}: ${text}`);
    },
    progress(job, status, state) {
      const totals = state.get('queue', 'studio');
      if (!totals) return;
      const ended = totals.done + totals.failed;
      line.show(totals.fraction, [
        count > 1 ? `${ended} of ${count} done` : basename(job.source),
        ...words.speed(status),
        totals.etaSeconds === null ? '' : `${clock(totals.etaSeconds)} left`,
      ]);
    },
    ended(job, status) {
      const name = basename(job.source);
      if (status.phase === 'done') {
        const { output, proof, seconds, warnings } = status;
        line.print(`✓ ${name} → ${output}  ${size(proof.bytes)}, ${clock(proof.duration)} in ${clock(seconds)}`);
        for (const warning of warnings) line.print(`  ${warning}`);
      } else if (status.phase === 'failed') line.print(`✗ ${name}: ${status.error.message}`);
      else line.print(`– ${name}: cancelled`);
    },
    end(done, failed, seconds) {
      line.clear();
      if (count > 1) line.print(`${done} of ${count} ${words.done}${failed ? `, ${failed} not` : ''}, in ${clock(seconds)}.`);
    },
  };
}
