/** One leg per output stream: from a source's packets or frames to packets in the output. */
import {
  AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
  AV_FRAME_DATA_DISPLAYMATRIX,
  AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
  AV_NOPTS_VALUE,
  AV_PICTURE_TYPE_NONE,
  AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
  AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
} from 'node-av/constants';
import { avRescaleQ, type Frame, type Packet, type Stream } from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';
import type { MasteringDisplay, Rational } from '../contract/media.ts';
import type { AudioEncode, StreamCopy, VideoEncode } from '../contract/plan.ts';
import type { Clock } from './clock.ts';
import { createAudioEncoder, createVideoEncoder } from './encoder.ts';
import { createAudioChain, createVideoChain } from './filters.ts';
import { type Extent, type Output, type OutputStream, outputStream } from './output.ts';

/** What every leg is given. */
export interface LegContext {
  source: Stream;
  /** The source's name, for errors. */
  name: string;
  output: Output;
  /** Source time that becomes 0, seconds. */
  origin: number;
  clock: Clock;
  /** Seconds already done in earlier passes. */
  clockOffset: number;
  threads: number;
  /** The container can say that an encoder's first samples are not to be heard; without, they are cut from the sound itself. */
  editLists: boolean;
}

export interface Leg {
  kind: 'video' | 'audio' | 'subtitle' | 'attachment';
  /** Legs that decode take frames, copying ones take packets. */
  onFrame?(frame: Frame): void;
  onPacket?(packet: Packet): void;
  /** Called once after the header is written. */
  ready(): void;
  /** The source has ended: gives out what is left, packet by packet, so that the caller can look up between them. */
  finish(): Iterable<void>;
  written(): Extent;
  close(): void;
}

const toTicks = (seconds: number, base: Rational) => BigInt(Math.round((seconds * base.den) / base.num));
const toSeconds = (ticks: bigint, base: Rational) => (Number(ticks) * base.num) / base.den;

/** Clocks coarser than this (Matroska's and FLV's milliseconds) only round an even frame rate. */
const coarseClock = 1000;
/** Ticks of the grid per frame: fine enough to keep a stream's own delay, coarse enough to undo millisecond rounding. */
const gridTicks = 4;

/** The time base a video leg works in. */
function videoTimeBase(plan: VideoEncode, source: Stream): Rational {
  const { num, den } = source.timeBase;
  const rate = plan.frameRate;
  if (plan.timing === 'constant' && rate) return { num: rate.den, den: rate.num };
  if (plan.timing === 'even' && rate && den / num <= coarseClock) return { num: rate.den, den: rate.num * gridTicks };
  // MPEG's clock where the source's own is too fine for containers and encoders to count in.
  return den / num > 1_000_000 ? { num: 1, den: 90_000 } : { num, den };
}

/** `passOptions` are the encoder's words for one of two passes. */
export function createVideoLeg(plan: VideoEncode, context: LegContext, passOptions: Record<string, string>): Leg {
  const { source, output, clock } = context;
  const sourceBase = source.timeBase;
  const origin = toTicks(context.origin, sourceBase);
  const timeBase = videoTimeBase(plan, source);
  // Filters see the source's own times when they make the rate constant; otherwise times are already the encoder's.
  const chainBase = plan.timing === 'constant' ? sourceBase : timeBase;
  const interval = plan.frameRate ? plan.frameRate.den / plan.frameRate.num : 1 / 25;
  const encoder = createVideoEncoder(plan, timeBase, passOptions, context.threads);
  const chain = createVideoChain(plan, chainBase, context.name);
  const stream = output.addStream(plan);
  stream.codecpar.fromContext(encoder.context);
  stream.timeBase = encoder.context.timeBase;
  if (plan.frameRate) stream.avgFrameRate = encoder.context.framerate;
  if (plan.mastering) stream.codecpar.addCodedSideData(AV_PKT_DATA_MASTERING_DISPLAY_METADATA, masteringData(plan.mastering));
  if (plan.contentLight) stream.codecpar.addCodedSideData(AV_PKT_DATA_CONTENT_LIGHT_LEVEL, contentLightData(plan.contentLight));
  let target: OutputStream;
  let nextIn = 0n;
  let lastOut = -(2n ** 62n);
  let due: number | null = null;

  const write = (packet: Packet) => output.write(packet, target);

  function encode(frame: Frame): void {
    // Never two frames at one time, never backwards: encoders refuse both.
    const pts = frame.pts > lastOut ? frame.pts : lastOut + 1n;
    lastOut = pts;
    frame.pts = pts;
    // The source's picture types and its HDR data are the source's matter.
    frame.pictType = AV_PICTURE_TYPE_NONE;
    if (plan.toneMap) {
      frame.removeSideData(AV_FRAME_DATA_MASTERING_DISPLAY_METADATA);
      frame.removeSideData(AV_FRAME_DATA_CONTENT_LIGHT_LEVEL);
    }
    frame.removeSideData(AV_FRAME_DATA_DISPLAYMATRIX);
    clock.frame();
    encoder.encode(frame, write);
  }

  return {
    kind: 'video',
    ready() {
      target = outputStream(stream, timeBase);
    },
    onFrame(frame) {
      const best = frame.bestEffortTimestamp;
      const ticks = best === AV_NOPTS_VALUE ? nextIn : best - origin;
      const length = frame.duration > 0n ? frame.duration : toTicks(interval, sourceBase);
      nextIn = ticks + length;
      const at = toSeconds(ticks, sourceBase);
      // Shown before the film begins: only there so that later frames can be decoded.
      if (at + toSeconds(length, sourceBase) <= 0) return;
      if (plan.timing === 'peak') {
        due ??= at;
        if (at < due - interval / 4) return;
        due = Math.max(due + interval, at + interval / 2);
      }
      frame.pts = avRescaleQ(ticks, sourceBase, chainBase);
      frame.duration = avRescaleQ(length, sourceBase, chainBase);
      clock.advance(context.clockOffset + at);
      chain.process(frame, encode);
    },
    *finish() {
      chain.process(null, encode);
      yield* encoder.flush(write);
    },
    written: () => target.written,
    close() {
      chain.close();
      encoder.close();
    },
  };
}

