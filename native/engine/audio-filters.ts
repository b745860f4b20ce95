/** The filters between decoded sound and an audio encoder. */
import type { AVSampleFormat } from 'node-av/constants';
import { avChannelLayoutDescribe, avGetSampleFmtName, type Frame } from 'node-av/lib';
import type { Rational } from '../contract/media.ts';
import type { AudioEncode } from '../contract/plan.ts';
import { createChain, type FilterChain, ratio, type Shape } from './filter-chain.ts';

/** Silence is put in, or sound cut, where its clock is off by more than this, seconds: within what ears forgive (ITU-R BT.1359: 45 ms early). */
const audioToleranceSeconds = 0.04;

/** What sound is brought to. */
export type SoundShape = Pick<AudioEncode, 'sampleRate' | 'sampleFormat' | 'layout'> & {
  /** Louder or quieter once it is mixed, dB. */
  gain?: number;
  /** Peaks between samples, too, are held down where the gain would clip them. */
  isLimited?: boolean;
};

/** dBTP: EBU R128 allows -1; half a decibel is for what a lossy codec adds. */
export const peakCeiling = -1.5;
/** True peaks are seen at four times 48 kHz (ITU-R BS.1770-5, annex 2). */
const limiterRate = 192_000;
const limiter = `alimiter=limit=${10 ** (peakCeiling / 20)}:attack=5:release=50:level=0:latency=1`;

/** Filters that make sound of the output's shape louder or quieter. */
function loudness({ gain = 0, isLimited = false, sampleRate, sampleFormat }: SoundShape): string[] {
  if (gain === 0 && !isLimited) return [];
  return [
    `volume=${gain}dB:precision=double`,
    ...(isLimited ? [`aresample=${limiterRate}`, limiter, `aresample=${sampleRate}`] : []),
    `aformat=sample_fmts=${sampleFormat}`,
  ];
}

/**
 * Filters of an audio leg: gaps filled, rate, layout and format as the encoder wants them, in its frame size (0: any).
 * Sound begins with the sample `first` of the output's clock: silence is put before it, or earlier sound cut.
 */
export function createAudioChain(plan: SoundShape, timeBase: Rational, frameSize: number, first: number, subject: string): FilterChain {
  let next = first;
  const finish = loudness(plan);
  const convert = createChain(
    subject,
    (frame) => soundShape(frame, timeBase),
    (frame) => {
      // FFmpeg counts first_pts in samples of the input's rate.
      const start = Math.round((next * frame.sampleRate) / plan.sampleRate);
      return [
        // A mix never clips: FFmpeg's weights (ITU-R BS.775: centre and surround at -3 dB) are scaled down together until their sum is 1.
        `aresample=${plan.sampleRate}:ochl=${plan.layout}:rematrix_maxval=1:async=1:min_hard_comp=${audioToleranceSeconds}:first_pts=${start}`,
        `aformat=sample_fmts=${finish.length > 0 ? 'dblp' : plan.sampleFormat}:sample_rates=${plan.sampleRate}:channel_layouts=${plan.layout}`,
      ].join(',');
    },
  );
  // A graph of its own, which lives on when the source changes: only the very last frame may be short.
  const cut = createChain(
    subject,
    (frame) => soundShape(frame, { num: 1, den: plan.sampleRate }),
    () => [...finish, ...(frameSize > 0 ? [`asetnsamples=n=${frameSize}:p=0`] : [])].join(',') || null,
  );
  return {
    process(frame, onFrame) {
      convert.process(frame, (converted) => {
        next = Number(converted.pts) + converted.nbSamples;
        cut.process(converted, onFrame);
      });
      if (!frame) cut.process(null, onFrame);
    },
    close() {
      convert.close();
      cut.close();
    },
  };
}

/** What makes a graph for sound fit a frame. */
export function soundShape(frame: Frame, timeBase: Rational): Shape {
  const layout = avChannelLayoutDescribe(frame.channelLayout) ?? '';
  // Files that only count their channels get FFmpeg's usual order for that many.
  const named = /^\d+ channels/.test(layout) ? `${frame.channels}c` : layout;
  return {
    key: `${frame.sampleRate} ${frame.format} ${named}`,
    kind: 'audio',
    args: () =>
      `time_base=${ratio(timeBase)}:sample_rate=${frame.sampleRate}:sample_fmt=${avGetSampleFmtName(frame.format as AVSampleFormat)}:channel_layout=${named}`,
  };
}
