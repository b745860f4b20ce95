/** What becomes of one video stream: size, rate, colour and the encoder's options. */
import { StudioError } from '../contract/errors.ts';
import type { MediaInfo, Rational, VideoStream } from '../contract/media.ts';
import { type Note, untouched, type VideoEncode } from '../contract/plan.ts';
import type { VideoSettings } from '../contract/preset.ts';
import type { VideoEncoderRow } from './encoders.ts';
import { fitRate } from './fit-size.ts';
import type { Rung } from './hardware.ts';

/** Everything about a stream's plan but its place and its tags. */
export type VideoChoice = Omit<VideoEncode, 'action' | 'kind' | 'input' | 'tags' | 'disposition' | 'codecTag'>;

/** `budget` is what the file's size leaves for this picture, bits per second; null without a size limit. */
export function planVideo(
  media: MediaInfo,
  stream: VideoStream,
  settings: VideoSettings,
  { row: encoder, device, decodeOnDevice }: Rung,
  budget: number | null,
  notes: Note[],
): VideoChoice {
  const fit = budget === null ? null : fitRate(budget);
  if (budget !== null && !fit)
    throw new StudioError('size-unreachable', `${name(media)} is too long for this file size. Choose a larger size or cut it into parts.`);
  const maxHeight = Math.min(settings.maxHeight ?? Infinity, fit?.maxHeight ?? Infinity);
  const size = fitPicture(stream, settings.maxWidth ?? Infinity, maxHeight, encoder.even);
  const { timing, frameRate } = planTiming(stream, settings);
  const pixelFormat = planPixelFormat(stream, settings, encoder);
  const deep = settings.bitDepth !== 8;
  const toneMap = stream.hdr !== null && (settings.hdr === 'tonemap' || !deep);

  if (fit && fit.maxHeight < Math.min(settings.maxHeight ?? Infinity, stream.height))
    notes.push({ kind: 'info', text: `Made smaller, to ${size.width}×${size.height}, so that it still looks good at this file size.` });
  if (toneMap) notes.push({ kind: 'loss', text: `HDR is turned into standard colours: ${encoder.title} here has 8 bits.` });
  if (stream.alpha && !/^(yuva|gbrap|bgra|rgba|argb|abgr|ya)/.test(pixelFormat))
    notes.push({ kind: 'loss', text: `Transparency is left out: ${encoder.title} here has none.` });
  if (settings.bitDepth === 8 && stream.bitDepth > 8 && !toneMap)
    notes.push({ kind: 'loss', text: `${stream.bitDepth}-bit colour becomes 8-bit.` });
  const deinterlace = settings.deinterlace === 'auto' && stream.interlaced;
  if (deinterlace) notes.push({ kind: 'info', text: 'Interlaced: it is deinterlaced.' });
  if (timing === 'peak' && frameRate) notes.push({ kind: 'info', text: `The frame rate is lowered to ${fps(frameRate)} frames a second.` });

  const keepHdr = stream.hdr !== null && !toneMap;
  return {
    encoder: encoder.name,
    options: encoderOptions(stream, settings, encoder, fit?.rate ?? null, frameRate, keepHdr),
    pixelFormat,
    device,
    decodeOnDevice,
    ...size,
    frameRate,
    timing,
    ...untouched,
    deinterlace: deinterlace ? { which: 'marked', to: 'frames', first: 'auto' } : null,
    flip: stream.flip,
    rotation: stream.rotation,
    toneMap,
    color: planColor(stream, toneMap, pixelFormat, settings),
    mastering: keepHdr ? stream.mastering : null,
    contentLight: keepHdr ? stream.contentLight : null,
  };
}

const name = (media: MediaInfo) => media.path.split(/[\\/]/).at(-1) ?? media.path;
const fps = (rate: Rational) => String(Math.round((rate.num / rate.den) * 1000) / 1000);

/**
 * The largest picture inside the limits that is no larger than the source. Limits are held against the shape as shown
 * (upright, square pixels); an upright film turns them. Pixels keep their shape.
 */
function fitPicture(
  stream: VideoStream,
  maxWidth: number,
  maxHeight: number,
  even: boolean,
): { width: number; height: number; sar: Rational } {
  const turned = stream.rotation === 90 || stream.rotation === 270;
  const [width, height] = turned ? [stream.height, stream.width] : [stream.width, stream.height];
  const sar = turned ? { num: stream.sar.den, den: stream.sar.num } : stream.sar;
  const shape = sar.num / sar.den;
  // Wide pixels are drawn wider, tall ones taller: nothing is shown smaller than it is stored.
  const shown = { width: width * Math.max(1, shape), height: height / Math.min(1, shape) };
  const upright = shown.height > shown.width;
  const [limitX, limitY] = upright ? [maxHeight, maxWidth] : [maxWidth, maxHeight];
  const factor = Math.min(1, limitX / shown.width, limitY / shown.height);
  const whole = (side: number) => (even ? Math.max(2, Math.floor((side * factor + 0.5) / 2) * 2) : Math.max(1, Math.round(side * factor)));
  return { width: whole(width), height: whole(height), sar };
}

