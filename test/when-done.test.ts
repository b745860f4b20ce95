/** What follows when the queue is done, with real jobs: what is told, what runs, what is called off and by whom; and sleep that is noticed. */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, createClient } from '../native/contract/client.ts';
import { readCommand, writeCommand } from '../native/contract/command-line.ts';
import { emptyState, type State } from '../native/contract/contract.ts';
import type { LiveStatus } from '../native/contract/live.ts';
import { socketPort } from '../native/contract/ports.ts';
import { createState } from '../native/contract/state.ts';
import type { Afterwards, MachineAction, Sleep } from '../native/contract/when-done.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { keepMachineAwake } from '../native/hosts/keep-awake.ts';
import { machineActions } from '../native/hosts/machine-actions.ts';
import { createWebHost } from '../native/hosts/web.ts';
import { type SleepClock, sleepWords, watchSleep } from '../native/studio/sleep-watch.ts';
import { createStudio, type Studio, type StudioOptions } from '../native/studio/studio.ts';
import type { MachineActions } from '../native/studio/when-done/afterwards.ts';
import { keepAwake } from '../native/studio/work.ts';
import { longClip, quick, shortClip, slow } from './fixtures/sources.ts';
import { eventually, until, untilState } from './fixtures/wait.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const muxwell = join(root, 'dist', 'muxwell.js');

let clips: string;
let short: string;
let long: string;
beforeAll(() => {
  if (!existsSync(muxwell)) execFileSync(process.execPath, [join(root, 'native', 'build.mjs')], { cwd: root, stdio: 'inherit' });
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  short = shortClip(join(clips, 'short.mp4'));
  long = longClip(join(clips, 'long.mp4'));
});
afterAll(() => rmSync(clips, { recursive: true, force: true }));

/** Fresh for every test. */
let folder: string;
const cleanups: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-when-done-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  rmSync(folder, { recursive: true, force: true });
});

/** A machine that only writes down what it was told. */
function machineDouble() {
  const told: MachineAction[] = [];
  const actions: MachineActions = { sleep: async () => void told.push('sleep'), shutdown: async () => void told.push('shutdown') };
  return { told, actions };
}

const brief = { seconds: 3, tickMs: 5 };
/** Nobody waits for its end. */
const endless = { seconds: 60, tickMs: 60_000 };

interface Opened {
  studio: Studio;
  told: MachineAction[];
}

function open(options: Partial<StudioOptions> = {}): Opened {
  const { told, actions } = machineDouble();
  const studio = createStudio({ spawn: childWorkers(), storage: ':memory:', machine: actions, countdown: brief, ...options });
  cleanups.push(() => studio.close());
  return { studio, told };
}

const source = (name: string, clip = short) => {
  const path = join(folder, name);
  copyFileSync(clip, path);
  return path;
};
const broken = (name: string) => {
  const path = join(folder, name);
  writeFileSync(path, 'no media');
  return path;
};
const add = async (studio: Studio, sources: string[], how: typeof quick | typeof slow = quick) =>
  (await studio.call('addJobs', { sources, ...how, output: { folder: join(folder, 'out') } })).ids;
const afterOf = (studio: Studio) => studio.state.get('run', 'studio')?.after;
const settings = (studio: Studio) => studio.state.get('settings', 'studio');
const reaches = (studio: Studio, phase: Afterwards['phase']) =>
  untilState(studio, () => afterOf(studio)?.phase === phase && studio.state.get('run', 'studio'), `what follows is ${phase}`);

/** Chooses, runs one short film, and waits until the run has ended so far. */
async function runOnce(studio: Studio, change: object, phase: Afterwards['phase'], sources = [source('film.mp4')]) {
  await studio.call('changeSettings', change);
  await studio.call('startQueue', {});
  await add(studio, sources);
  return reaches(studio, phase);
}

