/** What becomes of one video stream: size, rate, colour and the encoder's options. */
import { StudioError } from '../contract/errors.ts';
import { toneMapOf } from '../contract/hdr.ts';
import type { MediaInfo, Rational, Survey, VideoStream } from '../contract/media.ts';
import { type Note, untouched, type VideoEncode } from '../contract/plan.ts';
import type { VideoSettings } from '../contract/preset.ts';
import { further, profileName, profileOf, tuning } from './encoder-words.ts';
import type { VideoEncoderRow } from './encoders.ts';
import { fitRate } from './fit-size.ts';
import type { Rung } from './hardware.ts';
import { pictureNotes } from './picture-notes.ts';
import { bitsOf, cleaning, finishing } from './plan-filters.ts';
import { type Limits, planShape } from './plan-shape.ts';
import { planDeinterlace, planTiming } from './plan-timing.ts';

/** Everything about a stream's plan but its place and its tags. */
export type VideoChoice = Omit<VideoEncode, 'action' | 'kind' | 'input' | 'tags' | 'disposition' | 'codecTag'>;

/** `found` is what looking at the film's pictures told; `budget` what the file's size leaves for this picture, bits per second; null without a limit. */
export function planVideo(
  media: MediaInfo,
  stream: VideoStream,
  settings: VideoSettings,
  { row: encoder, device, decodeOnDevice }: Rung,
  found: Partial<Survey>,
  budget: number | null,
  notes: Note[],
): VideoChoice {
  const fit = budget === null ? null : fitRate(budget, encoder.codec, stream);
  if (budget !== null && !fit)
    throw new StudioError('size-unreachable', `${name(media)} is too long for this file size. Choose a larger size or cut it into parts.`);
  const limits = {
    width: settings.maxWidth ?? Infinity,
    height: Math.min(settings.maxHeight ?? Infinity, fit?.maxHeight ?? Infinity),
  };
  const shape = planShape(stream, settings, found.crop ?? null, limits, encoder.grid);
  const { timing, frameRate, deinterlace } = planTiming(stream, settings, planDeinterlace(stream, settings, found.fields));
  const pixelFormat = planPixelFormat(stream, settings, encoder);
  const toneMap = settings.hdr === 'tonemap' || bitsOf(pixelFormat) === 8 ? toneMapOf(stream) : null;
  const keepHdr = stream.hdr !== null && !toneMap;
  checkLeast(shape, encoder);
  const choice: VideoChoice = {
    encoder: encoder.name,
    options: encoderOptions(stream, settings, encoder, fit?.rate ?? null, frameRate, keepHdr),
    pixelFormat,
    device,
    decodeOnDevice,
    frameRate,
    timing,
    ...untouched,
    ...shape,
    deinterlace,
    clean: cleaning(settings, stream.bitDepth),
    toneMap,
    finish: finishing(settings, pixelFormat),
    color: planColor(stream, toneMap !== null, pixelFormat, settings),
    mastering: keepHdr ? stream.mastering : null,
    contentLight: keepHdr ? stream.contentLight : null,
  };
  if (fit && fit.maxHeight < Math.min(settings.maxHeight ?? Infinity, stream.height))
    notes.push({ kind: 'info', text: `Made smaller, to ${shape.width}×${shape.height}, so that it still looks good at this file size.` });
  notes.push(...pictureNotes(stream, settings, encoder, found, choice));
  return choice;
}

const name = (media: MediaInfo) => media.path.split(/[\\/]/).at(-1) ?? media.path;

function checkLeast({ width, height }: Limits, { title, least }: VideoEncoderRow): void {
  if (!least || (width >= least.width && height >= least.height)) return;
  throw new StudioError(
    'bad-setting',
    `${title} takes pictures of ${least.width}×${least.height} or more; this one has ${width}×${height}. Choose another codec.`,
  );
}

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
  const { pixelFormats: usual, profiles = {} } = encoder;
  const formats = profiles[profileName(settings, encoder) ?? '']?.pixelFormats ?? usual;
  if (formats.source) {
    const wanted = equalFormats[stream.pixelFormat] ?? stream.pixelFormat;
    return formats.source.includes(wanted) ? wanted : 'yuv444p16le';
  }
  if (stream.alpha && formats.alpha) return formats.alpha;
  const { bitDepth } = settings;
  return formats[bitDepth === 'source' ? (stream.bitDepth > 8 ? 10 : 8) : bitDepth] ?? formats[10] ?? formats[8] ?? 'yuv420p';
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
    ...profileOf(settings, encoder),
    ...(settings.gopSeconds && { g: String(Math.max(1, Math.round(settings.gopSeconds * perSecond))) }),
    ...(settings.bFrames !== null && { bf: String(settings.bFrames) }),
  };
  const hdr = keepHdr && encoder.hdr10 && stream.hdr === 'pq' ? encoder.hdr10(stream) : {};
  return joinOptions(encoder.always, hdr, own, tuning(settings, encoder), further(settings, encoder));
}

/** Later tables win; parameter lists (`x265-params`) are joined. */
function joinOptions(...tables: Record<string, string>[]): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [key, value] of tables.flatMap((table) => Object.entries(table))) {
    joined[key] = joined[key] && key.endsWith('-params') ? `${joined[key]}:${value}` : value;
  }
  return joined;
}
