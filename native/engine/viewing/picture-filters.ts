/** The filters that make a small upright picture with square pixels of whatever a decoder gives: made small first, so that the rest is cheap. */
import { AV_FRAME_FLAG_INTERLACED, type AVPixelFormat } from 'node-av/constants';
import { avGetPixFmtName, type Frame } from 'node-av/lib';
import { peakOf } from '../../contract/hdr.ts';
import type { VideoStream } from '../../contract/media.ts';
import { createChain, type FilterChain, type Shape } from '../filter-chain.ts';
import { toneMap } from '../tone-map.ts';
import { turns } from '../video-filters.ts';

export interface SmallPicture {
  width: number;
  height: number;
  /** `yuvj420p` is JPEG's full range, `yuv420p` television's. Both in the matrix of BT.601, as JPEG and VP8 have it. */
  format: 'yuvj420p' | 'yuv420p';
}

const unspecified = 2;
/** Players take films without a word on their matrix by their size. */
const hdLines = 720;

/** Frame times are milliseconds. */
export function createPictureChain(stream: VideoStream, small: SmallPicture, subject: string): FilterChain {
  const isInterlaced = (frame: Frame) => frame.hasFlags(AV_FRAME_FLAG_INTERLACED);
  const shapeOf = (frame: Frame): Shape => ({
    key: `${frame.width}x${frame.height} ${frame.format} ${frame.colorSpace} ${frame.colorRange} ${isInterlaced(frame)}`,
    kind: 'video',
    args: () =>
      [
        `video_size=${frame.width}x${frame.height}`,
        `pix_fmt=${frame.format}`,
        'time_base=1/1000',
        'pixel_aspect=1/1',
        `colorspace=${frame.colorSpace}`,
        `range=${frame.colorRange}`,
      ].join(':'),
  });
  const turned = stream.rotation === 90 || stream.rotation === 270;
  const [width, height] = turned ? [small.height, small.width] : [small.width, small.height];

  return createChain(subject, shapeOf, (frame) => {
    const format = avGetPixFmtName(frame.format as AVPixelFormat) ?? '';
    const isYuv = /^(yuv|nv|p0)/.test(format);
    const matrix = isYuv && frame.colorSpace === unspecified && frame.height >= hdLines ? ':in_color_matrix=bt709' : '';
    const toOwnColors = `out_color_matrix=bt601:out_range=${small.format === 'yuv420p' ? 'tv' : 'pc'}`;
    const size = `scale=${width}:${height}:flags=bilinear`;
    return [
      // One field of two is enough for half the lines or fewer.
      ...(isInterlaced(frame) ? ['field=type=top'] : []),
      ...(stream.hdr ? [size, toneMap(peakOf(stream)), `scale=${toOwnColors}`] : [`${size}${matrix}:${toOwnColors}`]),
      `format=${small.format}`,
      ...(stream.flip ? ['hflip'] : []),
      ...turns[stream.rotation],
      'setsar=1',
    ].join(',');
  });
}
