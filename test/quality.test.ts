/** Quality as it is measured: one scale over all codecs, a target that is searched for, a moment before and after, sizes that are kept. */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log, Packet } from 'node-av/lib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CommandInputs, JobStatus, Results } from '../native/contract/contract.ts';
import { type MessagePortLike, messagePort } from '../native/contract/ports.ts';
import type { Overrides } from '../native/contract/preset.ts';
import { crfOf, crfSteps, leastScale, scaleOf } from '../native/contract/quality-scale.ts';
import { connect } from '../native/contract/wire.ts';
import { openDecoder } from '../native/engine/decoder.ts';
import { openPicture } from '../native/engine/picture-file.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { makePlan } from '../native/studio/plan.ts';
import { findPreset } from '../native/studio/preset.ts';
import { samplePlaces } from '../native/studio/quality/target.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import { type ClipStream, makeClip, tone } from './fixtures/clips.ts';
import { scoreOfResult } from './fixtures/scored.ts';
import { untilState } from './fixtures/wait.ts';

let folder: string;
let film: string;
beforeAll(() => {
  Log.setLevel(AV_LOG_QUIET);
  folder = mkdtempSync(join(tmpdir(), 'muxwell-quality-'));
  film = makeClip(join(folder, 'film.mp4'), { muxer: 'mp4', streams: [zoom(4), tone(4)] });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Into a fractal: every picture has new detail. */
const zoom = (seconds: number) => ({
  source: `mandelbrot=s=320x240:r=24:end_scale=0.05:end_pts=${seconds * 24},trim=end=${seconds},format=yuv420p`,
  encoder: 'libx264',
  options: { preset: 'ultrafast', crf: '12', g: '48' },
});

const studios: Studio[] = [];
afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.close();
});

function open(): Studio {
  const studio = createStudio({ spawn: childWorkers(), storage: ':memory:', pictures: join(folder, 'pictures') });
  studios.push(studio);
  return studio;
}

const asked = (path: string, overrides: Overrides, at = 2) => ({
  ...{ path, preset: 'fast-1080p30', at },
  overrides: { 'video.speed': 'veryfast', 'video.frameRate': { mode: 'source', fps: null }, ...overrides } as Overrides,
});

async function exported(studio: Studio, order: { path: string; preset: string; overrides: Overrides }) {
  const { path, preset, overrides } = order;
  const input: CommandInputs['addJobs'] = { sources: [path], preset, overrides, output: { folder: join(folder, 'out') } };
  const [id = ''] = (await studio.call('addJobs', input)).ids;
  const stages = new Set<string>();
  const leave = studio.state.subscribe(({ put }) => {
    const status = put['statuses']?.[id] as JobStatus | undefined;
    if (status?.phase === 'running') stages.add(status.stage);
  });
  await studio.call('startQueue', {});
  const status = await untilState(
    studio,
    () => {
      const now = studio.state.get('statuses', id);
      return now && ['done', 'failed'].includes(now.phase) ? now : null;
    },
    'the job ends',
    90_000,
  );
  leave();
  if (status.phase !== 'done') throw new Error(JSON.stringify(status));
  return { id, status, stages, job: studio.state.get('jobs', id) };
}

describe('the scale', () => {
  test('100 is the best of every codec, better CRFs never stand lower, and what was measured stands where it was', () => {
    for (const codec of ['h264', 'hevc', 'av1', 'vp9'] as const) {
      const steps = crfSteps(codec);
      expect(scaleOf(codec, steps[0] ?? 9)).toBe(100);
      expect(scaleOf(codec, steps.at(-1) ?? 9)).toBe(leastScale(codec));
      const places = steps.map((crf) => scaleOf(codec, crf));
      expect(places).toEqual([...places].sort((a, b) => b - a));
      for (let scale = leastScale(codec); scale <= 100; scale++)
        expect(Math.abs(scaleOf(codec, crfOf(codec, scale)) - scale)).toBeLessThanOrEqual(2);
    }
    expect([crfOf('h264', 70), crfOf('hevc', 70), crfOf('av1', 70), crfOf('vp9', 70)]).toEqual([22, 22.5, 40, 34]);
    expect([crfOf('av1', 0), crfOf('vp9', 0)]).toEqual([63, 63]);
  });

  test('samples lie inside the film, apart from each other, and take a clip whole', () => {
    expect(samplePlaces(4)).toEqual([{ start: 0, seconds: 4 }]);
    const many = samplePlaces(3600);
    expect(many).toHaveLength(5);
    many.reduce((end, { start, seconds }) => {
      expect(start).toBeGreaterThanOrEqual(end);
      return start + seconds;
    }, 0);
    expect(many.at(-1)?.start).toBeLessThan(3597);
  });
});

