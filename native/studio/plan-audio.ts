/** What becomes of one sound track. */
import type { AudioStream } from '../contract/media.ts';
import type { AudioEncode } from '../contract/plan.ts';
import type { TrackSettings } from '../contract/preset.ts';
import { type AudioEncoderRow, layoutNames } from './audio-encoders.ts';

export type AudioChoice = Omit<AudioEncode, 'action' | 'kind' | 'input' | 'tags' | 'disposition' | 'codecTag'>;

const mixdowns: Record<TrackSettings['mixdown'], number> = { mono: 1, stereo: 2, '5.1': 6, '7.1': 8, source: 8 };

/** Channels that settings ask for, whatever the source and the codec have. */
export const askedChannels = ({ mixdown }: TrackSettings): number => mixdowns[mixdown];

export const channelsOf = (stream: AudioStream, settings: TrackSettings, row: AudioEncoderRow): number =>
  Math.max(1, Math.min(stream.channels, askedChannels(settings), row.maxChannels));

/** The rate asked for, or the source's, in Hz; where the codec has not got it, the next one above. */
export function rateOf(stream: AudioStream, settings: TrackSettings, row: AudioEncoderRow): number {
  const wanted = settings.sampleRate ?? stream.sampleRate;
  if (row.sampleRates === 'any') return wanted;
  return row.sampleRates.findLast((rate) => rate >= wanted) ?? row.sampleRates[0] ?? wanted;
}

/** Bits per second that a track gets before any size limit; 0 for lossless codecs. */
export function askedBitRate(stream: AudioStream, settings: TrackSettings, row: AudioEncoderRow): number {
  if (settings.kbps === null || !row.limits) return 0;
  const channels = channelsOf(stream, settings, row);
  const { least, most } = row.limits(channels, rateOf(stream, settings, row));
  return Math.max(least, Math.min((settings.kbps * channels) / 2, most)) * 1000;
}

/** `limit` is the most a size limit leaves for this track, bits per second. */
export function planAudio(stream: AudioStream, settings: TrackSettings, row: AudioEncoderRow, limit: number): AudioChoice {
  const deep =
    row.deepSampleFormat !== undefined &&
    (stream.bitDepth > 16 || /^(s32|flt|dbl|s64)/.test(stream.sampleFormat)) &&
    isLossless(stream.codec);
  const channels = channelsOf(stream, settings, row);
  const sampleRate = rateOf(stream, settings, row);
  return {
    encoder: (deep && row.deepName) || row.name,
    options: row.options,
    bitRate: fitted(askedBitRate(stream, settings, row), limit, row, channels, sampleRate),
    sampleRate,
    sampleFormat: deep && row.deepSampleFormat ? row.deepSampleFormat : row.sampleFormat,
    layout: row.layouts?.[channels] ?? layoutNames[channels] ?? 'stereo',
    channels,
    gain: settings.gain,
    loudness: null,
  };
}

/** The asked rate within a limit, as the codec has it. */
function fitted(asked: number, limit: number, row: AudioEncoderRow, channels: number, sampleRate: number): number {
  if (!row.limits || asked === 0) return 0;
  const bits = Math.max(row.limits(channels, sampleRate).least * 1000, Math.min(asked, limit));
  if (!row.steps) return Math.floor(bits);
  return (row.steps.find((step) => step * 1000 <= bits) ?? row.steps.at(-1) ?? 0) * 1000;
}

/** Lossy codecs decode to floats that hold no more than 16 honest bits. */
const isLossless = (codec: string) => /^(pcm_|flac|alac|truehd|mlp|wavpack|tta|ape|tak|dsd)/.test(codec);
