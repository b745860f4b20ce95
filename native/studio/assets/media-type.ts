/** The media type of a source, by its container. */
import type { MediaInfo } from '../../contract/media.ts';

/** By FFmpeg's names of formats: for films, and for sound alone. QuickTime goes as MP4, which every browser looks into. */
const types: Record<string, [film: string, sound: string]> = {
  mov: ['video/mp4', 'audio/mp4'],
  matroska: ['video/x-matroska', 'audio/x-matroska'],
  webm: ['video/webm', 'audio/webm'],
  mpegts: ['video/mp2t', 'video/mp2t'],
  avi: ['video/x-msvideo', 'video/x-msvideo'],
  flv: ['video/x-flv', 'video/x-flv'],
  ogg: ['video/ogg', 'audio/ogg'],
  mp3: ['audio/mpeg', 'audio/mpeg'],
  aac: ['audio/aac', 'audio/aac'],
  flac: ['audio/flac', 'audio/flac'],
  wav: ['audio/wav', 'audio/wav'],
};

const webm = /^(vp8|vp9|av1|opus|vorbis|webvtt)$/;

export function mediaType({ format, streams }: MediaInfo): string {
  const [name = ''] = format.split(',');
  const isWebm = name === 'matroska' && streams.every(({ kind, codec }) => webm.test(codec) && kind !== 'attachment');
  const [film, sound] = types[isWebm ? 'webm' : name] ?? ['application/octet-stream', 'application/octet-stream'];
  return streams.some((one) => one.kind === 'video' && !one.cover) ? film : sound;
}
