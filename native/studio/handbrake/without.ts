/** Settings of HandBrake that have no counterpart here: each is named wherever it would change the result. */
import type { Reader } from './reader.ts';

/** `neutral` are the values that change nothing, as text; absent and empty always do. `instead` is what is done here. */
export type Without = Record<string, { neutral: string[]; instead: string }>;

const off = ['off', 'none', '0', 'false'];
const on = ['true', '1'];
const kept = 'what a file says of itself is always kept';
const named = 'tracks keep the names they have';
const fits = 'pictures are made to fit their limits, not stretched to a size';
const marked = 'colours are marked as they are';
const blocks = 'there is no filter against blocks here';
const dynamic = 'HDR10 and HLG are kept; HDR10+ and Dolby Vision are not made when encoding';

export const withoutCounterpart: Without = {
  ChapterMarkers: { neutral: on, instead: 'chapters are kept wherever the container can' },
  Mp4iPodCompatible: { neutral: off, instead: 'iPods of 2005 are not catered for' },
  InlineParameterSets: { neutral: off, instead: 'parameter sets stand where the container wants them' },
  MetadataPassthrough: { neutral: on, instead: kept },
  MetadataPassthru: { neutral: on, instead: kept },
  AudioTrackNamePassthru: { neutral: on, instead: named },
  SubtitleTrackNamePassthru: { neutral: on, instead: named },
  AudioAutomaticNamingBehavior: { neutral: off, instead: 'tracks without a name stay without one' },
  AlignAVStart: { neutral: off, instead: 'each track begins where it does in the source' },
  PictureAllowUpscaling: { neutral: off, instead: 'pictures are never enlarged' },
  PictureForceWidth: { neutral: off, instead: fits },
  PictureForceHeight: { neutral: off, instead: fits },
  PictureDARWidth: { neutral: off, instead: 'the shape of the picture stays the source’s' },
  PictureKeepRatio: { neutral: on, instead: 'the shape of the picture is always kept' },
  PictureModulus: { neutral: ['2', '1'], instead: 'sides are even numbers, whatever else divides them' },
  PictureItuPAR: { neutral: off, instead: 'pixels keep the source’s shape' },
  PicturePadMode: { neutral: off, instead: 'borders are not added' },
  PictureCombDetectPreset: { neutral: [...off, 'default', 'fast'], instead: 'fields are looked for as FFmpeg’s idet does' },
  PictureDeblockPreset: { neutral: off, instead: blocks },
  PictureDeblock: { neutral: off, instead: blocks },
  PictureChromaSmoothPreset: { neutral: off, instead: 'colours are not smoothed by themselves; denoise does both' },
  PictureColorspacePreset: { neutral: off, instead: 'colours stay the source’s, or are tone mapped when HDR becomes SDR' },
  PictureDetelecine: { neutral: off, instead: 'telecine is not undone' },
  VideoScaler: { neutral: ['swscale'], instead: 'pictures are scaled by FFmpeg’s swscale' },
  VideoColorRange: { neutral: ['auto', 'limited'], instead: 'colours are written in limited range' },
  VideoColorMatrixCode: { neutral: off, instead: marked },
  VideoColorMatrixCodeOverride: { neutral: off, instead: marked },
  VideoPasshtruHDRDynamicMetadata: { neutral: off, instead: dynamic },
  VideoPassthruHDRDynamicMetadata: { neutral: off, instead: dynamic },
  SubtitleAddCC: { neutral: off, instead: 'closed captions inside the picture are not taken out' },
};

export const trackWithoutCounterpart: Without = {
  AudioTrackQualityEnable: { neutral: off, instead: 'sound is made at a bitrate, not at a quality' },
  AudioTrackDRCSlider: { neutral: off, instead: 'quiet and loud stay as far apart as they are' },
  AudioNormalizeMixLevel: { neutral: off, instead: 'levels are set by gain or by loudness' },
  AudioDitherMethod: { neutral: [...off, 'auto'], instead: 'samples are dithered as FFmpeg’s resampler does by itself' },
  AudioCompressionLevel: { neutral: ['-1'], instead: 'the encoder’s own effort is taken' },
  AudioTrackName: { neutral: [], instead: named },
};

export function noteWithout(read: Reader, settings: Without): void {
  for (const [key, { neutral, instead }] of Object.entries(settings)) {
    const value = read.text(key).toLowerCase();
    if (value !== '' && !neutral.includes(value)) read.note(key, instead);
  }
}
