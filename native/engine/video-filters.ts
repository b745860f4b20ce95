/** The filters between a decoded picture and a video encoder. */
import type { AVPixelFormat } from 'node-av/constants';
import { avGetPixFmtName, type Frame, type HardwareFramesContext } from 'node-av/lib';
import type { Rational } from '../contract/media.ts';
import type { Deinterlace, VideoEncode } from '../contract/plan.ts';
import { deviceFilters } from './device-filters.ts';
import { poolOf } from './devices.ts';
import { createChain, type FilterChain, ratio, type Shape } from './filter-chain.ts';
import { toneMap } from './tone-map.ts';

/** What a graph must be made for, to take this picture. */
export const pictureShape = (frame: Frame, timeBase: Rational, frameRate: Rational | null): Shape => ({
  key: `${frame.width}x${frame.height} ${frame.format} ${frame.colorSpace} ${frame.colorRange}`,
  kind: 'video',
  pictures: poolOf(frame),
  args: () =>
    [
      `video_size=${frame.width}x${frame.height}`,
      `pix_fmt=${frame.format}`,
      `time_base=${ratio(timeBase)}`,
      `pixel_aspect=${ratio(frame.sampleAspectRatio.num > 0 ? frame.sampleAspectRatio : { num: 1, den: 1 })}`,
      `colorspace=${frame.colorSpace}`,
      `range=${frame.colorRange}`,
      ...(frameRate ? [`frame_rate=${ratio(frameRate)}`] : []),
    ].join(':'),
});

/** Filters of a video leg. Frame times must already be in `timeBase`. */
export function createVideoChain(plan: VideoEncode, timeBase: Rational, subject: string): FilterChain {
  const shapeOf = (frame: Frame) => pictureShape(frame, timeBase, plan.frameRate);
  return createChain(subject, shapeOf, (frame) => {
    const pictures = poolOf(frame);
    return pictures ? fromDevice(plan, frame, pictures, timeBase) : videoFilters(plan, frame, timeBase);
  });
}

/** On the device where it can do what is asked; else the pictures come down. */
function fromDevice(plan: VideoEncode, frame: Frame, pictures: HardwareFramesContext, timeBase: Rational): string | null {
  const format = avGetPixFmtName(pictures.swFormat) ?? plan.pixelFormat;
  // Devices' filters are not asked to change the range of colours.
  const own = changesRange(plan, frame.colorRange) ? null : deviceFilters(plan, { width: frame.width, height: frame.height, format });
  if (own !== null) return [own, ...ownClock(plan, timeBase)].filter(Boolean).join(',') || null;
  const inMemory = { width: frame.width, height: frame.height, format: pictures.swFormat, colorRange: frame.colorRange };
  return ['hwdownload', `format=${format}`, videoFilters(plan, inMemory, timeBase)].filter(Boolean).join(',');
}

const full = 2;
const changesRange = (plan: VideoEncode, range: number) => range === full && plan.color.range === 'tv';

/** What turns a picture upright, by degrees clockwise. */
export const turns: Record<VideoEncode['rotation'], string[]> = {
  0: [],
  90: ['transpose=clock'],
  180: ['hflip', 'vflip'],
  270: ['transpose=cclock'],
};

const modes = { frames: 'send_frame', fields: 'send_field' };
const parities = { auto: 'auto', top: 'tff', bottom: 'bff' };

const deinterlaced = ({ which, to, first }: Deinterlace) =>
  `bwdif=mode=${modes[to]}:parity=${parities[first]}:deint=${which === 'marked' ? 'interlaced' : 'all'}`;

/** Deinterlacers count in halves of a tick; an even rate has a clock of its own anyway. */
const ownClock = ({ deinterlace, timing }: VideoEncode, timeBase: Rational) =>
  deinterlace && timing !== 'constant' ? [`settb=${ratio(timeBase)}`] : [];

/** Formats that filters and drawing know, for those that only encoders do. */
export const planar: Record<string, string> = {
  nv12: 'yuv420p',
  p010le: 'yuv420p10le',
  yuvj420p: 'yuv420p',
  bgr0: 'gbrp',
  bgra: 'gbrap',
};

interface Picture {
  width: number;
  height: number;
  format: number;
  colorRange: number;
}

/** The filters one shape of picture needs, or null when it can go to the encoder as it is. */
function videoFilters(plan: VideoEncode, frame: Picture, timeBase: Rational): string | null {
  const { crop } = plan;
  const stored = { width: frame.width - across(crop), height: frame.height - down(crop) };
  const quarter = plan.rotation === 90 || plan.rotation === 270;
  const [width, height] = quarter ? [stored.height, stored.width] : [stored.width, stored.height];
  const format = avGetPixFmtName(frame.format as AVPixelFormat) ?? '';
  const rgb = /^(gbr|rgb|bgr|argb|abgr|0rgb|0bgr|pal8|x2rgb|x2bgr)/.test(format);
  const fullRange = frame.colorRange === full || format.startsWith('yuvj');
  const toRange = plan.color.range ?? (fullRange ? 'pc' : 'tv');
  // An odd side loses its last line of pixels: sharper than scaling the whole picture by it.
  const trimmed = width - plan.width <= 1 && height - plan.height <= 1 && width >= plan.width && height >= plan.height;
  const same = width === plan.width && height === plan.height;
  const scaled = !same && !trimmed;
  const finished = plan.finish.length > 0;
  const worked = finished ? (planar[plan.pixelFormat] ?? plan.pixelFormat) : plan.pixelFormat;
  const converted = format !== worked || (fullRange && toRange === 'tv');
  const constant = plan.timing === 'constant' ? plan.frameRate : null;
  const filters = [
    ...(plan.deinterlace ? [deinterlaced(plan.deinterlace)] : []),
    ...(constant ? [`fps=${ratio(constant)}:start_time=0`] : []),
    ...ownClock(plan, timeBase),
    ...(crop ? [`crop=${stored.width}:${stored.height}:${crop.left}:${crop.top}:exact=1`] : []),
    ...(plan.flip ? ['hflip'] : []),
    ...turns[plan.rotation],
    ...(trimmed && !same ? [`crop=${plan.width}:${plan.height}:0:0:exact=1`] : []),
    ...plan.clean,
    ...(plan.toneMap ? [toneMap(plan.toneMap.peak)] : []),
    ...(scaled || converted || plan.toneMap || plan.clean.length > 0
      ? [
          [
            `scale=${plan.width}:${plan.height}:flags=lanczos+accurate_rnd`,
            ...(rgb ? [`out_color_matrix=${plan.color.matrix === 1 ? 'bt709' : 'bt601'}`] : []),
            `out_range=${toRange}`,
          ].join(':'),
          `format=${worked}`,
        ]
      : []),
    ...(scaled ? [`setsar=${ratio(plan.sar)}`] : []),
    ...plan.finish,
    ...(finished ? [`format=${plan.pixelFormat}`] : []),
  ];
  return filters.length > 0 ? filters.join(',') : null;
}

const across = (crop: VideoEncode['crop']) => (crop ? crop.left + crop.right : 0);
const down = (crop: VideoEncode['crop']) => (crop ? crop.top + crop.bottom : 0);
