/**
 * How large pictures usually get, for estimates before anything is encoded: bits per pixel at which the quality `at` (CRF) usually ends,
 * and the steps of it that halve them. Our own figures; of codecs with one quality, their makers'. A page reads it at run time.
 */
import type { VideoCodec } from './preset.ts';

export interface UsualSize {
  bitsPerPixel: number;
  at: number;
  halving: number;
}

export const usualSize: Record<VideoCodec, UsualSize> = {
  h264: { bitsPerPixel: 0.08, at: 22, halving: 6 },
  hevc: { bitsPerPixel: 0.05, at: 22, halving: 6 },
  av1: { bitsPerPixel: 0.04, at: 30, halving: 9 },
  vp9: { bitsPerPixel: 0.05, at: 31, halving: 9 },
  prores: { bitsPerPixel: 2.37, at: 0, halving: Infinity },
  dnxhr: { bitsPerPixel: 3.54, at: 0, halving: Infinity },
  cineform: { bitsPerPixel: 3, at: 0, halving: Infinity },
  ffv1: { bitsPerPixel: 8, at: 0, halving: Infinity },
};