describe('a target of quality', () => {
  test('is searched for once, told with size and time, and the result measures what was asked', async () => {
    const studio = open();
    const order = asked(film, { 'video.rate': { mode: 'target', metric: 'xpsnr', value: 38 } });
    const { path, preset, overrides } = order;
    const found = await studio.call('findQuality', { path, preset, overrides });
    expect(found.reached).toBe(true);
    expect(found.score.xpsnr).toBeGreaterThanOrEqual(38);
    expect(found.score.xpsnr).toBeLessThan(38.5);
    const again = performance.now();
    expect(await studio.call('findQuality', { path, preset, overrides })).toEqual(found);
    expect(performance.now() - again).toBeLessThan(found.seconds * 1000);

    const { status, stages, job } = await exported(studio, order);
    expect(stages.has('searching')).toBe(false);
    expect(job?.found?.quality?.value).toBe(found.value);
    expect(job?.notes.map(({ text }) => text)).toContainEqual(expect.stringContaining(`Quality ${found.value} (CRF)`));
    const plan = await studio.call('plan', { path, preset, overrides });
    const score = await scoreOfResult(plan, status.output);
    expect(Math.abs(score.xpsnr - found.score.xpsnr)).toBeLessThan(0.3);
    expect(Math.abs(status.proof.bytes / (found.estimatedBytes ?? 0) - 1)).toBeLessThan(0.15);
  });

  test('is searched for by the job itself, and kept in it', async () => {
    const studio = open();
    const order = asked(film, { 'video.rate': { mode: 'target', metric: 'ssim', value: 0.97 } });
    const { status, stages, job } = await exported(studio, order);
    expect(stages.has('searching')).toBe(true);
    const quality = job?.found?.quality;
    expect(quality?.reached).toBe(true);
    expect(job?.estimatedBytes).toBe(quality?.estimatedBytes);
    const plan = await studio.call('plan', { path: film, preset: order.preset, overrides: order.overrides });
    const score = await scoreOfResult(plan, status.output);
    expect(score.ssim).toBeGreaterThan(0.968);
    expect(score.ssim).toBeLessThan(0.976);
  });

  test('is measured in ten bits as in eight, also where the lines of a picture lie apart in memory', async () => {
    const studio = open();
    const upright = { ...zoom(2), source: `${zoom(2).source},crop=150:240` };
    const path = makeClip(join(folder, 'upright.mp4'), { muxer: 'mp4', streams: [upright] });
    const found = async (bitDepth: 8 | 10) => {
      const order = { 'video.codec': 'hevc', 'video.bitDepth': bitDepth, 'video.rate': { mode: 'target', metric: 'xpsnr', value: 38 } };
      return studio.call('findQuality', asked(path, order as Overrides, 1));
    };
    const [eight, ten] = [await found(8), await found(10)];
    expect(ten.reached).toBe(true);
    expect(ten.score.xpsnr).toBeLessThan(39);
    expect(Math.abs(ten.value - eight.value)).toBeLessThan(3);
  });

  test('that nothing reaches is told, and gets the best there is', async () => {
    const studio = open();
    const order = asked(film, {
      'video.codec': 'av1',
      'video.speed': 'ultrafast',
      'video.rate': { mode: 'target', metric: 'xpsnr', value: 95 },
    });
    const { status, job } = await exported(studio, order);
    expect(job?.found?.quality).toMatchObject({ value: 0, reached: false });
    expect(status.warnings).toContainEqual(expect.stringContaining('Not even the best quality (CRF 0) reaches XPSNR 95.0 dB'));
  });

  test('is for codecs that have a quality', async () => {
    const studio = open();
    const { path, preset } = asked(film, {});
    const find = (overrides: Overrides) => studio.call('findQuality', { path, preset, overrides });
    await expect(find({})).rejects.toMatchObject({ code: 'bad-input' });
    await expect(
      find({ container: 'mkv', 'video.codec': 'ffv1', 'video.rate': { mode: 'target', metric: 'ssim', value: 0.9 } }),
    ).rejects.toThrow('H.264, HEVC, AV1 and VP9');
  });
});

/** A page that is connected, and how it goes away. */
function pageOf(studio: Studio) {
  const { port1, port2 } = new MessageChannel();
  studio.connect(messagePort(port1 as unknown as MessagePortLike));
  const connection = connect(messagePort(port2 as unknown as MessagePortLike));
  return {
    call: <K extends keyof CommandInputs & keyof Results>(method: K, input: CommandInputs[K]) =>
      connection.call(method, input) as Promise<Results[K]>,
    async leave() {
      const gone = once(port1, 'close');
      port2.close();
      await gone;
    },
  };
}

