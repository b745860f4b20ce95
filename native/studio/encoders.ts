/** One row per encoder: how a preset's words become its options. Adding an encoder is adding a row. */
import type { AudioCodec, Speed, VideoCodec } from '../contract/preset.ts';

type Options = Record<string, string>;

export interface VideoEncoderRow {
  /** FFmpeg's name. */
  name: string;
  codec: VideoCodec;
  /** For sentences: "H.264". */
  title: string;
  /** Pixel format by bits per sample; `source` lists all it takes, first choice first, for lossless codecs. */
  pixelFormats: { 8?: string; 10?: string; source?: string[] };
  speed(speed: Speed): Options;
  quality(value: number): Options;
  /** Average bitrate in bits per second. */
  bitrate(bitsPerSecond: number): Options;
  /** Options that always hold. */
  always: Options;
  /** Can be told to keep HDR10 metadata, and how. */
  hdr10?(metadata: string): Options;
  /** Bits per pixel at which quality `at` usually ends, and the quality steps that halve it: for size estimates only. */
  usual: { bitsPerPixel: number; at: number; halving: number };
  twoPass: boolean;
  /** Pictures must have even sides. */
  even: boolean;
}

const presetName = (speed: Speed): Options => ({ preset: speed });
const crf = (value: number): Options => ({ crf: String(value) });
const none = (): Options => ({});
/** Average with a ceiling of half as much again over two seconds: what players' buffers expect. */
const vbv = (rate: number): Options => ({ b: String(rate), maxrate: String(Math.round(rate * 1.5)), bufsize: String(rate * 2) });

/** SVT-AV1's own scale, 0 best to 13 fastest; 8 is its makers' choice for fast, 6 for careful work. */
const svtPresets: Record<Speed, number> = {
  ultrafast: 12,
  superfast: 11,
  veryfast: 10,
  faster: 9,
  fast: 8,
  medium: 6,
  slow: 5,
  slower: 4,
  veryslow: 3,
};

/** FFV1's own list of pixel formats that films come in. */
const ffv1Formats = [
  'yuv420p',
  'yuv422p',
  'yuv444p',
  'yuva420p',
  'yuva422p',
  'yuva444p',
  'yuv440p',
  'yuv411p',
  'yuv410p',
  'yuv420p10le',
  'yuv422p10le',
  'yuv444p10le',
  'yuva420p10le',
  'yuva422p10le',
  'yuva444p10le',
  'yuv420p12le',
  'yuv422p12le',
  'yuv444p12le',
  'yuva422p12le',
  'yuva444p12le',
  'yuv420p16le',
  'yuv422p16le',
  'yuv444p16le',
  'bgr0',
  'bgra',
  'gbrp10le',
  'gbrp12le',
  'gbrp16le',
  'gbrap10le',
  'gbrap12le',
  'gbrap16le',
  'gray',
  'gray10le',
  'gray12le',
  'gray16le',
];

