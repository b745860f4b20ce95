/** Sound of a first pass: brought to what the output hears, measured, and encoded by nobody. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { AudioEncode } from '../contract/plan.ts';
import { createAudioChain, type SoundShape } from './audio-filters.ts';
import { createAudioEncoder } from './encoder.ts';
import { type Leg, type LegContext, toSeconds, toTicks } from './legs.ts';
import { createLoudnessMeter, type Loudness } from './loudness.ts';
import { samplesBefore } from './part.ts';

export function createLoudnessLeg(
  plan: AudioEncode & SoundShape,
  context: LegContext,
  drivesClock: boolean,
  tell: (found: Loudness) => void,
): Leg {
  const sourceBase = context.source.timeBase;
  const origin = toTicks(context.origin, sourceBase);
  const shape = { ...plan, sampleFormat: 'flt' };
  const chain = createAudioChain(shape, sourceBase, 0, 0, context.name);
  const meter = createLoudnessMeter(plan.sampleRate, context.name);
  declareStream(shape, context);
  let nextIn = 0n;
  return {
    kind: 'audio',
    ready() {},
    onFrame(frame) {
      const ticks = frame.pts === AV_NOPTS_VALUE ? nextIn : frame.pts - origin;
      nextIn = ticks + toTicks(frame.nbSamples / frame.sampleRate, sourceBase);
      const kept = samplesBefore(context.part, ticks, sourceBase, frame.nbSamples, frame.sampleRate);
      if (kept === 0 || (context.part.isCut && nextIn <= 0n)) return;
      const { pts } = frame;
      frame.pts = ticks;
      if (drivesClock) context.clock.advance(context.clockOffset + toSeconds(ticks, sourceBase));
      chain.process(frame, meter.process);
      frame.pts = pts;
    },
    finish() {
      chain.process(null, meter.process);
      meter.process(null);
      tell(meter.found());
      return [];
    },
    written: () => ({ last: 0, end: 0 }),
    close() {
      chain.close();
      meter.close();
    },
  };
}

/** No file is written without a stream, not even one into nothing. */
function declareStream(plan: AudioEncode, { output }: LegContext): void {
  const encoder = createAudioEncoder({ ...plan, encoder: 'pcm_f32le', options: {} });
  const stream = output.addStream(plan);
  stream.codecpar.fromContext(encoder.context);
  stream.timeBase = encoder.context.timeBase;
  encoder.close();
}
