/** Long films in chunks: the same film comes out as in one go, an interruption costs one chunk at most, and places are found by measuring. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Packet } from 'node-av/lib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Client, createClient } from '../native/contract/client.ts';
import type { CommandInputs, JobStatus, State } from '../native/contract/contract.ts';
import type { Plan } from '../native/contract/plan.ts';
import { ipcPort } from '../native/contract/ports.ts';
import type { Overrides } from '../native/contract/preset.ts';
import type { WorkerCommands } from '../native/contract/worker-contract.ts';
import { createArrivals } from '../native/engine/chunks/arrivals.ts';
import { encodeChunk } from '../native/engine/chunks/encode-chunk.ts';
import { createControl } from '../native/engine/control.ts';
import { encode } from '../native/engine/encode.ts';
import { openInput } from '../native/engine/input.ts';
import { probe } from '../native/engine/probe.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { makePlan } from '../native/studio/plan.ts';
import { findPreset } from '../native/studio/preset.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import { flash, makeClip, testPicture, tone } from './fixtures/clips.ts';
import { scoreOfResult } from './fixtures/scored.ts';
import { eventually, seeded, until, untilState } from './fixtures/wait.ts';
import { watchedWorkers } from './fixtures/watched-workers.ts';

/** Few and small pictures: chunks of 500, 250 and 450. */
const seconds = 80;
const rate = 15;
const size = '128x72';

let clips: string;
let film: string;
/** The same without sound, which takes longer to encode than such pictures. */
let silent: string;
beforeAll(() => {
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  film = makeClip(join(clips, 'film.mp4'), { muxer: 'mp4', streams: [testPicture(seconds, size, rate), tone(seconds)] });
  silent = makeClip(join(clips, 'silent.mp4'), { muxer: 'mp4', streams: [testPicture(seconds, size, rate)] });
});
afterAll(() => rmSync(clips, { recursive: true, force: true }));

let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-chunks-'));
  out = join(folder, 'out');
  mkdirSync(out);
});
const studios: Studio[] = [];
const hosts: ChildProcess[] = [];
afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.close();
  for (const host of hosts.splice(0)) await kill(host);
  rmSync(folder, { recursive: true, force: true });
});

const fastest: Overrides = { 'video.speed': 'ultrafast' };
const planOf = (source: string, preset: string, overrides: Overrides = {}) =>
  makePlan({ media: probe(source), settings: findPreset(preset), overrides: { ...fastest, ...overrides } });
const control = () => createControl(new AbortController().signal);

/** The same plan in one go and in chunks, by the engine itself. */
async function bothWays(plan: Plan): Promise<[one: string, chunked: string]> {
  const [one, chunked] = ['one', 'chunked'].map((name) => join(out, `${name}.${plan.container}`)) as [string, string];
  await encode({ plan: { ...plan, chunks: [0] }, partial: one, threads: 0 }, control(), () => {});
  const made = [];
  for (const [number, from] of plan.chunks.entries()) {
    const file = join(out, `${number}.chunk`);
    const to = plan.chunks[number + 1] ?? null;
    made.push({ file, ...(await encodeChunk({ plan, from, to, file, decodeThreads: 0, waitForSpace: false }, control(), () => {})) });
  }
  // What comes behind a chunk is what the next one begins with.
  expect(made.slice(1).map(({ first }) => first)).toEqual(made.slice(0, -1).map(({ next }) => next));
  const arrivals = createArrivals();
  for (const [number, chunk] of made.entries()) arrivals.arrived({ ...chunk, number });
  const chunks = { files: made.map(({ file }) => file), arrivals };
  await encode({ plan, partial: chunked, threads: 0, chunks }, control(), () => {});
  return [one, chunked];
}

/** When each picture is shown, in ticks; and the samples of sound. */
function timesOf(path: string) {
  const input = openInput(path);
  const packet = new Packet();
  packet.alloc();
  const [pictures, sound]: [bigint[], bigint[]] = [[], []];
  while (input.read(packet)) {
    (input.streams[packet.streamIndex]?.codecpar.codecType === 0 ? pictures : sound).push(packet.pts);
    packet.unref();
  }
  packet.free();
  input.close();
  return { pictures: pictures.sort((a, b) => Number(a - b)), sound };
}

