/** The export queue with real files and real workers: in this process, and in a host process that is killed. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Client, createClient } from '../native/contract/client.ts';
import type { CommandInputs, JobStatus, State } from '../native/contract/contract.ts';
import { StudioError } from '../native/contract/errors.ts';
import { ipcPort } from '../native/contract/ports.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import type { Publication } from '../native/studio/publish.ts';
import { identityOf } from '../native/studio/publish.ts';
import { openStorage } from '../native/studio/storage.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import { fiveSecondsOfMatroska, longClip, quick, shortClip, slow } from './fixtures/sources.ts';
import type { EncodingPush } from './fixtures/studio-host.ts';
import { seeded, until, untilState } from './fixtures/wait.ts';
import { watchedWorkers } from './fixtures/watched-workers.ts';

type Running = Extract<JobStatus, { phase: 'running' }>;
type Phase = JobStatus['phase'];

let clips: string;
let short: string;
let long: string;
let matroska: string;
beforeAll(() => {
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  short = shortClip(join(clips, 'short.mp4'));
  long = longClip(join(clips, 'long.mp4'));
  matroska = fiveSecondsOfMatroska(join(clips, 'matroska.mkv'));
});
afterAll(() => rmSync(clips, { recursive: true, force: true }));

/** Fresh for every test. */
let folder: string;
let out: string;
let storage: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-queue-'));
  out = join(folder, 'out');
  storage = join(folder, 'data', 'library.db');
});
const studios: Studio[] = [];
const hosts: ChildProcess[] = [];
afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.close();
  for (const host of hosts.splice(0)) await end(host);
  rmSync(folder, { recursive: true, force: true });
});

async function end(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null || host.signalCode !== null) return;
  const gone = once(host, 'exit');
  host.kill('SIGKILL');
  await gone;
}

function open(options: Partial<Parameters<typeof createStudio>[0]> = {}): Studio {
  const studio = createStudio({ spawn: childWorkers(), storage, ...options });
  studios.push(studio);
  return studio;
}

async function close(studio: Studio): Promise<void> {
  studios.splice(studios.indexOf(studio), 1);
  await studio.close();
}

/** Copies of a clip in the test's own folder, under the given names. */
function sources(names: string[], clip = short): string[] {
  return names.map((name) => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    copyFileSync(clip, path);
    return path;
  });
}

async function add(studio: Studio, paths: string[], more: Partial<CommandInputs['addJobs']> = {}): Promise<string[]> {
  const order: CommandInputs['addJobs'] = { sources: paths, ...quick, output: { folder: out }, ...more };
  return (await studio.call('addJobs', order)).ids;
}

const status = (studio: Studio, id = ''): JobStatus | undefined => studio.state.get('statuses', id);
const phases = (studio: Studio, ids: string[]) => ids.map((id) => status(studio, id)?.phase);
const reach = (studio: Studio, ids: string[], ...wanted: Phase[]) =>
  untilState(studio, () => ids.every((id) => wanted.includes(status(studio, id)?.phase as Phase)), `all jobs ${wanted.join(' or ')}`);
const isHeld = (now: JobStatus | undefined) => now?.phase === 'waiting' && now.held !== undefined;
const ended = (studio: Studio, ids: string[]) => reach(studio, ids, 'done', 'failed', 'cancelled');
/** A running job that has got somewhere. */
const underWay = (studio: Studio, id = '') =>
  untilState(
    studio,
    () => {
      const now = status(studio, id);
      return now?.phase === 'running' && now.fraction > 0 ? now : null;
    },
    'the job is under way',
  );

/** Ids in the order of the list. */
const listed = (studio: Studio) =>
  Object.values(studio.state.all('jobs'))
    .sort((one, two) => one.order - two.order)
    .map(({ id }) => id);

const files = (path = out) => (existsSync(path) ? readdirSync(path).sort() : []);
const partials = (path = out) => files(path).filter((name) => name.includes('.part'));
const failure = (studio: Studio, id = '') => {
  const now = status(studio, id);
  return now?.phase === 'failed' ? now.error : now;
};

