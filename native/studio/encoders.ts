/** One row per encoder: how a preset's words become its options. Adding an encoder is adding a row. */
import type { Speed, VideoCodec, VideoSettings } from '../contract/preset.ts';
import { type UsualSize, usualSize } from '../contract/usual-size.ts';
import { type Hdr10, svtHdr10, x265Hdr10 } from './hdr-words.ts';
import type { Grid } from './plan-shape.ts';

type Options = Record<string, string>;

export interface VideoEncoderRow {
  /** FFmpeg's name. */
  name: string;
  codec: VideoCodec;
  /** For sentences: "H.264". */
  title: string;
  pixelFormats: PixelFormats;
  /** Profiles by FFmpeg's names where they decide on pixels and size. */
  profiles?: Record<string, { pixelFormats: PixelFormats; bitsPerPixel: number }>;
  /** The profile where none is asked for; absent where it can be left to the encoder. */
  usualProfile?(bitDepth: VideoSettings['bitDepth']): string;
  /** The option that takes a profile's name; absent: `profile`. */
  profileOption?: string;
  speed(speed: Speed): Options;
  quality(value: number): Options;
  /** Average bitrate in bits per second. */
  bitrate(bitsPerSecond: number): Options;
  /** What it is tuned for, by its own name; absent where it cannot be. */
  tune?(name: string): Options;
  /** Options that always hold. */
  always: Options;
  /** Can be told to keep HDR10 metadata, and how. */
  hdr10?(metadata: Hdr10): Options;
  /** Pictures from one keyframe to the next in a film without cuts; absent where every picture is one. */
  usualGop?: number;
  /** For size estimates only. */
  usual: UsualSize;
  twoPass: boolean;
  /** Pixels that the sides must be multiples of. */
  grid: Grid;
  /** The smallest picture it takes, where that could matter. */
  least?: Grid;
}

/** By bits per sample; `source` lists all it takes, first choice first, for lossless codecs; `alpha` is for sources with transparency. */
interface PixelFormats {
  8?: string;
  10?: string;
  source?: string[];
  alpha?: string;
}

const evenSides: Grid = { width: 2, height: 2 };
const anySides: Grid = { width: 1, height: 1 };

const presetName = (speed: Speed): Options => ({ preset: speed });
const crf = (value: number): Options => ({ crf: String(value) });
const none = (): Options => ({});
const named = (name: string): Options => ({ tune: name });
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

/** SVT-AV1 knows its tunes by number: 0 for eyes, 1 for PSNR, 2 for SSIM. */
const svtTunes = ['vq', 'psnr', 'ssim'];

