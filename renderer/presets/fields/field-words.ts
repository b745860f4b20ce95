/** Settings and their values in a person's words. */
import { type Why, whyNot } from '../../../native/contract/choices.ts';
import { audioFacts, copiedSound, videoFacts } from '../../../native/contract/codec-facts.ts';
import { type FieldRow, settingAt, type Unit } from '../../../native/contract/fields.ts';
import type { Moved } from '../../../native/contract/fitted.ts';
import type { FieldKey, PresetSettings, TrackSettings, VideoSettings } from '../../../native/contract/preset.ts';
import { isScaled, scaleOf } from '../../../native/contract/quality-scale.ts';
import { bitRate, containerName, fileName, number } from '../../format.ts';
import { languageName } from '../../lossless/languages.ts';
import { t } from '../../words/index.ts';

/** Keys that are put together when the page runs: that each is there is held by a test. */
const say = (key: string, values?: Record<string, string | number>) =>
  (t as unknown as (key: string, values?: object) => string)(key, values);

export const labelOf = (key: FieldKey) => say(`fields:field.${key}.label`);
export const hintOf = (key: FieldKey) => say(`fields:field.${key}.hint`);
export const topicName = (topic: FieldRow['topic']) => t(`fields:topic.${topic}`);
export const whyWords = ({ key, values }: Why) => say(`fields:${key}`, values);

const units: Record<Unit, string> = {
  ...{ px: 'fields:unit.px', fps: 'fields:unit.fps', s: 'fields:unit.s', 'kb/s': 'fields:unit.kbps', MB: 'fields:unit.mb' },
  ...{ Hz: 'fields:unit.hz', dB: 'fields:unit.db', LUFS: 'fields:unit.lufs', share: 'fields:unit.percent' },
  ...{ bit: '', degrees: '', CRF: '' },
};
export const unitWord = (unit: Unit | null | undefined) => (unit && units[unit] ? say(units[unit]) : '');
const measured = (value: number, unit: Unit | null | undefined) =>
  unitWord(unit) ? t('fields:number.measured', { value: number(value), unit: unitWord(unit) }) : number(value);

/** What an empty setting means. */
const emptyKeys: Partial<Record<FieldKey, 'limit' | 'source' | 'off'>> = {
  ...{ 'video.maxHeight': 'limit', 'video.maxWidth': 'limit', 'audio.loudness': 'off', 'audio.sampleRate': 'source' },
  ...{ 'video.watermark': 'off' },
};
export const emptyWord = (key: FieldKey) => t(`fields:empty.${emptyKeys[key] ?? 'encoder'}`);

/** Mixdowns have dots in their names, which keys cannot have. */
const surround: Record<string, string> = { '5.1': 'surround', '7.1': 'surround7' };

/** One value of a choice or a list; of a rate, crop or frame rate its mode. */
export function choiceWord(key: FieldKey, value: unknown): string {
  const text = String(value);
  switch (key) {
    case 'container':
      return containerName(value as PresetSettings['container']);
    case 'video.codec':
      return videoFacts[value as VideoSettings['codec']].title;
    case 'audio.codec':
      return audioFacts[value as TrackSettings['codec']].title;
    case 'audio.passthrough':
      return copiedSound[text]?.title ?? text;
    case 'audio.sampleRate':
      return measured(Number(value), 'Hz');
    case 'video.profile':
    case 'video.tune':
      return text;
    default:
      return say(`fields:value.${key}.${surround[text] ?? text}`);
  }
}

export function rateWords({ codec, rate }: Pick<VideoSettings, 'codec' | 'rate'>): string {
  switch (rate.mode) {
    case 'quality':
      return isScaled(codec)
        ? t('fields:rate.quality', { scale: scaleOf(codec, rate.value), value: number(rate.value) })
        : t('fields:rate.crf', { value: number(rate.value) });
    case 'bitrate':
      return t('fields:rate.words.bitrate', { rate: bitRate(rate.kbps * 1000) });
    case 'size':
      return t('fields:rate.words.size', { value: number(rate.megabytes) });
    case 'target':
      return t('fields:rate.words.target', { metric: rate.metric.toUpperCase(), value: number(rate.value) });
    case 'fixed':
      return choiceWord('video.rate', 'fixed');
  }
}

