/** Which pictures of a film are kept, at what rate, and whether fields become pictures. */
import type { Rational, Survey, VideoStream } from '../contract/media.ts';
import type { Deinterlace, VideoEncode } from '../contract/plan.ts';
import type { VideoSettings } from '../contract/preset.ts';

/** `found` is what looking at the film's pictures told of its fields; undefined where nobody looked. */
export function planDeinterlace(stream: VideoStream, settings: VideoSettings, found: Survey['fields'] | undefined): Deinterlace | null {
  const { deinterlace } = settings;
  const first = found ?? 'auto';
  const to = settings.deinterlaceTo;
  if (deinterlace === 'always') return { which: 'all', to, first };
  // By looks alone sharp test patterns pass for interlaced, too: what is found only tells the order of fields.
  return deinterlace === 'auto' && stream.interlaced ? { which: 'marked', to, first: 'auto' } : null;
}

export interface Timing {
  timing: VideoEncode['timing'];
  frameRate: Rational | null;
  deinterlace: Deinterlace | null;
}

/** A lower rate is an even share of the source's, never a stutter. Where it would drop every other field, fields are not made pictures. */
export function planTiming(stream: VideoStream, settings: VideoSettings, deinterlace: Deinterlace | null): Timing {
  const { mode, fps: cap } = settings.frameRate;
  const rate = rateOf(stream, deinterlace);
  const kept = stream.variableRate ? 'source' : 'even';
  if (!rate) {
    const fallback = asRate(cap ?? 30);
    return mode === 'constant'
      ? { timing: 'constant', frameRate: fallback, deinterlace }
      : { timing: 'source', frameRate: null, deinterlace };
  }
  const share = cap && mode !== 'source' ? Math.max(1, Math.ceil(rate.num / rate.den / (cap * 1.001))) : 1;
  if (share > 1 && deinterlace?.to === 'fields') return planTiming(stream, settings, { ...deinterlace, to: 'frames' });
  const lowered = { num: rate.num, den: rate.den * share };
  // An uneven source has no shares.
  const even = !stream.variableRate ? lowered : share > 1 && cap ? asRate(cap) : usualRate(rate);
  if (mode === 'constant') return { timing: 'constant', frameRate: even, deinterlace };
  return share === 1 ? { timing: kept, frameRate: rate, deinterlace } : { timing: 'peak', frameRate: even, deinterlace };
}

const rateOf = ({ frameRate }: VideoStream, deinterlace: Deinterlace | null): Rational | null =>
  frameRate && deinterlace?.to === 'fields' ? { num: frameRate.num * 2, den: frameRate.den } : frameRate;

/** Film, television and their NTSC sisters: an uneven source made constant takes the nearest at or above its average. */
const usualRates: Rational[] = [
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30000, den: 1001 },
  { num: 30, den: 1 },
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
  { num: 60, den: 1 },
];
const usualRate = (rate: Rational): Rational =>
  usualRates.find((usual) => usual.num / usual.den >= (rate.num / rate.den) * 0.995) ?? { num: 60, den: 1 };

/** Frames a second as a fraction: 23.976 is 24000/1001. */
const asRate = (fps: number): Rational =>
  usualRates.find(({ num, den }) => Math.abs(num / den - fps) < 0.002) ?? { num: Math.round(fps * 1000), den: 1000 };
