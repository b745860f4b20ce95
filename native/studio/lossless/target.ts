/** What a lossless job makes: the container a source is in already, and the name's end of a file that is taken out. */
import type { TargetId } from '../../contract/lossless.ts';
import type { MediaInfo, StreamInfo } from '../../contract/media.ts';
import { audioOnly, containers } from '../containers.ts';
import { filmOf } from '../plan-words.ts';

/** Targets by FFmpeg's names of demuxers, the first that fits. */
const bySource: { format: RegExp; target(media: MediaInfo): TargetId }[] = [
  { format: /\bmp4\b/, target: (media) => (isQuickTime(media) ? 'mov' : filmOf(media) || !hasSound(media) ? 'mp4' : 'm4a') },
  { format: /matroska|webm/, target: (media) => (filmOf(media) ? (isWebm(media) ? 'webm' : 'mkv') : hasSound(media) ? 'mka' : 'mkv') },
  { format: /^mpegts$/, target: () => 'ts' },
  { format: /^mp3$/, target: () => 'mp3' },
  { format: /^flac$/, target: () => 'flac' },
  { format: /^ogg$/, target: (media) => (filmOf(media) ? 'mkv' : /\.opus$/i.test(media.path) ? 'opus' : 'ogg') },
  { format: /^wav$/, target: () => 'wav' },
];

/** The source's own container, or Matroska where that cannot be written. */
export function sameContainer(media: MediaInfo): TargetId {
  const found = bySource.find(({ format }) => format.test(media.format))?.target(media) ?? 'mkv';
  const sound = media.streams.filter((stream) => stream.kind === 'audio');
  const fits = !audioOnly(found) || sound.every(({ codec }) => containers[found].audio.includes(codec));
  return fits ? found : 'mkv';
}

const hasSound = ({ streams }: MediaInfo) => streams.some((stream) => stream.kind === 'audio');
const isQuickTime = ({ tags }: MediaInfo) => tags['major_brand'] === 'qt  ';
/** FFmpeg has one demuxer for both: the name says which it is, as long as its codecs are WebM's. */
const isWebm = ({ path, streams }: MediaInfo) =>
  /\.webm$/i.test(path) &&
  streams.every(({ kind, codec }) => !(kind === 'video' || kind === 'audio') || containers.webm[kind].includes(codec));

/** Ends of names for attached files without a name of their own. */
const extensions: Record<string, string> = {
  ttf: 'ttf',
  otf: 'otf',
  mjpeg: 'jpg',
  png: 'png',
  gif: 'gif',
  bmp: 'bmp',
  webp: 'webp',
  tiff: 'tiff',
  'font/ttf': 'ttf',
  'font/otf': 'otf',
  'font/collection': 'ttc',
  'font/woff': 'woff',
  'font/woff2': 'woff2',
  'application/x-truetype-font': 'ttf',
  'application/x-font-ttf': 'ttf',
  'application/vnd.ms-opentype': 'otf',
  'application/x-font-otf': 'otf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'text/plain': 'txt',
  'text/xml': 'xml',
  'application/xml': 'xml',
  'application/json': 'json',
  'application/pdf': 'pdf',
};

/** The end of an attached file's name, without a dot. */
export function extensionOf({ tags, codec }: StreamInfo): string {
  const named = /\.([a-z0-9]{1,10})$/i.exec(tags['filename'] ?? '')?.[1];
  return named?.toLowerCase() ?? extensions[tags['mimetype'] ?? ''] ?? extensions[codec] ?? 'bin';
}