/** Notes which jobs were seen running together, and in which order they began. */
function watchRunning(studio: Studio) {
  const seen = { most: 0, began: [] as string[] };
  studio.state.subscribe(() => {
    const running = Object.entries(studio.state.all('statuses')).filter(([, { phase }]) => phase === 'running');
    seen.most = Math.max(seen.most, running.length);
    for (const [id] of running) if (!seen.began.includes(id)) seen.began.push(id);
  });
  return seen;
}

interface Host {
  child: ChildProcess;
  client: Client;
  /** Waits until the mirror shows it. */
  see<T>(look: (state: State) => T | undefined | null | false, what: string, ms?: number): Promise<T>;
}

/** A studio in a process of its own, and a client of it. */
async function openHost(): Promise<Host> {
  const child = fork(fileURLToPath(new URL('./fixtures/studio-host.ts', import.meta.url)), [storage], { execArgv: [] });
  hosts.push(child);
  const client = createClient(async () => {
    if (!child.connected) throw new Error('the host is gone');
    return ipcPort(child);
  });
  const see: Host['see'] = (look, what, ms) => until(client.subscribe, () => look(client.state()), what, ms);
  await see((state) => state.queue['studio'], 'the host tells its state');
  return { child, client, see };
}

describe('a list of files', () => {
  test('20 files, workers killed by SIGSEGV: once costs a file a second try, twice sets it aside by name, Retry works', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `clip-${String(index + 1).padStart(2, '0')}.mp4`);
    const { child, client, see } = await openHost();
    const kills = new Map([
      ['clip-07.mp4', 2],
      ['clip-13.mp4', 1],
    ]);
    child.on('message', (frame: EncodingPush) => {
      const left = frame.topic === 'encoding' ? (kills.get(frame.data.source) ?? 0) : 0;
      if (left === 0) return;
      kills.set(frame.data.source, left - 1);
      process.kill(frame.data.pid, 'SIGSEGV');
    });
    await client.call('changeSettings', { parallel: 2 });
    await client.call('startQueue', {});
    const { ids } = await client.call('addJobs', { sources: sources(names), ...quick, output: { folder: out } });
    const all = (state: State) => ids.map((id) => state.statuses[id]);
    await see((state) => all(state).every((now) => now?.phase === 'done' || now?.phase === 'failed'), 'all 20 ended', 60_000);
    expect(all(client.state()).filter((now) => now?.phase === 'done')).toHaveLength(19);
    expect(client.state().statuses[ids[6] ?? '']).toEqual({
      phase: 'failed',
      error: expect.objectContaining({
        code: 'worker-crashed',
        message: 'clip-07.mp4 is set aside: two tries ended a worker. The last: Encoding clip-07.mp4 stopped unexpectedly (SIGSEGV).',
      }),
    });
    expect(client.state().statuses[ids[12] ?? '']).toMatchObject({
      warnings: ['The first try stopped unexpectedly; this one was made with one thread.'],
    });
    expect(files()).toEqual(names.filter((name) => name !== 'clip-07.mp4'));
    await see(({ queue }) => queue['studio']?.done === 19 && queue['studio']?.failed === 1, 'the totals say so');
    await client.call('retryJobs', { ids: [ids[6] ?? ''] });
    await see((state) => all(state).every((now) => now?.phase === 'done'), 'the retried one is done');
    expect(files()).toEqual(names);
    client.close();
  });

  test('a broken file, a text file, a missing one, a folder and one cut short fail by their own sentences, the others go on', async () => {
    const [first = '', last = ''] = sources(['first.mp4', 'last.mp4']);
    const make = (name: string, bytes: Buffer | string) => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    const film = readFileSync(matroska);
    const broken = make('broken.mp4', readFileSync(short).subarray(0, 20_000)); // its index was at the end
    const cut = make('cut.mkv', film.subarray(0, film.length / 2));
    const text = make('notes.mp4', 'Monday: edit the film.\n'.repeat(100));
    const missing = join(folder, 'missing.mp4');
    const studio = open();
    await studio.call('startQueue', {});
    const ids = await add(studio, [first, broken, text, missing, folder, cut, last]);
    await ended(studio, ids);
    expect(phases(studio, ids)).toEqual(['done', 'failed', 'failed', 'failed', 'failed', 'failed', 'done']);
    expect(ids.slice(1, 6).map((id) => failure(studio, id))).toEqual([
      expect.objectContaining({ code: 'source-truncated', message: expect.stringMatching(/^broken\.mp4 .*index/) }),
      expect.objectContaining({ code: 'not-media', message: expect.stringContaining('notes.mp4') }),
      expect.objectContaining({ code: 'source-missing', message: expect.stringContaining('missing.mp4') }),
      expect.objectContaining({ code: 'not-media', message: expect.stringContaining('folder') }),
      expect.objectContaining({ code: 'source-truncated', message: expect.stringMatching(/^cut\.mkv ends too early/) }),
    ]);
    expect(files()).toEqual(['first.mp4', 'last.mp4']);
  });

  test('a file that vanishes between reading and its turn fails; put back, Retry exports it', async () => {
    const [path = ''] = sources(['here.mp4']);
    const studio = open();
    const ids = await add(studio, [path]);
    await reach(studio, ids, 'waiting');
    rmSync(path);
    await studio.call('startQueue', {});
    await ended(studio, ids);
    expect(failure(studio, ids[0])).toMatchObject({ code: 'source-missing' });
    sources(['here.mp4']);
    await studio.call('retryJobs', { ids });
    await reach(studio, ids, 'done');
    expect(files()).toEqual(['here.mp4']);
  });

  test('files added in the very turn in which the studio opened are read like all others', async () => {
    const studio = open();
    const ids = await add(studio, [short]);
    await untilState(studio, () => status(studio, ids[0])?.phase === 'waiting', 'the file has been read', 10_000);
  });

  test('what cannot be meant is refused with a code: unknown preset, unknown command, no sources, strange overrides', async () => {
    const studio = open();
    await expect(add(studio, [short], { preset: 'no-such-preset' })).rejects.toMatchObject({ code: 'unknown-preset' });
    await expect(add(studio, [])).rejects.toMatchObject({ code: 'bad-input' });
    await expect(studio.call('addJobs', { sources: [short], ...quick, overrides: { colour: 'red' } })).rejects.toMatchObject({
      code: 'bad-input',
    });
    await expect(studio.call('toString' as 'probe', {})).rejects.toMatchObject({ code: 'unknown-command' });
    await expect(studio.call('changeSettings', { parallel: -1 })).rejects.toMatchObject({ code: 'bad-input' });
    await studio.call('removeJobs', { ids: ['gone-already'] });
    expect(studio.state.all('jobs')).toEqual({});
  });
});

