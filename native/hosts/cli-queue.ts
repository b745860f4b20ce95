/** `muxwell queue`: what a studio that runs already has to do, from a terminal. */
import { resolve } from 'node:path';
import { Argument, type Command, Option } from 'commander';
import type { CommandInputs, State } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import { type Priority, priorities } from '../contract/priority.ts';
import { whenDoneChoices } from '../contract/when-done.ts';
import { dataFolder } from '../studio/data-folder.ts';
import { addOriginalsCommand } from './cli-originals.ts';
import { type Answer, list, named, type Phase, readPhases, shownId, type Which } from './cli-queue-jobs.ts';
import { readOut } from './cli-run.ts';
import { doneCommandOption, readWhenDone, toSettings, type WhenDoneOptions } from './cli-when-done.ts';
import { openRemoteStudio, type RemoteStudio } from './remote-studio.ts';

export interface HostOptions {
  host: string;
  token?: string;
  json: boolean;
}

interface AfterOptions extends HostOptions, WhenDoneOptions {
  always: boolean;
  callOff: boolean;
}

interface GroupOptions extends HostOptions {
  group?: string;
}

interface AddOptions extends GroupOptions {
  preset?: string;
  out?: string;
  overwrite: boolean;
  start: boolean;
  priority: Priority;
}

/** What the commands share: how they are declared, and how they reach the studio. */
export interface QueueCommands {
  command(name: string, text: string): Command;
  run(options: HostOptions, work: (studio: RemoteStudio) => Promise<Answer>): Promise<void>;
}

/** The usual port of `muxwell serve`. */
export const usualHost = 'http://127.0.0.1:7390';

interface Switch {
  name: string;
  text: string;
  call(studio: RemoteStudio): Promise<unknown>;
  answer: Answer;
}

/** Of the whole queue. */
const switches: Switch[] = [
  {
    ...{ name: 'start', text: 'Start waiting jobs as places come free, also after a pause.' },
    call: async (studio) => {
      await studio.call('startQueue', {});
      await studio.call('resumeQueue', {});
    },
    answer: { text: 'Started.', json: { started: true } },
  },
  {
    ...{ name: 'stop', text: 'Start no further job; running ones go on.' },
    call: (studio) => studio.call('stopQueue', {}),
    answer: { text: 'No further job is started.', json: { started: false } },
  },
];

interface Change {
  name: string;
  text: string;
  command: 'pauseJobs' | 'resumeJobs' | 'cancelJobs' | 'retryJobs';
  /** Of jobs that are not named. */
  state: Phase[];
  /** What is done without names and without a group; absent: to all in these phases. */
  whole?: { command: 'pauseQueue' | 'resumeQueue'; answer: Answer };
}

/** Commands that do one thing to jobs: to those named, to those of a group, or to all. */
const changes: Change[] = [
  {
    ...{ name: 'pause', text: 'Pause jobs; without names the whole queue.', command: 'pauseJobs' },
    state: ['running', 'waiting', 'reading'],
    whole: { command: 'pauseQueue', answer: { text: 'The queue is paused.', json: { paused: true } } },
  },
  {
    ...{ name: 'resume', text: 'Let paused jobs go on; without names the whole queue.', command: 'resumeJobs' },
    state: ['running', 'waiting', 'reading'],
    whole: { command: 'resumeQueue', answer: { text: 'The queue goes on.', json: { paused: false } } },
  },
  { name: 'cancel', text: 'Cancel jobs that run, wait or are read.', command: 'cancelJobs', state: ['running', 'waiting', 'reading'] },
  {
    name: 'retry',
    text: 'Put failed and cancelled jobs back in the queue; finished ones by name.',
    command: 'retryJobs',
    state: ['failed', 'cancelled'],
  },
];

const groupOption = ['--group <name>', 'those of a group'] as const;