describe('the same film comes out as in one go', () => {
  const sources: Record<string, () => string> = {
    'as it is': () => film,
    'without sound': () => silent,
    'with 60 pictures a second': () => makeClip(join(clips, 'sixty.mp4'), { muxer: 'mp4', streams: [testPicture(seconds, size, 60)] }),
    'of NTSC’s rate, in Matroska': () =>
      makeClip(join(clips, 'ntsc.mkv'), { muxer: 'matroska', streams: [testPicture(seconds, size, '15000/1001')] }),
  };
  const rows: [what: string, source: string, preset: string, overrides?: Overrides][] = [
    ['H.264', 'as it is', 'fast-1080p30'],
    ['H.264 of NTSC in Matroska', 'of NTSC’s rate, in Matroska', 'fast-1080p30', { container: 'mkv' }],
    ['half the pictures', 'with 60 pictures a second', 'fast-1080p30'],
    ['another constant rate', 'of NTSC’s rate, in Matroska', 'fast-1080p30', { 'video.frameRate': { mode: 'constant', fps: 12.5 } }],
    [
      'fields made pictures, and noise taken away',
      'as it is',
      'fast-1080p30',
      { 'video.deinterlace': 'always', 'video.denoise': 'medium' },
    ],
    ['a part, from its own beginning on', 'as it is', 'fast-1080p30', { trim: { start: 4.3, end: 77 } }],
    ['HEVC', 'without sound', 'mkv-hevc-1080p30'],
    ['AV1', 'without sound', 'av1-1080p'],
    ['VP9', 'without sound', 'mkv-vp9-1080p30'],
    ['FFV1', 'without sound', 'archive-ffv1'],
    ['ProRes', 'without sound', 'prores-422'],
  ];
  test.each(rows)('%s', async (_what, source, preset, overrides) => {
    const plan = planOf(sources[source]?.() ?? '', preset, overrides);
    expect(plan.chunks.length).toBeGreaterThan(1);
    const [one, chunked] = await bothWays(plan);
    const [times, expected] = [timesOf(chunked), timesOf(one)];
    expect(times.pictures.length).toBeGreaterThan(500);
    expect(times).toEqual(expected);
    expect(probe(chunked).duration).toBeCloseTo(probe(one).duration ?? 0, 2);
  });

  test('as good, and as large', async () => {
    const plan = planOf(silent, 'fast-1080p30', { 'video.speed': 'veryfast' });
    const [one, chunked] = await bothWays(plan);
    const [as, before] = [await scoreOfResult(plan, chunked), await scoreOfResult(plan, one)];
    expect(Math.abs(as.xpsnr - before.xpsnr)).toBeLessThan(0.1);
    expect(statSync(chunked).size / statSync(one).size).toBeCloseTo(1, 2);
  });

  test('what stands against chunks is said of a long film, and of what cannot be entered in its midst when it is met', () => {
    const media = probe(film);
    const hour = { ...media, duration: 3600, streams: media.streams.map((stream) => ({ ...stream, duration: 3600 })) };
    const notes = (overrides: Overrides) => {
      const plan = makePlan({ media: hour, settings: findPreset('fast-1080p30'), overrides });
      return [plan.chunks.length, plan.notes.find(({ text }) => text.startsWith('Should it be interrupted'))?.text];
    };
    expect(notes({})).toEqual([109, undefined]);
    expect(notes({ 'video.rate': { mode: 'size', megabytes: 700 } })).toEqual([
      1,
      'Should it be interrupted, its 1:00:00 begin anew: its bitrate is shared out over the whole film.',
    ]);
  });
});

function open(options: Partial<Parameters<typeof createStudio>[0]> = {}): Studio {
  const studio = createStudio({ spawn: childWorkers(), storage: join(folder, 'studio.db'), tryHardware: false, ...options });
  studios.push(studio);
  return studio;
}

/** Works in so many places. */
async function start(studio: Studio, parallel = 1): Promise<Studio> {
  await studio.call('changeSettings', { parallel });
  await studio.call('startQueue', {});
  return studio;
}

const add = (studio: Pick<Studio, 'call'>, source = film, more: Partial<CommandInputs['addJobs']> = {}) =>
  studio.call('addJobs', { sources: [source], preset: 'fast-1080p30', overrides: fastest, output: { folder: out }, ...more });
const statusOf = (studio: Studio): JobStatus | undefined => Object.values(studio.state.all('statuses'))[0];
const ended = (studio: Studio) =>
  untilState(studio, () => ['done', 'failed', 'cancelled'].includes(statusOf(studio)?.phase ?? ''), 'it has ended', 100_000);
