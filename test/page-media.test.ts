/** What a player and a timeline are shown of a source: real files, real workers, a real host, and the proxy in a real browser. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_ERROR } from 'node-av/constants';
import { FormatContext, InputFormat, Log, Packet } from 'node-av/lib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { messagePort } from '../native/contract/ports.ts';
import { type ProxyInfo, pictureWidths } from '../native/contract/viewing.ts';
import { serve } from '../native/contract/wire.ts';
import { createDecoder } from '../native/engine/decoder.ts';
import { openInput } from '../native/engine/input.ts';
import { createWebHost } from '../native/hosts/web.ts';
import { createDiskCache } from '../native/studio/assets/disk-cache.ts';
import { parseRange } from '../native/studio/assets/file-response.ts';
import { createViewer, type Urgency } from '../native/studio/assets/viewer.ts';
import { createPage, securityHeaders } from '../native/studio/page.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import { chromiumPath, launchBrowser } from './fixtures/browser.ts';
import { beep, type Clip, type ClipStream, flash, makeClip, testPicture, tone } from './fixtures/clips.ts';
import { measure } from './fixtures/measure.ts';
import { eventually, seeded, untilState } from './fixtures/wait.ts';
import { watchedWorkers } from './fixtures/watched-workers.ts';
import { ask } from './fixtures/web-raw.ts';

const token = 'a-token-for-tests-only';
const bearer = { Authorization: `Bearer ${token}` };

/** Ten seconds at 25 pictures a second, a keyframe every two: the luma of each tells its number, from 0 to 49 and again. */
const numbered = (seconds = 10, more: Partial<ClipStream> = {}): ClipStream => ({
  source: `color=c=black:s=160x120:r=25:d=${seconds},format=yuv420p,geq=lum='18+4*mod(N\\,50)':cb=128:cr=128`,
  encoder: 'libx264',
  options: { preset: 'medium', crf: '8', g: '50', bf: '3', 'x264-params': 'scenecut=0' },
  ...more,
});

let folder: string;
let studio: Studio;
let port: number;
let workers: ReturnType<typeof watchedWorkers>;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  Log.setLevel(AV_LOG_ERROR);
  folder = mkdtempSync(join(tmpdir(), 'muxwell-media-'));
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html><title>the page</title>');
  workers = watchedWorkers();
  studio = createStudio({ spawn: workers.spawn, storage: ':memory:', pictures: join(folder, 'pictures') });
  const host = await createWebHost({ studio, page: createPage(join(folder, 'page'), studio.respond), ports: [0], token });
  port = host.port;
  cleanups.push(async () => {
    await host.close();
    await studio.close();
  });
});
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  rmSync(folder, { recursive: true, force: true });
});

/** A job for a file, as soon as it was read. */
async function jobOf(source: string): Promise<string> {
  const { ids } = await studio.call('addLossless', { sources: [source], order: {}, draft: true });
  const [id = ''] = ids;
  await untilState(studio, () => studio.state.get('jobs', id)?.media, 'the file is read');
  return id;
}
const jobs = new Map<string, Promise<string>>();
/** The same for a clip, which is made once for all tests. */
function clipJob(name: string, clip: () => Clip): Promise<string> {
  const known = jobs.get(name) ?? jobOf(makeClip(join(folder, name), clip()));
  jobs.set(name, known);
  return known;
}

const get = (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
  fetch(`http://127.0.0.1:${port}/assets/${path}`, { ...init, headers: { ...bearer, ...init.headers } });
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
async function good(path: string): Promise<Buffer> {
  const answer = await get(path);
  expect([path, answer.status]).toEqual([path, 200]);
  return bytesOf(answer);
}

/** Mean luma of a JPEG's picture and its size. */
function look(jpeg: Buffer): { luma: number; width: number; height: number } {
  const path = join(folder, 'look.jpg');
  writeFileSync(path, jpeg);
  const context = new FormatContext();
  expect(context.openInputSync(path, InputFormat.findInputFormat('jpeg_pipe'))).toBeGreaterThanOrEqual(0);
  context.findStreamInfoSync(null);
  const packet = new Packet();
  packet.alloc();
  context.readFrameSync(packet);
  const decoder = createDecoder({ streams: context.streams, name: path } as never, 0, 1);
  const seen = { luma: -1, width: 0, height: 0 };
  const take = (frame: Parameters<Parameters<typeof decoder.decode>[1]>[0]) => {
    const stride = frame.linesize[0] ?? 0;
    let sum = 0;
    for (let y = 0; y < frame.height; y++) for (let x = 0; x < frame.width; x++) sum += frame.data?.[0]?.[y * stride + x] ?? 0;
    Object.assign(seen, { luma: sum / frame.width / frame.height, width: frame.width, height: frame.height });
  };
  decoder.decode(packet, take);
  decoder.decode(null, take);
  packet.free();
  decoder.close();
  context.closeInputSync();
  return seen;
}
/** Which of the numbered pictures it is, from 0 to 49. JPEG has full range. */
const numberOf = (jpeg: Buffer) => (look(jpeg).luma * (219 / 255) + 16 - 18) / 4;

async function chunk(id: string, number: number) {
  const path = join(folder, `${id}-${number}.webm`);
  writeFileSync(path, await good(`proxy/${id}/${number}`));
  return { path, ...measure(path) };
}

/** Files of this process that are open below the test's folder. */
const openFiles = (name: string) =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === join(folder, name);
    } catch {
      return false;
    }
  }).length;

