/** What each container holds and how its muxer is told. */
import type { TargetId } from '../contract/lossless.ts';

export interface ContainerRow {
  title: string;
  muxer: string;
  extension: string;
  options: Record<string, string>;
  /** Codecs it can hold as they are, by FFmpeg's names; `any` for all. */
  video: string[] | 'any';
  audio: string[] | 'any';
  subtitle: string[] | 'any';
  attachments: boolean;
  cover: boolean;
  /** Whether it can hold chapters. */
  chapters: boolean;
}

const mp4Video = ['h264', 'hevc', 'av1', 'mpeg4', 'mpeg2video', 'vp9', 'mjpeg'];
const mp4Audio = ['aac', 'mp3', 'ac3', 'eac3', 'alac', 'flac', 'opus', 'dts'];
const faststart = { movflags: '+faststart' };

const mkvSubtitles = ['subrip', 'ass', 'webvtt', 'hdmv_pgs_subtitle', 'dvd_subtitle', 'dvb_subtitle', 'hdmv_text_subtitle', 'arib_caption'];

export const containers: Record<TargetId, ContainerRow> = {
  mp4: {
    title: 'MP4',
    muxer: 'mp4',
    extension: 'mp4',
    options: faststart,
    video: mp4Video,
    audio: mp4Audio,
    subtitle: ['mov_text'],
    attachments: false,
    cover: true,
    chapters: true,
  },
  mov: {
    title: 'QuickTime',
    muxer: 'mov',
    extension: 'mov',
    options: faststart,
    video: [...mp4Video, 'prores', 'dnxhd', 'cfhd', 'qtrle', 'png'],
    audio: ['aac', 'mp3', 'ac3', 'eac3', 'alac', 'pcm_s16le', 'pcm_s24le', 'pcm_s16be', 'pcm_s24be', 'pcm_f32le'],
    subtitle: ['mov_text'],
    attachments: false,
    cover: false,
    chapters: true,
  },
  mkv: {
    title: 'Matroska',
    muxer: 'matroska',
    extension: 'mkv',
    options: {},
    video: 'any',
    audio: 'any',
    subtitle: mkvSubtitles,
    attachments: true,
    cover: false,
    chapters: true,
  },
  webm: {
    title: 'WebM',
    muxer: 'webm',
    extension: 'webm',
    options: {},
    video: ['vp8', 'vp9', 'av1'],
    audio: ['opus', 'vorbis'],
    subtitle: ['webvtt'],
    attachments: false,
    cover: false,
    chapters: true,
  },
  m4a: {
    title: 'M4A',
    muxer: 'ipod',
    extension: 'm4a',
    options: faststart,
    video: [],
    audio: ['aac', 'alac', 'ac3'],
    subtitle: [],
    attachments: false,
    cover: true,
    chapters: true,
  },
  mp3: {
    title: 'MP3',
    muxer: 'mp3',
    extension: 'mp3',
    options: { id3v2_version: '3' },
    video: [],
    audio: ['mp3'],
    subtitle: [],
    attachments: false,
    cover: true,
    chapters: false,
  },
  flac: {
    title: 'FLAC',
    muxer: 'flac',
    extension: 'flac',
    options: {},
    video: [],
    audio: ['flac'],
    subtitle: [],
    attachments: false,
    cover: true,
    chapters: false,
  },
  opus: {
    title: 'Opus',
    muxer: 'opus',
    extension: 'opus',
    options: {},
    video: [],
    audio: ['opus'],
    subtitle: [],
    attachments: false,
    cover: false,
    chapters: false,
  },
  ts: {
    title: 'MPEG-TS',
    muxer: 'mpegts',
    extension: 'ts',
    options: {},
    video: ['h264', 'hevc', 'mpeg2video', 'mpeg4', 'mpeg1video', 'vvc', 'av1'],
    audio: ['aac', 'mp3', 'mp2', 'ac3', 'eac3', 'dts', 'truehd', 'opus'],
    subtitle: ['dvb_subtitle', 'hdmv_pgs_subtitle', 'dvb_teletext'],
    attachments: false,
    cover: false,
    chapters: false,
  },
  mka: {
    title: 'Matroska sound',
    muxer: 'matroska',
    extension: 'mka',
    options: {},
    video: [],
    audio: 'any',
    subtitle: mkvSubtitles,
    attachments: true,
    cover: true,
    chapters: true,
  },
  ogg: {
    title: 'Ogg',
    muxer: 'ogg',
    extension: 'ogg',
    options: {},
    video: [],
    audio: ['vorbis', 'opus', 'flac', 'speex'],
    subtitle: [],
    attachments: false,
    cover: false,
    chapters: true,
  },
  wav: {
    title: 'WAV',
    muxer: 'wav',
    extension: 'wav',
    options: { rf64: 'auto' },
    video: [],
    audio: ['pcm_s16le', 'pcm_s24le', 'pcm_s32le', 'pcm_u8', 'pcm_f32le', 'pcm_f64le', 'pcm_alaw', 'pcm_mulaw'],
    subtitle: [],
    attachments: false,
    cover: false,
    chapters: false,
  },
  srt: { title: 'SubRip', muxer: 'srt', extension: 'srt', ...textOnly(['subrip']) },
  ass: { title: 'ASS', muxer: 'ass', extension: 'ass', ...textOnly(['ass']) },
  vtt: { title: 'WebVTT', muxer: 'webvtt', extension: 'vtt', ...textOnly(['webvtt']) },
  file: { title: 'The file inside', muxer: '', extension: '', ...textOnly([]), attachments: true, cover: true },
};

/** A file of one text track. */
function textOnly(subtitle: string[]): Omit<ContainerRow, 'title' | 'muxer' | 'extension'> {
  return { options: {}, video: [], audio: [], subtitle, attachments: false, cover: false, chapters: false };
}

/** Containers that carry one sound track and no picture. */
export const audioOnly = (container: TargetId): boolean => containers[container].video.length === 0;
/** Cover pictures that every container with covers takes. */
export const coverCodecs = ['mjpeg', 'png'];

export const holds = (list: string[] | 'any', codec: string): boolean => list === 'any' || list.includes(codec);