/** Which frames are kept and what rate the encoder counts with. A lower rate is an even share of the source's, never a stutter. */
function planTiming(stream: VideoStream, settings: VideoSettings): { timing: VideoEncode['timing']; frameRate: Rational | null } {
  const { mode, fps: cap } = settings.frameRate;
  const rate = stream.frameRate;
  const kept = stream.variableRate ? 'source' : 'even';
  if (!rate)
    return mode === 'constant' ? { timing: 'constant', frameRate: { num: cap ?? 30, den: 1 } } : { timing: 'source', frameRate: null };
  const share = cap && mode !== 'source' ? Math.max(1, Math.ceil(rate.num / rate.den / (cap * 1.001))) : 1;
  const lowered = { num: rate.num, den: rate.den * share };
  if (mode === 'constant') return { timing: 'constant', frameRate: stream.variableRate ? usualRate(lowered) : lowered };
  if (share === 1) return { timing: kept, frameRate: rate };
  return { timing: 'peak', frameRate: stream.variableRate && cap ? { num: cap, den: 1 } : lowered };
}

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

/** Formats FFmpeg decodes to that a lossless codec stores under another name, without loss. */
const equalFormats: Record<string, string> = {
  yuvj420p: 'yuv420p',
  yuvj422p: 'yuv422p',
  yuvj444p: 'yuv444p',
  nv12: 'yuv420p',
  nv16: 'yuv422p',
  p010le: 'yuv420p10le',
  rgb24: 'bgr0',
  bgr24: 'bgr0',
  gbrp: 'bgr0',
  rgb0: 'bgr0',
  rgba: 'bgra',
  argb: 'bgra',
  abgr: 'bgra',
  gbrap: 'bgra',
  pal8: 'bgra',
  yuyv422: 'yuv422p',
  uyvy422: 'yuv422p',
  gray8a: 'yuva444p',
  ya8: 'yuva444p',
  monow: 'gray',
  monob: 'gray',
};

function planPixelFormat(stream: VideoStream, settings: VideoSettings, encoder: VideoEncoderRow): string {
  const { pixelFormats } = encoder;
  const wanted = pixelFormats.source
    ? (equalFormats[stream.pixelFormat] ?? stream.pixelFormat)
    : pixelFormats[settings.bitDepth === 'source' ? 8 : settings.bitDepth];
  const format =
    pixelFormats.source && !pixelFormats.source.includes(wanted ?? '') ? 'yuv444p16le' : (wanted ?? pixelFormats[10] ?? pixelFormats[8]);
  return format ?? 'yuv420p';
}

const unspecified = 2;
const rgbMatrix = 0;

/** What the stream says of its colours: as the source, unless they are converted on the way. */
function planColor(stream: VideoStream, toneMap: boolean, pixelFormat: string, settings: VideoSettings): VideoEncode['color'] {
  if (toneMap) return { primaries: 1, transfer: 1, matrix: 1, range: 'tv' };
  const toRgb = /^(bgr|gbr)/.test(pixelFormat);
  const fromRgb = stream.color.matrix === rgbMatrix || /^(gbr|rgb|bgr|argb|abgr|pal8)/.test(stream.pixelFormat);
  // RGB becomes BT.709, or BT.601 for pictures of television's size, as players assume.
  const matrix = toRgb ? rgbMatrix : fromRgb ? (stream.height >= 720 ? 1 : 6) : stream.color.matrix;
  return {
    primaries: stream.color.primaries ?? unspecified,
    transfer: stream.color.transfer ?? unspecified,
    matrix,
    range: settings.bitDepth === 'source' ? (toRgb ? 'pc' : stream.color.range) : 'tv',
  };
}

function encoderOptions(
  stream: VideoStream,
  settings: VideoSettings,
  encoder: VideoEncoderRow,
  fitted: number | null,
  rate: Rational | null,
  keepHdr: boolean,
): Record<string, string> {
  const { rate: asked } = settings;
  const rateOptions =
    fitted !== null
      ? encoder.bitrate(fitted)
      : asked.mode === 'quality'
        ? encoder.quality(asked.value)
        : asked.mode === 'bitrate'
          ? encoder.bitrate(asked.kbps * 1000)
          : {};
  const perSecond = rate ? rate.num / rate.den : 30;
  const own: Record<string, string> = {
    ...encoder.speed(settings.speed),
    ...rateOptions,
    ...(settings.profile && { profile: settings.profile }),
    ...(settings.gopSeconds && { g: String(Math.max(1, Math.round(settings.gopSeconds * perSecond))) }),
    ...(settings.bFrames !== null && { bf: String(settings.bFrames) }),
  };
  const hdr = keepHdr && encoder.hdr10 && stream.hdr === 'pq' ? encoder.hdr10(hdr10Words(stream)) : {};
  return joinOptions(encoder.always, hdr, own);
}

/** Later tables win; parameter lists (`x265-params`) are joined. */
function joinOptions(...tables: Record<string, string>[]): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [key, value] of tables.flatMap((table) => Object.entries(table))) {
    joined[key] = joined[key] && key.endsWith('-params') ? `${joined[key]}:${value}` : value;
  }
  return joined;
}

/** HDR10 in x265's words: chromaticities in units of 0.00002, luminance in 0.0001 cd/m². */
function hdr10Words(stream: VideoStream): string {
  const { mastering, contentLight } = stream;
  const point = ([x, y]: [number, number]) => `(${Math.round(x * 50_000)},${Math.round(y * 50_000)})`;
  const display = mastering
    ? `:master-display=G${point(mastering.green)}B${point(mastering.blue)}R${point(mastering.red)}WP${point(mastering.white)}L(${Math.round(mastering.maxLuminance * 10_000)},${Math.round(mastering.minLuminance * 10_000)})`
    : '';
  return display + (contentLight ? `:max-cll=${contentLight.max},${contentLight.average}` : '');
}