describe('the bytes of a source', () => {
  const clip = () => ({ muxer: 'mp4', streams: [numbered()] });

  test('whole and in parts they are the file’s, with the headers that a player goes by', async () => {
    const id = await clipJob('bytes.mp4', clip);
    const file = readFileSync(join(folder, 'bytes.mp4'));
    const size = file.length;
    const whole = await get(`source/${id}`);
    expect(whole.status).toBe(200);
    const etag = whole.headers.get('etag') ?? '';
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      ...securityHeaders,
      ...{ 'accept-ranges': 'bytes', 'content-type': 'video/mp4', 'content-length': String(size) },
      etag: expect.stringMatching(/^"[\w-]+"$/),
    });
    expect((await bytesOf(whole)).equals(file)).toBe(true);

    const parts: [string, number, number][] = [
      ['bytes=0-0', 0, 0],
      ['bytes=0-', 0, size - 1],
      ['bytes=100-299', 100, 299],
      [`bytes=${size - 1}-`, size - 1, size - 1],
      ['bytes=-5', size - 5, size - 1],
      [`bytes=-${size * 2}`, 0, size - 1],
      [`bytes=7-${size * 10}`, 7, size - 1],
    ];
    for (const [Range, first, last] of parts) {
      const part = await get(`source/${id}`, { headers: { Range } });
      expect([Range, part.status, part.headers.get('content-range')]).toEqual([Range, 206, `bytes ${first}-${last}/${size}`]);
      expect(part.headers.get('content-length')).toBe(String(last - first + 1));
      expect((await bytesOf(part)).equals(file.subarray(first, last + 1))).toBe(true);
    }
    for (const Range of [`bytes=${size}-`, `bytes=${size + 5}-${size + 9}`, 'bytes=-0']) {
      const outside = await get(`source/${id}`, { headers: { Range } });
      expect([Range, outside.status, outside.headers.get('content-range')]).toEqual([Range, 416, `bytes */${size}`]);
    }
    // What is no range, or more than one, is answered with the whole.
    for (const Range of ['bytes=9-3', 'bytes=a-b', 'bytes=-', 'lines=0-1', 'bytes=0-1,5-6', 'bytes 0-1', 'bytes=0x1-2'])
      expect([Range, (await bytesOf(await get(`source/${id}`, { headers: { Range } }))).length]).toEqual([Range, size]);

    const ifRange = async (value: string) => (await get(`source/${id}`, { headers: { Range: 'bytes=0-9', 'If-Range': value } })).status;
    expect([await ifRange(etag), await ifRange('"another"'), await ifRange(new Date().toUTCString())]).toEqual([206, 200, 200]);
    expect((await get(`source/${id}`, { headers: { 'If-None-Match': `"x", ${etag}` } })).status).toBe(304);
    const head = await get(`source/${id}`, { method: 'HEAD', headers: { Range: 'bytes=0-9' } });
    expect([head.status, head.headers.get('content-length'), (await bytesOf(head)).length]).toEqual([200, String(size), 0]);
    await eventually(() => openFiles('bytes.mp4') === 0, 'the file is closed');
  });

  test('ranges as they are written, a thousand of them: never outside of the file, never without sense', () => {
    const random = seeded(5);
    for (let count = 0; count < 1000; count++) {
      const size = Math.floor(random() * 50);
      const word = () => (random() < 0.3 ? '' : String(Math.floor(random() * 60)));
      const range = parseRange(`bytes=${word()}-${word()}`, size);
      if (range === null || range === 'outside') continue;
      expect(range.first).toBeGreaterThanOrEqual(0);
      expect(range.last).toBeGreaterThanOrEqual(range.first);
      expect(range.last).toBeLessThan(size);
    }
  });

  test('a reader who goes away, or one who stops reading, costs no memory and, once gone, no open file', async () => {
    const id = await clipJob('large.mp4', clip);
    truncateSync(join(folder, 'large.mp4'), 400e6); // a hole: as long as a film, and hardly a byte on the disk
    const before = process.memoryUsage().rss;
    const abort = new AbortController();
    const answers = await Promise.all(Array.from({ length: 5 }, () => get(`source/${id}`, { signal: abort.signal })));
    const readers = answers.map((answer) => answer.body?.getReader());
    await Promise.all(readers.map((reader) => reader?.read()));
    expect(openFiles('large.mp4')).toBe(5);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    abort.abort();
    await Promise.allSettled(readers.map((reader) => reader?.closed));
    await eventually(() => openFiles('large.mp4') === 0, 'the files are closed');
  });

  test('of Electron’s kind of request, too: a body that is cancelled closes its file', async () => {
    const id = await clipJob('bytes.mp4', clip);
    const answer = await studio.respond(new Request(`app://muxwell/assets/source/${id}`, { headers: { range: 'bytes=5-' } }));
    expect([answer.status, openFiles('bytes.mp4')]).toEqual([206, 1]);
    await answer.body?.cancel();
    expect(openFiles('bytes.mp4')).toBe(0);
  });

  test('a file that is gone is 404, one that is another now has another ETag', async () => {
    const id = await jobOf(makeClip(join(folder, 'leaves.mp4'), clip()));
    const first = (await get(`source/${id}`, { method: 'HEAD' })).headers.get('etag');
    utimesSync(join(folder, 'leaves.mp4'), new Date(), new Date('2020-01-01'));
    expect((await get(`source/${id}`, { method: 'HEAD' })).headers.get('etag')).not.toBe(first);
    expect((await get(`frame/${id}/0/120`)).status).toBe(200);
    expect((await get(`proxy/${id}/0`)).status).toBe(200);
    rmSync(join(folder, 'leaves.mp4'));
    for (const path of [`source/${id}`, `frame/${id}/0/120`, `proxy/${id}/0`])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
  });
});