describe('a run', () => {
  test('counts how its jobs ended, each once, and tells that it is over; the next one counts anew', async () => {
    const { studio } = open();
    const first = await runOnce(studio, {}, 'over', [source('a.mp4'), broken('b.mp4'), source('c.mp4')]);
    expect(first).toMatchObject({ done: 2, failed: 1, sleeps: [], after: { phase: 'over', action: 'notify' } });
    expect(first.ended ?? 0).toBeGreaterThanOrEqual(first.began);
    const [id = ''] = await add(studio, [source('d.mp4')]);
    const second = await untilState(
      studio,
      () => {
        const run = studio.state.get('run', 'studio');
        return run && run.began !== first.began && run.ended !== null ? run : null;
      },
      'the second run has ended',
    );
    expect(studio.state.get('statuses', id)?.phase).toBe('done');
    expect(second).toMatchObject({ done: 1, failed: 0 });
  });

  test('of a queue that was stopped, or whose jobs were all cancelled, is followed by nothing', async () => {
    const { studio, told } = open();
    await studio.call('changeSettings', { whenDone: 'shutdown' });
    const ids = await add(studio, [source('long.mp4', long)], slow);
    await studio.call('startQueue', {});
    await untilState(studio, () => studio.state.get('statuses', ids[0] ?? '')?.phase === 'running', 'it runs');
    await studio.call('cancelJobs', { ids });
    expect((await reaches(studio, 'over')).after).toEqual({ phase: 'over', action: 'nothing' });
    const more = await add(studio, [source('film.mp4'), source('long too.mp4', long)], slow);
    await untilState(studio, () => studio.state.get('statuses', more[0] ?? '')?.phase === 'running', 'the next run');
    await studio.call('stopQueue', {});
    await studio.call('cancelJobs', { ids: more.slice(1) });
    expect((await reaches(studio, 'over')).after).toEqual({ phase: 'over', action: 'nothing' });
    expect(told).toEqual([]);
  });
});

