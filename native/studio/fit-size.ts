/** Fitting a film into a given number of bytes: what is left for the picture, and how large it may be to look well with that. */
import type { VideoStream } from '../contract/media.ts';
import type { VideoCodec } from '../contract/preset.ts';
import { clock, size } from '../contract/words.ts';

/** Least picture rate (bits per second) for each height at 30 frames a second; our own, near the lower end of YouTube's upload table. */
const ladder = [
  { maxHeight: 2160, rate: 12_000_000 },
  { maxHeight: 1440, rate: 6_000_000 },
  { maxHeight: 1080, rate: 2_500_000 },
  { maxHeight: 720, rate: 1_200_000 },
  { maxHeight: 480, rate: 500_000 },
  { maxHeight: 360, rate: 250_000 },
  { maxHeight: 240, rate: 100_000 },
];
/** More than this is not seen in any picture this preset is for. */
const mostUseful = 20_000_000;
/** What a codec needs of H.264's rate to look as well: AV1's measured as in contract/quality-scale.ts, the others came out equal there. */
const needs: Partial<Record<VideoCodec, number>> = { av1: 0.6 };
/** A picture that was compressed already gains nothing from more than this much of its own rate. */
const mostOfSource = 2;

/** Container bytes per second: index and sample tables for 60 frames and 94 sound packets, measured on MP4. */
const overheadPerSecond = 1500;
/** Kept free below the limit, because rate control ends a little above or below. */
const margin = 0.025;
/** Sound never takes more than this share. */
const soundShare = 0.25;

export interface SizeBudget {
  /** Bits per second for the picture. */
  video: number;
  /** Bits per second for all sound at most. */
  audio: number;
}

/** Splits a file's bytes over its length. */
export function splitSize(bytes: number, seconds: number, askedAudio: number): SizeBudget {
  const total = Math.max(0, ((bytes * (1 - margin)) / seconds - overheadPerSecond) * 8);
  const audio = Math.min(askedAudio, total * soundShare);
  return { video: Math.floor(total - audio), audio: Math.floor(audio) };
}

/** Codecs whose films were made small with loss. */
const lossy = /^(h264|hevc|av1|vp[689]|mpeg[124].*|mpeg[12]video|vc1|wmv\d|theora|flv1|h263.*|msmpeg4.*)$/;

/**
 * Height and rate for a budget in bits per second, or null when no picture would be worth looking at. What the
 * source's own picture had is not exceeded by much.
 */
export function fitRate(
  budget: number,
  codec: VideoCodec,
  source?: Pick<VideoStream, 'codec' | 'bitRate'>,
): { maxHeight: number; rate: number } | null {
  const step = ladder.find((row) => budget >= row.rate * (needs[codec] ?? 1));
  const had = source?.bitRate && lossy.test(source.codec) ? source.bitRate : Infinity;
  const enough = Math.min(mostUseful, had * mostOfSource);
  return step ? { maxHeight: step.maxHeight, rate: Math.floor(Math.min(budget, enough)) } : null;
}

/** Bytes that so many seconds need at least with a picture of this height and the given rate of sound. */
function bytesFor(height: number, seconds: number, codec: VideoCodec, audio: number): number {
  const rate = (ladder.find(({ maxHeight }) => maxHeight === height)?.rate ?? 0) * (needs[codec] ?? 1);
  const sound = Math.min(audio, (rate * soundShare) / (1 - soundShare));
  return (((rate + sound) / 8 + overheadPerSecond) * seconds) / (1 - margin);
}

/** Why a film does not fit, and what would: the sizes for two small pictures, and how much of it fits as asked. */
export function whyTooSmall(name: string, bytes: number, seconds: number, codec: VideoCodec, audio: number): string {
  const [small, fair] = [240, 480].map((height) => size(Math.ceil(bytesFor(height, seconds, codec, audio) / 1e5) * 1e5));
  const part = Math.floor((seconds * bytes) / bytesFor(240, seconds, codec, audio));
  const shorter = part >= 1 ? `, or choose a part of ${clock(part)}` : '';
  return `${name} lasts ${clock(seconds)}: in ${size(bytes)} not even a picture of 240 lines would look well. It takes ${small} for that, and ${fair} to look fair at 480p. Choose a larger size${shorter}.`;
}