describe('pictures by their time', () => {
  /** With B-frames, in containers with and without an index, and on a clock that does not begin at 0. */
  const films: [string, () => Clip, number][] = [
    ['numbers.mp4', () => ({ muxer: 'mp4', streams: [numbered(), tone(10)] }), 0],
    ['numbers.mkv', () => ({ muxer: 'matroska', streams: [numbered(), tone(10)] }), 0],
    ['numbers.ts', () => ({ muxer: 'mpegts', streams: [numbered(), tone(10)] }), 0],
    ['late.mkv', () => ({ muxer: 'matroska', streams: [numbered(10, { delay: 100 }), { ...tone(10), delay: 100 }] }), 100],
    [
      'numbers.avi',
      () => ({
        muxer: 'avi',
        streams: [numbered(10, { encoder: 'mpeg4', options: { g: '50', qmin: '1', qmax: '1', sc_threshold: '1000000000' } })],
      }),
      0,
    ],
  ];

  /** Without a container, pictures carry no times at all. */
  const bare: (typeof films)[number] = ['numbers.h264', () => ({ muxer: 'h264', streams: [numbered()] }), 0];

  test.each([...films, bare])('%s: a frame is the one that is shown then, in whatever order they are asked for', async (name, clip) => {
    const id = await clipJob(name, clip);
    const first = studio.state.get('jobs', id)?.media?.streams[0]?.start ?? 0;
    const asked = [0, 1, 49, 50, 51, 52, 53, 52, 51, 3, 120, 121, 119, 249, 100, 99, 25];
    for (const number of asked) {
      for (const within of [1, 20, 38]) {
        const ms = Math.round(first * 1000) + number * 40 + within;
        const found = numberOf(await good(`frame/${id}/${ms}/160`));
        expect({ number, within, found: Math.abs(found - (number % 50)) < 0.4 || found }).toEqual({ number, within, found: true });
      }
    }
    const beyond = numberOf(await good(`frame/${id}/${Math.round(first * 1000) + 99_000}/160`));
    expect(beyond).toBeCloseTo(49, 0);
    expect(numberOf(await good(`frame/${id}/-5000/160`))).toBeCloseTo(0, 0);
  });

  test.each(films)('%s: a still is the keyframe at or before', async (name, clip) => {
    const id = await clipJob(name, clip);
    const first = Math.round((studio.state.get('jobs', id)?.media?.streams[0]?.start ?? 0) * 1000);
    for (const ms of [0, 1, 1999, 2001, 3000, 7900, 9000, 99_000])
      expect([ms, numberOf(await good(`still/${id}/${first + ms}/160`))]).toEqual([ms, expect.closeTo(0, 0)]);
  });

  test('which keyframe: each has a brightness of its own', async () => {
    const steps = { ...numbered(), source: `color=c=black:s=160x120:r=25:d=10,format=yuv420p,geq=lum='18+4*N/5':cb=128:cr=128` };
    for (const [name, muxer] of [['steps.mp4', 'mp4'] as const, ['steps.mkv', 'matroska'] as const, ['steps.ts', 'mpegts'] as const]) {
      const id = await clipJob(name, () => ({ muxer, streams: [steps] }));
      const first = (studio.state.get('jobs', id)?.media?.streams[0]?.start ?? 0) * 1000;
      for (const [ms, number] of [
        [10, 0],
        [1990, 0],
        [2010, 50],
        [3990, 50],
        [4010, 100],
        [9990, 200],
      ] as const)
        expect([name, ms, numberOf(await good(`still/${id}/${Math.round(first + ms)}/160`))]).toEqual([
          name,
          ms,
          expect.closeTo(number / 5, 0),
        ]);
    }
  });

  test('they are as wide as asked, upright and with square pixels', async () => {
    const wide = await clipJob('anamorphic.mkv', () => ({
      muxer: 'matroska',
      streams: [{ ...testPicture(1, '360x288'), source: 'testsrc2=s=360x288:r=25:d=1,format=yuv420p,setsar=2/1' }],
    }));
    for (const width of pictureWidths) {
      const { luma: _, ...size } = look(await good(`still/${wide}/0/${width}`));
      expect(size).toEqual({ width, height: Math.round((width * 288) / 720 / 2) * 2 });
    }
    expect(look(await good(`frame/${wide}/500/480`))).toMatchObject({ width: 480, height: 192 });
  });

  test('what has not changed is not sent again', async () => {
    const id = await clipJob('numbers.mp4', films[0]?.[1] as never);
    const etag = (await get(`frame/${id}/40/240`)).headers.get('etag') ?? '';
    expect((await get(`frame/${id}/40/240`, { headers: { 'If-None-Match': etag } })).status).toBe(304);
    expect((await get(`frame/${id}/80/240`, { headers: { 'If-None-Match': etag } })).status).toBe(200);
  });
});

