/** What encodes sound: one row per codec, with what its encoder takes, found by opening FFmpeg 8's with every rate, layout and bitrate. */
import type { AudioCodec } from '../contract/preset.ts';

export interface AudioEncoderRow {
  name: string;
  codec: AudioCodec;
  title: string;
  sampleFormat: string;
  /** Sample format for sources of more than 16 bits, where the codec keeps them. */
  deepSampleFormat?: string;
  deepName?: string;
  /** Rates it takes, Hz, the highest first; a source's own is kept if it is here. */
  sampleRates: number[] | 'any';
  maxChannels: number;
  /** FFmpeg's layouts for numbers of channels, where the codec has no other for them. */
  layouts?: Record<number, string>;
  /** Least and most kb/s of a whole track; absent for lossless codecs. */
  limits?(channels: number, sampleRate: number): { least: number; most: number };
  /** kb/s, the highest first, where there are no others. */
  steps?: number[];
  options: Record<string, string>;
}

const perChannel = (least: number, most: number) => (channels: number) => ({ least: least * channels, most: most * channels });

/** libvorbis knows each range of rates only up to so many kb/s a channel. */
const mostVorbis = (sampleRate: number) => (sampleRate > 40_000 ? 240 : sampleRate > 26_000 ? 160 : 64);

export const audioEncoders: AudioEncoderRow[] = [
  {
    ...{ name: 'aac', codec: 'aac', title: 'AAC', sampleFormat: 'fltp' },
    sampleRates: [48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000],
    maxChannels: 8,
    limits: perChannel(8, 256),
    options: {},
  },
  {
    ...{ name: 'libmp3lame', codec: 'mp3', title: 'MP3', sampleFormat: 'fltp' },
    sampleRates: [48000, 44100, 32000, 24000, 22050, 16000],
    maxChannels: 2,
    limits: perChannel(16, 160),
    steps: [320, 256, 224, 192, 160, 128, 112, 96, 80, 64, 56, 48, 40, 32],
    options: {},
  },
  {
    ...{ name: 'libopus', codec: 'opus', title: 'Opus', sampleFormat: 'flt' },
    sampleRates: [48000],
    maxChannels: 8,
    limits: perChannel(6, 256),
    options: { vbr: 'on' },
  },
  {
    ...{ name: 'libvorbis', codec: 'vorbis', title: 'Vorbis', sampleFormat: 'fltp' },
    sampleRates: [48000, 44100, 32000, 24000, 22050, 16000],
    maxChannels: 8,
    limits: (channels, sampleRate) => perChannel(32, mostVorbis(sampleRate))(channels),
    options: {},
  },
  {
    ...{ name: 'ac3', codec: 'ac3', title: 'AC-3', sampleFormat: 'fltp' },
    sampleRates: [48000, 44100, 32000],
    maxChannels: 6,
    // ATSC A/52, table 5.18.
    limits: () => ({ least: 32, most: 640 }),
    steps: [640, 576, 512, 448, 384, 320, 256, 224, 192, 160, 128, 112, 96, 80, 64, 56, 48, 40, 32],
    options: {},
  },
  {
    ...{ name: 'eac3', codec: 'eac3', title: 'E-AC-3', sampleFormat: 'fltp' },
    sampleRates: [48000, 44100, 32000],
    maxChannels: 6,
    // A frame of six blocks has at most 2048 words of 16 bits for 1536 samples (ATSC A/52, annex E), which is 1024 kb/s at 48 kHz.
    limits: (channels, sampleRate) => ({ least: 16 * channels, most: Math.floor((2048 * 16 * sampleRate) / 1536 / 1000) }),
    options: {},
  },
  {
    ...{ name: 'alac', codec: 'alac', title: 'ALAC', sampleFormat: 's16p', deepSampleFormat: 's32p' },
    sampleRates: 'any',
    // Its layouts of seven and eight channels put them elsewhere than films do.
    maxChannels: 6,
    layouts: { 4: '4.0' },
    options: {},
  },
  {
    ...{ name: 'flac', codec: 'flac', title: 'FLAC', sampleFormat: 's16', deepSampleFormat: 's32' },
    sampleRates: 'any',
    maxChannels: 8,
    options: {},
  },
  {
    ...{ name: 'pcm_s16le', codec: 'pcm', title: 'PCM', sampleFormat: 's16', deepName: 'pcm_s24le', deepSampleFormat: 's32' },
    sampleRates: 'any',
    maxChannels: 8,
    options: {},
  },
];

/** FFmpeg's usual layout for a number of channels; the engine knows these names. */
export const layoutNames: Record<number, string> = { 1: 'mono', 2: 'stereo', 3: '3.0', 4: 'quad', 5: '5.0', 6: '5.1', 7: '6.1', 8: '7.1' };
