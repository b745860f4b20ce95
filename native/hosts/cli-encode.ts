/** `muxwell encode`: puts files in the queue of a studio of its own, shows how it goes, and ends when it is through. */
import { statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import type { CommandInputs, Job, JobStatus } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import { type ContainerId, containerIds } from '../contract/preset.ts';
import { clock, size } from '../contract/words.ts';
import { dataFolder, hardwareFile } from '../studio/data-folder.ts';
import { createStudio, type Studio } from '../studio/studio.ts';
import { childWorkers } from './child-worker.ts';
import { createProgressLine } from './progress-line.ts';

export interface EncodeOptions {
  preset: string;
  out?: string;
  jobs?: number;
  overwrite: boolean;
  json: boolean;
}

/** Returns the exit code: 0 when every file was exported, else 1. Ctrl-C cancels all that runs and waits until it has ended. */
export async function runEncode(files: string[], options: EncodeOptions, version: string): Promise<number> {
  const order = orderOf(files, options);
  const studio = createStudio({
    spawn: childWorkers(),
    storage: ':memory:',
    hardware: hardwareFile(dataFolder()),
    tryHardware: false,
    version,
  });
  const interrupt = () => void studio.call('cancelJobs', { ids: Object.keys(studio.state.all('jobs')) });
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    if (options.jobs) await studio.call('changeSettings', { parallel: options.jobs });
    await studio.call('startQueue', {});
    const report = options.json ? createJsonReport() : createTextReport(files.length);
    const ended = follow(studio, files.length, report);
    await studio.call('addJobs', order);
    return (await ended) ? 0 : 1;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await studio.close();
  }
}

/** Works out what `--out` means. Throws bad-input for a name that cannot be meant. */
function orderOf(files: string[], { preset, out, overwrite }: EncodeOptions): CommandInputs['addJobs'] {
  const sources = files.map((file) => resolve(file));
  if (!out) return { sources, preset, output: { overwrite } };
  const isFolder = statSync(out, { throwIfNoEntry: false })?.isDirectory() || /[\\/]$/.test(out) || extname(out) === '';
  if (isFolder) return { sources, preset, output: { folder: resolve(out), overwrite } };
  if (files.length > 1) throw new StudioError('bad-input', `--out must be a folder when there are ${files.length} files.`);
  const container = extname(out).slice(1).toLowerCase() as ContainerId;
  if (!containerIds.includes(container))
    throw new StudioError('bad-input', `There is no container “${extname(out)}”. There are: ${containerIds.join(', ')}.`);
  return { sources, preset, overrides: { container }, output: { file: resolve(out), overwrite } };
}

interface Report {
  planned(job: Job): void;
  progress(job: Job, status: Extract<JobStatus, { phase: 'running' }>, studio: Studio): void;
  ended(job: Job, status: Extract<JobStatus, { phase: 'done' | 'failed' | 'cancelled' }>): void;
  end(done: number, failed: number, seconds: number): void;
}

const isEnd = (status: JobStatus) => status.phase === 'done' || status.phase === 'failed' || status.phase === 'cancelled';

/** Turns state changes into the report's events; resolves with whether all was good when `count` jobs have ended. */
function follow(studio: Studio, count: number, report: Report): Promise<boolean> {
  const begun = performance.now();
  const planned = new Set<string>();
  const ended = new Map<string, boolean>();
  return new Promise((settle) => {
    const stop = studio.state.subscribe((patch) => {
      for (const [id, status] of Object.entries((patch.put['statuses'] ?? {}) as Record<string, JobStatus>)) {
        const job = studio.state.get('jobs', id);
        if (!job || ended.has(id)) continue;
        if ((status.phase === 'waiting' || status.phase === 'running') && !planned.has(id)) {
          planned.add(id);
          report.planned(job);
        }
        if (status.phase === 'running') report.progress(job, status, studio);
        if (!isEnd(status)) continue;
        ended.set(id, status.phase === 'done');
        report.ended(job, status as Extract<JobStatus, { phase: 'done' | 'failed' | 'cancelled' }>);
      }
      if (ended.size < count) return;
      stop();
      const done = [...ended.values()].filter(Boolean).length;
      report.end(done, count - done, (performance.now() - begun) / 1000);
      settle(done === count);
    });
  });
}

function createJsonReport(): Report {
  const tell = (event: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(event)}\n`);
  const who = (job: Job) => ({ id: job.id, source: job.source });
  return {
    planned: (job) =>
      tell({ event: 'planned', ...who(job), notes: job.notes.map((note) => note.text), estimatedBytes: job.estimatedBytes }),
    progress(job, { fraction, fps, speed, etaSeconds, bytes, stage, output }) {
      tell({ event: 'progress', ...who(job), output, stage, fraction, fps, speed, etaSeconds, bytes });
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

function createTextReport(count: number): Report {
  const line = createProgressLine(process.stderr);
  return {
    planned(job) {
      for (const note of job.notes) line.print(`${basename(job.source)}: ${note.text}`);
    },
    progress(job, status, studio) {
      const totals = studio.state.get('queue', 'studio');
      if (!totals) return;
      const ended = totals.done + totals.failed;
      line.show(totals.fraction, [
        count > 1 ? `${ended} of ${count} done` : basename(job.source),
        `${status.fps.toFixed(0)} fps`,
        `${status.speed.toFixed(1)}×`,
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
      if (count > 1) line.print(`${done} of ${count} exported${failed ? `, ${failed} not` : ''}, in ${clock(seconds)}.`);
    },
  };
}