export const trackWords = ({ codec, kbps, mixdown }: TrackSettings) =>
  [audioFacts[codec].title, kbps === null ? t('fields:track.lossless') : measured(kbps, 'kb/s'), choiceWord('audio.mixdown', mixdown)].join(
    ', ',
  );

/** Settings that are made of parts. */
const parts: Partial<Record<FieldKey, (value: never, settings: PresetSettings) => string>> = {
  'video.rate': (_rate, { video }) => (video ? rateWords(video) : ''),
  'video.crop': (crop: VideoSettings['crop']) =>
    crop.mode === 'manual' ? t('fields:crop.words', { ...crop }) : choiceWord('video.crop', crop.mode),
  'video.frameRate': ({ mode, fps }: VideoSettings['frameRate']) =>
    mode === 'source' || fps === null
      ? choiceWord('video.frameRate', mode)
      : t('fields:frameRate.words', { mode: choiceWord('video.frameRate', mode), fps: number(fps) }),
  'video.watermark': ({ path, position }: NonNullable<VideoSettings['watermark']>) =>
    `${fileName(path)}, ${choiceWord('video.watermark', position)}`,
  'audio.more': (more: TrackSettings[]) => more.map(trackWords).join('; '),
  'audio.languages': (codes: string[]) => codes.map(languageName).join(', '),
  'subtitles.languages': (codes: string[]) => codes.map(languageName).join(', '),
  'video.options': (options: object) => optionWords(options),
  muxerOptions: (options: object) => optionWords(options),
};
const optionWords = (options: object) =>
  Object.entries(options)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

/** A setting's value as it stands. */
export function valueWords(row: FieldRow, settings: PresetSettings): string {
  return wordsFor(row, settingAt(settings, row.key), settings);
}

export function wordsFor(row: FieldRow, value: unknown, settings: PresetSettings): string {
  const { key } = row;
  if (value === null || value === undefined) return emptyWord(key);
  const made = parts[key]?.(value as never, settings);
  if (made !== undefined) return made || t('fields:none');
  if (typeof value === 'boolean') return t(value ? 'fields:on' : 'fields:off');
  if (Array.isArray(value)) return value.map((one) => choiceWord(key, one)).join(', ') || t('fields:none');
  if (row.kind === 'number') return measured(value as number, row.unit);
  return choiceWord(key, value);
}

/** Meaning, bounds and usual value, for who rests the pointer on a name. */
export function tipOf(row: FieldRow, settings: PresetSettings): string {
  const bounds =
    row.range &&
    t('fields:range', { least: number(row.range.least), most: number(row.range.most), unit: unitWord(row.unit) }).replace(' .', '.');
  const usual = row.kind === 'options' || row.kind === 'rate' ? '' : t('fields:standard', { value: wordsFor(row, row.default, settings) });
  return [hintOf(row.key), bounds, usual].filter(Boolean).join('\n');
}

/** What gave way to a change, in one line; empty where nothing did. */
export function movedWords(moved: Moved[], settings: PresetSettings, rowOf: (key: FieldKey) => FieldRow): string {
  if (moved.some(({ key }) => key === 'video')) return t('fields:moved.noPicture');
  const list = moved.flatMap(({ key, to }) =>
    key === 'video' || key === 'video.options'
      ? []
      : [t('fields:moved.item', { label: labelOf(key), value: wordsFor(rowOf(key), to, settings) })],
  );
  return list.length > 0 ? t('fields:moved.all', { list: list.join('; ') }) : '';
}

/** Why a setting cannot stay what it is, in words; null where it can. */
export function problemOf(key: FieldKey, settings: PresetSettings): string | null {
  const value = settingAt(settings, key);
  const why = whyNot(key, typeof value === 'object' && value !== null && 'mode' in value ? value.mode : value, settings);
  return why && whyWords(why);
}