/** libvpx's effort: 0 best to 5 within its good deadline, and a faster one for live pictures (Google's VP9 settings for video on demand name 0 to 2). */
const vpxSpeeds: Record<Speed, [deadline: string, cpuUsed: number]> = {
  ultrafast: ['realtime', 8],
  superfast: ['realtime', 6],
  veryfast: ['good', 5],
  faster: ['good', 4],
  fast: ['good', 3],
  medium: ['good', 2],
  slow: ['good', 1],
  slower: ['good', 1],
  veryslow: ['good', 0],
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
    tune: named,
    always: {},
    usualGop: 250,
    usual: usualSize.h264,
    twoPass: true,
    grid: evenSides,
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
    hdr10: x265Hdr10,
    tune: named,
    usualGop: 250,
    usual: usualSize.hevc,
    twoPass: true,
    grid: evenSides,
  },
  {
    name: 'libsvtav1',
    codec: 'av1',
    title: 'AV1',
    pixelFormats: { 8: 'yuv420p', 10: 'yuv420p10le' },
    speed: (speed) => ({ preset: String(svtPresets[speed]) }),
    quality: crf,
    bitrate: (rate) => ({ b: String(rate) }),
    tune: (name) => ({ 'svtav1-params': `tune=${svtTunes.indexOf(name)}` }),
    hdr10: svtHdr10,
    always: {},
    usualGop: 161,
    usual: usualSize.av1,
    twoPass: false,
    grid: evenSides,
  },
  {
    name: 'libvpx-vp9',
    codec: 'vp9',
    title: 'VP9',
    pixelFormats: { 8: 'yuv420p', 10: 'yuv420p10le' },
    speed: (speed) => ({ deadline: vpxSpeeds[speed][0], 'cpu-used': String(vpxSpeeds[speed][1]) }),
    // Without a rate of 0 the CRF is only a ceiling.
    quality: (value) => ({ crf: String(value), b: '0' }),
    bitrate: vbv,
    tune: (name) => ({ 'tune-content': name }),
    always: { 'row-mt': '1' },
    usualGop: 128,
    usual: usualSize.vp9,
    // Its notes go through the codec context, which the library does not show.
    twoPass: false,
    grid: evenSides,
  },
  {
    // Mb/s at 1920×1080 and 29.97 frames a second: proxy 45, LT 102, 422 147, HQ 220, 4444 330, 4444 XQ 500 (Apple ProRes White Paper, 2022).
    name: 'prores_ks',
    codec: 'prores',
    title: 'ProRes',
    pixelFormats: { 10: 'yuv422p10le' },
    profiles: {
      proxy: { pixelFormats: { 10: 'yuv422p10le' }, bitsPerPixel: 0.72 },
      lt: { pixelFormats: { 10: 'yuv422p10le' }, bitsPerPixel: 1.64 },
      standard: { pixelFormats: { 10: 'yuv422p10le' }, bitsPerPixel: 2.37 },
      hq: { pixelFormats: { 10: 'yuv422p10le' }, bitsPerPixel: 3.54 },
      '4444': { pixelFormats: { 10: 'yuv444p10le', alpha: 'yuva444p10le' }, bitsPerPixel: 5.31 },
      '4444xq': { pixelFormats: { 10: 'yuv444p10le', alpha: 'yuva444p10le' }, bitsPerPixel: 8.05 },
    },
    speed: none,
    quality: none,
    bitrate: none,
    always: { vendor: 'apl0' },
    usual: usualSize.prores,
    twoPass: false,
    grid: evenSides,
  },
  {
    // Every picture of a size has the same number of bytes: those FFmpeg writes at 1920×1080, measured.
    name: 'dnxhd',
    codec: 'dnxhr',
    title: 'DNxHR',
    pixelFormats: { 8: 'yuv422p', 10: 'yuv422p10le' },
    profiles: {
      dnxhr_lb: { pixelFormats: { 8: 'yuv422p' }, bitsPerPixel: 0.72 },
      dnxhr_sq: { pixelFormats: { 8: 'yuv422p' }, bitsPerPixel: 2.33 },
      dnxhr_hq: { pixelFormats: { 8: 'yuv422p' }, bitsPerPixel: 3.54 },
      dnxhr_hqx: { pixelFormats: { 10: 'yuv422p10le' }, bitsPerPixel: 3.54 },
      dnxhr_444: { pixelFormats: { 10: 'yuv444p10le' }, bitsPerPixel: 7.08 },
    },
    speed: none,
    quality: none,
    bitrate: none,
    // Without one FFmpeg makes DNxHD, which knows few sizes and rates.
    usualProfile: (bitDepth) => (bitDepth === 8 ? 'dnxhr_hq' : 'dnxhr_hqx'),
    always: {},
    usual: usualSize.dnxhr,
    twoPass: false,
    grid: evenSides,
    least: { width: 256, height: 120 },
  },
  {
    name: 'cfhd',
    codec: 'cineform',
    title: 'CineForm',
    pixelFormats: { 10: 'yuv422p10le', alpha: 'gbrap12le' },
    profileOption: 'quality',
    speed: none,
    quality: none,
    bitrate: none,
    // What the cameras that wrote CineForm called high: FFmpeg's own default is larger by half and looks no better.
    usualProfile: () => 'film1',
    always: {},
    usual: usualSize.cineform,
    twoPass: false,
    grid: { width: 16, height: 2 },
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
    usual: usualSize.ffv1,
    twoPass: false,
    grid: anySides,
  },
];

/** What FFmpeg, and so the table of containers, calls a codec. */
export const codecName = (codec: VideoCodec): string => (({ dnxhr: 'dnxhd', cineform: 'cfhd' }) as Record<string, string>)[codec] ?? codec;

/** It runs on the processor. */
export const isSoftware = ({ name }: VideoEncoderRow): boolean => softwareVideoEncoders.some((row) => row.name === name);