describe('order', () => {
  test('jobs run as the list stands when their turn comes, moved ones too', async () => {
    const studio = open();
    await studio.call('changeSettings', { parallel: 1 });
    const [a = '', b = '', c = '', d = ''] = await add(studio, sources(['a.mp4', 'b.mp4', 'c.mp4', 'd.mp4']));
    await reach(studio, [a, b, c, d], 'waiting');
    const seen = watchRunning(studio);
    await studio.call('moveJobs', { ids: [d, c], before: a }); // they keep their own order: c, d, a, b
    await studio.call('moveJobs', { ids: [a], before: null }); // c, d, b, a
    await studio.call('moveJobs', { ids: [b], before: b }); // before itself is no place: to the end
    await studio.call('moveJobs', { ids: [a], before: 'unknown' });
    await studio.call('moveJobs', { ids: [b], before: a });
    expect(listed(studio)).toEqual([c, d, b, a]);
    await studio.call('startQueue', {});
    await reach(studio, [a, b, c, d], 'done');
    expect(seen.began).toEqual([c, d, b, a]);
    expect(seen.most).toBe(1);
  });

  test('a move tells only what moved, and the same gap takes as many moves as one likes', async () => {
    const studio = open();
    const ids = await add(studio, sources(['a.mp4', 'b.mp4', 'c.mp4', 'd.mp4', 'e.mp4']));
    await reach(studio, ids, 'waiting');
    const told: string[][] = [];
    const leave = studio.state.subscribe((patch) => told.push(Object.keys(patch.put['jobs'] ?? {})));
    told.length = 0;
    let list = [...ids];
    for (let turn = 0; turn < 60; turn++) {
      const last = list.pop() ?? ''; // always into the gap after the first, which halves it each time
      list = [list[0] ?? '', last, ...list.slice(1)];
      await studio.call('moveJobs', { ids: [last], before: list[2] ?? null });
      expect(listed(studio)).toEqual(list);
    }
    leave();
    expect(told[0]).toHaveLength(1);
    expect(told.filter((one) => one.length > 1).length).toBeLessThan(6);
  });

  test('a stopped queue starts nothing further and lets what runs go on; started again it goes on', async () => {
    const studio = open();
    await studio.call('changeSettings', { parallel: 1 });
    await studio.call('startQueue', {});
    const [first = '', second = ''] = await add(studio, sources(['first.mp4', 'second.mp4'], matroska));
    await underWay(studio, first);
    await studio.call('stopQueue', {});
    await reach(studio, [first], 'done');
    await untilState(studio, () => studio.state.get('queue', 'studio')?.running === 0, 'nothing runs');
    await studio.call('probe', { path: short });
    expect(status(studio, second)).toEqual({ phase: 'waiting' });
    expect(studio.state.get('queue', 'studio')).toMatchObject({ started: false, waiting: 1, done: 1 });
    await studio.call('startQueue', {});
    await reach(studio, [second], 'done');
  });

  test('never more jobs than `parallel` run, and a change of it counts at once', async () => {
    const studio = open();
    await studio.call('changeSettings', { parallel: 2 });
    const ids = await add(studio, sources(['a.mp4', 'b.mp4', 'c.mp4', 'd.mp4'], long), slow);
    await reach(studio, ids, 'waiting');
    const seen = watchRunning(studio);
    await studio.call('startQueue', {});
    await Promise.all([underWay(studio, ids[0]), underWay(studio, ids[1])]);
    expect(seen.most).toBe(2);
    await studio.call('changeSettings', { parallel: 3 });
    await underWay(studio, ids[2]);
    expect(seen.most).toBe(3);
    expect(studio.state.get('queue', 'studio')).toMatchObject({ parallel: 3, running: 3, waiting: 1 });
    await studio.call('changeSettings', { parallel: 1 });
    expect(phases(studio, ids)).toEqual(['running', 'running', 'running', 'waiting']); // none is stopped for it
    await studio.call('cancelJobs', { ids: ids.slice(0, 2) });
    await reach(studio, ids.slice(0, 2), 'cancelled');
    await studio.call('probe', { path: short });
    expect(phases(studio, ids.slice(2))).toEqual(['running', 'waiting']);
    await studio.call('cancelJobs', { ids: ids.slice(2, 3) });
    await underWay(studio, ids[3]);
    await studio.call('cancelJobs', { ids });
    await reach(studio, ids, 'cancelled');
    expect(seen.most).toBe(3);
    expect(files()).toEqual([]);
  });
});

