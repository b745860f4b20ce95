/** What a file and its figures are, in a person's words. */
import type { AudioStream, MediaInfo, StreamInfo, VideoStream } from '../native/contract/media.ts';
import type { PresetSettings } from '../native/contract/preset.ts';
import { clock, size as sizeBy } from '../native/contract/words.ts';
import { language, t } from './words/index.ts';

export { clock };

/** Making one takes longer than using it a thousand times. */
const formats = new Map<string, Intl.NumberFormat>();
function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language()} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.NumberFormat(language(), options);
  formats.set(key, known);
  return known;
}

/** 12.54 → `12.5`, in German `12,5`; always with that many decimals. */
export const decimal = (value: number, decimals = 1) =>
  numberFormat({ minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: false }).format(value);

/** 10000 → `10,000`, in German `10.000`; with as many decimals as it has, three at most. */
export const number = (value: number) => numberFormat({}).format(value);

/** Its day in the language's way, and in its region's where the system tells one: `11/28/2026`, `28/11/2026`, in German `28.11.2026`. */
export function day(time: number): string {
  const region = navigator.languages.find((tag) => tag.startsWith(`${language()}-`));
  return new Date(time).toLocaleDateString(region ?? language());
}

/** 1234567 → `1.2 MB`, in German `1,2 MB`. */
export const size = (bytes: number) => sizeBy(bytes, decimal);

const codecNames: Record<string, string> = {
  ...{ h264: 'H.264', hevc: 'HEVC', av1: 'AV1', vp9: 'VP9', vp8: 'VP8', mpeg4: 'MPEG-4', mpeg2video: 'MPEG-2', prores: 'ProRes' },
  ...{ dnxhd: 'DNxHR', ffv1: 'FFV1', mjpeg: 'Motion JPEG', png: 'PNG', wmv3: 'WMV', vc1: 'VC-1', theora: 'Theora', gif: 'GIF' },
  ...{ aac: 'AAC', mp3: 'MP3', ac3: 'Dolby Digital', eac3: 'Dolby Digital Plus', truehd: 'TrueHD', dts: 'DTS', opus: 'Opus' },
  ...{ vorbis: 'Vorbis', flac: 'FLAC', alac: 'ALAC', pcm: 'PCM', wmav2: 'WMA', subrip: 'SRT', ass: 'ASS', webvtt: 'WebVTT' },
};
/** Codecs whose name is a word. */
const codecWords = { mov_text: 'movText', hdmv_pgs_subtitle: 'pgs', dvd_subtitle: 'vobsub' } as const;
const isWord = (codec: string): codec is keyof typeof codecWords => Object.hasOwn(codecWords, codec);

export function codecName(codec: string): string {
  if (isWord(codec)) return t(`common:codec.${codecWords[codec]}`);
  return codecNames[codec] ?? (codec.startsWith('pcm_') ? 'PCM' : codec.toUpperCase());
}

const layoutNames: Record<string, string> = { '5.1': '5.1', '5.1(side)': '5.1', '7.1': '7.1' };
export function layoutName({ layout, channels }: AudioStream): string {
  if (layout === 'mono' || layout === 'stereo') return t(`common:layout.${layout}`);
  return layoutNames[layout] ?? t('common:layout.other', { count: channels });
}

/** `1080p`, by the shorter side, as people name pictures. */
export const pictureName = ({ width, height }: { width: number; height: number }) => {
  const short = Math.min(width, height);
  return short >= 2160 ? `${Math.round(short / 540) === 4 ? '4K' : `${short}p`}` : `${short}p`;
};

export const frameRate = (stream: VideoStream) =>
  stream.frameRate ? Math.round((stream.frameRate.num / stream.frameRate.den) * 100) / 100 : null;

/** 6000000 → `6.0 Mb/s`, in German `6,0 Mbit/s`. */
export const bitRate = (bits: number) =>
  bits >= 1e6
    ? t('common:unit.megabits', { value: decimal(bits / 1e6) })
    : t('common:unit.kilobits', { value: String(Math.round(bits / 1000)) });

