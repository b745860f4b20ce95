/** The filters between a decoded picture and a video encoder. */
import type { AVPixelFormat } from 'node-av/constants';
import { avGetPixFmtName, type Frame, type HardwareFramesContext } from 'node-av/lib';
import type { Rational } from '../contract/media.ts';
import type { VideoEncode } from '../contract/plan.ts';
import { deviceFilters } from './device-filters.ts';
import { poolOf } from './devices.ts';
import { createChain, type FilterChain, ratio, type Shape } from './filter-chain.ts';

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
    return pictures ? fromDevice(plan, frame, pictures) : videoFilters(plan, frame);
  });
}

/** On the device where it can do what is asked; else the pictures come down. */
function fromDevice(plan: VideoEncode, frame: Frame, pictures: HardwareFramesContext): string | null {
  const format = avGetPixFmtName(pictures.swFormat) ?? plan.pixelFormat;
  // Devices' filters are not asked to change the range of colours.
  const own = changesRange(plan, frame.colorRange) ? null : deviceFilters(plan, { width: frame.width, height: frame.height, format });
  if (own !== null) return own || null;
  const inMemory = { width: frame.width, height: frame.height, format: pictures.swFormat, colorRange: frame.colorRange };
  return ['hwdownload', `format=${format}`, videoFilters(plan, inMemory)].filter(Boolean).join(',');
}

const full = 2;
const changesRange = (plan: VideoEncode, range: number) => range === full && plan.color.range === 'tv';

/** PQ or HLG to BT.709: linear light at 100 cd/m² white, gamut first, then Hable's curve. */
export const toneMap = 'zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv';

/** What turns a picture upright, by degrees clockwise. */
export const turns: Record<VideoEncode['rotation'], string[]> = {
  0: [],
  90: ['transpose=clock'],
  180: ['hflip', 'vflip'],
  270: ['transpose=cclock'],
};

/** The filters one picture shape needs, or null when it can go to the encoder as it is. */
function videoFilters(plan: VideoEncode, frame: { width: number; height: number; format: number; colorRange: number }): string | null {
  const turned = plan.rotation === 90 || plan.rotation === 270;
  const [width, height] = turned ? [frame.height, frame.width] : [frame.width, frame.height];
  const format = avGetPixFmtName(frame.format as AVPixelFormat) ?? '';
  const rgb = /^(gbr|rgb|bgr|argb|abgr|0rgb|0bgr|pal8|x2rgb|x2bgr)/.test(format);
  const fullRange = frame.colorRange === full || format.startsWith('yuvj');
  const toRange = plan.color.range ?? (fullRange ? 'pc' : 'tv');
  // An odd side loses its last line of pixels: sharper than scaling the whole picture by it.
  const cropped = width - plan.width <= 1 && height - plan.height <= 1 && width >= plan.width && height >= plan.height;
  const same = width === plan.width && height === plan.height;
  const scaled = !same && !cropped;
  const converted = format !== plan.pixelFormat || (fullRange && toRange === 'tv');
  const filters = [
    ...(plan.deinterlace ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    ...(plan.timing === 'constant' && plan.frameRate ? [`fps=${ratio(plan.frameRate)}:start_time=0`] : []),
    ...(plan.flip ? ['hflip'] : []),
    ...turns[plan.rotation],
    ...(cropped && !same ? [`crop=${plan.width}:${plan.height}:0:0:exact=1`] : []),
    ...(plan.toneMap ? [toneMap] : []),
    ...(scaled || converted || plan.toneMap
      ? [
          [
            `scale=${plan.width}:${plan.height}:flags=lanczos+accurate_rnd`,
            ...(rgb ? [`out_color_matrix=${plan.color.matrix === 1 ? 'bt709' : 'bt601'}`] : []),
            `out_range=${toRange}`,
          ].join(':'),
          `format=${plan.pixelFormat}`,
        ]
      : []),
    ...(scaled ? [`setsar=${ratio(plan.sar)}`] : []),
  ];
  return filters.length > 0 ? filters.join(',') : null;
}