describe('while it runs', () => {
  test('cancel takes waiting ones out and ends running ones within a second, without a partial file; Retry brings both back', async () => {
    const studio = open();
    await studio.call('changeSettings', { parallel: 1 });
    const [running = '', waiting = '', third = ''] = await add(studio, sources(['running.mp4', 'waiting.mp4', 'third.mp4'], long), slow);
    await studio.call('startQueue', {});
    await underWay(studio, running);
    expect(partials()).toHaveLength(1);
    await studio.call('stopQueue', {});
    await studio.call('cancelJobs', { ids: [waiting] });
    expect(status(studio, waiting)).toEqual({ phase: 'cancelled' });
    const began = performance.now();
    await studio.call('cancelJobs', { ids: [running] });
    await reach(studio, [running], 'cancelled');
    expect(performance.now() - began).toBeLessThan(1000);
    expect(files()).toEqual([]);
    expect(status(studio, third)).toEqual({ phase: 'waiting' });
    await studio.call('changeJobs', { ids: [running, waiting], preset: 'audio-aac', overrides: {} });
    await studio.call('removeJobs', { ids: [third] });
    await studio.call('startQueue', {});
    await reach(studio, [running, waiting], 'done');
    expect(files()).toEqual(['running.m4a', 'waiting.m4a']);
  });

  test('pause is noticed within 500 ms and stops the progress, resume goes on from there, and it is shown all the time', async () => {
    const studio = open();
    await studio.call('startQueue', {});
    const [id = ''] = await add(studio, [long], slow);
    const now = () => status(studio, id) as Running;
    await underWay(studio, id);
    const began = performance.now();
    await studio.call('pauseJobs', { ids: [id] });
    expect(performance.now() - began).toBeLessThan(500);
    expect(now()).toMatchObject({ phase: 'running', paused: true });
    // What was on its way when it paused arrives with the first sign of life; after it nothing may move.
    const nextSign = (after: Running) => untilState(studio, () => (now() === after ? null : now()), 'a sign of life while paused', 5000);
    const first = await nextSign(now());
    const second = await nextSign(first);
    expect(second).toMatchObject({ paused: true, done: first.done, bytes: first.bytes });
    await studio.call('resumeJobs', { ids: [id] });
    expect(now()).toMatchObject({ phase: 'running', paused: false });
    await untilState(studio, () => now().fraction > second.fraction, 'progress goes on', 10_000);
    await studio.call('pauseJobs', { ids: [id] });
    await studio.call('cancelJobs', { ids: [id] });
    await reach(studio, [id], 'cancelled');
    expect(files()).toEqual([]);
  });

  test('a running job that is removed is forgotten at once, its partial file goes, and the next one starts', async () => {
    const studio = open();
    await studio.call('changeSettings', { parallel: 1 });
    await studio.call('startQueue', {});
    const [gone = ''] = await add(studio, sources(['gone.mp4'], long), slow);
    const [next = ''] = await add(studio, sources(['next.mp4']));
    await underWay(studio, gone);
    await studio.call('removeJobs', { ids: [gone] });
    expect([studio.state.get('jobs', gone), studio.state.get('statuses', gone)]).toEqual([undefined, undefined]);
    await reach(studio, [next], 'done');
    expect(files()).toEqual(['next.mp4']);
    await close(studio);
    expect(Object.keys(open().state.all('jobs'))).toEqual([next]);
  });

  test('changed jobs are planned anew, with the notes of what they are now', async () => {
    const studio = open();
    const ids = await add(studio, [matroska], { preset: 'audio-aac' });
    await studio.call('changeJobs', { ids, preset: 'very-fast-720p30', overrides: { container: 'mkv' } }); // while it is still being read
    await reach(studio, ids, 'waiting');
    const { notes } = await studio.call('plan', { path: matroska, preset: 'very-fast-720p30', overrides: { container: 'mkv' } });
    expect(studio.state.get('jobs', ids[0] ?? '')).toMatchObject({ preset: 'very-fast-720p30', overrides: { container: 'mkv' }, notes });
    await studio.call('startQueue', {});
    await reach(studio, ids, 'done');
    expect(files()).toEqual(['matroska.mkv']);
  });

  test('what files would weigh by every preset is told before one is chosen, and by which they cannot be exported', async () => {
    const studio = open();
    const ids = await add(studio, [matroska, ...sources(['a.mp4'])], { overrides: { container: 'webm' } });
    await reach(studio, ids, 'waiting', 'failed');
    await studio.call('changeJobs', { ids, overrides: { 'audio.kbps': 96 } });
    await reach(studio, ids, 'waiting');
    const all = await studio.call('estimate', { ids });
    expect(Object.keys(all)).toEqual(Object.keys(studio.state.all('presets')));
    const planned = ids.map((id) => studio.state.get('jobs', id)?.estimatedBytes ?? 0);
    expect(all[quick.preset]).toEqual({ bytes: (planned[0] ?? 0) + (planned[1] ?? 0), refused: null });
    expect((await studio.call('estimate', { ids: ids.slice(1) }))[quick.preset]?.bytes).toBe(planned[1]);
    await studio.call('changeJobs', { ids, overrides: { container: 'mp3' } });
    expect((await studio.call('estimate', { ids }))[quick.preset]).toEqual({ bytes: null, refused: expect.stringContaining('MP3') });
  });
});

