/** `muxwell queue`: what a studio that runs already has to do, from a terminal. */
import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import type { CommandInputs, Job, JobStatus, State } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import { whenDoneChoices } from '../contract/when-done.ts';
import { clock, size } from '../contract/words.ts';
import { dataFolder } from '../studio/data-folder.ts';
import { readOut } from './cli-run.ts';
import { doneCommandOption, readWhenDone, toSettings, type WhenDoneOptions } from './cli-when-done.ts';
import { openRemoteStudio, type RemoteStudio } from './remote-studio.ts';

interface HostOptions {
  host: string;
  token?: string;
  json: boolean;
}

interface AfterOptions extends HostOptions, WhenDoneOptions {
  always: boolean;
  callOff: boolean;
}

interface AddOptions extends HostOptions {
  preset?: string;
  out?: string;
  overwrite: boolean;
  start: boolean;
}

type Phase = JobStatus['phase'];

/** The usual port of `muxwell serve`. */
export const usualHost = 'http://127.0.0.1:7390';
/** Of an id so many letters are shown, and are enough to name a job. */
const shownId = 8;

/** Commands that do one thing to jobs: to those named, or without names to all in these phases. */
const changes: { name: string; text: string; command: 'pauseJobs' | 'resumeJobs' | 'cancelJobs' | 'retryJobs'; phases: Phase[] }[] = [
  { name: 'pause', text: 'Pause running jobs.', command: 'pauseJobs', phases: ['running'] },
  { name: 'resume', text: 'Let paused jobs go on.', command: 'resumeJobs', phases: ['running'] },
  { name: 'cancel', text: 'Cancel jobs that run, wait or are read.', command: 'cancelJobs', phases: ['running', 'waiting', 'reading'] },
  { name: 'retry', text: 'Put failed and cancelled jobs back in the queue.', command: 'retryJobs', phases: ['failed', 'cancelled'] },
];

/** `ended` takes the exit code. */
export function addQueueCommands(program: Command, ended: (code: number) => void): void {
  const queue = program.command('queue').description('Tell a studio that runs (muxwell serve) what to do.');
  const command = (name: string, text: string) =>
    queue
      .command(name)
      .description(text)
      .option('--host <address>', 'where the studio is', usualHost)
      .option('--token <token>', "what opens it (default: MUXWELL_TOKEN, else this machine's own)")
      .option('--json', 'as JSON', false);
  const run = async (options: HostOptions, work: (studio: RemoteStudio) => Promise<Answer>) => {
    const token = options.token ?? (process.env['MUXWELL_TOKEN'] || undefined);
    const studio = await openRemoteStudio({ host: options.host, token, data: dataFolder() });
    try {
      const { text, json } = await work(studio);
      console.log(options.json ? JSON.stringify(json, null, 2) : text);
      ended(0);
    } finally {
      studio.close();
    }
  };

  command('list', 'List the jobs and how they go.').action((options: HostOptions) => run(options, async (studio) => list(studio.state())));
  command('add', "Put files in the queue. Paths are those of the studio's machine.")
    .argument('<files...>', 'media files')
    .option('-p, --preset <name>', "preset, by name or id (default: the studio's own choice)")
    .option('-o, --out <path>', 'folder for the results, or the result itself for a single file')
    .option('--overwrite', 'replace results that exist already, instead of adding a number', false)
    .option('--start', 'start the queue, too', false)
    .action((files: string[], options: AddOptions) => run(options, (studio) => add(studio, files, options)));
  command('start', 'Start waiting jobs as places come free.').action((options: HostOptions) =>
    run(options, async (studio) => {
      await studio.call('startQueue', {});
      return said('Started.', { started: true });
    }),
  );
  command('stop', 'Start no further job; running ones go on.').action((options: HostOptions) =>
    run(options, async (studio) => {
      await studio.call('stopQueue', {});
      return said('No further job is started.', { started: false });
    }),
  );
  command('when-done', 'Choose what follows when the queue is done, the next time alone; without a choice tell what does.')
    .addArgument(new Argument('[what]').choices(whenDoneChoices))
    .addOption(doneCommandOption())
    .option('--always', 'not the next time alone', false)
    .option('--call-off', 'the machine is about to sleep or to shut down: let it stay on', false)
    .action((whenDone: WhenDoneOptions['whenDone'], options: AfterOptions) =>
      run(options, async (studio) => {
        if (options.callOff) {
          await studio.call('callOff', {});
          return said('The machine stays on.', null);
        }
        const chosen = readWhenDone({ ...options, ...(whenDone && { whenDone }) });
        if (!chosen) return afterwards(studio.state());
        const change = toSettings(chosen, options.always);
        await studio.call('changeSettings', change);
        return said(`${options.always ? 'Whenever' : 'The next time that'} the queue is done: ${chosen.choice}.`, change);
      }),
    );
  for (const { name, text, command: method, phases } of changes)
    command(name, text)
      .argument('[jobs...]', 'jobs, by the beginning of their id (default: all that it can be said of)')
      .action((names: string[], options: HostOptions) =>
        run(options, async (studio) => {
          const ids = named(studio.state(), names, phases);
          if (ids.length > 0) await studio.call(method, { ids });
          return changed(ids);
        }),
      );
  command('clear', 'Take finished jobs off the list; the files stay.')
    .option('--failed', 'failed and cancelled ones, too', false)
    .action((options: HostOptions & { failed: boolean }) =>
      run(options, async (studio) => {
        const ids = named(studio.state(), [], options.failed ? ['done', 'failed', 'cancelled'] : ['done']);
        if (ids.length > 0) await studio.call('removeJobs', { ids });
        return changed(ids);
      }),
    );
}