describe('peaks', () => {
  test('a beep is where it is, in its block; the last block is as long as the sound', async () => {
    const id = await clipJob('beeps.m4a', () => ({ muxer: 'ipod', streams: [beep(70)] }));
    const [first, second] = [await good(`waveform/${id}/0`), await good(`waveform/${id}/1`)];
    expect(first.length).toBe(3000);
    expect(Math.abs(second.length - 500)).toBeLessThanOrEqual(2);
    for (const [block, peaks] of [first, second].entries()) {
      peaks.forEach((peak, index) => {
        const inCycle = (block * 3000 + index) % 100; // of two seconds
        const isLoud = inCycle >= 50 && inCycle <= 52;
        // Codecs spread a sound by a few milliseconds.
        if (isLoud) expect([block, index, peak > 120]).toEqual([block, index, true]);
        else if (inCycle < 48 || inCycle > 54) expect([block, index, peak < 8]).toEqual([block, index, true]);
      });
    }
    for (const block of [2, 3, 1_000_000]) expect((await get(`waveform/${id}/${block}`)).status).toBe(404);
  });

  test('they are of all channels, also where two would cancel each other out, and begin where the film does', async () => {
    const against: ClipStream = {
      source: `aevalsrc='0.5*sin(2*PI*500*t)|-0.5*sin(2*PI*500*t)':s=48000:d=3`,
      ...{ encoder: 'pcm_s16le', sampleFormat: 's16', delay: 1 },
    };
    const id = await clipJob('against.mkv', () => ({ muxer: 'matroska', streams: [testPicture(4), against] }));
    const peaks = await good(`waveform/${id}/0`);
    expect(peaks.length).toBe(200);
    expect(Math.max(...peaks.subarray(0, 49))).toBe(0);
    for (const peak of peaks.subarray(51, 199)) expect(peak).toBeCloseTo(128, -1);
  });
});