describe('sleeping and shutting down', () => {
  test('are counted down and done; a choice for once is used up then, and one for ever stays', async () => {
    const { studio, told } = open();
    const seconds: number[] = [];
    studio.state.subscribe(() => {
      const now = afterOf(studio);
      if (now?.phase === 'counting' && now.seconds !== seconds.at(-1)) seconds.push(now.seconds);
    });
    await runOnce(studio, { whenDone: 'sleep', whenDoneOnce: 'shutdown' }, 'over');
    expect(seconds).toEqual([3, 2, 1]);
    expect(told).toEqual(['shutdown']);
    expect(settings(studio)).toMatchObject({ whenDone: 'sleep', whenDoneOnce: null });
    await add(studio, [source('again.mp4')]);
    await untilState(studio, () => told.length === 2, 'it sleeps');
    expect(told).toEqual(['shutdown', 'sleep']);
    expect(settings(studio)).toMatchObject({ whenDone: 'sleep', whenDoneOnce: null });
  });

  test('take a minute to begin where nobody says otherwise', async () => {
    const { studio } = open({ countdown: undefined });
    const run = await runOnce(studio, { whenDoneOnce: 'sleep' }, 'counting');
    expect(run.after).toEqual({ phase: 'counting', action: 'sleep', seconds: 60 });
  });

  test('are called off by a person, for this run and with the choice for once', async () => {
    const { studio, told } = open({ countdown: endless });
    await runOnce(studio, { whenDoneOnce: 'sleep' }, 'counting');
    await studio.call('callOff', {});
    expect(afterOf(studio)).toEqual({ phase: 'called-off', action: 'sleep', by: 'person' });
    expect(settings(studio)?.whenDoneOnce).toBeNull();
    await studio.call('callOff', {}); // there is nothing to call off
    expect(afterOf(studio)?.phase).toBe('called-off');
    expect(told).toEqual([]);
  });

  test('are called off by who chooses something else meanwhile; the new choice is for the next run', async () => {
    const { studio } = open({ countdown: endless });
    await runOnce(studio, { whenDoneOnce: 'sleep' }, 'counting');
    await studio.call('changeSettings', { whenDoneOnce: 'shutdown' });
    await reaches(studio, 'called-off');
    expect(settings(studio)?.whenDoneOnce).toBe('shutdown');
  });

  test('are called off by new work, and follow that in turn', async () => {
    const { studio, told } = open({ countdown: { seconds: 60, tickMs: 20 } });
    await runOnce(studio, { whenDoneOnce: 'sleep' }, 'counting');
    const phases: (string | undefined)[] = [];
    studio.state.subscribe(() => {
      const phase = afterOf(studio)?.phase;
      if (phase !== phases.at(-1)) phases.push(phase);
    });
    await add(studio, [source('more.mp4')]);
    await untilState(studio, () => told.length === 1, 'it sleeps after all');
    expect(phases.filter((phase) => phase !== 'called-off')).toEqual(['counting', undefined, 'counting', 'acting']);
    expect(settings(studio)?.whenDoneOnce).toBeNull();
  });

  test('are called off by a film that is put into a queue that is stopped, and by one that is begun to be cut', async () => {
    const { studio, told } = open({ countdown: endless });
    await runOnce(studio, { whenDone: 'shutdown' }, 'counting');
    await studio.call('stopQueue', {});
    expect(afterOf(studio)?.phase).toBe('counting');
    await add(studio, [source('later.mp4')]);
    expect((await reaches(studio, 'called-off')).after).toMatchObject({ by: 'work' });
    const ids = Object.keys(studio.state.all('jobs'));
    await studio.call('removeJobs', { ids });
    await runOnce(studio, {}, 'counting', [source('next.mp4')]);
    await studio.call('addLossless', { sources: [source('cut.mp4')], draft: true });
    expect((await reaches(studio, 'called-off')).after).toMatchObject({ by: 'work' });
    expect(told).toEqual([]);
  });

  test('wait for a job that is paused: its run has not ended', async () => {
    const { studio, told } = open();
    await studio.call('changeSettings', { whenDone: 'shutdown', parallel: 2 });
    await studio.call('startQueue', {});
    const [paused = ''] = await add(studio, [source('long.mp4', long)], slow);
    await untilState(studio, () => studio.state.get('statuses', paused)?.phase === 'running', 'it runs');
    await studio.call('pauseJobs', { ids: [paused] });
    const [other = ''] = await add(studio, [source('film.mp4')]);
    await untilState(studio, () => studio.state.get('statuses', other)?.phase === 'done', 'the other is done');
    await untilState(studio, () => studio.state.get('queue', 'studio')?.done === 1, 'the totals are told');
    expect(studio.state.get('run', 'studio')).toMatchObject({ ended: null, after: null });
    expect(told).toEqual([]);
  });

  test('wait while a session is on air, and begin to count when it has ended; one that is only seen is no hindrance', async () => {
    const { studio, told } = open({ countdown: { seconds: 60, tickMs: 20 } });
    const live = (phase: 'starting' | 'preview' | 'live' | 'ending' | null) => {
      const running = { liveSince: null, health: null, slate: false, muted: false, recording: null, restarts: 0 };
      studio.state.put('live', 'one', (phase === null ? { phase: 'off' } : { phase, ...running }) satisfies LiveStatus);
    };
    live('live');
    await runOnce(studio, { whenDoneOnce: 'shutdown' }, 'held');
    live('ending');
    live('preview');
    await reaches(studio, 'counting');
    await untilState(studio, () => (afterOf(studio) as { seconds?: number }).seconds === 58, 'it counts');
    live('starting');
    expect((await reaches(studio, 'held')).after).toEqual({ phase: 'held', action: 'shutdown' });
    expect(told).toEqual([]);
    live(null);
    expect((await reaches(studio, 'counting')).after).toEqual({ phase: 'counting', action: 'shutdown', seconds: 60 });
    live('live');
    await reaches(studio, 'held');
    await studio.call('callOff', {});
    live(null);
    expect(afterOf(studio)?.phase).toBe('called-off');
  });

  test('that the machine refuses are told in words', async () => {
    const machine = machineActions('linux') as MachineActions;
    const refuses = (script: string) => {
      const bin = join(folder, 'bin');
      mkdirSync(bin, { recursive: true });
      writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, 'systemctl'), 0o755);
      vi.stubEnv('PATH', `${bin}${delimiter}/bin${delimiter}/usr/bin`);
    };
    refuses('echo "Call to Suspend failed: Interactive authentication required." >&2; exit 1');
    const { studio } = open({ machine });
    expect((await runOnce(studio, { whenDone: 'sleep' }, 'failed')).after).toEqual({
      ...{ phase: 'failed', action: 'sleep' },
      error: {
        code: 'machine-refused',
        message: 'The machine could not be put to sleep: Muxwell is not permitted to.',
        detail: 'Call to Suspend failed: Interactive authentication required.',
      },
    });
    const { signal } = new AbortController();
    refuses('echo "$@" > "$0.told"');
    await machine.shutdown(signal);
    await machine.sleep(signal);
    expect(readFileSync(join(folder, 'bin', 'systemctl.told'), 'utf8')).toBe('--no-ask-password suspend\n');
    refuses('echo "Unit suspend.target is masked." >&2; exit 1');
    await expect(machine.sleep(signal)).rejects.toMatchObject({
      message: 'The machine could not be put to sleep: systemctl failed.',
      detail: 'Unit suspend.target is masked.',
    });
    vi.stubEnv('PATH', join(folder, 'nowhere'));
    await expect(machine.shutdown(signal)).rejects.toMatchObject({
      message: 'The machine could not be shut down: there is no systemctl here.',
    });
    expect(machineActions('aix')).toBeNull();
  });

  test('cannot be chosen where the host has no way to do them; chosen in another, they are told to have failed', async () => {
    const storage = join(folder, 'studio.db');
    const before = open({ storage });
    await before.studio.call('changeSettings', { whenDone: 'sleep' });
    await before.studio.close();
    cleanups.pop();
    const { studio } = open({ storage, machine: null });
    expect(studio.state.get('machine', 'studio')?.whenDone).toEqual(['nothing', 'notify', 'sound']);
    await expect(studio.call('changeSettings', { whenDoneOnce: 'shutdown' })).rejects.toMatchObject({ code: 'bad-input' });
    const run = await runOnce(studio, {}, 'failed');
    expect(run.after).toMatchObject({ action: 'sleep', error: { code: 'machine-refused' } });
  });
});

