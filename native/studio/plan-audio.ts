/** What becomes of one sound track. */
import type { AudioStream } from '../contract/media.ts';
import type { AudioEncode } from '../contract/plan.ts';
import type { TrackSettings } from '../contract/preset.ts';
import { type AudioEncoderRow, layoutNames } from './encoders.ts';

export type AudioChoice = Omit<AudioEncode, 'action' | 'kind' | 'input' | 'tags' | 'disposition' | 'codecTag'>;

const mixdowns: Record<TrackSettings['mixdown'], number> = { mono: 1, stereo: 2, '5.1': 6, '7.1': 8, source: 8 };
/** MP3's own steps; other encoders take any rate. */
const mp3Steps = [320, 256, 224, 192, 160, 128, 112, 96, 80, 64, 56, 48, 40, 32];

/** Bits per second that a track gets before any size limit. */
export function askedBitRate(stream: AudioStream, settings: TrackSettings, row: AudioEncoderRow): number {
  if (settings.kbps === null || !row.maxKbpsPerChannel) return 0;
  const channels = channelsOf(stream, settings, row);
  return Math.min((settings.kbps * channels) / 2, row.maxKbpsPerChannel * channels) * 1000;
}

const channelsOf = (stream: AudioStream, settings: TrackSettings, row: AudioEncoderRow) =>
  Math.max(1, Math.min(stream.channels, mixdowns[settings.mixdown], row.maxChannels));

/** `limit` is the most a size limit leaves for this track, bits per second. */
export function planAudio(stream: AudioStream, settings: TrackSettings, row: AudioEncoderRow, limit: number): AudioChoice {
  const deep =
    row.deepSampleFormat !== undefined &&
    (stream.bitDepth > 16 || /^(s32|flt|dbl|s64)/.test(stream.sampleFormat)) &&
    isLossless(stream.codec);
  const channels = channelsOf(stream, settings, row);
  const bitRate = Math.min(askedBitRate(stream, settings, row), limit);
  const known = row.sampleRates === 'any' || row.sampleRates.includes(stream.sampleRate);
  return {
    encoder: (deep && row.deepName) || row.name,
    options: row.options,
    bitRate: row.codec === 'mp3' ? (mp3Steps.find((step) => step * 1000 <= bitRate) ?? 32) * 1000 : Math.floor(bitRate),
    sampleRate: known ? stream.sampleRate : row.fallbackRate,
    sampleFormat: deep && row.deepSampleFormat ? row.deepSampleFormat : row.sampleFormat,
    layout: layoutNames[channels] ?? 'stereo',
    channels,
    gain: 0,
    loudness: null,
  };
}

/** Lossy codecs decode to floats that hold no more than 16 honest bits. */
const isLossless = (codec: string) => /^(pcm_|flac|alac|truehd|mlp|wavpack|tta|ape|tak|dsd)/.test(codec);