/** What a PNG file holds. */
async function png(studio: Studio, url: string) {
  const response = await studio.respond(new Request(`http://studio${url}`));
  if (response.status !== 200) return null;
  const path = join(folder, 'look.png');
  writeFileSync(path, Buffer.from(await response.arrayBuffer()));
  const picture = openPicture(path);
  if (!picture) throw new Error('no picture');
  const decoder = openDecoder({ parameters: picture.stream.codecpar, timeBase: { num: 1, den: 25 }, name: url }, 1, null);
  const packet = new Packet();
  packet.alloc();
  let seen = { width: 0, height: 0, rgb: Buffer.alloc(0) };
  picture.context.readFrameSync(packet);
  for (const one of [packet, null])
    decoder?.decode(one, ({ width, height, data, linesize }) => {
      const rows = Array.from(
        { length: height },
        (_, y) => data?.[0]?.subarray(y * (linesize[0] ?? 0)).subarray(0, width * 3) ?? Buffer.alloc(0),
      );
      seen = { width, height, rgb: Buffer.concat(rows) };
    });
  packet.free();
  decoder?.close();
  picture.close();
  return seen;
}

const apart = (one: Buffer, other: Buffer) =>
  one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length;

describe('before and after', () => {
  test('are the same moment in the size of the result, worse where it is encoded worse, with score, size and speed', async () => {
    const studio = open();
    const look = (crf: number) =>
      studio.call('compare', asked(film, { 'video.maxHeight': 120, 'video.rate': { mode: 'quality', value: crf } }));
    const good = await look(10);
    expect(good).toMatchObject({ width: 160, height: 120 });
    expect(good.at).toBeCloseTo(2, 1);
    const [before, after] = [await png(studio, good.before), await png(studio, good.after)];
    if (!before || !after) throw new Error('no pictures');
    expect([before.width, before.height, after.width, after.height]).toEqual([160, 120, 160, 120]);
    const near = apart(before.rgb, after.rgb);
    expect(near).toBeGreaterThan(0);
    expect(near).toBeLessThan(3);
    expect(good.score?.xpsnr).toBeGreaterThan(35);
    expect(good.speed).toBeGreaterThan(1);

    const bad = await look(45);
    expect(await png(studio, good.before), 'the last one is gone').toBeNull();
    const worse = await png(studio, bad.after);
    expect(apart(before.rgb, worse?.rgb ?? before.rgb)).toBeGreaterThan(near * 3);
    expect(bad.score?.xpsnr).toBeLessThan((good.score?.xpsnr ?? 0) - 10);
    expect(bad.estimatedBytes).toBeLessThan((good.estimatedBytes ?? 0) / 2);
    expect(await png(studio, '/assets/compare/../../x/before.png')).toBeNull();
  });

  test('another moment is another picture, and the size is near what comes out', async () => {
    const studio = open();
    const settings: Overrides = { 'video.rate': { mode: 'quality', value: 24 } };
    const first = await studio.call('compare', asked(film, settings, 0.5));
    const one = await png(studio, first.before);
    const second = await studio.call('compare', asked(film, settings, 3.2));
    const other = await png(studio, second.before);
    expect(second.at).toBeCloseTo(3.2, 1);
    expect(apart(one?.rgb ?? Buffer.alloc(0), other?.rgb ?? Buffer.alloc(0))).toBeGreaterThan(3);
    const { status } = await exported(studio, asked(film, settings));
    expect(Math.abs(status.proof.bytes / (second.estimatedBytes ?? 0) - 1)).toBeLessThan(0.2);
  });

  test('a job that waits is told the better estimate', async () => {
    const studio = open();
    const { path, preset, overrides } = asked(film, { 'video.rate': { mode: 'quality', value: 24 } });
    const [id = ''] = (await studio.call('addJobs', { sources: [path], preset, overrides, output: { folder } })).ids;
    await untilState(studio, () => studio.state.get('statuses', id)?.phase === 'waiting', 'it waits');
    const { estimatedBytes } = await studio.call('compare', { path, preset, overrides, at: 1 });
    await untilState(studio, () => studio.state.get('jobs', id)?.estimatedBytes === estimatedBytes, 'the estimate is told');
  });

  test('a page has one at a time, its next one ends the one before, and its pictures go with it', async () => {
    const studio = open();
    const page = pageOf(studio);
    const slow = asked(film, { 'video.codec': 'hevc', 'video.speed': 'veryslow' });
    const first = page.call('compare', slow);
    const second = page.call('compare', asked(film, {}));
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    const { before } = await second;
    const mine = await studio.call('compare', asked(film, {}));
    expect(await png(studio, before), 'nobody else takes it away').not.toBeNull();
    await page.leave();
    expect(await png(studio, before)).toBeNull();
    expect(await png(studio, mine.before)).not.toBeNull();
  });

  test('aborting ends the work, and the worker is free for the next', async () => {
    const studio = open();
    const abort = new AbortController();
    const slow = asked(film, {
      'video.codec': 'hevc',
      'video.speed': 'veryslow',
      'video.rate': { mode: 'target', metric: 'xpsnr', value: 40 },
    });
    const { path, preset, overrides } = slow;
    const search = studio.call('findQuality', { path, preset, overrides }, abort.signal);
    const probed = await studio.call('probe', { path });
    abort.abort();
    await expect(search).rejects.toMatchObject({ code: 'cancelled' });
    expect(probed.streams).toHaveLength(2);
    const quick = asked(film, { 'video.speed': 'ultrafast', 'video.rate': { mode: 'target', metric: 'xpsnr', value: 35 } });
    const found = await studio.call('findQuality', { path, preset, overrides: quick.overrides });
    expect(found.reached).toBe(true);
  });
});