describe('a command', () => {
  /** Writes down what it was given, and ends as it is told. */
  const script = (end = '') => {
    const path = join(folder, 'then.mjs');
    const given = join(folder, 'given.json');
    writeFileSync(
      path,
      `import { writeFileSync } from 'node:fs'; import { text } from 'node:stream/consumers';
       const input = await text(process.stdin);
       const { MUXWELL_DONE: done, MUXWELL_FAILED: failed } = process.env;
       writeFileSync(${JSON.stringify(given)}, JSON.stringify({ args: process.argv.slice(2), done, failed, input }));
       ${end}`,
    );
    return { command: [process.execPath, path], given: () => JSON.parse(readFileSync(given, 'utf8')) };
  };

  test('is really run, without a shell, with the numbers as variables and the failed jobs as lines of JSON', async () => {
    const { command, given } = script();
    const { studio } = open();
    const sources = [source('a.mp4'), broken('b "quoted".mp4'), broken('c.mp4')];
    const whenDoneCommand = [...command, 'two words', '$HOME; echo'];
    const run = await runOnce(studio, { whenDone: 'command', whenDoneCommand }, 'over', sources);
    expect(run.after).toEqual({ phase: 'over', action: 'command' });
    const { args, done, failed, input } = given();
    expect({ args, done, failed }).toEqual({ args: ['two words', '$HOME; echo'], done: '1', failed: '2' });
    const lines = (input as string)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { source: sources[1], code: 'not-media', message: expect.any(String) },
      { source: sources[2], code: 'not-media' },
    ]);
    expect(lines.map(({ id }) => studio.state.get('jobs', id)?.source)).toEqual(sources.slice(1));
  });

  test.each([
    [
      'an exit code',
      () => script("console.error('no room there'); process.exit(3);").command,
      /ended with exit code 3\.$/,
      'no room there',
    ],
    ['a program that is not there', () => [join(folder, 'nothing'), 'x'], /^The command nothing could not be started\.$/, /ENOENT/],
  ])('that fails is told with what it said: %s', async (_what, command, message, detail) => {
    const { studio } = open();
    const run = await runOnce(studio, { whenDoneOnce: 'command', whenDoneCommand: command() }, 'failed');
    expect(run.after).toMatchObject({
      error: { code: 'command-failed', message: expect.stringMatching(message), detail: expect.stringMatching(detail) },
    });
  });

  test('that goes on when the studio closes is ended with it; one that reads nothing is no trouble', async () => {
    const { studio } = open();
    const path = join(folder, 'stays.mjs');
    writeFileSync(path, `console.log('here'); setInterval(() => {}, 1000); process.stdin.destroy();`);
    await runOnce(studio, { whenDone: 'command', whenDoneCommand: [process.execPath, path] }, 'acting');
    await studio.close();
    cleanups.pop();
    expect(afterOf(studio)).toMatchObject({ phase: 'failed', error: { message: expect.stringMatching(/SIGTERM/) } });
  });

  test('needs a program, and is kept with the settings', async () => {
    const { studio } = open();
    await expect(studio.call('changeSettings', { whenDone: 'command' })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(studio.call('changeSettings', { whenDoneCommand: ['', 'x'] })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(studio.call('changeSettings', { whenDoneCommand: ['a\u0000b'] })).rejects.toMatchObject({ code: 'bad-input' });
    await studio.call('changeSettings', { whenDone: 'command', whenDoneCommand: ['x'] });
    await expect(studio.call('changeSettings', { whenDoneCommand: [] })).rejects.toMatchObject({ code: 'bad-input' });
  });

  const token = 'a-token-for-tests-only';
  async function openPage(studio: Studio): Promise<Client> {
    const host = await createWebHost({ studio, page: async () => new Response(), ports: [0], token });
    const client = createClient(async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${host.port}/wire`, { headers: { authorization: `Bearer ${token}` } });
      const port = socketPort(socket as never);
      await once(socket, 'open');
      return port;
    });
    cleanups.push(
      () => host.close(),
      () => client.close(),
    );
    await until(client.subscribe, () => client.connected(), 'the page is connected');
    return client;
  }

  test('is neither a page’s to choose nor shown to it, unless the host was started so', async () => {
    const { studio } = open();
    await studio.call('changeSettings', { whenDoneCommand: ['upload', '--key', 'secret'] });
    const page = await openPage(studio);
    for (const change of [
      { whenDoneCommand: ['sh', '-c', 'true'] },
      { whenDoneCommand: [] },
      { whenDone: 'command' as const },
      { parallel: 2, whenDoneOnce: 'command' as const },
    ])
      await expect(page.call('changeSettings', change)).rejects.toMatchObject({ code: 'not-allowed' });
    expect(settings(studio)).toMatchObject({ whenDone: 'notify', whenDoneOnce: null, parallel: 0 });
    expect(page.state().machine['studio']?.whenDone).not.toContain('command');
    expect(JSON.stringify(page.state())).not.toContain('secret');
    await page.call('changeSettings', { whenDone: 'sleep' });
    expect(settings(studio)?.whenDone).toBe('sleep');
    await studio.call('changeSettings', { whenDone: 'command' }); // its own people may
    await page.call('changeSettings', { parallel: 3 });
    expect(settings(studio)).toMatchObject({ whenDone: 'command', parallel: 3 });
  });

  test('is a page’s to choose and see where the host allows it', async () => {
    const { studio } = open({ pagesMayCommand: true });
    const page = await openPage(studio);
    await page.call('changeSettings', { whenDone: 'command', whenDoneCommand: ['upload', 'it'] });
    await until(page.subscribe, () => page.state().settings['studio']?.whenDone === 'command', 'it is chosen');
    expect(page.state().settings['studio']?.whenDoneCommand).toEqual(['upload', 'it']);
    expect(page.state().machine['studio']?.whenDone).toContain('command');
  });

  test.each<[string, string[] | null]>([
    ['', []],
    ['rsync -a  out/ nas:', ['rsync', '-a', 'out/', 'nas:']],
    [`say "all done" 'it''s'`, ['say', 'all done', 'its']],
    [`a"b c"d ''`, ['ab cd', '']],
    ['C:\\tools\\up.exe "C:\\My films"', ['C:\\tools\\up.exe', 'C:\\My films']],
    ['say "all done', null],
  ])('is typed as one line: %s', (line, words) => {
    expect(readCommand(line)).toEqual(words);
    if (words) expect(readCommand(writeCommand(words))).toEqual(words);
  });

  test('of any words is written so that it reads as the same', () => {
    const words = ['plain', '', ' ', '"', "'", `a"b'c`, '\\', 'ü "x"', '$HOME'];
    expect(readCommand(writeCommand(words))).toEqual(words);
  });
});

