/** Pictures: timed, filtered, encoded. */
import {
  AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
  AV_FRAME_DATA_DISPLAYMATRIX,
  AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
  AV_NOPTS_VALUE,
  AV_PICTURE_TYPE_NONE,
  AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
  AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
} from 'node-av/constants';
import { avRescaleQ, type CodecContext, type Frame, type Packet, type Stream } from 'node-av/lib';
import type { Device } from '../contract/hardware.ts';
import type { Rational } from '../contract/media.ts';
import type { VideoEncode } from '../contract/plan.ts';
import { createDrawing } from './burn/drawing.ts';
import { createDevicePictures, poolOf, takesOnlyDevicePictures } from './devices.ts';
import { createVideoEncoder } from './encoder.ts';
import { writeContentLight, writeMastering } from './hdr-metadata.ts';
import { type Leg, type LegContext, toSeconds, toTicks } from './legs.ts';
import { extentOf, type Output, type OutputStream, outputStream } from './output.ts';
import { holdsMost } from './part.ts';
import { createVideoChain } from './video-filters.ts';

/** Clocks coarser than this (Matroska's and FLV's milliseconds) only round an even frame rate. */
const coarseClock = 1000;
/** Ticks of the grid per frame: fine enough to keep a stream's own delay, coarse enough to undo millisecond rounding. */
const gridTicks = 4;

/** The time base a video leg works in. */
export function videoTimeBase(plan: VideoEncode, source: Stream): Rational {
  const { num, den } = source.timeBase;
  const rate = plan.frameRate;
  if (plan.timing === 'constant' && rate) return { num: rate.den, den: rate.num };
  if (plan.timing === 'even' && rate && den / num <= coarseClock) return { num: rate.den, den: rate.num * gridTicks };
  // MPEG's clock where the source's own is too fine for containers and encoders to count in.
  return den / num > 1_000_000 ? { num: 1, den: 90_000 } : { num, den };
}

/** Whether the encoder is opened for pictures on its device: where it takes no others, or where they are there already. */
const takesDevicePictures = (plan: VideoEncode): plan is VideoEncode & { device: Device } =>
  plan.device !== null && (plan.decodeOnDevice || takesOnlyDevicePictures(plan.device.backend));

/** Adds a picture's stream to an output, as its encoder describes it. */
export function addVideoStream(output: Output, plan: VideoEncode, context: CodecContext): Stream {
  const stream = output.addStream(plan);
  stream.codecpar.fromContext(context);
  stream.timeBase = context.timeBase;
  if (plan.frameRate) stream.avgFrameRate = context.framerate;
  if (plan.mastering) stream.codecpar.addCodedSideData(AV_PKT_DATA_MASTERING_DISPLAY_METADATA, writeMastering(plan.mastering));
  if (plan.contentLight) stream.codecpar.addCodedSideData(AV_PKT_DATA_CONTENT_LIGHT_LEVEL, writeContentLight(plan.contentLight));
  return stream;
}

/** `passOptions` are the encoder's words for one of two passes. */
export function createVideoLeg(plan: VideoEncode, context: LegContext, passOptions: Record<string, string>): Leg {
  const { source, output, clock, part, gate } = context;
  const show = context.preview?.watch(plan, context.name);
  const sourceBase = source.timeBase;
  const origin = toTicks(context.origin, sourceBase);
  const timeBase = videoTimeBase(plan, source);
  // Filters see the source's own times when they make the rate constant; otherwise times are already the encoder's.
  const chainBase = plan.timing === 'constant' ? sourceBase : timeBase;
  const interval = plan.frameRate ? plan.frameRate.den / plan.frameRate.num : 1 / 25;
  const usualLength = toTicks(plan.deinterlace?.to === 'fields' ? interval * 2 : interval, sourceBase);
  const pictures = takesDevicePictures(plan) ? createDevicePictures(plan.device, plan.pixelFormat, plan.width, plan.height) : null;
  const encoder = createVideoEncoder(plan, timeBase, passOptions, context.threads, pictures);
  const chain = createVideoChain(plan, chainBase, context.name);
  const drawing = createDrawing(plan, context.drawn, source, timeBase, context.name);
  const stream = addVideoStream(output, plan, encoder.context);
  let target: OutputStream;
  let nextIn = 0n;
  let lastOut = -(2n ** 62n);
  let due: number | null = null;

  const write = (packet: Packet) => output.write(packet, target);

  function encode(frame: Frame): void {
    // Never two frames at one time, never backwards: encoders refuse both.
    const pts = frame.pts > lastOut ? frame.pts : lastOut + 1n;
    lastOut = pts;
    if (gate && !gate.takes(pts, timeBase)) return;
    frame.pts = pts;
    // The source's picture types and its HDR data are the source's matter.
    frame.pictType = AV_PICTURE_TYPE_NONE;
    if (plan.toneMap) {
      frame.removeSideData(AV_FRAME_DATA_MASTERING_DISPLAY_METADATA);
      frame.removeSideData(AV_FRAME_DATA_CONTENT_LIGHT_LEVEL);
    }
    frame.removeSideData(AV_FRAME_DATA_DISPLAYMATRIX);
    clock.frame();
    show?.(frame);
    encoder.encode(pictures && !poolOf(frame) ? pictures.upload(frame) : frame, write);
  }

  const finish = drawing ? (frame: Frame) => drawing.draw(frame, encode) : encode;

  return {
    kind: 'video',
    ready() {
      target = outputStream(stream, timeBase);
    },
    onFrame(frame) {
      const best = frame.bestEffortTimestamp;
      const shown = best === AV_NOPTS_VALUE ? nextIn : best - origin;
      const length = frame.duration > 0n ? frame.duration : usualLength;
      nextIn = shown + length;
      // Shown before the film begins: only there so that later frames can be decoded.
      if (shown + length <= 0n || !holdsMost(part, toSeconds(shown, sourceBase), toSeconds(length, sourceBase))) return;
      // The picture that is seen when the part begins is its first.
      const ticks = part.isCut && shown < 0n ? 0n : shown;
      const at = toSeconds(ticks, sourceBase);
      if (plan.timing === 'peak') {
        // A chunk finds the pictures that are kept by the film's own beat.
        due ??= gate ? Math.floor(at / interval + 1 / 4) * interval : at;
        if (at < due - interval / 4) return;
        due = Math.max(due + interval, at + interval / 2);
      }
      const { duration } = frame;
      frame.pts = avRescaleQ(ticks, sourceBase, chainBase);
      frame.duration = avRescaleQ(length - (ticks - shown), sourceBase, chainBase);
      clock.advance(context.clockOffset + at);
      chain.process(frame, finish);
      frame.duration = duration; // another leg may want it, too
    },
    *finish() {
      chain.process(null, finish);
      yield* encoder.flush(write);
    },
    written: () => extentOf(target),
    close() {
      chain.close();
      drawing?.close();
      encoder.close();
      pictures?.close();
    },
  };
}