describe('a size', () => {
  const noise = (seconds: number, strength = 40) => ({
    source: `testsrc2=s=320x240:r=24:d=${seconds},noise=alls=${strength}:allf=t,format=yuv420p`,
    encoder: 'libx264',
    options: { preset: 'ultrafast', crf: '10' },
  });
  const smooth = (seconds: number) => ({
    source: `gradients=s=320x240:r=24:d=${seconds}:speed=0.02:seed=5,noise=alls=4:allf=t,format=yuv420p`,
    encoder: 'libx264',
    options: { preset: 'ultrafast', crf: '6' },
  });
  const halves = (seconds: number) => ({
    source: `testsrc2=s=320x240:r=24:d=${seconds},noise=alls=60:allf=t:enable='gt(t,${seconds / 2})',format=yuv420p`,
    encoder: 'libx264',
    options: { preset: 'ultrafast', crf: '12' },
  });
  /** Ten films of different kinds; MB for each. */
  const films: [name: string, kind: string, make: () => ClipStream[], megabytes: number, change?: Overrides][] = [
    ['noise', 'H.264', () => [noise(3), tone(3)], 0.3],
    ['noise-silent', 'H.264, no sound', () => [noise(4)], 0.2],
    ['zoom', 'H.264', () => [zoom(4), tone(4)], 0.15],
    ['zoom-long', 'H.264', () => [zoom(12), tone(12)], 0.5],
    ['halves', 'H.264, quiet then busy', () => [halves(6), tone(6)], 0.4],
    ['smooth', 'H.264', () => [smooth(4)], 0.15],
    ['short', 'H.264, half a second', () => [noise(0.5)], 0.1],
    ['hevc', 'HEVC', () => [noise(3), tone(3)], 0.2, { 'video.codec': 'hevc' }],
    ['hevc-zoom', 'HEVC', () => [zoom(4), tone(4)], 0.15, { 'video.codec': 'hevc' }],
    ['av1', 'AV1, one pass', () => [noise(4), tone(4)], 0.25, { 'video.codec': 'av1', 'video.speed': 'ultrafast' }],
  ];

  test.each(films)('%s (%s) stays below and near it', async (name, _kind, make, megabytes, change = {}) => {
    const studio = open();
    const path = makeClip(join(folder, `${name}.mkv`), { muxer: 'matroska', streams: make() });
    const { status } = await exported(studio, asked(path, { 'video.rate': { mode: 'size', megabytes }, ...change }));
    expect(status.proof.bytes).toBeLessThanOrEqual(megabytes * 1e6);
    expect(status.proof.bytes).toBeGreaterThanOrEqual(megabytes * 0.95e6);
    expect(readdirSync(join(folder, 'out')).filter((file) => /part|spare/.test(file))).toEqual([]);
  });

  test('of a still film is not filled, because nothing is gained', async () => {
    const studio = open();
    const still = { source: 'color=c=navy:s=320x240:r=24:d=4,format=yuv420p', encoder: 'libx264', options: { preset: 'ultrafast' } };
    const path = makeClip(join(folder, 'still.mkv'), { muxer: 'matroska', streams: [still, tone(4)] });
    const { status } = await exported(studio, asked(path, { 'video.rate': { mode: 'size', megabytes: 1 } }));
    expect(status.proof.bytes).toBeLessThan(0.3e6);
  });

  test('that is too small is refused with what would fit', async () => {
    const studio = open();
    const { path, preset } = asked(film, {});
    const media = await studio.call('probe', { path });
    const long = { ...media, duration: 7200, streams: media.streams.map((stream) => ({ ...stream, duration: 7200 })) };
    const plan = (megabytes: number) =>
      makePlan({ media: long, settings: findPreset(preset), overrides: { 'video.rate': { mode: 'size', megabytes } } });
    expect(() => plan(10)).toThrow(
      /film\.mp4 lasts 2:00:00: in 10\.0 MB not even .* 240 lines .* It takes 1\d\d MB .* \d\d\d MB .* 480p.*a part of \d+:\d\d/,
    );
    expect(() => plan(150)).not.toThrow();
  });
});
