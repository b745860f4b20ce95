/** What the result's streams say of themselves: all that the source's say, and what the plan puts in its place. */
import {
  AV_CHANNEL_ORDER_UNSPEC,
  AV_CODEC_ID_BMP,
  AV_CODEC_ID_GIF,
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_PNG,
  AV_CODEC_ID_TIFF,
  AV_CODEC_ID_WEBP,
  AV_PKT_DATA_DISPLAYMATRIX,
  type AVCodecID,
  AVMEDIA_TYPE_ATTACHMENT,
} from 'node-av/constants';
import { avChannelLayoutDefault, type Stream } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { RemuxPlan, RemuxStream } from '../../contract/remux-plan.ts';
import type { Output } from '../output.ts';
import { hasEditLists } from '../write-chapters.ts';
import type { ReadTrack } from './packets.ts';

/** MP4's marks of tracks whose packets bring parameter sets of their own. */
const inBandTags: Record<string, string> = { hevc: 'hev1', h264: 'avc3' };
const mp4Muxers = ['mp4', 'mov'];
/** Of sound, seconds: what is hidden beyond that is no encoder's priming but was cut off by an editor. */
export const longestPriming = 0.2;

/** Adds a stream that is as its source. */
export function addCopy(
  output: Output,
  plan: RemuxStream,
  { muxer }: RemuxPlan,
  { stream: source, timeBase, extradata, inBand }: ReadTrack,
): Stream {
  const stream = output.addStream(plan);
  const { codecpar } = stream;
  if (source.codecpar.copy(codecpar) < 0) throw new StudioError('internal', `A ${plan.codec} track could not be copied.`);
  // The source container's own mark for the codec is not the target's; of raw pictures it is how they are stored.
  if (plan.codec !== 'rawvideo')
    codecpar.codecTag = (inBand && mp4Muxers.includes(muxer) && inBandTags[plan.codec]) || (plan.codecTag ?? 0);
  if (extradata) codecpar.extradata = extradata;
  // Matroska would hide it of the sound by a delay that few players know of such length, and show the pictures beside it.
  if (codecpar.initialPadding > longestPriming * codecpar.sampleRate && !hasEditLists(muxer)) codecpar.initialPadding = 0;
  // Matroska does not say which channel is which, where MP4 has to.
  if (plan.kind === 'audio' && codecpar.channelLayout.order === AV_CHANNEL_ORDER_UNSPEC)
    codecpar.channelLayout = avChannelLayoutDefault(codecpar.channels);
  stream.timeBase = { num: timeBase.num, den: timeBase.den } as Stream['timeBase'];
  const shape = source.sampleAspectRatio.num > 0 ? source.sampleAspectRatio : source.codecpar.sampleAspectRatio;
  codecpar.sampleAspectRatio = shape;
  stream.sampleAspectRatio = shape;
  if (plan.kind === 'video') {
    stream.avgFrameRate = source.avgFrameRate;
    if (plan.rotation !== null) codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, turn(plan.rotation));
  }
  return stream;
}

/** A display matrix (3×3, 16.16 fixed point, the last column 2.30) that turns clockwise by so many degrees. */
function turn(degrees: number): Buffer {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.round(Math.cos(angle)), Math.round(Math.sin(angle))];
  const matrix = Buffer.alloc(36);
  for (const [index, cell] of [cos, sin, 0, -sin, cos, 0, 0, 0, 16_384].entries()) matrix.writeInt32LE(cell * 65_536, index * 4);
  return matrix;
}

/** Pictures as files, by FFmpeg's names of their codecs. */
const pictureFiles: Record<string, { extension: string; type: string; codec: AVCodecID }> = {
  mjpeg: { extension: 'jpg', type: 'image/jpeg', codec: AV_CODEC_ID_MJPEG },
  png: { extension: 'png', type: 'image/png', codec: AV_CODEC_ID_PNG },
  gif: { extension: 'gif', type: 'image/gif', codec: AV_CODEC_ID_GIF },
  bmp: { extension: 'bmp', type: 'image/bmp', codec: AV_CODEC_ID_BMP },
  webp: { extension: 'webp', type: 'image/webp', codec: AV_CODEC_ID_WEBP },
  tiff: { extension: 'tiff', type: 'image/tiff', codec: AV_CODEC_ID_TIFF },
};

/** Adds a cover as a file inside the file, by the name that Matroska's players look for. */
export function addAttachedPicture(output: Output, plan: RemuxStream, picture: Buffer): Stream {
  const file = pictureFiles[plan.codec];
  if (!file) throw new StudioError('internal', `A ${plan.codec} picture cannot be attached.`);
  const stream = output.addStream({ tags: { filename: `cover.${file.extension}`, mimetype: file.type, ...plan.tags }, disposition: [] });
  stream.codecpar.codecType = AVMEDIA_TYPE_ATTACHMENT;
  stream.codecpar.codecId = file.codec;
  stream.codecpar.extradata = picture;
  return stream;
}