describe('a machine that slept', () => {
  const minute = 60_000;
  /** Clocks that stand still until they are moved. */
  function clocks(hasAwake = true) {
    const times = { now: new Date('2026-11-10T02:56:00').getTime(), passed: 1e7, awake: 5e6 };
    const clock: SleepClock = { now: () => times.now, passed: () => times.passed, awake: () => (hasAwake ? times.awake : null) };
    return { times, clock };
  }
  const everyMs = 5;

  interface Moved {
    now?: number;
    passed?: number;
    awake?: number;
  }

  /** What is told when the clocks have moved between two looks. */
  async function sees(hasAwake: boolean, { now = 0, passed = 0, awake = 0 }: Moved): Promise<Sleep[]> {
    const { times, clock } = clocks(hasAwake);
    const seen: Sleep[] = [];
    let looks = 0;
    let tell = () => {};
    const counting: SleepClock = {
      ...clock,
      passed() {
        looks++;
        tell();
        return clock.passed();
      },
    };
    const leave = watchSleep((sleep) => void seen.push(sleep), counting, everyMs);
    times.now += now;
    times.passed += passed;
    times.awake += awake;
    const before = looks;
    await until(
      (listener) => {
        tell = () => queueMicrotask(listener);
        return () => {};
      },
      () => looks >= before + 3,
      'it has looked',
    );
    leave();
    return seen;
  }

  test('is noticed by the clock that ran on while the other stood, once', async () => {
    const at = clocks().times.now;
    expect(await sees(true, { passed: 42 * minute + 4000, awake: 4000 })).toEqual([{ from: at - 42 * minute, until: at }]);
  });

  test.each<[string, boolean, Moved, number]>([
    ['a system whose clocks all run on in sleep is told by a tick that comes late', false, { passed: minute }, 1],
    ['a clock that was set is no sleep', true, { now: 60 * minute }, 0],
    ['nor is a process that was stopped, or had much to do', true, { passed: minute, awake: minute }, 0],
    ['nor a moment', true, { passed: 20_000 }, 0],
  ])('%s', async (_what, hasAwake, moved, count) => {
    expect(await sees(hasAwake, moved)).toHaveLength(count);
  });

  test.each<[number, string]>([
    [0.7, 'The machine slept for 1 minute from 02:14 on.'],
    [42, 'The machine slept for 42 minutes from 02:14 on.'],
    [60, 'The machine slept for 1 hour from 02:14 on.'],
    [135, 'The machine slept for 2 hours 15 minutes from 02:14 on.'],
  ])('%s minutes: %s', (minutes, words) => {
    const from = new Date('2026-11-10T02:14:00').getTime();
    expect(sleepWords({ from, until: from + minutes * minute })).toBe(words);
  });

  test('is told in the log of the job that ran, not of others, and in the run; the clock goes on when the run has ended', async () => {
    const { times, clock } = clocks();
    const { studio } = open({ sleepClock: { clock, everyMs } });
    await studio.call('startQueue', {});
    await studio.call('changeSettings', { parallel: 1 });
    const [running = '', waiting = ''] = await add(studio, [source('long.mp4', long), source('film.mp4')], slow);
    await untilState(studio, () => studio.state.get('statuses', running)?.phase === 'running', 'it runs');
    await untilState(studio, () => studio.state.get('run', 'studio'), 'the run has begun');
    times.passed += 42 * minute;
    const run = await untilState(
      studio,
      () => {
        const now = studio.state.get('run', 'studio');
        return now && now.sleeps.length > 0 ? now : null;
      },
      'sleep is told',
    );
    expect(run.sleeps).toEqual([{ from: times.now - 42 * minute, until: times.now }]);
    const words = 'The machine slept for 42 minutes from 02:14 on.';
    const said = async (id: string) => (await studio.call('jobLog', { id })).map(({ text }) => text);
    expect(await said(running)).toContain(words);
    expect(await said(waiting)).not.toContain(words);
    await studio.call('cancelJobs', { ids: [running] });
    const over = await reaches(studio, 'over');
    expect(over.sleeps).toHaveLength(1);
    expect(await said(running)).toContain(words);
  });
});

