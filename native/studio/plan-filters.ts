/** How much is light, medium and strong: one table for each filter, from a preset's words to FFmpeg's filters. */
import type { Strength, VideoSettings } from '../contract/preset.ts';

type Amounts = Record<Exclude<Strength, 'off'>, string>;

/**
 * Luma and chroma in space, luma and chroma over time. Chroma noise is coarser and its loss less seen; strong smears fine
 * texture. The steps that HandBrake's documentation gives for its light, medium and strong.
 */
const hqdn3d: Amounts = { light: 'hqdn3d=2:1:2:3', medium: 'hqdn3d=3:2:2:3', strong: 'hqdn3d=7:7:5:5' };

/**
 * For noise of a standard deviation of about 3, 6 and 13 steps of 255 (measured on FFmpeg's noise filter: 38 to 44, 32 to 38
 * and 26 to 32 dB of PSNR). Patches of 5 are compared within 9 pixels around: FFmpeg's own 7 and 15 take twice as long for no more.
 */
const nlmeans: Amounts = { light: 'nlmeans=s=2:p=5:r=9', medium: 'nlmeans=s=4:p=5:r=9', strong: 'nlmeans=s=8:p=5:r=9' };

const denoisers: Record<VideoSettings['denoiser'], Amounts> = { hqdn3d, nlmeans };

/** Contrast-adaptive: soft edges gain the most, hard ones get no halo. Luma only, as edges of colour are not seen. */
const sharpen: Amounts = { light: 'cas=0.3:planes=1', medium: 'cas=0.55:planes=1', strong: 'cas=0.85:planes=1' };

/** Neighbours within 16 pixels that differ by less than this share of the range are one surface: steps of 2.5, 5 and 10 of 255. */
const deband: Amounts = { light: debanded(0.01), medium: debanded(0.02), strong: debanded(0.04) };

function debanded(threshold: number): string {
  return `deband=1thr=${threshold}:2thr=${threshold}:3thr=${threshold}:range=16`;
}

/** Bits per sample that a pixel format's name tells. */
export const bitsOf = (pixelFormat: string): number => Number(/(\d\d)le$/.exec(pixelFormat)?.[1] ?? 8);

/** BT.709's share of red, green and blue in brightness. */
const brightness = '0.2126:0.7152:0.0722:0';

/** Takes the colour out, in the given pixel format. */
function gray(pixelFormat: string): string {
  if (/^(gbr|rgb|bgr)/.test(pixelFormat)) return `colorchannelmixer=${brightness}:${brightness}:${brightness}`;
  const middle = 2 ** (bitsOf(pixelFormat) - 1);
  return `lutyuv=u=${middle}:v=${middle}`;
}

/** nlmeans knows 8-bit pictures only; to make such of others would cost more than it gains. */
export const denoiserFor = (settings: VideoSettings, bitDepth: number): VideoSettings['denoiser'] =>
  bitDepth > 8 ? 'hqdn3d' : settings.denoiser;

/** On the picture as it was filmed: noise is best known before it is scaled. */
export const cleaning = (settings: VideoSettings, bitDepth: number): string[] =>
  settings.denoise === 'off' ? [] : [denoisers[denoiserFor(settings, bitDepth)][settings.denoise]];

/** On the picture in its final size: steps first, so that they are not sharpened. */
export const finishing = (settings: VideoSettings, pixelFormat: string): string[] => [
  ...(settings.deband === 'off' ? [] : [deband[settings.deband]]),
  ...(settings.sharpen === 'off' ? [] : [sharpen[settings.sharpen]]),
  ...(settings.grayscale && !pixelFormat.startsWith('gray') ? [gray(pixelFormat)] : []),
];
