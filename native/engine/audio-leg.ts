/** Sound: aligned, converted, encoded. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { Frame, Packet } from 'node-av/lib';
import type { AudioEncode } from '../contract/plan.ts';
import { createAudioChain, type SoundShape } from './audio-filters.ts';
import { createAudioEncoder } from './encoder.ts';
import { type Leg, type LegContext, toSeconds, toTicks } from './legs.ts';
import { extentOf, type OutputStream, outputStream } from './output.ts';
import { samplesBefore } from './part.ts';

/** `drivesClock`: there is no picture to measure progress by. */
export function createAudioLeg(plan: AudioEncode & SoundShape, context: LegContext, drivesClock: boolean): Leg {
  const { source, output, clock, part } = context;
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
      const { pts, nbSamples } = frame;
      const kept = samplesBefore(part, ticks, sourceBase, nbSamples, frame.sampleRate);
      if (kept === 0 || (part.isCut && nextIn <= 0n)) return;
      frame.pts = ticks;
      frame.nbSamples = kept;
      if (drivesClock) clock.advance(context.clockOffset + toSeconds(ticks, sourceBase));
      chain.process(frame, encode);
      // Another leg may want it, too.
      frame.pts = pts;
      frame.nbSamples = nbSamples;
    },
    *finish() {
      chain.process(null, encode);
      yield* encoder.flush(write);
    },
    written: () => extentOf(target),
    close() {
      chain.close();
      encoder.close();
    },
  };
}
