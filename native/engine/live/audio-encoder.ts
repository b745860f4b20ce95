/** The one encode of a broadcast's sound. */
import { AV_CHANNEL_LAYOUT_STEREO, AV_SAMPLE_FMT_FLTP } from 'node-av/constants';
import { type CodecContext, Frame, type Packet } from 'node-av/lib';
import type { LivePlan } from '../../contract/live-plan.ts';
import { soundShape } from '../audio-filters.ts';
import { createAudioEncoder } from '../encoder.ts';
import { createChain } from '../filter-chain.ts';
import type { Stereo } from './sound.ts';

export interface LiveAudioEncoder {
  context: CodecContext;
  /** Samples that it takes at a time. */
  frameSize: number;
  /** `at` is the first sample's number. Packets' times are in samples. */
  encode(sound: Stereo, at: number): void;
  close(): void;
}

/** What encoders take where it is not planes of floats. */
const sampleFormats: Record<string, string> = { libfdk_aac: 's16', libopus: 'flt' };
const usualFrame = 1024;

export function createLiveAudioEncoder(plan: LivePlan['audio'], onPacket: (packet: Packet) => void): LiveAudioEncoder {
  const { sampleRate, channels } = plan;
  const sampleFormat = sampleFormats[plan.encoder] ?? 'fltp';
  const layout = channels === 1 ? 'mono' : 'stereo';
  const encoder = createAudioEncoder({ encoder: plan.encoder, options: {}, bitRate: plan.kbps * 1000, sampleRate, sampleFormat, layout });
  const timeBase = { num: 1, den: sampleRate };
  const asIs = sampleFormat === 'fltp' && layout === 'stereo';
  const chain = createChain(
    'the sound',
    (frame) => soundShape(frame, timeBase),
    () => (asIs ? null : `aformat=sample_fmts=${sampleFormat}:channel_layouts=${layout}`),
  );
  return {
    context: encoder.context,
    frameSize: encoder.frameSize || usualFrame,
    encode([left, right], at) {
      const planes = Buffer.concat([left, right].map((side) => Buffer.from(side.buffer, side.byteOffset, side.byteLength)));
      const frame = Frame.fromAudioBuffer(planes, {
        ...{ nbSamples: left.length, format: AV_SAMPLE_FMT_FLTP, sampleRate, channelLayout: AV_CHANNEL_LAYOUT_STEREO },
        ...{ timeBase, pts: BigInt(at) },
      });
      try {
        chain.process(frame, (out) => encoder.encode(out, onPacket));
      } finally {
        frame.free();
      }
    },
    close() {
      chain.close();
      encoder.close();
    },
  };
}
