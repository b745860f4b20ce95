/** The picture of a proxy: VP8, small, and at most about 30 times a second. */
import { AV_PICTURE_TYPE_NONE } from 'node-av/constants';
import { Frame, type Packet } from 'node-av/lib';
import type { VideoStream } from '../../contract/media.ts';
import type { VideoEncode } from '../../contract/plan.ts';
import { chunkSeconds } from '../../contract/viewing.ts';
import { createDecoder } from '../decoder.ts';
import { createVideoEncoder, type Encoder } from '../encoder.ts';
import { type Output, type OutputStream, outputStream } from '../output.ts';
import { pictureOf } from '../picture.ts';
import { createPictureChain } from './picture-filters.ts';
import { chunkStart, freeAll, type ProxyTrack } from './proxy-track.ts';
import { baseOf, frameTime, type Source } from './source.ts';

/** The sides of a picture at most, pixels: 640×360 or, upright, 360×640. */
const longest = 640;
const shortest = 360;
/** Pictures that follow sooner are left out, seconds: of 50 or 60 a second every other one. */
const leastInterval = 0.024;
const timeBase = { num: 1, den: 1000 };
/** A fixed speed (a positive one goes by the clock), and one keyframe unless a scene changes. More threads would wait for each other in a busy loop. */
const options = { deadline: 'realtime', 'cpu-used': '-8', 'lag-in-frames': '0', g: '9999', b: '900000', qmin: '4', qmax: '56' };
/** How long before its end a picture that stands still is shown once more, so that no player finds a hole there, seconds. */
const lastBefore = 0.04;

function planOf(stream: VideoStream): VideoEncode {
  const turned = stream.rotation === 90 || stream.rotation === 270;
  const shown = [Math.round(stream.width * (stream.sar.num / stream.sar.den)), stream.height];
  const [width = 2, height = 2] = turned ? shown.reverse() : shown;
  const factor = Math.min(1, longest / Math.max(width, height), shortest / Math.min(width, height));
  const plan = pictureOf({ ...stream, toneMap: null }, Math.max(2, Math.round(width * factor)));
  return { ...plan, encoder: 'libvpx', options, pixelFormat: 'yuv420p', color: { primaries: 1, transfer: 1, matrix: 5, range: 'tv' } };
}

export function createPictureTrack({ input, start }: Source, stream: VideoStream): ProxyTrack {
  const base = baseOf(input, stream.index);
  const plan = planOf(stream);
  const usual = stream.frameRate ? stream.frameRate.den / stream.frameRate.num : 1 / 25;
  const decoder = createDecoder(input, stream.index, 0);
  const chain = createPictureChain(stream, { width: plan.width, height: plan.height, format: 'yuv420p' }, input.name);
  const held: Packet[] = [];
  /** Decoded, and for the next chunk (or there is no chunk yet). */
  let ahead: { at: number; frame: Frame }[] = [];
  /** The picture that is shown until the next one comes. */
  const current = new Frame();
  current.alloc();
  let hasCurrent = false;
  let reach = 0;
  /** When the next picture comes where pictures carry no times: they are counted, which can only be done from the beginning. */
  let counted = 0;
  let encoder: Encoder | null = null;
  /** The chunk at hand. `last`: when the last picture of it is shown; `ticks`: the same in its file, -1 before there is one. */
  let now: { from: number; output: Output; stream: OutputStream; ticks: number; last: number } | null = null;

  function show(frame: Frame, at: number): void {
    if (!now) return;
    const { from, output, stream } = now;
    now.ticks = Math.max(now.ticks + 1, Math.round((at - from) * 1000));
    now.last = at;
    frame.pts = BigInt(now.ticks);
    chain.process(frame, (small) => {
      small.pictType = AV_PICTURE_TYPE_NONE; // the source's types are the source's matter
      encoder?.encode(small, (packet) => output.write(packet, stream));
    });
  }

  function take(at: number, frame: Frame): void {
    if (!now || at >= now.from + chunkSeconds) {
      const copy = frame.clone();
      if (copy) ahead.push({ at, frame: copy });
      return;
    }
    const { from } = now;
    if (at >= from) {
      const isFirst = now.ticks < 0;
      // A chunk begins with what is seen when it begins.
      if (isFirst && at > from + 0.001) show(hasCurrent ? current : frame, from);
      if (isFirst || at - now.last >= leastInterval) show(frame, at);
    }
    if (hasCurrent) current.unref();
    current.ref(frame);
    hasCurrent = true;
  }

  const onFrame = (frame: Frame) => {
    const seconds = frameTime(frame, base);
    const at = seconds === null ? counted : seconds - start;
    const length = (Number(frame.duration) * base.num) / base.den;
    counted = at + (length > 0 ? length : usual);
    reach = Math.max(reach, counted);
    take(at, frame);
  };

  return {
    stream: stream.index,
    held,
    reach: () => reach,
    first: () => ahead[0]?.at ?? null,
    decode: (packet) => decoder.decode(packet, onFrame),
    open(chunk, output) {
      const from = chunkStart(chunk);
      encoder = createVideoEncoder(plan, timeBase, {}, 1);
      const target = output.addStream(plan);
      target.codecpar.fromContext(encoder.context);
      target.timeBase = encoder.context.timeBase;
      return () => {
        now = { from, output, stream: outputStream(target, timeBase), ticks: -1, last: from };
        const early = ahead;
        ahead = [];
        for (const { at, frame } of early) {
          take(at, frame);
          frame.free();
        }
      };
    },
    full: () => ahead.length > 0,
    finish(until) {
      if (!now || !hasCurrent) return;
      if (now.ticks < 0) show(current, now.from);
      if (until - now.last > 2 * lastBefore) show(current, until - lastBefore);
      const { output, stream } = now;
      for (const _packet of encoder?.flush((packet) => output.write(packet, stream)) ?? []);
    },
    shut() {
      encoder?.close();
      encoder = null;
      now = null;
    },
    rewind(_chunk, isBeginning) {
      counted = isBeginning ? 0 : Infinity;
      decoder.flush();
      freeAll(held);
      for (const { frame } of ahead.splice(0)) frame.free();
      if (hasCurrent) current.unref();
      hasCurrent = false;
      reach = 0;
    },
    close() {
      this.rewind(0, true);
      this.shut();
      current.free();
      chain.close();
      decoder.close();
    },
  };
}
