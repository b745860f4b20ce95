/**
 * The one encode of a broadcast. It runs beside the event loop, takes keyframes and other rates on demand, and when an encoder
 * fails the next of the plan takes over within the same stream.
 */
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PKT_DATA_NEW_EXTRADATA,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  type AVPixelFormat,
  type FFEncoderCodec,
} from 'node-av/constants';
import { avGetPixFmtFromName, Codec, CodecContext, type Frame, Packet, Rational } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { LiveVideo } from '../../contract/live-plan.ts';
import { AGAIN, check, END } from '../av-error.ts';
import { createDevicePictures, type DevicePictures, openDevice, takesOnlyDevicePictures } from '../devices.ts';
import { createChain, type FilterChain } from '../filter-chain.ts';
import { openContext } from '../open-context.ts';
import { pictureShape } from '../video-filters.ts';
import { adapts, liveOptions } from './encoder-settings.ts';

export interface LiveVideoEncoder {
  /** Of the encoder at work, e.g. `libx264`. */
  name(): string;
  context(): CodecContext;
  /** Takes a picture, which stays the caller's, for the frame `n`; false when it is still busy with those before. */
  encode(picture: Frame, n: number, key: boolean): boolean;
  /** Whether another rate can be asked for. */
  adapts(): boolean;
  setRate(kbps: number): void;
  /** Hands on what is still inside, and ends. */
  close(): Promise<void>;
}

export interface EncoderListener {
  /** Times in frames. The packet is only valid during the call. */
  packet(packet: Packet): void;
  /** An encoder failed: `words` say which, why, and what goes on. */
  changed(words: string): void;
  /** None is left. */
  failed(error: StudioError): void;
}

type Rung = LiveVideo['encoders'][number];

interface Open {
  rung: Rung;
  context: CodecContext;
  pictures: DevicePictures | null;
  /** Brings pictures to its pixel format, where they have another: an encoder that takes over may want that. */
  convert: FilterChain;
}

/** Pictures that may wait for the encoder, seconds of them: the machine may be busy for a moment. Beyond that it is too slow, and they are dropped. */
const mostWaiting = 1;
/** An encoder that sits on one picture for so long has hung, ms. */
const hungMs = 4000;

function open(plan: LiveVideo, rung: Rung, kbps: number): Open {
  const codec = Codec.findEncoderByName(rung.encoder as FFEncoderCodec);
  if (!codec) throw new StudioError('encoder-failed', `This build has no encoder ${rung.encoder}.`);
  const { device } = rung;
  const onDevice = device && takesOnlyDevicePictures(device.backend);
  const pictures = onDevice ? createDevicePictures(device, rung.pixelFormat, plan.width, plan.height) : null;
  const context = new CodecContext();
  context.allocContext3(codec);
  try {
    context.width = plan.width;
    context.height = plan.height;
    context.pixelFormat = pictures ? pictures.context.format : avGetPixFmtFromName(rung.pixelFormat);
    if (pictures) context.hwFramesCtx = pictures.context;
    else if (device) context.hwDeviceCtx = openDevice(device);
    context.sampleAspectRatio = new Rational(1, 1);
    context.timeBase = new Rational(plan.fps.den, plan.fps.num);
    context.framerate = new Rational(plan.fps.num, plan.fps.den);
    context.gopSize = plan.gop;
    context.colorPrimaries = AVCOL_PRI_BT709;
    context.colorTrc = AVCOL_TRC_BT709;
    context.colorSpace = AVCOL_SPC_BT709;
    context.colorRange = AVCOL_RANGE_MPEG;
    rate(context, kbps);
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    for (const [key, value] of Object.entries(liveOptions(rung.encoder, rung.options, plan.gop))) {
      if (context.setOption(key, value) < 0)
        throw new StudioError('encoder-failed', `The encoder ${rung.encoder} does not take ${key}=${value}.`);
    }
    check(openContext(context, codec), 'encode', rung.encoder);
  } catch (error) {
    context.freeContext();
    pictures?.close();
    throw error;
  }
  const timeBase = { num: plan.fps.den, den: plan.fps.num };
  const wanted = avGetPixFmtFromName(rung.pixelFormat);
  const convert = createChain(
    rung.encoder,
    (frame) => pictureShape(frame, timeBase, plan.fps),
    (frame) => ((frame.format as AVPixelFormat) === wanted ? null : `format=${rung.pixelFormat}`),
  );
  return { rung, context, pictures, convert };
}

function shut({ context, pictures, convert }: Open): void {
  context.freeContext();
  pictures?.close();
  convert.close();
}

/** Constant, with a buffer of one second. */
function rate(context: CodecContext, kbps: number): void {
  context.bitRate = BigInt(kbps * 1000);
  context.rcMaxRate = BigInt(kbps * 1000);
  context.rcBufferSize = kbps * 1000;
}