const log = async (studio: Studio) =>
  (await studio.call('jobLog', { id: Object.keys(studio.state.all('jobs'))[0] ?? '' })).map(({ text }) => text).join('\n');
const hidden = () => readdirSync(out).filter((name) => name.startsWith('.'));

describe('a job', () => {
  test('is encoded in chunks, in two places at a time, tells how far it is, and leaves nothing but the film', async () => {
    const studio = await start(open(), 2);
    const told: Extract<JobStatus, { phase: 'running' }>[] = [];
    studio.state.subscribe(() => {
      const status = statusOf(studio);
      if (status?.phase === 'running' && status !== told.at(-1)) told.push(status);
    });
    await add(studio);
    await ended(studio);
    expect(await log(studio)).toContain('Started, in 3 chunks.');
    expect(statusOf(studio)).toMatchObject({ phase: 'done', output: join(out, 'film.mp4'), warnings: [] });
    const fractions = told.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.length).toBeGreaterThan(3);
    expect(readdirSync(out)).toEqual(['film.mp4']);
    expect(timesOf(join(out, 'film.mp4')).pictures).toHaveLength(seconds * rate);
  });

  test('goes on where it was when the studio was closed, with what it had done, and says so', async () => {
    const first = await start(open());
    await add(first, silent, { overrides: { 'video.speed': 'fast' } });
    await untilState(
      first,
      () => statusOf(first)?.phase === 'running' && (statusOf(first) as { fraction: number }).fraction > 0.5,
      'it is under way',
    );
    studios.splice(0);
    await first.close();
    expect(hidden().filter((name) => name.endsWith('.chunks'))).toHaveLength(1);
    const second = open();
    const resumed = await untilState(second, () => (statusOf(second) as { resumed?: number } | undefined)?.resumed, 'it goes on');
    expect(resumed).toBeGreaterThan(0.4);
    await ended(second);
    expect(await log(second)).toMatch(/Resumed: [12] of 3 chunks are there\./);
    expect(readdirSync(out)).toEqual(['silent.mp4']);
    expect(timesOf(join(out, 'silent.mp4')).pictures).toHaveLength(seconds * rate);
  });

  test('whose settings or chunks have changed meanwhile does not take what does not fit', async () => {
    const first = await start(open());
    const { ids } = await add(first, silent, { overrides: { 'video.speed': 'fast' } });
    await untilState(
      first,
      () => statusOf(first)?.phase === 'running' && (statusOf(first) as { fraction: number }).fraction > 0.5,
      'it is under way',
    );
    studios.splice(0);
    await first.close();
    const [chunks = ''] = hidden();
    truncateSync(join(out, chunks, '00000.chunk'), 1000);
    const second = open();
    await second.call('stopQueue', {});
    await second.call('cancelJobs', { ids });
    await untilState(second, () => statusOf(second)?.phase === 'cancelled', 'it has stopped');
    await eventually(() => hidden().length === 0, 'its chunks are gone');
    await second.call('startQueue', {});
    await second.call('retryJobs', { ids });
    await ended(second);
    expect(await log(second)).toContain('Started, in 3 chunks.');
    expect(timesOf(join(out, 'silent.mp4')).pictures).toHaveLength(seconds * rate);
  });

  test('pauses with all its places, takes no further ones meanwhile, and goes on', async () => {
    let workers = 0;
    const spawn = childWorkers();
    const counted = () => {
      workers++;
      return spawn();
    };
    const studio = await start(open({ spawn: counted }), 2);
    const { ids } = await add(studio, silent, { overrides: { 'video.speed': 'fast' } });
    const done = () => (statusOf(studio) as { done?: number }).done ?? 0;
    await untilState(studio, () => statusOf(studio)?.phase === 'running' && done() > 5, 'it is under way');
    await studio.call('pauseJobs', { ids });
    const atWork = workers;
    // That nothing happens has no event; what was on its way is told within a second.
    const pause = () => new Promise((resolve) => setTimeout(resolve, 1500));
    await pause();
    const at = done();
    await pause();
    expect([done(), workers]).toEqual([at, atWork]);
    await studio.call('resumeJobs', { ids });
    await ended(studio);
    expect(statusOf(studio)?.phase).toBe('done');
  });

  test('one worker that dies costs the chunk it was at; two set the film aside by name', async () => {
    const pids: number[] = [];
    const { spawn } = watchedWorkers(undefined, (_source, pid) => pids.push(pid));
    const studio = await start(open({ spawn }));
    await add(studio, silent, { overrides: { 'video.speed': 'fast' } });
    await untilState(
      studio,
      () => statusOf(studio)?.phase === 'running' && (statusOf(studio) as { fraction: number }).fraction > 0.5,
      'it is under way',
    );
    const pid = pids.at(-1);
    if (pid === undefined) throw new Error('no worker was seen');
    process.kill(pid, 'SIGKILL');
    await ended(studio);
    expect(statusOf(studio)).toMatchObject({ phase: 'done', warnings: [expect.stringContaining('stopped unexpectedly')] });
    expect(await log(studio)).toMatch(/Resumed: [12] of 3 chunks are there\./);
    expect(readdirSync(out)).toEqual(['silent.mp4']);
  });

  test('of a film that cannot be entered in its midst is done in one go', async () => {
    const recording = makeClip(join(clips, 'recording.ts'), { muxer: 'mpegts', streams: [flash(2), tone(2)] });
    const workers = childWorkers();
    // The chunks' workers are given another file, whose clock may jump.
    const spawn = () => {
      const worker = workers();
      const send: typeof worker.port.send = (frame) => {
        if (frame.type !== 'call' || frame.method !== 'encodeChunk') return worker.port.send(frame);
        const input = frame.input as WorkerCommands['encodeChunk'];
        worker.port.send({ ...frame, input: { ...input, plan: { ...input.plan, source: recording } } });
      };
      return { ...worker, port: { ...worker.port, send } };
    };
    const studio = await start(open({ spawn }));
    await add(studio, silent);
    await ended(studio);
    expect(statusOf(studio)).toMatchObject({ phase: 'done', warnings: [] });
    expect(await log(studio)).toMatch(/recording\.ts can only be read from its beginning.* The film is encoded in one go\./);
    expect(readdirSync(out)).toEqual(['silent.mp4']);
    expect(timesOf(join(out, 'silent.mp4')).pictures).toHaveLength(seconds * rate);
  });
});

