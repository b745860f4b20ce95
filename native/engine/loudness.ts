/**
 * How loud a programme is, by EBU R128 over all of it, and the one gain that brings it to a target. The gain is linear
 * where it leaves the true peak under the ceiling: nothing but the level changes. Else peaks are limited, which takes some
 * loudness away, and the sound is measured once more with the limiter in it, until it is as loud as it should be.
 */
import type { Frame } from 'node-av/lib';
import { peakCeiling, soundShape } from './audio-filters.ts';
import { createChain } from './filter-chain.ts';

export interface Loudness {
  /** LUFS; -Infinity where nothing was loud or long enough to count. */
  integrated: number;
  /** dBTP. */
  peak: number;
}

/** EBU R128's gate: what is quieter does not count. */
const gate = -70;
/** LU; half of what EBU R128 allows programmes that are measured as a whole. */
const closeEnough = 0.25;
/** More than this is noise that is made loud, dB. */
const mostGain = 40;

/** Listens to sound of one shape to its end. */
export function createLoudnessMeter(sampleRate: number, subject: string) {
  const seen: Loudness = { integrated: -Infinity, peak: -Infinity };
  const chain = createChain(
    subject,
    (frame) => soundShape(frame, { num: 1, den: sampleRate }),
    () => 'ebur128=metadata=1:peak=true',
  );
  const read = (frame: Frame) => {
    const found = frame.getMetadata();
    const [integrated, peak] = ['I', 'true_peak'].map((name) => found.get(`lavfi.r128.${name}`));
    // The filter tells of every tenth of a second; what is left over at the end comes without.
    if (integrated) seen.integrated = Number(integrated) > gate ? Number(integrated) : -Infinity;
    if (peak) seen.peak = Math.max(seen.peak, 20 * Math.log10(Number(peak)));
  };
  return {
    process: (frame: Frame | null) => chain.process(frame, read),
    found: () => seen,
    close: () => chain.close(),
  };
}

/** A track's level while it is looked for. */
export interface Level {
  gain: number;
  isLimited: boolean;
  /** Nothing is left to be found out. */
  isSettled: boolean;
  /** Why the target is not reached, in words that follow the track's name; null where it is. */
  why: string | null;
}

/** The next level to try, after the sound as it was measured with `level`. */
export function nextLevel(level: Level, { integrated, peak }: Loudness, target: number): Level {
  if (integrated === -Infinity)
    return { gain: 0, isLimited: false, isSettled: true, why: 'is silent or too short to be measured: its loudness stays as it is' };
  const missing = target - integrated;
  if (level.isLimited && Math.abs(missing) <= closeEnough) return { ...level, isSettled: true };
  const gain = level.gain + missing;
  if (gain > mostGain)
    return {
      gain: 0,
      isLimited: false,
      isSettled: true,
      why: `is so quiet (${integrated.toFixed(1)} LUFS) that its loudness stays as it is`,
    };
  const isLimited = level.isLimited || peak + missing > peakCeiling;
  return { gain, isLimited, isSettled: !isLimited, why: null };
}

/** Before the first measurement. */
export const unmeasured: Level = { gain: 0, isLimited: false, isSettled: false, why: null };
