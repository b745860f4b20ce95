/**
 * One scale of quality over every codec's own: 0 to 100, 100 is best, and the same figure looks about the same whatever encodes it.
 * A page reads it at run time. What is stored stays the codec's own CRF.
 *
 * H.264 gives the scale (70 is CRF 22, 80 is 18, ten points are four steps below that); the others are where XPSNR came out equal.
 * Measured in November 2026 on 1-2 s each of the four films in a folder of real files at 640×360 (a phone's, a cartoon's, two of
 * natural film; 153 pictures), XPSNR of the worst plane, encoded and scored by `tryStretch` (engine/quality/trial.ts), as searches are:
 *
 *   scale                       0    10    20    30    40    50    60    70    80    87    92    96   100
 *   XPSNR, dB                21.8  25.3  27.7  30.3  33.0  35.6  38.5  41.2  44.0  46.7  49.6  53.7     -
 *   libx264 medium             51    46    42    38    34    30    26    22    18    14    10     5     0
 *   libx265 medium             51  45.6  42.3  38.4  34.5  30.9  26.7  22.5  18.2    14   9.8   4.4     0
 *   SVT-AV1 preset 6            -     -     -     -  61.5  58.1  51.6  40.4  29.1  18.7    10   3.7     0
 *   libvpx-vp9 cpu-used 3       -     -     -  62.9  56.9  49.7  41.8  34.1  25.6    16   8.8   3.9     0
 *
 * AV1's worst (63) still measured 31.9 dB, VP9's 30.3 dB: nothing worse can be had of them.
 */
import type { VideoCodec } from './preset.ts';

/** Codecs whose quality can be set by number. */
export type ScaledCodec = Extract<VideoCodec, 'h264' | 'hevc' | 'av1' | 'vp9'>;

interface Scale {
  /** [on the scale, CRF], the worst first. */
  points: [scale: number, crf: number][];
  /** What the encoder tells apart. */
  step: number;
}

const columns = [0, 10, 20, 30, 40, 50, 60, 70, 80, 87, 92, 96, 100];
const from = (first: number, crfs: number[]) => columns.slice(first).map((scale, index): [number, number] => [scale, crfs[index] ?? 0]);

const scales: Record<ScaledCodec, Scale> = {
  h264: { points: from(0, [51, 46, 42, 38, 34, 30, 26, 22, 18, 14, 10, 5, 0]), step: 0.5 },
  hevc: { points: from(0, [51, 45.6, 42.3, 38.4, 34.5, 30.9, 26.7, 22.5, 18.2, 14, 9.8, 4.4, 0]), step: 0.5 },
  av1: { points: [[36, 63], ...from(4, [61.5, 58.1, 51.6, 40.4, 29.1, 18.7, 10, 3.7, 0])], step: 1 },
  vp9: { points: from(3, [63, 56.9, 49.7, 41.8, 34.1, 25.6, 16, 8.8, 3.9, 0]), step: 1 },
};

export const isScaled = (codec: VideoCodec): codec is ScaledCodec => Object.hasOwn(scales, codec);

/** Where a CRF of this codec stands, a whole number from 0 to 100. */
export function scaleOf(codec: ScaledCodec, crf: number): number {
  return Math.round(between(scales[codec].points, crf, 1, 0));
}

/** The CRF for a place on the scale; beyond the codec's worst, that. */
export function crfOf(codec: ScaledCodec, scale: number): number {
  const { points, step } = scales[codec];
  return Math.round(between(points, scale, 0, 1) / step) * step;
}

/** The lowest figure that the codec can be had at; 0 for most. */
export const leastScale = (codec: ScaledCodec): number => scales[codec].points[0]?.[0] ?? 0;

/** All CRFs that the encoder tells apart, the best first. */
export function crfSteps(codec: ScaledCodec): number[] {
  const { points, step } = scales[codec];
  const worst = points[0]?.[1] ?? 0;
  return Array.from({ length: Math.round(worst / step) + 1 }, (_, index) => index * step);
}

/** Straight lines between the points; beyond the ends, the ends. */
function between(points: [number, number][], at: number, x: 0 | 1, y: 0 | 1): number {
  const sorted = [...points].sort((a, b) => a[x] - b[x]);
  const next = sorted.findIndex((point) => point[x] >= at);
  const [high, low] = [sorted[next], sorted[next - 1]];
  if (!high) return sorted.at(-1)?.[y] ?? 0;
  if (!low) return high[y];
  return low[y] + ((at - low[x]) / (high[x] - low[x])) * (high[y] - low[y]);
}
