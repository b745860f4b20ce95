/** Fitting a film into a given number of bytes: what is left for the picture, and how large it may be to look well with that. */

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

/** Container bytes per second: index and sample tables for 60 frames and 94 sound packets, measured on MP4. */
const overheadPerSecond = 1500;
/** Kept free below the limit, because rate control ends a little above or below. */
const margin = 0.03;
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

/** Height and rate for a budget in bits per second, or null when no picture would be worth looking at. */
export function fitRate(budget: number): { maxHeight: number; rate: number } | null {
  const step = ladder.find((row) => budget >= row.rate);
  return step ? { maxHeight: step.maxHeight, rate: Math.min(budget, mostUseful) } : null;
}