export const filmOf = (media: MediaInfo) => media.streams.find((stream): stream is VideoStream => stream.kind === 'video' && !stream.cover);

/** One line: `1080p60 HEVC · stereo AAC · 3:12 · 25 MB`. */
export function describeMedia(media: MediaInfo): string {
  const film = filmOf(media);
  const sound = media.streams.filter((stream) => stream.kind === 'audio');
  const rate = film && frameRate(film);
  return [
    film && `${pictureName(film)}${rate ? Math.round(rate) : ''} ${codecName(film.codec)}${film.hdr ? ' HDR' : ''}`,
    sound.length === 1 && sound[0] && `${film ? '' : `${layoutName(sound[0])} `}${codecName(sound[0].codec)}`,
    sound.length > 1 && t('common:media.soundTracks', { count: sound.length }),
    media.duration !== null && clock(media.duration),
    size(media.bytes),
  ]
    .filter(Boolean)
    .join(' · ');
}

export const streamKind = (kind: StreamInfo['kind']) => t(`common:stream.${kind}`);

/** One stream's facts after its kind: `1920×1080, 30 fps, H.264 High, 8 bit`. */
export function describeStream(stream: StreamInfo): string {
  const facts: (string | false | null)[] = [];
  if (stream.kind === 'video') {
    const rate = frameRate(stream);
    facts.push(
      `${stream.width}×${stream.height}`,
      !stream.cover && rate !== null && t(stream.variableRate ? 'common:media.fpsVaries' : 'common:media.fps', { rate: number(rate) }),
    );
    facts.push(codecName(stream.codec), t('common:media.bits', { bits: stream.bitDepth }), stream.hdr && `HDR ${stream.hdr.toUpperCase()}`);
    facts.push(
      stream.interlaced && t('common:media.interlaced'),
      stream.rotation !== 0 && t('common:media.turned', { degrees: stream.rotation }),
      stream.cover && t('common:media.cover'),
    );
  } else if (stream.kind === 'audio') {
    facts.push(`${layoutName(stream)} ${codecName(stream.codec)}`, `${number(stream.sampleRate / 1000)} kHz`);
  } else facts.push(codecName(stream.codec));
  facts.push(
    stream.bitRate !== null && bitRate(stream.bitRate),
    stream.language,
    stream.title && t('common:media.quoted', { title: stream.title }),
  );
  facts.push((stream.kind === 'video' || stream.kind === 'audio') && !stream.decodable && t('common:media.undecodable'));
  return facts.filter(Boolean).join(', ');
}

/** Seconds left, rounded so that it settles instead of flickering: `12 min left`. */
export function timeLeft(seconds: number): string {
  if (seconds < 10) return t('common:left.few');
  if (seconds < 55) return t('common:left.seconds', { seconds: Math.round(seconds / 10) * 10 });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t('common:left.minutes', { minutes });
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? t('common:left.hours', { hours }) : t('common:left.both', { hours, minutes: minutes % 60 });
}

/** A length of time that is over: `0.4 s`, `12:05`. */
export const took = (seconds: number) => (seconds < 10 ? `${decimal(seconds)} s` : clock(seconds));

export const percent = (fraction: number) => `${Math.floor(fraction * 100)} %`;

export const plural = (count: number, one: string, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** The last part of a path of either system. */
export const fileName = (path: string) => path.split(/[\\/]/).at(-1) || path;
export const folderOf = (path: string) => path.slice(0, Math.max(1, path.length - fileName(path).length - 1));

/** The home folder as ~, the way file managers show it. */
export const shortPath = (path: string, home: string | undefined) => (home && path.startsWith(home) ? `~${path.slice(home.length)}` : path);

const containerNames: Record<PresetSettings['container'], string> = {
  ...{ mp4: 'MP4', mov: 'MOV', mkv: 'Matroska (MKV)', webm: 'WebM', m4a: 'M4A', mp3: 'MP3', flac: 'FLAC', opus: 'Opus' },
};
export const containerName = (container: PresetSettings['container']) => containerNames[container];
