/** Finds out what a device can do by doing it: a few real pictures at 1080p, encoded and read back, or decoded. */
import { accessSync, constants, existsSync } from 'node:fs';
import { AV_LOG_VERBOSE, type FFEncoderCodec } from 'node-av/constants';
import {
  Codec,
  CodecParameters,
  Filter,
  type FilterContext,
  FilterGraph,
  FilterInOut,
  type Frame,
  Frame as LibFrame,
  type Packet,
} from 'node-av/lib';
import { refusalOf, understand } from '../contract/device-refusals.ts';
import { StudioError } from '../contract/errors.ts';
import type { Backend, Device, Refusal } from '../contract/hardware.ts';
import { untouched, type VideoEncode } from '../contract/plan.ts';
import type { TrialResult, WorkerCommands } from '../contract/worker-contract.ts';
import { check, END, lastWords, listenToLog } from './av-error.ts';
import { type Coded, openDecoder } from './decoder.ts';
import { createDevicePictures, openDevice, poolOf, takesOnlyDevicePictures } from './devices.ts';
import { createVideoEncoder } from './encoder.ts';

type Order = WorkerCommands['tryDevice'];

/** Pictures that are encoded: a second of film, so that a lookahead is filled and a rate can be told. */
const pictures = 30;
const size = { width: 1920, height: 1080 };

export async function tryDevice(order: Order): Promise<TrialResult> {
  const { device } = order;
  const missing = beforeOpening(device);
  if (missing) return { refusal: missing, ofDevice: true };
  if (!Codec.findEncoderByName(order.encoder as FFEncoderCodec))
    return { refusal: refusalOf('not-in-build', device, order.encoder), ofDevice: false };
  // Why there is no device, FFmpeg does not call an error: it goes on looking.
  listenToLog(AV_LOG_VERBOSE);
  let opened = false;
  try {
    openDevice(device);
    opened = true;
    await lastWords(); // so that nothing of all that comes later
    listenToLog();
    return { fps: order.what === 'encode' ? tryEncoding(order) : tryDecoding(order) };
  } catch (thrown) {
    const { message, detail = '' } = thrown instanceof StudioError ? thrown : new StudioError('internal', String(thrown));
    const said = [...(await lastWords()), detail, message].filter(Boolean).join('\n');
    return { refusal: understand(device, said), ofDevice: !opened };
  }
}

/** Backends that see a card through the kernel's render nodes alone. */
const throughRenderNodes: Backend[] = ['vaapi', 'qsv'];

/** What the file system knows already, in better words than a driver's. */
function beforeOpening(device: Device): Refusal | null {
  const { backend, path } = device;
  if (process.platform !== 'linux') return null;
  if (path === null && throughRenderNodes.includes(backend) && !existsSync('/dev/dri'))
    return refusalOf('no-device', device, '/dev/dri is not there.');
  if (!path?.startsWith('/')) return null;
  if (!existsSync(path)) return refusalOf('no-device', device, `${path} is not there.`);
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return null;
  } catch (error) {
    return refusalOf('no-permission', device, String(error));
  }
}

function planOf({ encoder, options, bitDepth, what, device }: Order): VideoEncode {
  const format = what === 'encode' ? { 8: 'nv12', 10: 'p010le' } : { 8: 'yuv420p', 10: 'yuv420p10le' };
  return {
    ...{ action: 'encode', kind: 'video', input: 0, tags: {}, disposition: [], codecTag: null, encoder, options, ...size },
    ...{ pixelFormat: format[bitDepth], device: what === 'encode' ? device : null, decodeOnDevice: false },
    ...{ sar: { num: 1, den: 1 }, frameRate: { num: 30, den: 1 }, timing: 'source', ...untouched },
    ...{ mastering: null, contentLight: null },
    color: { primaries: 1, transfer: 1, matrix: 1, range: 'tv' },
  };
}