test('a machine is kept awake from the first job or broadcast to the end of the last, by one hold', async () => {
  const state = createState<State>(emptyState);
  const history: string[] = [];
  const leave = keepAwake(state, () => {
    history.push('hold');
    return () => void history.push('release');
  });
  const happened = async () => {
    await Promise.resolve(); // changes are told at the end of a turn
    return history.splice(0).join(' ');
  };
  const queue = (running: number, waiting: number, started: boolean) =>
    state.put('queue', 'studio', {
      ...{ started, paused: false, held: null, parallel: 1, total: 2, waiting, running },
      ...{ done: 0, failed: 0, cancelled: 0, fraction: 0, etaSeconds: null },
    });
  const live = (phase: 'live' | 'preview') =>
    state.put('live', 'one', { phase, liveSince: null, health: null, slate: false, muted: false, recording: null, restarts: 0 });
  queue(0, 2, false);
  live('preview');
  expect(await happened()).toBe('');
  queue(1, 1, true);
  expect(await happened()).toBe('hold');
  queue(0, 1, true);
  live('live');
  expect(await happened()).toBe('');
  queue(0, 0, true);
  expect(await happened()).toBe('');
  live('preview');
  expect(await happened()).toBe('release');
  queue(1, 0, false);
  expect(await happened()).toBe('hold');
  leave();
  expect(await happened()).toBe('release');
});