describe('the proxy', () => {
  const seconds = 42;
  const film = () => clipJob('flashes.mkv', () => ({ muxer: 'matroska', streams: [flash(seconds), beep(seconds)] }));
  const times = (some: number[], more: number[]) => {
    expect(some.length).toBe(more.length);
    for (const [index, time] of some.entries()) expect(Math.abs(time - (more[index] as number))).toBeLessThan(0.035);
  };

  test('its chunks are as long as they should be, and what flashes and beeps does so in time, from the first to the last', async () => {
    const id = await film();
    for (const number of [0, 1, 2, 3, 9]) {
      const { frames, flashes, beeps, sound } = await chunk(id, number);
      expect([number, frames.length, frames[0]]).toEqual([number, 120, 0]);
      expect(frames.at(-1)).toBeCloseTo(4 - 1 / 30, 2);
      expect(sound).toBeCloseTo(4, 3);
      times(flashes, [1, 3]);
      times(beeps, [1, 3]);
    }
    const last = await chunk(id, 10);
    expect(Math.abs(last.sound - 2)).toBeLessThan(0.05);
    expect(Math.abs((last.frames.at(-1) as number) - 2 + 1 / 30)).toBeLessThan(0.05);
    times(last.flashes, [1]);
    expect((await get(`proxy/${id}/11`)).status).toBe(404);
  });

  test('a chunk is the same whether it follows the one before or is asked for alone', async () => {
    const id = await jobOf(makeClip(join(folder, 'order.mp4'), { muxer: 'mp4', streams: [numbered(20), tone(20)] }));
    const seen = new Map<number, number[]>();
    for (const number of [4, 2, 3, 0, 1]) {
      const { luma, frames, sound } = await chunk(id, number);
      expect([number, frames.length, Math.round(sound * 100)]).toEqual([number, 100, 400]);
      seen.set(number, luma);
    }
    for (const [number, luma] of seen)
      luma.forEach((value, index) => {
        const wanted = 18 + 4 * ((number * 100 + index) % 50);
        expect([number, index, Math.abs(value - wanted) < 2.5 || value]).toEqual([number, index, true]);
      });
  });

  test('sound goes on from one chunk to the next without a click', async () => {
    const id = await film().then(() => clipJob('tone.m4a', () => ({ muxer: 'ipod', streams: [tone(13)] })));
    const samples = samplesOf(await Promise.all([0, 1, 2].map(async (number) => (await chunk(id, number)).path)));
    expect(samples.length / 48_000).toBeCloseTo(12, 3);
    // A tone of 440 Hz is what its own last two samples say, but for a click.
    const twice = 2 * Math.cos((2 * Math.PI * 440) / 48_000);
    let worst = 0;
    for (let index = 48_000; index < samples.length; index++) {
      const [a, b, c] = [samples[index - 2], samples[index - 1], samples[index]] as [number, number, number];
      worst = Math.max(worst, Math.abs(c - (twice * b - a)));
    }
    expect(worst).toBeLessThan(0.002);
  });

  test.each([
    ['sound that begins later', { picture: 0, sound: 1.5 }],
    ['a picture that begins later', { picture: 1.5, sound: 0 }],
    ['a start that is not 0', { picture: 50, sound: 50.5 }],
  ])('%s stays as far from the other', async (what, { picture, sound }) => {
    const id = await clipJob(`${what}.mkv`, () => ({
      muxer: 'matroska',
      streams: [
        { ...flash(9), delay: picture },
        { ...beep(9), delay: sound },
      ],
    }));
    const start = Math.min(picture, sound);
    const info = (await (await get(`proxy/${id}/info`)).json()) as ProxyInfo;
    expect(Math.abs(info.start - start)).toBeLessThan(0.03);
    for (const number of [0, 1]) {
      const seen = await chunk(id, number);
      const inChunk = (delay: number) =>
        [1, 3, 5, 7].map((at) => at + delay - info.start - number * 4).filter((at) => at > 0.1 && at < 3.95);
      times(
        seen.flashes.filter((at) => at > 0.1),
        inChunk(picture),
      );
      times(seen.beeps, inChunk(sound));
      expect([seen.frames[0], Math.round(seen.sound * 10)]).toEqual([0, 40]);
    }
  });

  test('where one of both ends before the other, the last picture stays and silence goes on: players find no hole', async () => {
    const still = await clipJob('short-picture.mkv', () => ({ muxer: 'matroska', streams: [numbered(5), tone(11)] }));
    for (const [number, end] of [
      [1, 4],
      [2, 3],
    ] as const) {
      const { frames, sound } = await chunk(still, number);
      expect(frames[0]).toBe(0);
      expect(Math.abs((frames.at(-1) as number) - end)).toBeLessThan(0.1);
      expect(Math.abs(sound - end)).toBeLessThan(0.05);
    }
    const silent = await clipJob('short-sound.mkv', () => ({ muxer: 'matroska', streams: [numbered(11), tone(5)] }));
    for (const [number, end] of [
      [1, 4],
      [2, 3],
    ] as const)
      expect(Math.abs((await chunk(silent, number)).sound - end)).toBeLessThan(0.05);
  });

  test('a picture that stands for long is there at the beginning of every chunk', async () => {
    const source = `color=c=black:s=160x120:r=1/10:d=30,format=yuv420p,geq=lum='60+60*N':cb=128:cr=128`;
    const id = await clipJob('slides.mkv', () => ({ muxer: 'matroska', streams: [{ ...numbered(), source }, tone(30)] }));
    for (const [number, luma] of [
      [0, 60],
      [1, 60],
      [3, 120],
      [5, 180],
    ] as const) {
      const seen = await chunk(id, number);
      expect([number, seen.frames[0], Math.round((seen.luma[0] ?? 0) / 10) * 10]).toEqual([number, 0, luma]);
    }
  });

  test('many pictures a second become half of them; large ones fit 640×360; pictures alone and sound alone have their own type', async () => {
    const fast = await clipJob('fast.mkv', () => ({ muxer: 'matroska', streams: [testPicture(4, '1280x720', 60)] }));
    const seen = await chunk(fast, 0);
    expect(seen.frames.length).toBe(120);
    const input = openInput(seen.path);
    expect([input.streams[0]?.codecpar.width, input.streams[0]?.codecpar.height]).toEqual([640, 360]);
    input.close();
    const info = async (id: string) => (await (await get(`proxy/${id}/info`)).json()) as ProxyInfo;
    expect(await info(fast)).toMatchObject({ video: true, audio: false, chunkSeconds: 4, mime: 'video/webm; codecs="vp8"' });
    const song = await clipJob('tone.m4a', () => ({ muxer: 'ipod', streams: [tone(13)] }));
    expect(await info(song)).toMatchObject({ video: false, audio: true, start: 0, mime: 'audio/webm; codecs="opus"' });
    expect((await info(song)).duration).toBeCloseTo(13, 1);
    expect(await info(await film())).toMatchObject({ video: true, audio: true, mime: 'video/webm; codecs="vp8,opus"' });
  });

  test('a keyframe is first in every chunk', async () => {
    const id = await film();
    for (const number of [0, 1, 5]) {
      const input = openInput((await chunk(id, number)).path);
      const packet = new Packet();
      packet.alloc();
      const video = input.streams.find((stream) => stream.codecpar.codecType === 0)?.index;
      do input.read(packet);
      while (packet.streamIndex !== video);
      expect([packet.isKeyframe, packet.pts]).toEqual([true, 0n]);
      packet.free();
      input.close();
    }
  });
});

