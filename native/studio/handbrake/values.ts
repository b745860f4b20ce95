/** HandBrake's words and what they are called here. Its preset files write them (HandBrake 1.0 to 1.12, preset_template.json and the names in its documentation). */
import type { AudioCodec, ContainerId, Speed, Strength, TrackSettings, VideoCodec } from '../../contract/preset.ts';

/** A value's counterpart; `why` where it is not quite the same. */
export interface Counterpart<T> {
  value: T;
  why?: string;
}

export const containers: Record<string, Counterpart<ContainerId>> = {
  mp4: { value: 'mp4' },
  m4v: { value: 'mp4' },
  av_mp4: { value: 'mp4' },
  mkv: { value: 'mkv' },
  av_mkv: { value: 'mkv' },
  webm: { value: 'webm' },
  av_webm: { value: 'webm' },
  av_mov: { value: 'mov' },
};

const older = (name: string) => `${name} is not made here; H.264 is smaller and plays wherever it does`;

/** By the beginning of the encoder's name, after the device is taken off. */
const videoCodecs: [prefix: string, codec: VideoCodec, why?: string][] = [
  ['x264', 'h264'],
  ['h264', 'h264'],
  ['x265', 'hevc'],
  ['h265', 'hevc'],
  ['svt_av1', 'av1'],
  ['av1', 'av1'],
  ['vp9', 'vp9'],
  ['vp8', 'vp9', 'VP8 is not made here; VP9 is its successor'],
  ['ffv1', 'ffv1'],
  ['prores', 'prores'],
  ['dnxh', 'dnxhr'],
  ['mpeg4', 'h264', older('MPEG-4 part 2')],
  ['ffmpeg4', 'h264', older('MPEG-4 part 2')],
  ['mpeg2', 'h264', older('MPEG-2')],
  ['ffmpeg2', 'h264', older('MPEG-2')],
  ['theora', 'h264', older('Theora')],
  ['libtheora', 'h264', older('Theora')],
];

/** Devices by the beginning of the encoder's name. */
const devices = ['nvenc', 'qsv', 'vce', 'mf', 'vt'];

export interface VideoEncoder {
  codec: VideoCodec;
  bitDepth: 8 | 10;
  /** HandBrake's name of the device; null for the processor. */
  device: string | null;
  why: string | null;
}

/** null for a name that is not known. */
export function videoEncoder(name: string): VideoEncoder | null {
  const words = name.toLowerCase();
  const device = devices.find((one) => words.startsWith(`${one}_`)) ?? null;
  const plain = device === null ? words : words.slice(device.length + 1);
  const row = videoCodecs.find(([prefix]) => plain.startsWith(prefix));
  if (!row) return null;
  const deep = /_(10|12)bit/.test(plain);
  const why = row[2] ?? (plain.includes('12bit') ? '12 bits become 10' : null);
  return { codec: row[1], bitDepth: deep || ['prores', 'dnxhr'].includes(row[1]) ? 10 : 8, device, why };
}

export const speeds: Record<string, Counterpart<Speed>> = {
  ...Object.fromEntries(
    ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower', 'veryslow'].map((speed) => [
      speed,
      { value: speed as Speed },
    ]),
  ),
  placebo: { value: 'veryslow', why: 'placebo takes far longer and looks the same' },
  // Names of NVENC, Quick Sync, AMF and VideoToolbox.
  fastest: { value: 'superfast' },
  slowest: { value: 'veryslow' },
  speed: { value: 'veryfast' },
  balanced: { value: 'medium' },
  default: { value: 'medium' },
  quality: { value: 'slow' },
};

/** SVT-AV1's numbers, 13 fastest. */
export function svtSpeed(number: number): Speed {
  const steps: [least: number, speed: Speed][] = [
    [12, 'ultrafast'],
    [11, 'superfast'],
    [10, 'veryfast'],
    [9, 'faster'],
    [7, 'fast'],
    [6, 'medium'],
    [5, 'slow'],
    [4, 'slower'],
  ];
  return steps.find(([least]) => number >= least)?.[1] ?? 'veryslow';
}

export const strengths: Record<string, Strength> = {
  ultralight: 'light',
  light: 'light',
  weak: 'light',
  medium: 'medium',
  strong: 'strong',
  stronger: 'strong',
  verystrong: 'strong',
};

export const audioCodecs: Record<string, Counterpart<AudioCodec>> = {
  aac: { value: 'aac' },
  av_aac: { value: 'aac' },
  ca_aac: { value: 'aac' },
  fdk_aac: { value: 'aac' },
  faac: { value: 'aac' },
  ca_haac: { value: 'aac', why: 'HE-AAC is not made here; plain AAC is' },
  fdk_haac: { value: 'aac', why: 'HE-AAC is not made here; plain AAC is' },
  mp3: { value: 'mp3' },
  lame: { value: 'mp3' },
  vorbis: { value: 'vorbis' },
  opus: { value: 'opus' },
  ac3: { value: 'ac3' },
  eac3: { value: 'eac3' },
  flac: { value: 'flac' },
  flac16: { value: 'flac' },
  flac24: { value: 'flac' },
  alac: { value: 'alac' },
  alac16: { value: 'alac' },
  alac24: { value: 'alac' },
  alac32: { value: 'alac' },
  pcm: { value: 'pcm' },
  pcm16: { value: 'pcm' },
  pcm24: { value: 'pcm' },
};
export const losslessAudio: AudioCodec[] = ['flac', 'alac', 'pcm'];

/** What can be copied, by FFmpeg's names. */
export const copied: Record<string, string> = {
  aac: 'aac',
  ac3: 'ac3',
  eac3: 'eac3',
  truehd: 'truehd',
  dts: 'dts',
  dtshd: 'dts',
  mp2: 'mp2',
  mp3: 'mp3',
  flac: 'flac',
  opus: 'opus',
  vorbis: 'vorbis',
  alac: 'alac',
};

const matrixed = 'sound that is matrixed for surround decoders is not made here; plain stereo is';

export const mixdowns: Record<string, Counterpart<TrackSettings['mixdown']>> = {
  none: { value: 'source' },
  mono: { value: 'mono' },
  left_only: { value: 'mono', why: 'both channels are mixed, not one of them taken' },
  right_only: { value: 'mono', why: 'both channels are mixed, not one of them taken' },
  stereo: { value: 'stereo' },
  dpl1: { value: 'stereo', why: matrixed },
  dpl2: { value: 'stereo', why: matrixed },
  '5point1': { value: '5.1' },
  '6ch': { value: '5.1' },
  '5_2_lfe': { value: '7.1' },
  '6point1': { value: '7.1', why: '6.1 is kept, and more channels up to 7.1 as well' },
  '7point1': { value: '7.1' },
};