async function kill(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null || host.signalCode !== null) return;
  const gone = once(host, 'exit');
  host.kill('SIGKILL');
  await gone;
}

async function openHost(): Promise<{ child: ChildProcess; client: Client }> {
  const child = fork(fileURLToPath(new URL('./fixtures/studio-host.ts', import.meta.url)), [join(folder, 'studio.db')]);
  hosts.push(child);
  const client = createClient(async () => ipcPort(child));
  await until(client.subscribe, () => client.connected(), 'the host is there');
  return { child, client };
}

test('everything is killed with -9 ten times at random: the film is whole in the end, and each time one chunk is lost at most', async () => {
  const random = seeded(84);
  const status = ({ statuses }: State) => Object.values(statuses)[0];
  const before: number[] = [];
  const after: number[] = [];
  for (let round = 0; round <= 10; round++) {
    const { child, client } = await openHost();
    if (round === 0) {
      await client.call('changeSettings', { parallel: 1 });
      await client.call('startQueue', {});
      await client.call('addJobs', {
        sources: [silent],
        preset: 'fast-1080p30',
        overrides: { 'video.speed': 'slower' },
        output: { folder: out },
      });
    }
    const running = await until(
      client.subscribe,
      () => {
        const now = status(client.state());
        return now?.phase === 'running' || now?.phase === 'done' ? now : null;
      },
      'it goes on',
    );
    if (round > 0 && running.phase === 'running') after.push(running.resumed ?? 0);
    if (round === 10) {
      await until(client.subscribe, () => status(client.state())?.phase === 'done', 'it is done', 60_000);
      client.close();
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, random() * 1500)); // at any moment
    const now = status(client.state());
    before.push(now?.phase === 'running' ? now.done / seconds : 1);
    client.close();
    await kill(child);
  }
  for (const [index, share] of after.entries()) expect(share).toBeGreaterThan((before[index] ?? 0) - 0.6);
  expect(readdirSync(out)).toEqual(['silent.mp4']);
  expect(timesOf(join(out, 'silent.mp4')).pictures).toHaveLength(seconds * rate);
  expect(existsSync(silent)).toBe(true);
});