/** Throws encoder-failed when no encoder of the plan opens. */
export function createLiveVideoEncoder(plan: LiveVideo, listener: EncoderListener): LiveVideoEncoder {
  const left = [...plan.encoders];
  let kbps = plan.kbps;
  let current = openNext();
  let announceNew = false;
  let changedOnce = false;
  let lastDts = -(2n ** 62n);
  const limit = Math.ceil((mostWaiting * plan.fps.num) / plan.fps.den);
  let closing = false;
  let dead = false;
  const waiting: { frame: Frame; n: number; key: boolean }[] = [];
  let working: Promise<void> | null = null;
  const packet = new Packet();
  packet.alloc();

  function openNext(): Open {
    for (;;) {
      const rung = left.shift();
      if (!rung) throw new StudioError('encoder-failed', 'No encoder works any more.');
      try {
        return open(plan, rung, kbps);
      } catch (error) {
        if (left.length === 0) throw error;
        listener.changed(`${rung.encoder} does not start; ${left[0]?.encoder} takes its place.`);
      }
    }
  }

  function deliver({ context, rung }: Open): void {
    if (packet.dts <= lastDts) packet.dts = lastDts + 1n;
    if (packet.pts < packet.dts) packet.pts = packet.dts;
    lastDts = packet.dts;
    const parameters = context.extraData;
    if (changedOnce && packet.isKeyframe && parameters) {
      // What was connected before has the first encoder's parameters in its header: the new ones go with every keyframe.
      if (/264|265|hevc/.test(rung.encoder)) prefix(packet, parameters);
      if (announceNew) packet.addSideData(AV_PKT_DATA_NEW_EXTRADATA, parameters);
      announceNew = false;
    }
    listener.packet(packet);
  }

  /** Encodes one picture, or with null all that is left. */
  async function run(open: Open, frame: Frame | null): Promise<void> {
    check(await inTime(open.context.sendFrame(frame), open.rung), 'encode', open.rung.encoder);
    for (;;) {
      const result = await inTime(open.context.receivePacket(packet), open.rung);
      if (result === AGAIN || result === END) return;
      check(result, 'encode', open.rung.encoder);
      deliver(open);
      packet.unref();
    }
  }

  async function work(): Promise<void> {
    for (let job = waiting[0]; job; job = waiting[0]) {
      try {
        const converted = inFormat(current, job.frame);
        const frame = current.pictures ? current.pictures.upload(converted) : converted;
        frame.pts = BigInt(job.n);
        frame.duration = 1n;
        frame.pictType = job.key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
        if (current.context.bitRate !== BigInt(kbps * 1000)) rate(current.context, kbps);
        await run(current, frame);
        if (converted !== job.frame) converted.free();
      } catch (error) {
        if (!takeNext(error)) return;
        job.key = true;
        continue; // the same picture again
      }
      waiting.shift();
      job.frame.free();
    }
  }

  /** Replaces a failed encoder; false when there is none left. */
  function takeNext(error: unknown): boolean {
    const failed = current;
    const detail = error instanceof StudioError ? error : new StudioError('encoder-failed', String(error));
    try {
      current = openNext();
    } catch {
      dead = true;
      for (const { frame } of waiting.splice(0)) frame.free();
      listener.failed(detail);
      return false;
    }
    announceNew = true;
    changedOnce = true;
    listener.changed(`${failed.rung.encoder} failed; ${current.rung.encoder} has taken over in the same stream.`);
    // One that hangs is still in use by its thread: better a leak than a crash.
    if (detail.code !== 'timed-out') shut(failed);
    return true;
  }

  return {
    name: () => current.rung.encoder,
    context: () => current.context,
    encode(picture, n, key) {
      if (closing || dead || waiting.length >= limit) return false;
      const frame = picture.clone();
      if (!frame) return false;
      waiting.push({ frame, n, key });
      working ??= work().finally(() => {
        working = null;
      });
      return true;
    },
    adapts: () => adapts(current.rung.encoder),
    setRate(next) {
      kbps = next;
    },
    async close() {
      closing = true;
      await working;
      let hung = false;
      if (!dead) {
        await run(current, null).catch((error) => {
          hung = error instanceof StudioError && error.code === 'timed-out';
        });
      }
      if (hung) return;
      packet.free();
      shut(current);
    },
  };
}

function prefix(packet: Packet, bytes: Buffer): void {
  const { pts, dts, duration, flags, data } = packet;
  if (!data) return;
  // New data makes a new packet of it.
  packet.data = Buffer.concat([bytes, data]);
  Object.assign(packet, { pts, dts, duration, flags });
}

/** The frame itself, or a converted copy to be freed. */
function inFormat({ convert }: Open, frame: Frame): Frame {
  let converted: Frame | null = null;
  frame.pts = 0n;
  convert.process(frame, (out) => {
    converted = out === frame ? frame : out.clone();
  });
  return converted ?? frame;
}

async function inTime(call: Promise<number>, { encoder }: Rung): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StudioError('timed-out', `The encoder ${encoder} hangs.`)), hungMs);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