describe.skipIf(process.platform !== 'linux')('the programs of Linux', () => {
  const bin = () => {
    const path = join(folder, 'bin');
    mkdirSync(path, { recursive: true });
    return path;
  };
  const program = (name: string, script: string) => {
    writeFileSync(join(bin(), name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin(), name), 0o755);
  };

  test('one keeps the machine awake as long as it can read from the host, and is gone with it; where there is none, nothing happens', async () => {
    program('systemd-inhibit', `echo "held $*" >> "$0.log"; cat; echo released >> "$0.log"`);
    vi.stubEnv('PATH', `${bin()}${delimiter}/bin${delimiter}/usr/bin`);
    const state = createState<State>(emptyState);
    const leave = keepMachineAwake(state);
    const lines = () => {
      const path = join(bin(), 'systemd-inhibit.log');
      return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
    };
    state.put('live', 'one', { phase: 'live', liveSince: 1, health: null, slate: false, muted: false, recording: null, restarts: 0 });
    await eventually(() => lines().length === 1, 'it is held');
    expect(lines()[0]).toMatch(/^held --what=idle:sleep .* cat$/);
    state.put('live', 'one', { phase: 'off' });
    await eventually(() => lines().length === 2, 'it is released');
    vi.stubEnv('PATH', join(folder, 'nowhere'));
    state.put('live', 'one', { phase: 'live', liveSince: 1, health: null, slate: false, muted: false, recording: null, restarts: 0 });
    await Promise.resolve();
    leave();
    expect(lines()).toHaveLength(2);
  });

  /** `muxwell …` in the test's folder, with the test's programs before the system's. */
  function begin(...args: string[]) {
    const env = { ...process.env, MUXWELL_DATA: join(folder, 'data'), PATH: `${bin()}${delimiter}${process.env['PATH']}` };
    const child = spawn(process.execPath, [muxwell, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    cleanups.push(() => child.kill('SIGKILL'));
    const said = { stdout: '', stderr: '' };
    const listeners = new Set<() => void>();
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
        for (const listener of listeners) listener();
      });
    const subscribe = (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    };
    return {
      child,
      says: (words: RegExp) => until(subscribe, () => words.exec(said.stdout + said.stderr), `it says ${words}`),
      ended: once(child, 'close').then(([code]) => ({ code: code as number | null, ...said })),
    };
  }
  const preset = ['--preset', 'very-fast-720p30'];

  test('muxwell encode runs a command when its files are through, and fails with it', async () => {
    program('upload', 'cat > input; echo "$MUXWELL_DONE $MUXWELL_FAILED $1" > told; exit "$2"');
    const files = [source('film.mp4'), broken('broken.mp4')];
    const well = await begin('encode', ...files, ...preset, '--json', '--done-command', 'upload "to the nas" 0').ended;
    expect(readFileSync(join(folder, 'told'), 'utf8')).toBe('1 1 to the nas\n');
    expect(JSON.parse(readFileSync(join(folder, 'input'), 'utf8'))).toMatchObject({ source: files[1], code: 'not-media' });
    expect(well.code).toBe(1); // one file failed
    const events = well.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.slice(-3)).toMatchObject([
      { event: 'end', done: 1, failed: 1 },
      { event: 'when-done', phase: 'acting', action: 'command' },
      { event: 'when-done', phase: 'over', action: 'command' },
    ]);
    const badly = await begin('encode', files[0] ?? '', ...preset, '--done-command', 'upload x 3').ended;
    expect(badly).toMatchObject({ code: 1, stderr: expect.stringContaining('The command upload ended with exit code 3.') });
    for (const wrong of [
      ['--done-command', 'upload "x'],
      ['--done-command', ' '],
      ['--done-command', 'upload', '--when-done', 'sleep'],
      ['--when-done', 'notify'],
    ])
      expect((await begin('encode', files[0] ?? '', ...wrong).ended).code, wrong.join(' ')).toBe(2);
  });

  test('Ctrl-C calls off the sleep that muxwell encode was asked for', async () => {
    program('systemctl', 'touch slept');
    const run = begin('encode', source('film.mp4'), ...preset, '--when-done', 'sleep');
    await run.says(/The machine goes to sleep in 60 s\. Ctrl-C calls it off\./);
    run.child.kill('SIGINT');
    const { code, stderr } = await run.ended;
    expect(stderr).toContain('Called off: the machine stays on.');
    expect(code).toBe(0);
    expect(existsSync(join(folder, 'slept'))).toBe(false);
  });

  test('muxwell queue chooses for a studio that runs, a command only where muxwell serve was started for it', async () => {
    const serve = async (...args: string[]) => {
      const run = begin('serve', '--port', '0', ...args);
      const [, address = ''] = (await run.says(/at (http:\S+)\//)) ?? [];
      const queue = async (...more: string[]) => begin('queue', 'when-done', ...more, '--host', address).ended;
      const end = () => {
        run.child.kill('SIGTERM');
        return run.ended;
      };
      return { queue, end };
    };
    const closed = await serve();
    expect((await closed.queue()).stdout).toBe('When the queue is done: notify.\n');
    expect((await closed.queue('sleep')).stdout).toBe('The next time that the queue is done: sleep.\n');
    expect((await closed.queue('shutdown', '--always')).stdout).toBe('Whenever the queue is done: shutdown.\n');
    await closed.queue('sound');
    expect((await closed.queue()).stdout).toBe('When the queue is done: shutdown, the next time sound.\n');
    expect(await closed.queue('--done-command', 'touch it')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--allow-commands'),
    });
    expect((await closed.queue('--call-off')).stdout).toBe('The machine stays on.\n');
    await closed.end();
    const opened = await serve('--allow-commands', '--when-done', 'nothing');
    expect((await opened.queue()).stdout).toBe('When the queue is done: nothing.\n');
    expect((await opened.queue('--done-command', 'touch it')).stdout).toBe('The next time that the queue is done: command.\n');
    await opened.end();
  });
});
