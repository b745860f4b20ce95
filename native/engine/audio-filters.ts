/** The filters between decoded sound and an audio encoder. */
import type { AVSampleFormat } from 'node-av/constants';
import { avChannelLayoutDescribe, avGetSampleFmtName, type Frame } from 'node-av/lib';
import type { Rational } from '../contract/media.ts';
import type { AudioEncode } from '../contract/plan.ts';
import { createChain, type FilterChain, ratio, type Shape } from './filter-chain.ts';
import { type Level, mostPeak } from './loudness.ts';

/** Silence is put in, or sound cut, where its clock is off by more than this, seconds: within what ears forgive (ITU-R BT.1359: 45 ms early). */
const audioToleranceSeconds = 0.04;

/** What sound is brought to. */
export type SoundShape = Pick<AudioEncode, 'sampleRate' | 'sampleFormat' | 'layout'>;

/** Coming back to the sound's own rate adds up to so much to a peak, dB: measured on mixes of loud tones. */
const overshoot = 0.6;
/** For the peaks between samples the limiter looks four times as often as the sound has samples. */
const limiter = (rate: number) => [
  `aresample=${rate * 4}`,
  `alimiter=limit=${(10 ** ((mostPeak - overshoot) / 20)).toFixed(4)}:attack=5:release=50:level=0:latency=1`,
  `aresample=${rate}`,
];

/** Channels are mixed first, as ITU-R BS.775 says (front as it is, centre and surround 3 dB lower); what goes over is held by the limiter. */
function levelFilters(plan: SoundShape, frame: Frame, { gain, limited, channels }: Level): string[] {
  const mixes = frame.channels > channels;
  if (gain === 0 && !limited && !mixes) return [];
  return [
    `aformat=sample_fmts=fltp:channel_layouts=${plan.layout}`,
    ...(gain === 0 ? [] : [`volume=${gain.toFixed(2)}dB`]),
    ...(limited || mixes ? limiter(plan.sampleRate) : []),
  ];
}

/**
 * Filters of an audio leg: gaps filled, rate, layout and format as the encoder wants them, in its frame size (0: any).
 * Sound begins with the sample `first` of the output's clock: silence is put before it, or earlier sound cut.
 */
export function createAudioChain(
  plan: SoundShape,
  timeBase: Rational,
  frameSize: number,
  first: number,
  subject: string,
  level: Level | null = null,
): FilterChain {
  let next = first;
  const convert = createChain(
    subject,
    (frame) => soundShape(frame, timeBase),
    (frame) => {
      // FFmpeg counts first_pts in samples of the input's rate.
      const start = Math.round((next * frame.sampleRate) / plan.sampleRate);
      return [
        `aresample=${plan.sampleRate}:async=1:min_hard_comp=${audioToleranceSeconds}:first_pts=${start}`,
        ...(level ? levelFilters(plan, frame, level) : []),
        `aformat=sample_fmts=${plan.sampleFormat}:sample_rates=${plan.sampleRate}:channel_layouts=${plan.layout}`,
      ].join(',');
    },
  );
  // A graph of its own, which lives on when the source changes: only the very last frame may be short.
  const cut = createChain(
    subject,
    (frame) => soundShape(frame, { num: 1, den: plan.sampleRate }),
    () => (frameSize > 0 ? `asetnsamples=n=${frameSize}:p=0` : null),
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