/** Encodes the test picture `count` times; hands on every packet and returns pictures a second. */
function encodePictures(plan: VideoEncode, count: number, onPacket: (packet: Packet, coded: Coded) => void): number {
  const timeBase = { num: 1, den: 30 };
  const { device } = plan;
  const pool =
    device && takesOnlyDevicePictures(device.backend) ? createDevicePictures(device, plan.pixelFormat, plan.width, plan.height) : null;
  try {
    const encoder = createVideoEncoder(plan, timeBase, {}, 0, pool);
    const source = testPicture(plan);
    const parameters = new CodecParameters();
    parameters.alloc();
    check(parameters.fromContext(encoder.context), 'encode', plan.encoder);
    try {
      const take = (packet: Packet) => onPacket(packet, { parameters, timeBase, name: plan.encoder });
      const begun = performance.now();
      for (let number = 0; number < count; number++) {
        source.next((frame) => {
          frame.pts = BigInt(number);
          frame.duration = 1n;
          encoder.encode(pool ? pool.upload(frame) : frame, take);
        });
      }
      for (const _packet of encoder.flush(take));
      return count / ((performance.now() - begun) / 1000);
    } finally {
      source.close();
      encoder.close();
    }
  } finally {
    pool?.close();
  }
}

/** Encodes on the device and decodes what came of it in software: an encoder that writes rubbish does not work. */
function tryEncoding(order: Order): number {
  let readBack = 0;
  let decoder: ReturnType<typeof openDecoder> | undefined;
  try {
    const count = () => readBack++;
    const fps = encodePictures(planOf(order), pictures, (packet, coded) => {
      decoder ??= openDecoder(coded, 0, null);
      decoder?.decode(packet, count);
    });
    decoder?.decode(null, count);
    if (readBack === 0) throw new StudioError('device-failed', 'What it encoded could not be decoded.');
    return fps;
  } finally {
    decoder?.close();
  }
}

/** One picture first: software encoders take seconds for more of them, and most devices that cannot decode show it at once. */
function tryDecoding(order: Order): number {
  decodePictures(order, 1);
  return decodePictures(order, pictures);
}

/** Encodes in software, then decodes on the device; pictures that come back in memory were not decoded there. */
function decodePictures(order: Order, count: number): number {
  const packets: Packet[] = [];
  let coded: Coded | undefined;
  encodePictures(planOf(order), count, (packet, from) => {
    const kept = packet.clone();
    if (kept) packets.push(kept);
    coded = from;
  });
  const decoder = coded && openDecoder(coded, 0, order.device);
  if (!decoder) throw new StudioError('device-failed', 'There is no decoder.');
  let onDevice = 0;
  const look = (frame: Frame) => {
    if (poolOf(frame)) onDevice++;
  };
  try {
    const begun = performance.now();
    for (const packet of packets) decoder.decode(packet, look);
    decoder.decode(null, look);
    if (onDevice === 0) throw new StudioError('device-failed', 'The codec is not supported by this device.');
    return onDevice / ((performance.now() - begun) / 1000);
  } finally {
    for (const packet of packets) packet.free();
    decoder.close();
  }
}

/** FFmpeg's moving test picture, frame by frame. */
function testPicture({ pixelFormat, width, height }: VideoEncode) {
  const graph = new FilterGraph();
  graph.alloc();
  const sink = graph.createFilter(Filter.getByName('buffersink') as Filter, 'out') as FilterContext;
  const end = new FilterInOut();
  end.alloc();
  end.name = 'out';
  end.filterCtx = sink;
  end.padIdx = 0;
  check(graph.parsePtr(`testsrc2=s=${width}x${height}:r=30,format=${pixelFormat}`, end, null), 'filter', 'the test picture');
  check(graph.configSync(), 'filter', 'the test picture');
  const frame = new LibFrame();
  frame.alloc();
  return {
    next(onFrame: (frame: Frame) => void) {
      const result = sink.buffersinkGetFrameSync(frame);
      if (result === END) return;
      check(result, 'filter', 'the test picture');
      onFrame(frame);
      frame.unref();
    },
    close() {
      frame.free();
      graph.free();
    },
  };
}
