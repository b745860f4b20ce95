/** Every setting that has a name of its own, one row each: what an editor shows, in which order, and within which bounds. */
import { audioFacts, containerFacts, copiedSound, type RateMode, videoFacts } from './codec-facts.ts';
import type { AudioSettings, FieldKey, PresetSettings, VideoSettings } from './preset.ts';
import { audioCodecs, containerIds, corners, mixdowns, speeds, strengths, videoCodecs } from './preset-names.ts';
import { presetTemplate } from './preset-template.ts';

export const topics = ['file', 'size', 'filters', 'frameRate', 'color', 'quality', 'encoder', 'sound', 'subtitles'] as const;
export type Topic = (typeof topics)[number];

/**
 * What an editor offers: `choice` one of a list, `list` several of it, `options` names and values of FFmpeg's, and what is made of
 * several parts (`rate`, `crop`, `frameRate`, `watermark`, `tracks`, `trim`).
 */
export type FieldKind =
  | 'choice'
  | 'number'
  | 'switch'
  | 'list'
  | 'languages'
  | 'options'
  | 'rate'
  | 'crop'
  | 'frameRate'
  | 'watermark'
  | 'tracks'
  | 'trim';

export type Unit = 'px' | 'fps' | 'bit' | 'degrees' | 's' | 'kb/s' | 'MB' | 'Hz' | 'dB' | 'LUFS' | 'CRF' | 'share';

/** Bounds of a number, as the schema has them; a codec may allow less. */
export interface Range {
  least: number;
  most: number;
  step: number;
  unit: Unit | null;
}

export interface FieldRow {
  key: FieldKey;
  topic: Topic;
  kind: FieldKind;
  /** Shown before anything is unfolded. */
  simple?: true;
  /** What a preset has that says nothing else. */
  default: unknown;
  /** May be empty: null, which leaves it to the source or the encoder. */
  empty?: true;
  unit?: Unit;
  range?: Range;
  /** Of a setting made of parts, by `part` or, where its mode decides, `mode.part`. */
  parts?: Record<string, Range>;
  /** What it is chosen from, for `choice` and `list`; the modes of a setting that has some. */
  values?(settings: PresetSettings): readonly unknown[];
  /** Whether it has a meaning as the others stand; absent: always. */
  needs?(settings: PresetSettings): boolean;
}

const range = (least: number, most: number, step: number, unit: Unit | null): Range => ({ least, most, step, unit });
const of =
  (...values: readonly unknown[]) =>
  () =>
    values;

const picture = (settings: PresetSettings) => settings.video !== null;
const pictureWith = (test: (video: VideoSettings) => unknown) => (settings: PresetSettings) =>
  settings.video !== null && Boolean(test(settings.video));
const sound = (settings: PresetSettings) => settings.audio !== null;
const soundWith = (test: (audio: AudioSettings, settings: PresetSettings) => unknown) => (settings: PresetSettings) =>
  settings.audio !== null && Boolean(test(settings.audio, settings));
const text = (settings: PresetSettings) => containerFacts[settings.container].subtitles;
/** Sound alone has one track. */
const severalTracks = (_audio: AudioSettings, settings: PresetSettings) => containerFacts[settings.container].video.length > 0;

const borders = range(0, 16_384, 2, 'px');
const rateModes: RateMode[] = ['quality', 'bitrate', 'size', 'target', 'fixed'];
const codecOf = (settings: PresetSettings) => videoFacts[settings.video?.codec ?? presetTemplate.video.codec];

