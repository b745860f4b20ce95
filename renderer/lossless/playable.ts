/** Whether a browser can be expected to play a file as it is. What it then cannot, the player notices and takes the light copy. */
import type { MediaInfo, StreamInfo } from '../../native/contract/media.ts';

const containers = /mp4|matroska|webm|^mp3$|^flac$|^ogg$|^wav$|^aac$/;
const sounds = /^(aac|mp3|opus|vorbis|flac|pcm_(s16le|s24le|f32le|u8|s16be)|alac)$/;
const pictures: Record<string, string> = {
  h264: 'video/mp4; codecs="avc1.640028"',
  hevc: 'video/mp4; codecs="hvc1.1.6.L120.90"',
  vp8: 'video/webm; codecs="vp8"',
  vp9: 'video/webm; codecs="vp09.00.40.08"',
  av1: 'video/mp4; codecs="av01.0.08M.08"',
};

const plays = (mime: string) => document.createElement('video').canPlayType(mime) !== '';

function isPlayable(stream: StreamInfo): boolean {
  if (stream.kind === 'audio') return sounds.test(stream.codec) && (stream.codec !== 'alac' || plays('audio/mp4; codecs="alac"'));
  if (stream.kind !== 'video' || stream.cover) return true;
  const mime = pictures[stream.codec];
  const isUsual = stream.codec !== 'h264' || (stream.bitDepth === 8 && /420p$/.test(stream.pixelFormat) && !stream.interlaced);
  return mime !== undefined && isUsual && plays(mime);
}

/** A browser plays the first picture and the first sound. */
export function browserPlays({ format, streams }: MediaInfo): boolean {
  const film = streams.find((stream) => stream.kind === 'video' && !stream.cover);
  const sound = streams.find((stream) => stream.kind === 'audio');
  return containers.test(format) && [film, sound].every((stream) => !stream || isPlayable(stream));
}
