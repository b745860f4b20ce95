/** What each codec and container can do, for editors of settings: tables without zod, so that a page reads them at run time. */
import type { AudioCodec, ContainerId, VideoCodec, VideoSettings } from './preset.ts';
import { crfOf, isScaled, scaleOf } from './quality-scale.ts';

export type RateMode = VideoSettings['rate']['mode'];
export type BitDepth = VideoSettings['bitDepth'];

export interface VideoFacts {
  /** "H.264". */
  title: string;
  /** Ways to say how good or how large, the usual one first. */
  rates: RateMode[];
  /** The codec's own scale of constant quality: lower is better. `usual` looks good to most people. null where it has none. */
  crf: { best: number; usual: number; worst: number } | null;
  /** Two passes are possible, so that an average rate is kept better. */
  twoPass: boolean;
  bitDepths: BitDepth[];
  /** FFmpeg's names, the plainest first, with the bits that each takes. */
  profiles: { name: string; bitDepths: BitDepth[]; bFrames?: 0 }[];
  /** What the encoder can be tuned for, by its own names. */
  tunes: string[];
  /** Speeds trade time for size. */
  speeds: boolean;
  /** Pictures depend on each other: the distance of keyframes has a meaning. */
  gop: boolean;
  /** Consecutive B-frames at most; 0 where they cannot be set. */
  bFrames: number;
  /** Where it usually lives. */
  home: ContainerId;
}

const predicted = { speeds: true, gop: true, rates: ['quality', 'bitrate', 'size', 'target'] as RateMode[] };
const intra = { speeds: false, gop: false, rates: ['fixed'] as RateMode[], crf: null, twoPass: false, bFrames: 0, tunes: [] };
const profiles = (bitDepths: BitDepth[], names: string) => names.split(' ').map((name) => ({ name, bitDepths }));

export const videoFacts: Record<VideoCodec, VideoFacts> = {
  h264: {
    ...predicted,
    title: 'H.264',
    crf: { best: 0, usual: 22, worst: 51 },
    twoPass: true,
    bitDepths: [8, 10],
    profiles: [{ name: 'baseline', bitDepths: [8], bFrames: 0 }, ...profiles([8], 'main high'), ...profiles([10], 'high10')],
    tunes: ['film', 'animation', 'grain', 'stillimage', 'fastdecode', 'zerolatency', 'psnr', 'ssim'],
    bFrames: 16,
    home: 'mp4',
  },
  hevc: {
    ...predicted,
    title: 'HEVC',
    crf: { best: 0, usual: 24, worst: 51 },
    twoPass: true,
    bitDepths: [8, 10],
    profiles: [...profiles([8], 'main'), ...profiles([10], 'main10')],
    tunes: ['animation', 'grain', 'fastdecode', 'zerolatency', 'psnr', 'ssim'],
    bFrames: 16,
    home: 'mp4',
  },
  av1: {
    ...predicted,
    title: 'AV1',
    crf: { best: 0, usual: 30, worst: 63 },
    twoPass: false,
    bitDepths: [8, 10],
    profiles: [],
    tunes: ['vq', 'psnr', 'ssim'],
    bFrames: 0,
    home: 'mp4',
  },
  vp9: {
    ...predicted,
    title: 'VP9',
    crf: { best: 0, usual: 31, worst: 63 },
    twoPass: false,
    bitDepths: [8, 10],
    profiles: [],
    tunes: ['film', 'screen'],
    bFrames: 0,
    home: 'webm',
  },
  prores: {
    ...intra,
    title: 'ProRes',
    bitDepths: [10],
    profiles: profiles([10], 'proxy lt standard hq 4444 4444xq'),
    home: 'mov',
  },
  dnxhr: {
    ...intra,
    title: 'DNxHR',
    bitDepths: [8, 10],
    profiles: [...profiles([8], 'dnxhr_lb dnxhr_sq dnxhr_hq'), ...profiles([10], 'dnxhr_hqx dnxhr_444')],
    home: 'mov',
  },
  cineform: {
    ...intra,
    title: 'CineForm',
    bitDepths: [10],
    profiles: profiles([10], 'low medium high film1 film2 film3'),
    home: 'mov',
  },
  ffv1: { ...intra, title: 'FFV1', bitDepths: ['source'], profiles: [], home: 'mkv' },
};

export interface AudioFacts {
  title: string;
  /** kb/s of a stereo track; null for lossless codecs. */
  kbps: { least: number; usual: number; most: number } | null;
  /** Most channels. */
  channels: number;
  /** Hz, the usual one first. */
  sampleRates: number[] | 'any';
}