describe('names', () => {
  test('two jobs for one name get “ (2)”, running together or not; a file that was there is never replaced', async () => {
    const studio = open();
    await studio.call('changeSettings', { parallel: 2 });
    mkdirSync(out);
    writeFileSync(join(out, 'there.m4a'), 'not ours');
    await studio.call('startQueue', {});
    const audio = { preset: 'audio-aac' };
    const ids = await add(studio, sources(['one/film.mp4', 'two/film.mp4', 'three/film.mp4', 'there.mp4'], matroska), audio);
    await reach(studio, ids, 'done');
    expect(files()).toEqual(['film (2).m4a', 'film (3).m4a', 'film.m4a', 'there (2).m4a', 'there.m4a']);
    expect(readFileSync(join(out, 'there.m4a'), 'utf8')).toBe('not ours');
    const said = ids.map((id) => basename((status(studio, id) as Extract<JobStatus, { phase: 'done' }>).output));
    expect(said.sort()).toEqual(['film (2).m4a', 'film (3).m4a', 'film.m4a', 'there (2).m4a']);
  });

  test('a name that somebody takes while the job runs is left to him', async () => {
    const studio = open();
    await studio.call('startQueue', {});
    const [id = ''] = await add(studio, sources(['film.mp4'], matroska), { overrides: { 'video.speed': 'slow' } });
    await untilState(studio, () => status(studio, id)?.phase === 'running', 'it runs');
    writeFileSync(join(out, 'film.mp4'), 'not ours');
    await reach(studio, [id], 'done');
    expect(files()).toEqual(['film (2).mp4', 'film.mp4']);
    expect(readFileSync(join(out, 'film.mp4'), 'utf8')).toBe('not ours');
  });

  test('overwrite replaces a result, but only by a good one', async () => {
    const studio = open();
    mkdirSync(out);
    writeFileSync(join(out, 'film.mp4'), 'old');
    const film = readFileSync(matroska);
    const [good = ''] = sources(['film.mp4']);
    writeFileSync(join(folder, 'film.mkv'), film.subarray(0, film.length / 2));
    await studio.call('startQueue', {});
    const overwrite = { output: { folder: out, overwrite: true } };
    const bad = await add(studio, [join(folder, 'film.mkv')], overwrite);
    await reach(studio, bad, 'failed');
    expect(readFileSync(join(out, 'film.mp4'), 'utf8')).toBe('old');
    await reach(studio, await add(studio, [good], overwrite), 'done');
    expect(files()).toEqual(['film.mp4']);
    expect(statSync(join(out, 'film.mp4')).size).toBeGreaterThan(1000);
  });

  test('an output that is its own source is refused, and a source is never replaced by another file’s result either', async () => {
    const studio = open();
    await studio.call('startQueue', {});
    const paths = [...sources(['own/film.mp4']), ...sources(['both/camera.mkv'], matroska), ...sources(['both/camera.mp4'])];
    const before = paths.map((path) => readFileSync(path));
    const ids = await add(studio, paths, { output: { overwrite: true } });
    await ended(studio, ids);
    expect(failure(studio, ids[0])).toMatchObject({ code: 'output-is-source', message: expect.stringContaining('film.mp4') });
    expect(failure(studio, ids[2])).toMatchObject({ code: 'output-is-source' });
    paths.forEach((path, index) => {
      expect(readFileSync(path).equals(before[index] ?? Buffer.alloc(0)), `${path} is as it was`).toBe(true);
    });
    // Without overwrite the name beside the source is simply the next free one.
    const again = await add(studio, paths.slice(0, 1), { output: {} });
    await reach(studio, again, 'done');
    expect(files(join(folder, 'own'))).toEqual(['film (2).mp4', 'film.mp4']);
  });

  test('a template names the result, and what file systems refuse is replaced', async () => {
    const studio = open();
    await studio.call('startQueue', {});
    const output = { folder: join(out, 'deeper', 'still'), template: '{name}: {preset}/{height} {unknown}' };
    await reach(studio, await add(studio, [short], { output }), 'done');
    expect(files(output.folder)).toEqual(['short_ Very Fast 720p30_720 {unknown}.mp4']);
  });
});