const rows: Omit<FieldRow, 'default'>[] = [
  { key: 'container', topic: 'file', kind: 'choice', simple: true, values: () => containerIds },
  { key: 'trim', topic: 'file', kind: 'trim', empty: true, parts: { start: range(0, 1e7, 0.001, 's'), end: range(0, 1e7, 0.001, 's') } },
  { key: 'muxerOptions', topic: 'file', kind: 'options' },

  {
    key: 'video.maxHeight',
    topic: 'size',
    kind: 'number',
    simple: true,
    empty: true,
    unit: 'px',
    range: range(16, 16_384, 2, 'px'),
    needs: picture,
  },
  { key: 'video.maxWidth', topic: 'size', kind: 'number', empty: true, unit: 'px', range: range(16, 16_384, 2, 'px'), needs: picture },
  { key: 'video.anamorphic', topic: 'size', kind: 'choice', values: of('keep', 'square'), needs: picture },
  {
    ...{ key: 'video.crop', topic: 'size', kind: 'crop', values: of('off', 'auto', 'manual'), needs: picture },
    parts: { 'manual.top': borders, 'manual.bottom': borders, 'manual.left': borders, 'manual.right': borders },
  },
  { key: 'video.rotate', topic: 'size', kind: 'choice', unit: 'degrees', values: of(0, 90, 180, 270), needs: picture },
  { key: 'video.flip', topic: 'size', kind: 'switch', needs: picture },

  { key: 'video.deinterlace', topic: 'filters', kind: 'choice', values: of('auto', 'always', 'off'), needs: picture },
  {
    ...{ key: 'video.deinterlaceTo', topic: 'filters', kind: 'choice', values: of('frames', 'fields') },
    needs: pictureWith((video) => video.deinterlace !== 'off'),
  },
  { key: 'video.denoise', topic: 'filters', kind: 'choice', values: () => strengths, needs: picture },
  {
    ...{ key: 'video.denoiser', topic: 'filters', kind: 'choice', values: of('hqdn3d', 'nlmeans') },
    needs: pictureWith((video) => video.denoise !== 'off'),
  },
  { key: 'video.sharpen', topic: 'filters', kind: 'choice', values: () => strengths, needs: picture },
  { key: 'video.deband', topic: 'filters', kind: 'choice', values: () => strengths, needs: picture },
  { key: 'video.grayscale', topic: 'filters', kind: 'switch', needs: picture },
  {
    ...{ key: 'video.watermark', topic: 'filters', kind: 'watermark', empty: true, values: () => corners, needs: picture },
    parts: { width: range(0.01, 1, 0.01, 'share'), opacity: range(0, 1, 0.01, 'share') },
  },

  {
    ...{ key: 'video.frameRate', topic: 'frameRate', kind: 'frameRate', values: of('source', 'peak', 'constant'), needs: picture },
    parts: { fps: range(1, 240, 0.001, 'fps') },
  },

  { key: 'video.hdr', topic: 'color', kind: 'choice', values: of('tonemap', 'keep'), needs: picture },
  { key: 'video.bitDepth', topic: 'color', kind: 'choice', unit: 'bit', values: of(8, 10, 'source'), needs: picture },

  {
    ...{ key: 'video.rate', topic: 'quality', kind: 'rate', simple: true, values: () => rateModes, needs: picture },
    parts: {
      'quality.value': range(0, 63, 0.5, 'CRF'),
      'bitrate.kbps': range(50, 400_000, 50, 'kb/s'),
      'size.megabytes': range(0.1, 100_000, 0.1, 'MB'),
      'target.value': range(0, 100, 0.001, null),
    },
  },
  {
    ...{ key: 'video.speed', topic: 'quality', kind: 'choice', simple: true, values: () => speeds },
    needs: pictureWith((video) => videoFacts[video.codec].speeds),
  },

  { key: 'video.codec', topic: 'encoder', kind: 'choice', simple: true, values: () => videoCodecs, needs: picture },
  {
    ...{ key: 'video.profile', topic: 'encoder', kind: 'choice', empty: true },
    values: (settings) => codecOf(settings).profiles.map(({ name }) => name),
    needs: pictureWith((video) => videoFacts[video.codec].profiles.length > 0),
  },
  {
    ...{ key: 'video.tune', topic: 'encoder', kind: 'choice', empty: true, values: (settings) => codecOf(settings).tunes },
    needs: pictureWith((video) => videoFacts[video.codec].tunes.length > 0),
  },
  {
    ...{ key: 'video.gopSeconds', topic: 'encoder', kind: 'number', empty: true, unit: 's', range: range(0.1, 20, 0.1, 's') },
    needs: pictureWith((video) => videoFacts[video.codec].gop),
  },
  {
    ...{ key: 'video.bFrames', topic: 'encoder', kind: 'number', empty: true, range: range(0, 16, 1, null) },
    needs: pictureWith((video) => videoFacts[video.codec].bFrames > 0),
  },
  { key: 'video.options', topic: 'encoder', kind: 'options', needs: picture },

  { key: 'audio.codec', topic: 'sound', kind: 'choice', simple: true, values: () => audioCodecs, needs: sound },
  {
    ...{ key: 'audio.kbps', topic: 'sound', kind: 'number', simple: true, empty: true, unit: 'kb/s', range: range(16, 1536, 16, 'kb/s') },
    needs: soundWith((audio) => audioFacts[audio.codec].kbps),
  },
  { key: 'audio.mixdown', topic: 'sound', kind: 'choice', values: () => mixdowns, needs: sound },
  { key: 'audio.tracks', topic: 'sound', kind: 'choice', values: of('all', 'first', 'language'), needs: soundWith(severalTracks) },
  { key: 'audio.languages', topic: 'sound', kind: 'languages', needs: soundWith((audio) => audio.tracks === 'language') },
  { key: 'audio.loudness', topic: 'sound', kind: 'number', empty: true, unit: 'LUFS', range: range(-40, -5, 0.5, 'LUFS'), needs: sound },
  { key: 'audio.gain', topic: 'sound', kind: 'number', unit: 'dB', range: range(-40, 40, 0.5, 'dB'), needs: sound },
  {
    ...{ key: 'audio.sampleRate', topic: 'sound', kind: 'number', empty: true, unit: 'Hz', range: range(8000, 192_000, 1, 'Hz') },
    ...{ values: of(48000, 44100, 32000, 96000, 88200, 24000, 22050, 16000, 12000, 11025, 8000), needs: sound },
  },
  { key: 'audio.passthrough', topic: 'sound', kind: 'list', values: () => Object.keys(copiedSound), needs: sound },
  { key: 'audio.more', topic: 'sound', kind: 'tracks', needs: soundWith(severalTracks) },

  { key: 'subtitles.tracks', topic: 'subtitles', kind: 'choice', simple: true, values: of('all', 'none', 'language'), needs: text },
  {
    ...{ key: 'subtitles.languages', topic: 'subtitles', kind: 'languages' },
    needs: (settings) => text(settings) && settings.subtitles.tracks === 'language',
  },
  {
    ...{ key: 'subtitles.forcedOnly', topic: 'subtitles', kind: 'switch' },
    needs: (settings) => text(settings) && settings.subtitles.tracks !== 'none',
  },
  {
    ...{ key: 'subtitles.burn', topic: 'subtitles', kind: 'choice', values: of('none', 'forced', 'first') },
    needs: (settings) => picture(settings) && settings.subtitles.tracks !== 'none',
  },
];

/** A setting by its place; undefined where the picture or the sound is left out. */
export function settingAt(settings: PresetSettings, key: FieldKey): unknown {
  const [room = '', name] = key.split('.');
  const whole = (settings as Record<string, unknown>)[room];
  return name === undefined ? whole : (whole as Record<string, unknown> | null | undefined)?.[name];
}

/** In the order of their topics. */
export const fields: readonly FieldRow[] = rows.map((row) => ({ ...row, default: settingAt(presetTemplate, row.key) ?? null }));

export const fieldOf = (key: FieldKey): FieldRow => fields.find((row) => row.key === key) as FieldRow;