/** `ended` takes the exit code. */
export function addQueueCommands(program: Command, ended: (code: number) => void): void {
  const queue = program.command('queue').description('Tell a studio that runs (muxwell serve) what to do.');
  const command: QueueCommands['command'] = (name, text) =>
    queue
      .command(name)
      .description(text)
      .option('--host <address>', 'where the studio is', usualHost)
      .option('--token <token>', "what opens it (default: MUXWELL_TOKEN, else this machine's own)")
      .option('--json', 'as JSON', false);
  const run: QueueCommands['run'] = async (options, work) => {
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

  command('list', 'List the jobs and how they go.')
    .option('--state <states>', 'only those that are: failed, or several like failed,cancelled', readPhases)
    .option(...groupOption)
    .action((options: HostOptions & Which) => run(options, async (studio) => list(studio.state(), options)));
  command('add', "Put files in the queue. Paths are those of the studio's machine.")
    .argument('<files...>', 'media files')
    .option('-p, --preset <name>', "preset, by name or id (default: the studio's own choice)")
    .option('-o, --out <path>', 'folder for the results, or the result itself for a single file')
    .option('--overwrite', 'replace results that exist already, instead of adding a number', false)
    .option('--group <name>', 'a group that they are told and handled with')
    .addOption(new Option('--priority <priority>', 'which of the waiting jobs go first').choices([...priorities]).default('normal'))
    .option('--start', 'start the queue, too', false)
    .action((files: string[], options: AddOptions) => run(options, (studio) => add(studio, files, options)));
  for (const { name, text, call, answer } of switches)
    command(name, text).action((options: HostOptions) =>
      run(options, async (studio) => {
        await call(studio);
        return answer;
      }),
    );
  for (const { name, text, command: method, state, whole } of changes) {
    const declared = command(name, text)
      .argument('[jobs...]', `jobs, by the beginning of their id${whole ? '' : ' (default: all that it can be said of)'}`)
      .option(...groupOption);
    if (method === 'retryJobs') declared.option('-p, --preset <name>', 'another preset, by name or id');
    declared.action((names: string[], options: GroupOptions & { preset?: string }) =>
      run(options, async (studio) => {
        if (whole && names.length === 0 && options.group === undefined) {
          await studio.call(whole.command, {});
          return whole.answer;
        }
        const ids = named(studio.state(), names, { ...options, state });
        const preset = options.preset === undefined ? undefined : presetOf(studio.state(), options.preset);
        if (ids.length > 0) await studio.call(method, { ids, ...(preset !== undefined && { preset }) });
        return changed(ids);
      }),
    );
  }
  command('priority', 'Let waiting jobs go before others, or after all others.')
    .argument('<jobs...>', `jobs, by the beginning of their id, and at last one of ${priorities.join(', ')}`)
    .option(...groupOption)
    .action((words: string[], options: GroupOptions) =>
      run(options, async (studio) => {
        const priority = priorities.find((one) => one === words.at(-1));
        if (!priority) throw new StudioError('bad-input', `The last word is one of ${priorities.join(', ')}.`);
        const ids = chosen(studio.state(), words.slice(0, -1), options);
        if (ids.length > 0) await studio.call('prioritizeJobs', { ids, priority });
        return changed(ids);
      }),
    );
  command('group', 'Put jobs into a group.')
    .argument('<name>', 'the group; a new name makes one')
    .argument('<jobs...>', 'jobs, by the beginning of their id')
    .action((group: string, names: string[], options: HostOptions) =>
      run(options, (studio) => regroup(studio, chosen(studio.state(), names, {}), group)),
    );
  command('ungroup', 'Take jobs out of their group.')
    .argument('[jobs...]', 'jobs, by the beginning of their id')
    .option('--group <name>', 'all of a group')
    .action((names: string[], options: GroupOptions) =>
      run(options, (studio) => regroup(studio, chosen(studio.state(), names, options), null)),
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
          return { text: 'The machine stays on.', json: null };
        }
        const choice = readWhenDone({ ...options, ...(whenDone && { whenDone }) });
        if (!choice) return afterwards(studio.state());
        const change = toSettings(choice, options.always);
        await studio.call('changeSettings', change);
        return { text: `${options.always ? 'Whenever' : 'The next time that'} the queue is done: ${choice.choice}.`, json: change };
      }),
    );
  command('clear', 'Take finished jobs off the list; the files stay.')
    .option('--failed', 'failed and cancelled ones, too', false)
    .option(...groupOption)
    .action((options: GroupOptions & { failed: boolean }) =>
      run(options, async (studio) => {
        const ids = named(studio.state(), [], { ...options, state: options.failed ? ['done', 'failed', 'cancelled'] : ['done'] });
        if (ids.length > 0) await studio.call('removeJobs', { ids });
        return changed(ids);
      }),
    );
  addOriginalsCommand({ command, run });
}

const changed = (ids: string[]): Answer => ({ text: `${ids.length} ${ids.length === 1 ? 'job' : 'jobs'}.`, json: { ids } });

/** Jobs by name or by group; one of both has to be said. */
function chosen(state: State, names: string[], { group }: Which): string[] {
  if (names.length === 0 && group === undefined) throw new StudioError('bad-input', 'Name the jobs, or their group with --group.');
  return named(state, names, { ...(group !== undefined && { group }) });
}

async function regroup(studio: RemoteStudio, ids: string[], group: string | null): Promise<Answer> {
  if (ids.length > 0) await studio.call('groupJobs', { ids, group });
  return changed(ids);
}

/** Throws unknown-preset. */
function presetOf({ presets }: State, wanted: string): string {
  const found = Object.values(presets).find(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase());
  if (!found) throw new StudioError('unknown-preset', `The studio has no preset “${wanted.slice(0, 80)}”.`);
  return found.id;
}

async function add(studio: RemoteStudio, files: string[], { preset, out, overwrite, start, priority, group }: AddOptions): Promise<Answer> {
  const wanted = presetOf(studio.state(), preset ?? studio.state().settings['studio']?.preset ?? '');
  const { folder, file } = readOut(out, files.length);
  const output: CommandInputs['addJobs']['output'] = {
    overwrite,
    ...(folder && { folder: resolve(folder) }),
    ...(file && { file: resolve(file) }),
  };
  const sources = files.map((path) => resolve(path));
  const { ids } = await studio.call('addJobs', { sources, preset: wanted, output, priority, ...(group !== undefined && { group }) });
  if (start) await studio.call('startQueue', {});
  return { text: ids.map((id, index) => `${id.slice(0, shownId)}  ${files[index]}`).join('\n'), json: { ids } };
}

function afterwards({ settings, run }: State): Answer {
  const { whenDone = 'nothing', whenDoneOnce = null } = settings['studio'] ?? {};
  const now = run['studio']?.after ?? null;
  const once = whenDoneOnce === null ? '' : `, the next time ${whenDoneOnce}`;
  const going = now?.phase === 'counting' ? ` Now: ${now.action} in ${now.seconds} s.` : '';
  return { text: `When the queue is done: ${whenDone}${once}.${going}`, json: { whenDone, whenDoneOnce, now } };
}