export function createAudioLeg(plan: AudioEncode, context: LegContext, drivesClock: boolean): Leg {
  const { source, output, clock } = context;
  const sourceBase = source.timeBase;
  const origin = toTicks(context.origin, sourceBase);
  const encoder = createAudioEncoder(plan);
  const stream = output.addStream(plan);
  stream.codecpar.fromContext(encoder.context);
  stream.timeBase = encoder.context.timeBase;
  const firstSample = context.editLists ? 0 : stream.codecpar.initialPadding;
  const chain = createAudioChain(plan, sourceBase, encoder.frameSize, firstSample, context.name);
  const timeBase = { num: 1, den: plan.sampleRate };
  let target: OutputStream;
  let nextIn = 0n;
  const write = (packet: Packet) => output.write(packet, target);

  const encode = (frame: Frame) => encoder.encode(frame, write);

  return {
    kind: 'audio',
    ready() {
      target = outputStream(stream, timeBase);
    },
    onFrame(frame) {
      const ticks = frame.pts === AV_NOPTS_VALUE ? nextIn : frame.pts - origin;
      nextIn = ticks + toTicks(frame.nbSamples / frame.sampleRate, sourceBase);
      frame.pts = ticks;
      if (drivesClock) clock.advance(context.clockOffset + toSeconds(ticks, sourceBase));
      chain.process(frame, encode);
    },
    *finish() {
      chain.process(null, encode);
      yield* encoder.flush(write);
    },
    written: () => target.written,
    close() {
      chain.close();
      encoder.close();
    },
  };
}

export function createCopyLeg(plan: StreamCopy, context: LegContext, drivesClock: boolean): Leg {
  const { source, output, clock } = context;
  const sourceBase = { num: source.timeBase.num, den: source.timeBase.den };
  const origin = toTicks(context.origin, sourceBase);
  const stream = output.addStream(plan);
  if (source.codecpar.copy(stream.codecpar) < 0)
    throw new StudioError('internal', `Stream ${plan.input} of ${context.name} could not be copied.`);
  // The source container's own mark for the codec is not the target's.
  stream.codecpar.codecTag = plan.codecTag ?? 0;
  stream.timeBase = source.timeBase;
  stream.sampleAspectRatio = source.sampleAspectRatio;
  let target: OutputStream;

  return {
    kind: plan.kind,
    ready() {
      target = outputStream(stream, sourceBase);
    },
    onPacket(packet) {
      if (plan.disposition.includes('attached_pic')) packet.pts = packet.dts = 0n;
      else {
        if (packet.pts !== AV_NOPTS_VALUE) packet.pts -= origin;
        if (packet.dts !== AV_NOPTS_VALUE) packet.dts -= origin;
        if (drivesClock && packet.pts !== AV_NOPTS_VALUE) clock.advance(context.clockOffset + toSeconds(packet.pts, sourceBase));
      }
      output.write(packet, target);
    },
    *finish() {},
    written: () => target.written,
    close() {},
  };
}

/** AVMasteringDisplayMetadata as FFmpeg lays it out: ten AVRationals and two flags. */
function masteringData(mastering: MasteringDisplay): Buffer {
  const data = Buffer.alloc(88);
  const values = [
    ...mastering.red,
    ...mastering.green,
    ...mastering.blue,
    ...mastering.white,
    mastering.minLuminance,
    mastering.maxLuminance,
  ];
  values.forEach((value, index) => {
    const den = index < 8 ? 50_000 : 10_000; // the units of ST 2086
    data.writeInt32LE(Math.round(value * den), index * 8);
    data.writeInt32LE(den, index * 8 + 4);
  });
  data.writeInt32LE(1, 80);
  data.writeInt32LE(1, 84);
  return data;
}

function contentLightData(light: { max: number; average: number }): Buffer {
  const data = Buffer.alloc(8);
  data.writeUInt32LE(light.max, 0);
  data.writeUInt32LE(light.average, 4);
  return data;
}
