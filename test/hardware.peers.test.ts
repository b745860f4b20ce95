/** A real device whose driver nobody here wrote: Mesa's lavapipe, which is Vulkan on the processor (Debian: mesa-vulkan-drivers). */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET, AV_PIX_FMT_VULKAN, AVCOL_RANGE_JPEG } from 'node-av/constants';
import { Filter, type FilterContext, FilterGraph, FilterInOut, Frame, Log, Packet } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Device, deviceId } from '../native/contract/hardware.ts';
import { type Plan, untouched, type VideoEncode } from '../native/contract/plan.ts';
import { createControl } from '../native/engine/control.ts';
import { createDecoder } from '../native/engine/decoder.ts';
import { tryDevice } from '../native/engine/device-trial.ts';
import { createDevicePictures, inMemory, openDevice, poolOf } from '../native/engine/devices.ts';
import { encode } from '../native/engine/encode.ts';
import { openInput } from '../native/engine/input.ts';
import { createPreview } from '../native/engine/preview.ts';
import { probe } from '../native/engine/probe.ts';
import { createVideoChain } from '../native/engine/video-filters.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { deviceEncoders } from '../native/studio/device-encoders.ts';
import { emptyReport } from '../native/studio/device-trials.ts';
import { fingerprint } from '../native/studio/devices.ts';
import { softwareVideoEncoders } from '../native/studio/encoders.ts';
import { makePlan } from '../native/studio/plan.ts';
import { findPreset } from '../native/studio/preset.ts';
import { createStudio } from '../native/studio/studio.ts';
import { shortClip } from './fixtures/sources.ts';
import { untilState } from './fixtures/wait.ts';

const vulkan: Device = { backend: 'vulkan', path: null };

const drivers = '/usr/share/vulkan/icd.d';

/** Chooses lavapipe, here and in workers, even where there is a better driver. Returns why there is none, or null. */
function chooseLavapipe(): string | null {
  const driver = existsSync(drivers) && readdirSync(drivers).find((name) => name.startsWith('lvp_icd'));
  if (!driver) return `no lavapipe in ${drivers}`;
  process.env['VK_DRIVER_FILES'] = join(drivers, driver);
  process.env['SVT_LOG'] = '1'; // as workers have it
  Log.setLevel(AV_LOG_QUIET);
  try {
    openDevice(vulkan);
    return null;
  } catch (thrown) {
    return String(thrown);
  }
}
const reason = chooseLavapipe();

let folder: string;
let short: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-vulkan-'));
  short = shortClip(join(folder, 'short.mp4'));
  Log.setLevel(AV_LOG_QUIET);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const timeBase = { num: 1, den: 30 };

/** Pictures of a moving test card, one after the other; the frame is only valid until the next. */
function testCard(size: { width: number; height: number }, pixelFormat: string) {
  const graph = new FilterGraph();
  graph.alloc();
  const sink = graph.createFilter(Filter.getByName('buffersink') as Filter, 'out') as FilterContext;
  const end = new FilterInOut();
  end.alloc();
  end.name = 'out';
  end.filterCtx = sink;
  end.padIdx = 0;
  graph.parsePtr(`testsrc2=s=${size.width}x${size.height}:r=30,format=${pixelFormat}`, end, null);
  graph.configSync();
  const frame = new Frame();
  frame.alloc();
  return {
    next() {
      frame.unref();
      expect(sink.buffersinkGetFrameSync(frame)).toBeGreaterThanOrEqual(0);
      return frame;
    },
    close() {
      frame.free();
      graph.free();
    },
  };
}

/** Peak signal-to-noise ratio in dB over the bytes of two pictures; Infinity where they are the same. */
function psnr(one: Buffer, two: Buffer): number {
  expect(one.length).toBe(two.length);
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += ((one[index] ?? 0) - (two[index] ?? 0)) ** 2;
  return sum === 0 ? Infinity : 10 * Math.log10((255 * 255 * one.length) / sum);
}

/** A plan for pictures on the device, before anything is asked of them. */
function planFor(size: { width: number; height: number }, pixelFormat: string, more: Partial<VideoEncode> = {}): VideoEncode {
  return {
    ...{ action: 'encode', kind: 'video', input: 0, tags: {}, disposition: [], codecTag: null, encoder: 'h264_vulkan', options: {} },
    ...{ pixelFormat, device: vulkan, decodeOnDevice: true, ...size, sar: { num: 1, den: 1 }, frameRate: { num: 30, den: 1 } },
    ...{ ...untouched, timing: 'source', mastering: null, contentLight: null },
    color: { primaries: 1, transfer: 1, matrix: 1, range: 'tv' },
    ...more,
  };
}

