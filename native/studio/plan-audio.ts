/** What becomes of one sound track. */
import type { AudioStream } from '../contract/media.ts';
import type { AudioEncode } from '../contract/plan.ts';
import type { TrackSettings } from '../contract/preset.ts';
import { type AudioEncoderRow, layoutNames } from './encoders.ts';

export type AudioChoice = Omit<AudioEncode, 'action' | 'kind' | 'input' | 'tags' | 'disposition' | 'codecTag' | 'gain' | 'loudness'>;

/** Most channels of each mixdown. */
export const mixdowns: Record<TrackSettings['mixdown'], number> = { mono: 1, stereo: 2, '5.1': 6, '7.1': 8, source: 8 };

/** Bits per second that a track gets before any size limit. */
export function askedBitRate(stream: AudioStream, settings: TrackSettings, row: AudioEncoderRow): number {
  if (!row.maxKbpsPerChannel) return 0;
  const channels = channelsOf(stream, settings, row);
  const asked = ((settings.kbps ?? usualKbps) * channels) / 2;
  return Math.min(asked, row.maxKbpsPerChannel * channels, row.maxKbps ?? Infinity) * 1000;
}

/** For a lossy codec whose preset says no rate. */
const usualKbps = 160;

export const channelsOf = (stream: AudioStream, settings: TrackSettings, row: AudioEncoderRow) =>
  Math.max(1, Math.min(stream.channels, mixdowns[settings.mixdown], row.maxChannels));

/** `share` is the part of the asked rate that a size limit leaves, 0 to 1. */
export function planAudio(stream: AudioStream, settings: TrackSettings, row: AudioEncoderRow, share: number): AudioChoice {
  const deep =
    row.deepSampleFormat !== undefined &&
    (stream.bitDepth > 16 || /^(s32|flt|dbl|s64)/.test(stream.sampleFormat)) &&
    isLossless(stream.codec);
  const channels = channelsOf(stream, settings, row);
  const bitRate = askedBitRate(stream, settings, row) * share;
  const sampleRate = nearestRate(settings.sampleRate ?? stream.sampleRate, row);
  return {
    encoder: (deep && row.deepName) || row.name,
    options: row.options,
    bitRate: row.steps ? stepBelow(bitRate, row.steps) : Math.floor(bitRate),
    sampleRate,
    sampleFormat: deep && row.deepSampleFormat ? row.deepSampleFormat : row.sampleFormat,
    layout: layoutNames[channels] ?? 'stereo',
    channels,
  };
}

/** A rate the encoder takes; one that it does not know becomes its own. */
const nearestRate = (rate: number, { sampleRates, fallbackRate }: AudioEncoderRow): number =>
  sampleRates === 'any' || sampleRates.includes(rate) ? rate : fallbackRate;

/** Steps in kb/s, the highest first. */
const stepBelow = (bitRate: number, steps: number[]): number => (steps.find((step) => step * 1000 <= bitRate) ?? steps.at(-1) ?? 32) * 1000;

/** Lossy codecs decode to floats that hold no more than 16 honest bits. */
const isLossless = (codec: string) => /^(pcm_|flac|alac|truehd|mlp|wavpack|tta|ape|tak|dsd)/.test(codec);