export const softwareVideoEncoders: VideoEncoderRow[] = [
  {
    name: 'libx264',
    codec: 'h264',
    title: 'H.264',
    pixelFormats: { 8: 'yuv420p', 10: 'yuv420p10le' },
    speed: presetName,
    quality: crf,
    bitrate: vbv,
    always: {},
    usual: { bitsPerPixel: 0.08, at: 22, halving: 6 },
    twoPass: true,
    even: true,
  },
  {
    name: 'libx265',
    codec: 'hevc',
    title: 'HEVC',
    pixelFormats: { 8: 'yuv420p', 10: 'yuv420p10le' },
    speed: presetName,
    quality: crf,
    bitrate: vbv,
    always: { 'x265-params': 'log-level=none' },
    hdr10: (metadata) => ({ 'x265-params': `hdr10=1:hdr10-opt=1:repeat-headers=1${metadata}` }),
    usual: { bitsPerPixel: 0.05, at: 22, halving: 6 },
    twoPass: true,
    even: true,
  },
  {
    name: 'libsvtav1',
    codec: 'av1',
    title: 'AV1',
    pixelFormats: { 8: 'yuv420p', 10: 'yuv420p10le' },
    speed: (speed) => ({ preset: String(svtPresets[speed]) }),
    quality: crf,
    bitrate: (rate) => ({ b: String(rate) }),
    always: {},
    usual: { bitsPerPixel: 0.04, at: 30, halving: 9 },
    twoPass: false,
    even: true,
  },
  {
    // 147 Mb/s at 1920×1080 and 29.97 frames a second (Apple ProRes White Paper, 2022).
    name: 'prores_ks',
    codec: 'prores',
    title: 'ProRes',
    pixelFormats: { 10: 'yuv422p10le' },
    speed: none,
    quality: none,
    bitrate: none,
    always: { vendor: 'apl0' },
    usual: { bitsPerPixel: 2.37, at: 0, halving: Infinity },
    twoPass: false,
    even: true,
  },
  {
    // Version 3, intra only, a checksum per slice: what the Library of Congress and FADGI recommend for archives.
    name: 'ffv1',
    codec: 'ffv1',
    title: 'FFV1',
    pixelFormats: { source: ffv1Formats },
    speed: none,
    quality: none,
    bitrate: none,
    always: { level: '3', g: '1', slicecrc: '1', slices: '16', coder: '1', context: '1' },
    usual: { bitsPerPixel: 8, at: 0, halving: Infinity },
    twoPass: false,
    even: false,
  },
];

export interface AudioEncoderRow {
  name: string;
  codec: AudioCodec;
  title: string;
  sampleFormat: string;
  /** Sample format for sources of more than 16 bits, where the codec keeps them. */
  deepSampleFormat?: string;
  deepName?: string;
  /** Rates it takes; a source's own is kept if it is here. */
  sampleRates: number[] | 'any';
  /** Rate for sources that have another. */
  fallbackRate: number;
  maxChannels: number;
  /** kb/s for one channel at most; absent for lossless codecs. */
  maxKbpsPerChannel?: number;
  options: Options;
}

export const audioEncoders: AudioEncoderRow[] = [
  {
    name: 'aac',
    codec: 'aac',
    title: 'AAC',
    sampleFormat: 'fltp',
    sampleRates: [48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000],
    fallbackRate: 48000,
    maxChannels: 8,
    maxKbpsPerChannel: 256,
    options: {},
  },
  {
    name: 'libmp3lame',
    codec: 'mp3',
    title: 'MP3',
    sampleFormat: 'fltp',
    sampleRates: [48000, 44100, 32000, 24000, 22050, 16000],
    fallbackRate: 48000,
    maxChannels: 2,
    maxKbpsPerChannel: 160,
    options: {},
  },
  {
    name: 'libopus',
    codec: 'opus',
    title: 'Opus',
    sampleFormat: 'flt',
    sampleRates: [48000],
    fallbackRate: 48000,
    maxChannels: 8,
    maxKbpsPerChannel: 256,
    options: { vbr: 'on' },
  },
  {
    name: 'flac',
    codec: 'flac',
    title: 'FLAC',
    sampleFormat: 's16',
    deepSampleFormat: 's32',
    sampleRates: 'any',
    fallbackRate: 48000,
    maxChannels: 8,
    options: {},
  },
  {
    name: 'pcm_s16le',
    codec: 'pcm',
    title: 'PCM',
    sampleFormat: 's16',
    deepName: 'pcm_s24le',
    deepSampleFormat: 's32',
    sampleRates: 'any',
    fallbackRate: 48000,
    maxChannels: 8,
    options: {},
  },
];

/** FFmpeg's usual layout for a number of channels; the engine knows these names. */
export const layoutNames: Record<number, string> = { 1: 'mono', 2: 'stereo', 3: '3.0', 4: 'quad', 5: '5.0', 6: '5.1', 7: '6.1', 8: '7.1' };