export const audioFacts: Record<AudioCodec, AudioFacts> = {
  aac: {
    title: 'AAC',
    kbps: { least: 32, usual: 160, most: 512 },
    channels: 8,
    sampleRates: [48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000],
  },
  mp3: { title: 'MP3', kbps: { least: 32, usual: 192, most: 320 }, channels: 2, sampleRates: [48000, 44100, 32000, 24000, 22050, 16000] },
  opus: { title: 'Opus', kbps: { least: 16, usual: 128, most: 512 }, channels: 8, sampleRates: [48000] },
  vorbis: {
    title: 'Vorbis',
    kbps: { least: 64, usual: 160, most: 480 },
    channels: 8,
    sampleRates: [48000, 44100, 32000, 24000, 22050, 16000],
  },
  ac3: { title: 'AC-3', kbps: { least: 64, usual: 224, most: 640 }, channels: 6, sampleRates: [48000, 44100, 32000] },
  eac3: { title: 'E-AC-3', kbps: { least: 64, usual: 192, most: 1024 }, channels: 6, sampleRates: [48000, 44100, 32000] },
  alac: { title: 'ALAC', kbps: null, channels: 6, sampleRates: 'any' },
  flac: { title: 'FLAC', kbps: null, channels: 8, sampleRates: 'any' },
  pcm: { title: 'PCM', kbps: null, channels: 8, sampleRates: 'any' },
};

export interface ContainerFacts {
  title: string;
  /** What it holds, the usual one first; none: sound alone, one track of it. */
  video: VideoCodec[];
  audio: AudioCodec[];
  subtitles: boolean;
}

export const containerFacts: Record<ContainerId, ContainerFacts> = {
  mp4: {
    title: 'MP4',
    video: ['h264', 'hevc', 'av1', 'vp9', 'ffv1'],
    audio: ['aac', 'mp3', 'opus', 'vorbis', 'ac3', 'eac3', 'alac', 'flac', 'pcm'],
    subtitles: true,
  },
  mov: {
    title: 'QuickTime',
    video: ['h264', 'hevc', 'prores', 'dnxhr', 'cineform', 'ffv1'],
    audio: ['aac', 'mp3', 'vorbis', 'ac3', 'eac3', 'alac', 'pcm'],
    subtitles: true,
  },
  mkv: {
    title: 'Matroska',
    video: ['h264', 'hevc', 'av1', 'vp9', 'prores', 'dnxhr', 'cineform', 'ffv1'],
    audio: ['aac', 'mp3', 'opus', 'vorbis', 'ac3', 'eac3', 'alac', 'flac', 'pcm'],
    subtitles: true,
  },
  webm: { title: 'WebM', video: ['vp9', 'av1'], audio: ['opus', 'vorbis'], subtitles: true },
  m4a: { title: 'M4A', video: [], audio: ['aac', 'mp3', 'opus', 'vorbis', 'ac3', 'eac3', 'alac', 'flac'], subtitles: false },
  mp3: { title: 'MP3', video: [], audio: ['mp3'], subtitles: false },
  flac: { title: 'FLAC', video: [], audio: ['flac'], subtitles: false },
  opus: { title: 'Opus', video: [], audio: ['opus'], subtitles: false },
};

/** Sound codecs that can go over as they are, by FFmpeg's names, and the containers that hold them. */
export const copiedSound: Record<string, { title: string; containers: ContainerId[] }> = {
  aac: { title: 'AAC', containers: ['mp4', 'mov', 'mkv', 'm4a'] },
  mp3: { title: 'MP3', containers: ['mp4', 'mov', 'mkv', 'm4a', 'mp3'] },
  mp2: { title: 'MP2', containers: ['mp4', 'mov', 'mkv', 'm4a'] },
  ac3: { title: 'AC-3', containers: ['mp4', 'mov', 'mkv', 'm4a'] },
  eac3: { title: 'E-AC-3', containers: ['mp4', 'mov', 'mkv', 'm4a'] },
  dts: { title: 'DTS', containers: ['mp4', 'mov', 'mkv', 'm4a'] },
  truehd: { title: 'TrueHD', containers: ['mp4', 'mkv', 'm4a'] },
  opus: { title: 'Opus', containers: ['mp4', 'mkv', 'webm', 'm4a', 'opus'] },
  vorbis: { title: 'Vorbis', containers: ['mp4', 'mov', 'mkv', 'webm', 'm4a'] },
  flac: { title: 'FLAC', containers: ['mp4', 'mkv', 'm4a', 'flac'] },
  alac: { title: 'ALAC', containers: ['mp4', 'mov', 'mkv', 'm4a'] },
  pcm_s16le: { title: 'PCM, 16 bit', containers: ['mp4', 'mov', 'mkv'] },
  pcm_s24le: { title: 'PCM, 24 bit', containers: ['mp4', 'mov', 'mkv'] },
};

/** Channels that a mixdown keeps at most. */
export const mixdownChannels = { mono: 1, stereo: 2, '5.1': 6, '7.1': 8, source: 8 } as const;

/** A CRF on another codec's scale, for a picture about as good. */
export function movedCrf(value: number, from: VideoCodec, to: VideoCodec): number {
  if (!isScaled(to)) return 0;
  return isScaled(from) ? crfOf(to, scaleOf(from, value)) : (videoFacts[to].crf?.usual ?? 0);
}