/** What comes out of a plan's filters for one picture. */
function filtered(plan: VideoEncode, frame: Frame): Buffer {
  const chain = createVideoChain(plan, timeBase, 'test');
  const out: Buffer[] = [];
  const take = (picture: Frame) => {
    expect([picture.width, picture.height, poolOf(picture)]).toEqual([plan.width, plan.height, null]);
    out.push(picture.toBuffer());
  };
  frame.pts = 0n;
  frame.duration = 1n;
  chain.process(frame, take);
  chain.process(null, take);
  chain.close();
  expect(out).toHaveLength(1);
  return out[0] ?? Buffer.alloc(0);
}

const whole = { width: 640, height: 360 };
const half = { width: 320, height: 180 };

describe.skipIf(reason !== null)(`Vulkan on the processor (lavapipe${reason ? `, not here: ${reason}` : ''})`, () => {
  test.each(['nv12', 'p010le', 'yuv420p'])('%s goes up to the device and comes down as it was', (format) => {
    const card = testCard(whole, format);
    const pictures = createDevicePictures(vulkan, format, whole.width, whole.height);
    for (let number = 0; number < 10; number++) {
      const frame = card.next();
      frame.pts = BigInt(number);
      const up = pictures.upload(frame);
      expect([up.format, up.pts]).toEqual([AV_PIX_FMT_VULKAN, BigInt(number)]);
      const down = inMemory(up);
      expect(psnr(frame.toBuffer(), down.frame.toBuffer())).toBeGreaterThan(60);
      down.done();
    }
    pictures.close();
    card.close();
  });

  test.each<[string, Partial<VideoEncode>]>([
    ['nothing', {}],
    ['half the size', half],
    ['a turn', { width: 360, height: 640, rotation: 90 }],
    ['a mirror and half a turn', { flip: true, rotation: 180 }],
    ['8 bits', { pixelFormat: 'nv12' }],
    ['another rate', { timing: 'constant' }],
  ])('asked for %s, pictures come down and are what the same filters make of pictures in memory', (_what, asked) => {
    const format = asked.pixelFormat ? 'p010le' : 'nv12';
    const card = testCard(whole, format);
    const frame = card.next();
    const pictures = createDevicePictures(vulkan, format, whole.width, whole.height);
    const plan = planFor(whole, format, asked);
    const inSoftware = filtered({ ...plan, device: null, decodeOnDevice: false }, frame);
    expect(psnr(filtered(plan, pictures.upload(frame)), inSoftware)).toBeGreaterThan(60);
    pictures.close();
    card.close();
  });

  test('pictures of full range come down to be made television’s, whatever the device could do else', () => {
    // NVIDIA's filters would leave these pictures as they are: same size, same format.
    const card = testCard(whole, 'nv12');
    const frame = card.next();
    frame.colorRange = AVCOL_RANGE_JPEG;
    const pictures = createDevicePictures(vulkan, 'nv12', whole.width, whole.height);
    const plan = planFor(whole, 'nv12', { device: { backend: 'nvenc', path: null } });
    const inSoftware = filtered({ ...plan, device: null, decodeOnDevice: false }, frame);
    expect(psnr(inSoftware, frame.toBuffer())).toBeLessThan(40);
    expect(psnr(filtered(plan, pictures.upload(frame)), inSoftware)).toBeGreaterThan(60);
    pictures.close();
    card.close();
  });

  test('a film that changes its size midway: each picture is taken for what it is, though one frame carries them all', () => {
    // As a decoder does it: the frame is used again, and the pool of the pictures before is gone.
    const frame = new Frame();
    frame.alloc();
    const chain = createVideoChain(planFor(half, 'nv12'), timeBase, 'test');
    let out = 0;
    const take = (picture: Frame) => {
      expect([picture.width, picture.height]).toEqual([half.width, half.height]);
      out++;
    };
    for (const size of [whole, half, whole, { width: 128, height: 96 }]) {
      const card = testCard(size, 'nv12');
      const pictures = createDevicePictures(vulkan, 'nv12', size.width, size.height);
      for (let number = 0; number < 3; number++) {
        frame.ref(pictures.upload(card.next()));
        frame.pts = BigInt(out);
        expect(poolOf(frame)?.width).toBe(size.width);
        chain.process(frame, take);
        frame.unref();
      }
      pictures.close();
      card.close();
    }
    chain.process(null, take);
    chain.close();
    frame.free();
    expect(out).toBe(12);
  });

  test('what it cannot decode comes in memory, with every picture', () => {
    const input = openInput(short);
    const film = input.streams.findIndex((stream) => stream.codecpar.codecType === 0);
    const decoder = createDecoder(input, film, 0, vulkan);
    let pictures = 0;
    const count = (frame: Frame) => {
      expect(poolOf(frame)).toBeNull();
      pictures++;
    };
    const packet = new Packet();
    packet.alloc();
    while (input.read(packet)) {
      if (packet.streamIndex === film) decoder.decode(packet, count);
      packet.unref();
    }
    decoder.decode(null, count);
    packet.free();
    decoder.close();
    input.close();
    expect([pictures, decoder.damaged()]).toEqual([30, 0]);
  });

  test('the preview is a picture of what lies on the device', () => {
    const card = testCard(whole, 'nv12');
    const frame = card.next();
    const pictures = createDevicePictures(vulkan, 'nv12', whole.width, whole.height);
    const [onDevice, memory] = [pictures.upload(frame), frame].map((picture, index) => {
      const path = join(folder, `preview-${index}.jpg`);
      const preview = createPreview(path);
      preview.watch(planFor(whole, 'nv12'), 'test')(picture);
      expect(preview.count()).toBe(1);
      return readFileSync(path);
    });
    expect(onDevice?.subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(onDevice?.equals(memory as Buffer)).toBe(true);
    pictures.close();
    card.close();
  });

  const cases = (['h264', 'hevc', 'av1'] as const).flatMap((codec) => ([8, 10] as const).map((bitDepth) => [codec, bitDepth] as const));
  test.each(cases.filter(([codec, bitDepth]) => codec !== 'h264' || bitDepth === 8))(
    '%s in %i bits is neither encoded nor decoded, and both say so in words without a crash',
    async (codec, bitDepth) => {
      const encoder = deviceEncoders.find((row) => row.backend === 'vulkan' && row.codec === codec);
      const maker = softwareVideoEncoders.find((row) => row.codec === codec);
      if (!encoder || !maker) throw new Error('no such row');
      const options = {
        encode: { ...encoder.quality(28) },
        decode: { ...maker.always, ...maker.speed('ultrafast'), ...maker.quality(28) },
      };
      for (const what of ['encode', 'decode'] as const) {
        const name = what === 'encode' ? encoder.name : maker.name;
        const result = await tryDevice({ device: vulkan, what, codec, bitDepth, encoder: name, options: options[what] });
        expect(result).toEqual({
          refusal: {
            cause: 'not-supported',
            text: 'This device does not have it.',
            detail: expect.stringContaining(`VK_KHR_video_${what}`),
          },
          ofDevice: false,
        });
      }
    },
  );

  test('an export with it fails at the encoder, with Vulkan’s words for the fallback and without a file', async () => {
    const partial = join(folder, 'partial.mp4');
    const row = deviceEncoders.find(({ name }) => name === 'h264_vulkan');
    if (!row) throw new Error('no such row');
    const choose = () => ({ row, device: vulkan, decodeOnDevice: true, why: '' });
    const plan: Plan = makePlan({ media: probe(short), settings: findPreset('very-fast-720p30'), choose });
    await expect(encode({ plan, partial, threads: 0 }, createControl(new AbortController().signal), () => {})).rejects.toMatchObject({
      code: 'encoder-failed',
      detail: expect.stringContaining('VK_KHR_video_encode_queue'),
    });
    expect(existsSync(partial)).toBe(false);
  });

  test('a studio that believed in it ends the job on the processor, and believes in it no more', async () => {
    const hardware = join(folder, 'hardware.json');
    const works = { codec: 'h264', bitDepth: 8, fps: 100, refusal: null };
    const reports = [{ ...emptyReport(vulkan), encoders: [works], decoders: [works], tried: 1 }];
    writeFileSync(hardware, JSON.stringify({ fingerprint: fingerprint(''), reports }));
    const studio = createStudio({ spawn: childWorkers(), storage: ':memory:', hardware });
    await studio.call('startQueue', {});
    const { ids } = await studio.call('addJobs', { sources: [short], preset: 'very-fast-720p30', output: { folder: join(folder, 'out') } });
    const now = () => studio.state.get('statuses', ids[0] ?? '');
    await untilState(studio, () => now()?.phase === 'done' || now()?.phase === 'failed', 'it has ended');
    expect(now()).toMatchObject({
      phase: 'done',
      warnings: ['Vulkan did not do it (This device does not have it), so the processor did.'],
      proof: { streams: [{ codec: 'h264' }, { codec: 'aac' }] },
    });
    const report = () => studio.state.get('hardware', deviceId(vulkan));
    await untilState(studio, () => report()?.tried !== 1, 'it has been tried');
    expect(report()?.encoders.map(({ fps }) => fps)).not.toContain(100);
    await studio.close();
  });
});