interface Answer {
  text: string;
  json: unknown;
}

const said = (text: string, json: unknown): Answer => ({ text, json });
const changed = (ids: string[]): Answer => said(`${ids.length} ${ids.length === 1 ? 'job' : 'jobs'}.`, { ids });

async function add(studio: RemoteStudio, files: string[], { preset, out, overwrite, start }: AddOptions): Promise<Answer> {
  const { presets, settings } = studio.state();
  const wanted = preset ?? settings['studio']?.preset ?? '';
  const found = Object.values(presets).find(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase());
  if (!found) throw new StudioError('unknown-preset', `The studio has no preset “${wanted.slice(0, 80)}”.`);
  const { folder, file } = readOut(out, files.length);
  const output: CommandInputs['addJobs']['output'] = {
    overwrite,
    ...(folder && { folder: resolve(folder) }),
    ...(file && { file: resolve(file) }),
  };
  const { ids } = await studio.call('addJobs', { sources: files.map((path) => resolve(path)), preset: found.id, output });
  if (start) await studio.call('startQueue', {});
  return said(ids.map((id, index) => `${id.slice(0, shownId)}  ${files[index]}`).join('\n'), { ids });
}

function afterwards({ settings, run }: State): Answer {
  const { whenDone = 'nothing', whenDoneOnce = null } = settings['studio'] ?? {};
  const now = run['studio']?.after ?? null;
  const once = whenDoneOnce === null ? '' : `, the next time ${whenDoneOnce}`;
  const going = now?.phase === 'counting' ? ` Now: ${now.action} in ${now.seconds} s.` : '';
  return said(`When the queue is done: ${whenDone}${once}.${going}`, { whenDone, whenDoneOnce, now });
}

/** Jobs by the beginning of their ids, or all in these phases. Throws unknown-job for a name that is none's or several's. */
function named({ jobs, statuses }: State, names: string[], phases: Phase[]): string[] {
  if (names.length === 0) return Object.keys(jobs).filter((id) => phases.includes(statuses[id]?.phase ?? 'draft'));
  return names.map((name) => jobNamed(jobs, name));
}

/** Throws unknown-job. */
export function jobNamed(jobs: State['jobs'], name: string): string {
  const [id, ...others] = Object.keys(jobs).filter((one) => one.startsWith(name));
  if (id === undefined || others.length > 0)
    throw new StudioError('unknown-job', `${id === undefined ? 'No job has' : 'Several jobs have'} an id that begins with “${name}”.`);
  return id;
}

function list({ jobs, statuses, queue, presets }: State): Answer {
  const sorted = Object.values(jobs).sort((a, b) => a.order - b.order);
  const rows = sorted.map((job) => {
    const what = job.lossless ? 'without encoding' : (presets[job.preset]?.name ?? job.preset);
    return [job.id.slice(0, shownId), inWords(statuses[job.id], job), job.source, what];
  });
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const totals = queue['studio'];
  const left = totals?.etaSeconds == null ? '' : `, ${clock(totals.etaSeconds)} left`;
  const head = totals
    ? `${totals.started ? 'Started' : 'Not started'}: ${totals.done} done, ${totals.running} running, ${totals.waiting} waiting, ${totals.failed} failed${left}.`
    : '';
  return said([head, ...lines].filter(Boolean).join('\n'), {
    queue: totals,
    jobs: sorted.map((job) => ({ id: job.id, source: job.source, preset: job.preset, status: statuses[job.id] })),
  });
}

function inWords(status: JobStatus | undefined, { estimatedBytes }: Job): string {
  switch (status?.phase) {
    case 'running':
      return `${status.paused ? 'paused' : 'running'} ${Math.floor(status.fraction * 100)} %`;
    case 'done':
      return `done, ${size(status.proof.bytes)}`;
    case 'failed':
      return `failed: ${status.error.message}`;
    case 'waiting':
      return estimatedBytes === null ? 'waiting' : `waiting, about ${size(estimatedBytes)}`;
    default:
      return status?.phase ?? 'reading';
  }
}