/** The sound of Opus files, one after the other through one decoder, as MediaSource plays them. */
function samplesOf(paths: string[]): number[] {
  const all: number[] = [];
  const inputs = paths.map((path) => openInput(path));
  const [first] = inputs;
  if (!first) return all;
  const index = (input: typeof first) => input.streams.find((stream) => stream.codecpar.codecType === 1)?.index ?? -1;
  const decoder = createDecoder(first, index(first), 1);
  const packet = new Packet();
  packet.alloc();
  for (const input of inputs) {
    while (input.read(packet)) {
      if (packet.streamIndex === index(input))
        decoder.decode(packet, (frame) => {
          const [plane] = frame.data ?? [];
          if (!plane) return;
          const step = frame.toBuffer().length / frame.nbSamples / 4 === 2 && (frame.data?.length ?? 0) === 1 ? 2 : 1;
          const samples = new Float32Array(plane.buffer.slice(plane.byteOffset, plane.byteOffset + frame.nbSamples * 4 * step));
          for (let at = 0; at < frame.nbSamples; at++) all.push(samples[at * step] as number);
        });
      packet.unref();
    }
  }
  packet.free();
  decoder.close();
  for (const input of inputs) input.close();
  return all;
}

describe('what goes wrong', () => {
  test('a damaged film costs the pictures that are damaged, and nothing else', async () => {
    const path = makeClip(join(folder, 'damaged.mkv'), { muxer: 'matroska', streams: [numbered(), tone(10)] });
    const bytes = readFileSync(path);
    const random = seeded(7);
    for (let at = Math.floor(bytes.length * 0.4); at < bytes.length * 0.6; at++) bytes[at] = Math.floor(random() * 256);
    writeFileSync(path, bytes);
    const id = await jobOf(path);
    expect(numberOf(await good(`frame/${id}/400/160`))).toBeCloseTo(10, 0);
    for (const path of [`frame/${id}/5000/160`, `still/${id}/5000/160`, `proxy/${id}/1`, `waveform/${id}/0`])
      expect([path, [200, 404]]).toEqual([path, expect.arrayContaining([(await get(path)).status])]);
    expect(numberOf(await good(`frame/${id}/9000/160`))).toBeCloseTo(25, 0);
    expect((await get(`proxy/${id}/0`)).status).toBe(200);
  });

  test('a worker that dies costs what it was at, and the next one answers', async () => {
    const id = await clipJob('killed.mp4', () => ({ muxer: 'mp4', streams: [testPicture(20, '1280x720', 60), tone(20)] }));
    const before = new Set(workers.alive());
    await good(`frame/${id}/0/120`);
    const answer = get(`proxy/${id}/4`);
    const viewing = join(folder, 'pictures', 'viewing');
    await eventually(() => readdirSync(viewing).some((name) => name.endsWith('.part')), 'a chunk is being made');
    const own = studio.workers().filter((pid) => pid !== workers.pids[0]);
    expect(own.length).toBeGreaterThan(0);
    expect(before.size).toBeGreaterThan(0);
    for (const pid of own) process.kill(pid, 'SIGKILL');
    expect((await answer).status).toBe(404);
    await eventually(() => !studio.workers().some((pid) => own.includes(pid)), 'all of them are gone');
    expect((await get(`proxy/${id}/4`)).status).toBe(200);
    expect(readdirSync(viewing).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('what nobody waits for any more is not gone on with', async () => {
    const id = await clipJob('killed.mp4', () => ({ muxer: 'mp4', streams: [testPicture(20, '1280x720', 60), tone(20)] }));
    const abort = new AbortController();
    const left = get(`proxy/${id}/3`, { signal: abort.signal }).catch(() => 'left');
    const parts = () => readdirSync(join(folder, 'pictures', 'viewing')).filter((name) => name.endsWith('.part')).length;
    await eventually(() => parts() === 1, 'a chunk is being made');
    abort.abort();
    expect(await left).toBe('left');
    await eventually(() => parts() === 0, 'it is not being made any more');
    const pids = studio.workers();
    await good(`proxy/${id}/3`);
    expect(studio.workers()).toEqual(pids); // it stopped by itself, and the same workers go on
  });

  test('no address reaches anything but what it names: all else is 404', async () => {
    const id = await clipJob('numbers.mp4', () => ({ muxer: 'mp4', streams: [numbered(), tone(10)] }));
    const song = await clipJob('tone.m4a', () => ({ muxer: 'ipod', streams: [tone(13)] }));
    const refused = [
      ...['', '/', '/x', '/..', '/0', '/%2e%2e'].flatMap((rest) => [`sources/${id}${rest}`, `source/${id}x${rest}`]),
      ...['/', '/0', '/info', '/../x'].map((rest) => `source/${id}${rest}`),
      ...[
        '',
        '/',
        '/x',
        '/-1',
        '/00',
        '/01',
        '/1.0',
        '/1e1',
        '/+1',
        '/0x1',
        '/%30',
        '/0/',
        '/0/0',
        '/99999999999',
        '/NaN',
        '/info/',
        '/info/x',
      ].map((rest) => `proxy/${id}${rest}`),
      ...[
        '',
        '/',
        '/0',
        '/0/',
        '/0/121',
        '/0/0',
        '/0/-120',
        '/0/120/',
        '/0/120/1',
        '/0.5/120',
        '/-0/120',
        '/x/120',
        '/0/0120',
        '/1e3/120',
      ].flatMap((rest) => [`still/${id}${rest}`, `frame/${id}${rest}`]),
      ...['', '/', '/x', '/-1', '/0/', '/0/0', '/1', '/00'].map((rest) => `waveform/${id}${rest}`),
      ...['source', 'proxy', 'still', 'frame', 'waveform'].flatMap((kind) =>
        ['', '/', '/__proto__', '/constructor/0/120', '/unknown/0/120', `/..%2f${id}`, '/%00'].map((rest) => kind + rest),
      ),
      ...['toString', '__proto__', 'hasOwnProperty', 'viewing', 'close'].map((kind) => `${kind}/${id}`),
      ...[`still/${song}/0/120`, `frame/${song}/0/120`],
    ];
    const before = readdirSync(join(folder, 'pictures', 'viewing')).length;
    for (const path of refused) {
      const { status, headers } = await ask(port, `/assets/${path}`, bearer);
      expect([path, status, headers['content-security-policy']]).toEqual([path, 404, securityHeaders['content-security-policy']]);
    }
    expect(readdirSync(join(folder, 'pictures', 'viewing')).length).toBe(before);
    expect((await ask(port, `/assets/source/${id}`)).status).toBe(401);
    expect((await ask(port, `/assets/proxy/${id}/0`)).status).toBe(401);
  });
});

describe('the cache', () => {
  const make = (bytes: number) => async (path: string) => writeFileSync(path, Buffer.alloc(bytes, 1));
  const never = new AbortController().signal;
  let cache: ReturnType<typeof createDiskCache>;
  const at = () => join(folder, 'cache');
  beforeEach(() => {
    mkdirSync(at(), { recursive: true });
    writeFileSync(join(at(), 'of-a-run-that-is-over'), 'x');
    cache = createDiskCache(at(), 1000);
  });
  afterEach(() => cache.close());

  test('keeps its bound, and what was used last; it begins empty and leaves nothing', async () => {
    expect(readdirSync(at())).toEqual([]);
    for (const name of ['a', 'b', 'c']) await cache.read(name, make(300), never);
    await cache.read('a', () => Promise.reject(new Error('it is there')), never);
    await cache.read('d', make(300), never);
    expect(readdirSync(at()).sort()).toEqual(['a', 'c', 'd']);
    expect(cache.size()).toBe(900);
    expect((await cache.read('large', make(5000), never)).length).toBe(5000);
    await cache.read('e', make(10), never);
    expect(readdirSync(at())).toEqual(['e']);
    cache.close();
    expect(() => readdirSync(at())).toThrow('ENOENT');
  });

  test('makes once for all who ask at once, and stops when the last of them has gone', async () => {
    let made = 0;
    let stopped = 0;
    const work = (path: string, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        made++;
        signal.addEventListener('abort', () => reject(new Error(`stopped ${++stopped}`)));
        finish = () => resolve(make(1)(path));
      });
    let finish = () => {};
    const clients = [1, 2, 3].map(() => new AbortController());
    const [first, second, third] = clients.map(({ signal }) => cache.read('x', work, signal).then(String, String)) as Promise<string>[];
    clients[0]?.abort();
    expect(await first).toMatch('Cancelled');
    expect([made, stopped]).toEqual([1, 0]);
    finish();
    expect([await second, await third]).toEqual(['1', '1']);

    const gone = new AbortController();
    const left = cache.read('y', work, gone.signal).catch(String);
    gone.abort();
    expect(await left).toMatch('Cancelled');
    expect([made, stopped]).toEqual([2, 1]);
    // Who comes right after begins anew.
    const late = cache.read('y', work, never);
    finish();
    expect((await late).length).toBe(1);
    expect(made).toBe(3);
    await cache.read('z', () => Promise.reject(new Error('no')), never).catch(() => {});
    expect(readdirSync(at()).sort()).toEqual(['x', 'y']);
  });
});

describe('whose turn it is', () => {
  /** Workers in this process, which tell what they are at and wait until they are let go on. */
  function open(timeoutMs?: number) {
    const begun: string[] = [];
    const running = new Map<string, () => void>();
    let pid = 0;
    const viewer = createViewer(() => {
      const { port1, port2 } = new MessageChannel();
      let leave = (_exit: { code: number | null; signal: string | null; lastWords: string }) => {};
      const exited = new Promise<Parameters<typeof leave>[0]>((resolve) => (leave = resolve));
      serve(messagePort(port2), {
        parse: (_method, input) => input,
        handle: (_method, input, signal) =>
          new Promise((resolve, reject) => {
            const { out } = input as { out: string };
            begun.push(out);
            running.set(out, () => resolve(null));
            signal.addEventListener('abort', () => reject(new Error('stopped')));
          }),
      });
      const kill = () => {
        port1.close();
        leave({ code: null, signal: 'SIGKILL', lastWords: '' });
      };
      return { pid: ++pid, port: messagePort(port1), kill, exited };
    }, timeoutMs);
    const never = new AbortController().signal;
    const view = (out: string, urgency: Urgency, signal = never) =>
      viewer.view('proxy', { path: '/a.mov', chunk: 0, out }, urgency, signal);
    cleanups.push(viewer.close);
    return { begun, view, end: (out: string) => running.get(out)?.() };
  }

  test('at most two at once, what fills a timeline only one of them, what a person waits for first', async () => {
    const { begun, view, end } = open();
    const all = [view('still 1', 2), view('still 2', 2), view('waveform', 3), view('chunk 1', 1), view('chunk 2', 1), view('frame', 0)];
    await eventually(() => begun.length === 2, 'two have begun');
    expect(begun).toEqual(['still 1', 'chunk 1']);
    end('chunk 1');
    await eventually(() => begun.length === 3, 'the next has begun');
    end('frame');
    await eventually(() => begun.length === 4, 'the next has begun');
    end('still 1');
    end('chunk 2');
    await eventually(() => begun.length === 5, 'the next has begun');
    expect(begun).toEqual(['still 1', 'chunk 1', 'frame', 'chunk 2', 'still 2']);
    end('still 2');
    await eventually(() => begun.length === 6, 'the last has begun');
    end('waveform');
    await Promise.all(all);
  });

  test('who goes away before its turn is not worked for; who goes away later makes room at once; what takes too long is ended', async () => {
    const { begun, view, end } = open(300);
    const [waits, works] = [new AbortController(), new AbortController()];
    const first = view('a', 1, works.signal).catch(String);
    const slow = view('slow', 1).catch(String);
    const second = view('b', 1, waits.signal).catch(String);
    const third = view('c', 1);
    await eventually(() => begun.length === 2, 'both have begun');
    waits.abort();
    works.abort();
    expect([await first, await second]).toEqual([expect.stringMatching('Cancelled'), expect.stringMatching('Cancelled')]);
    await eventually(() => begun.includes('c'), 'the third has begun');
    end('c');
    await third;
    expect(begun).toEqual(['a', 'slow', 'c']);
    expect(await slow).toMatch('could not be shown in time');
  });
});

const path = await chromiumPath();
describe.skipIf(!path)('in a real browser', () => {
  test('the proxy plays through MediaSource across its chunks, and a source that the browser knows plays and seeks by itself', async () => {
    const id = await clipJob('plays.mkv', () => ({ muxer: 'matroska', streams: [testPicture(10), tone(10)] }));
    const own = await clipJob('own.webm', () => ({
      muxer: 'webm',
      streams: [
        { source: testPicture(10).source, encoder: 'libvpx', options: { deadline: 'realtime', 'cpu-used': '8', g: '30' } },
        { source: tone(10).source, encoder: 'libopus', sampleFormat: 'flt' },
      ],
    }));
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('console', (message) => message.type() === 'error' && !message.text().includes('favicon') && problems.push(message.text()));
      await page.goto(`http://127.0.0.1:${port}/?token=${token}`);
      const played = await page.evaluate(async (id) => {
        const info = (await (await fetch(`/assets/proxy/${id}/info`)).json()) as ProxyInfo;
        const video = document.body.appendChild(document.createElement('video'));
        video.muted = true;
        const source = new MediaSource();
        video.src = URL.createObjectURL(source);
        await new Promise((resolve) => source.addEventListener('sourceopen', resolve, { once: true }));
        source.duration = info.duration ?? Infinity;
        const buffer = source.addSourceBuffer(info.mime);
        for (const number of [1, 0, 2]) {
          const bytes = await (await fetch(`/assets/proxy/${id}/${number}`)).arrayBuffer();
          buffer.timestampOffset = number * info.chunkSeconds;
          const added = new Promise((resolve) => buffer.addEventListener('updateend', resolve, { once: true }));
          buffer.appendBuffer(bytes);
          await added;
        }
        source.endOfStream();
        const ranges = Array.from({ length: buffer.buffered.length }, (_, index) => [
          buffer.buffered.start(index),
          buffer.buffered.end(index),
        ]);
        video.currentTime = 2.5;
        video.playbackRate = 2;
        await video.play();
        await new Promise((resolve, reject) => {
          video.addEventListener('timeupdate', () => video.currentTime > 8.5 && resolve(null));
          video.addEventListener('error', () => reject(new Error(video.error?.message)));
        });
        return { ranges, width: video.videoWidth, height: video.videoHeight, readyState: video.readyState, duration: video.duration };
      }, id);
      expect(played).toMatchObject({ width: 320, height: 240 });
      expect(played.ranges.length).toBe(1);
      expect(played.ranges[0]?.[0]).toBe(0);
      expect(Math.abs((played.ranges[0]?.[1] ?? 0) - 10)).toBeLessThan(0.1);
      expect(played.readyState).toBeGreaterThanOrEqual(2);

      const sought = await page.evaluate(async (id) => {
        const video = document.body.appendChild(document.createElement('video'));
        video.muted = true;
        video.src = `/assets/source/${id}`;
        await new Promise((resolve, reject) => {
          video.addEventListener('loadedmetadata', resolve, { once: true });
          video.addEventListener('error', () => reject(new Error(video.error?.message)));
        });
        video.currentTime = 8;
        await new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
        return { at: video.currentTime, width: video.videoWidth, readyState: video.readyState };
      }, own);
      expect(sought).toMatchObject({ at: 8, width: 320 });
      expect(sought.readyState).toBeGreaterThanOrEqual(2);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
