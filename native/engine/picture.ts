/** Small upright pictures with square pixels, as JPEG: thumbnails of a source, previews of an encode. */
import type { Frame, Packet } from 'node-av/lib';
import type { Rational } from '../contract/media.ts';
import { untouched, type VideoEncode } from '../contract/plan.ts';
import { createVideoEncoder } from './encoder.ts';

/** What a picture is made from, before it is turned. */
export interface PictureSource {
  width: number;
  height: number;
  sar: Rational;
  rotation: VideoEncode['rotation'];
  flip: boolean;
  toneMap: VideoEncode['toneMap'];
}

/** The filters' words for a picture of `width` pixels, in JPEG's own colours. */
export function pictureOf(source: PictureSource, width: number): VideoEncode {
  const turned = source.rotation === 90 || source.rotation === 270;
  const shown = { width: source.width * (source.sar.num / source.sar.den), height: source.height };
  const aspect = turned ? shown.height / shown.width : shown.width / shown.height;
  return {
    action: 'encode',
    kind: 'video',
    input: 0,
    tags: {},
    disposition: [],
    codecTag: null,
    encoder: 'mjpeg',
    options: {},
    pixelFormat: 'yuvj420p',
    device: null,
    decodeOnDevice: false,
    width: width - (width % 2),
    height: Math.max(2, Math.round(width / aspect / 2) * 2),
    sar: { num: 1, den: 1 },
    frameRate: null,
    timing: 'source',
    ...untouched,
    rotation: source.rotation,
    flip: source.flip,
    toneMap: source.toneMap,
    color: { primaries: 1, transfer: 1, matrix: 5, range: 'pc' },
    mastering: null,
    contentLight: null,
  };
}

/** A frame that has been through `pictureOf`'s filters. */
export function toJpeg(frame: Frame, plan: VideoEncode): Buffer | null {
  const encoder = createVideoEncoder(plan, { num: 1, den: 25 }, {}, 1);
  let jpeg: Buffer | null = null;
  const keep = (packet: Packet) => {
    jpeg = packet.data && Buffer.from(packet.data);
  };
  try {
    encoder.encode(frame, keep);
    for (const _packet of encoder.flush(keep));
    return jpeg;
  } finally {
    encoder.close();
  }
}
