/** What each container holds and how its muxer is told. */
import type { ContainerId } from '../contract/preset.ts';

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

export const containers: Record<ContainerId, ContainerRow> = {
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
    subtitle: ['subrip', 'ass', 'webvtt', 'hdmv_pgs_subtitle', 'dvd_subtitle', 'dvb_subtitle', 'hdmv_text_subtitle', 'arib_caption'],
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
};

/** Containers that carry one sound track and no picture. */
export const audioOnly = (container: ContainerId): boolean => containers[container].video.length === 0;
/** Cover pictures that every container with covers takes. */
export const coverCodecs = ['mjpeg', 'png'];

export const holds = (list: string[] | 'any', codec: string): boolean => list === 'any' || list.includes(codec);