describe('what outlives the process', () => {
  test('a second studio on the same list is refused with library-busy, the first goes on; closed, the list can be opened', async () => {
    const { client } = await openHost();
    let refused: unknown;
    try {
      open();
    } catch (thrown) {
      refused = thrown;
    }
    expect(refused).toBeInstanceOf(StudioError);
    expect(refused).toMatchObject({ code: 'library-busy' });
    const { ids } = await client.call('addJobs', { sources: [short], ...quick });
    client.close(); // its host closes the studio when nobody is connected
    await once(hosts[0] as ChildProcess, 'exit');
    const studio = open();
    expect(Object.keys(studio.state.all('jobs'))).toEqual(ids);
    expect(() => open()).toThrow('Another Muxwell');
  });

  test('closing the studio puts running jobs back to waiting, leaves no partial file and no process; reopened it goes on by itself', async () => {
    const workers = watchedWorkers();
    const first = open({ spawn: workers.spawn });
    await first.call('changeSettings', { parallel: 2 });
    await first.call('startQueue', {});
    const ids = [...(await add(first, sources(['a.mp4', 'b.mp4'], long), slow)), ...(await add(first, sources(['c.mp4'])))];
    await Promise.all([underWay(first, ids[0]), underWay(first, ids[1])]);
    await close(first);
    expect(phases(first, ids)).toEqual(['waiting', 'waiting', 'waiting']);
    expect(files()).toEqual([]);
    expect(workers.alive()).toEqual([]);

    const second = open();
    expect(second.state.get('settings', 'studio')).toMatchObject({ parallel: 2 });
    expect(second.state.get('queue', 'studio') ?? { started: true }).toMatchObject({ started: true });
    await underWay(second, ids[0]);
    await second.call('cancelJobs', { ids: ids.slice(0, 2) });
    await ended(second, ids);
    expect(phases(second, ids)).toEqual(['cancelled', 'cancelled', 'done']);
    expect(files()).toEqual(['c.mp4']);
  });

  test('killed between the proof and the name: the next start gives the name, and does not encode again', async () => {
    const first = open();
    const [id = ''] = await add(first, sources(['film.mp4']));
    await reach(first, [id], 'waiting');
    await close(first);
    // What the list holds at that moment.
    mkdirSync(out);
    const partial = join(out, '.film.12345678.part.mp4');
    copyFileSync(short, partial);
    const proof = { bytes: statSync(partial).size, duration: 1, streams: [], decodedAt: [] };
    const publication: Publication = {
      partial,
      output: join(out, 'film.mp4'),
      identity: identityOf(partial) ?? '',
      overwrite: false,
      proof,
      seconds: 1,
      warnings: [],
    };
    const records = openStorage(storage);
    records.put('status', id, { phase: 'publishing', publication });
    records.put('queue', 'queue', { started: true });
    records.close();

    const workers = watchedWorkers();
    const second = open({ spawn: workers.spawn });
    const began = watchRunning(second).began;
    await reach(second, [id], 'done');
    // Whatever else it may have begun comes to its end first.
    const [after = ''] = await add(second, sources(['after.mp4']));
    await reach(second, [id, after], 'done');
    expect(files()).toEqual(['after.mp4', 'film.mp4']);
    expect(began).toEqual([after]);
    expect(readFileSync(join(out, 'film.mp4')).equals(readFileSync(short))).toBe(true);
    expect(status(second, id)).toEqual({ phase: 'done', output: publication.output, proof, seconds: 1, warnings: [] });
  });

  test('a drive that goes away holds its jobs, which are told so and go on by themselves when it is back', async () => {
    const drive = join(folder, 'drive');
    mkdirSync(drive);
    const [film = ''] = sources(['drive/film.mp4']);
    const [other = ''] = sources(['other.mp4']);
    const studio = open();
    const [held = ''] = await add(studio, [film]);
    await reach(studio, [held], 'waiting');
    renameSync(drive, `${drive}-away`);
    const [fine = ''] = await add(studio, [other]);
    const [gone = ''] = await add(studio, [join(folder, 'never-there.mp4')]);
    await studio.call('startQueue', {});
    await reach(studio, [fine], 'done');
    await reach(studio, [gone], 'failed'); // its folder is there: it will not come
    await untilState(studio, () => isHeld(status(studio, held)), 'it is held');
    expect(status(studio, held)).toMatchObject({ phase: 'waiting', held: { code: 'source-missing' } });
    await close(studio);
    const again = open();
    expect(status(again, held)).toMatchObject({ held: { code: 'source-missing' } });
    renameSync(`${drive}-away`, drive);
    await reach(again, [held], 'done');
    expect(files()).toEqual(['film.mp4', 'other.mp4']);
  });

  test('a run that is to end lets such jobs fail', async () => {
    const studio = open({ patient: false });
    const [id = ''] = await add(studio, [join(folder, 'no-drive', 'film.mp4')]);
    await reach(studio, [id], 'failed');
  });

  test('a folder that cannot be made costs its job a sentence, once, and the others go on', async () => {
    const studio = open();
    const [source = ''] = sources(['film.mp4']);
    const impossible = [source, join(source, 'deeper'), ...(process.platform === 'linux' ? ['/dev/null', '/proc/nothing'] : [])];
    const bad = (await Promise.all(impossible.map((path) => add(studio, [source], { output: { folder: path } })))).flat();
    const good = await add(studio, [source]);
    await studio.call('startQueue', {});
    await ended(studio, [...bad, ...good]);
    for (const id of bad)
      expect(failure(studio, id)).toMatchObject({ code: 'output-unwritable', message: expect.stringContaining('could not be made') });
    expect(phases(studio, good)).toEqual(['done']);
  });

  test.skipIf(process.platform !== 'linux')(
    '400 jobs through one run: the memory of the studio is flat, its workers are bounded (needs /proc)',
    async () => {
      const { child, client, see } = await openHost();
      const pid = child.pid ?? 0;
      const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
      const children = () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
      const done = () => Object.values(client.state().statuses).filter(({ phase }) => phase === 'done').length;
      const seen = new Set<string>();
      let most = 0;
      client.subscribe(() => {
        const now = children();
        most = Math.max(most, now.length);
        for (const one of now) seen.add(one);
      });
      await client.call('changeSettings', { parallel: 2 });
      await client.call('startQueue', {});
      const order = { sources: Array.from({ length: 400 }, () => short), preset: 'audio-flac', output: { folder: out } };
      await client.call('addJobs', order);
      await see(() => done() >= 100, '100 jobs');
      const before = rss();
      await see(() => done() === 400, '400 jobs');
      expect(rss() - before).toBeLessThan(40);
      expect(most).toBeLessThanOrEqual(4); // two at work, the prober, one that is being replaced
      expect(seen.size).toBeGreaterThanOrEqual(5); // a worker does 100 jobs
      expect(files()).toHaveLength(400);
    },
  );

  test('the host is killed with -9 eight times at random: every job is done exactly once', async () => {
    const random = seeded(1122);
    const rounds = 8;
    const names = Array.from({ length: 10 }, (_, index) => `clip-${index}.mp4`);
    const work: Partial<CommandInputs['addJobs']> = { preset: 'very-fast-720p30', overrides: { 'video.speed': 'medium' } };
    let ids: string[] = [];
    let killsAtWork = 0;
    for (let round = 0; round < rounds; round++) {
      const { child, client, see } = await openHost();
      if (round === 0) {
        await client.call('changeSettings', { parallel: 2 });
        await client.call('startQueue', {});
        const order = { sources: sources(names, matroska), preset: 'very-fast-720p30', ...work, output: { folder: out } };
        ids = (await client.call('addJobs', order)).ids;
      }
      expect(Object.keys(client.state().jobs).length).toBeLessThanOrEqual(names.length);
      // Half of the kills come at some change of the list (a job begins, tells progress, is done), the others at any moment.
      let changes = Math.floor(random() * 25);
      if (round % 2 === 0) await see(() => changes-- <= 0 || isOver(client.state()), 'some changes');
      else await new Promise((resolve) => setTimeout(resolve, random() * 1800));
      if (Object.values(client.state().statuses).some(({ phase }) => phase === 'running')) killsAtWork++;
      client.close();
      await end(child);
    }
    const { client, see } = await openHost();
    await see(isOver, 'all jobs have ended', 60_000);
    expect(Object.keys(client.state().jobs).sort()).toEqual([...ids].sort());
    expect(Object.values(client.state().statuses).map(({ phase }) => phase)).toEqual(names.map(() => 'done'));
    expect(killsAtWork).toBeGreaterThan(1);
    expect(files()).toEqual(names);
    for (const name of names) expect((await client.call('probe', { path: join(out, name) })).duration).toBeCloseTo(5, 1);
    client.close();
  });
});

const isOver = ({ statuses }: State) =>
  Object.keys(statuses).length > 0 &&
  Object.values(statuses).every(({ phase }) => phase === 'done' || phase === 'failed' || phase === 'cancelled');
