/** What a terminal writes for the settings of an export: `--set video.speed=slow`, `--crop auto`, `--size 10MB`, `--quality xpsnr=40`. */
import { resolve } from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { type FieldRow, fields } from '../contract/fields.ts';
import { fitted, type Moved } from '../contract/fitted.ts';
import type { FieldKey, Overrides, Preset, PresetSettings, VideoSettings } from '../contract/preset.ts';
import { checkSetting } from '../contract/preset-check.ts';
import { crfOf, isScaled } from '../contract/quality-scale.ts';
import { nearestNames } from '../studio/nearest-names.ts';
import { readSegment } from './cli-lossless-words.ts';

export interface SettingOptions {
  set: string[];
  crop?: string;
  size?: string;
  quality?: string;
  trim?: string;
}

export interface ReadSettings {
  overrides: Overrides;
  /** Settings of the preset that gave way, so that all go together. */
  moved: Moved[];
}

const refuse = (message: string): never => {
  throw new StudioError('bad-input', message);
};

/** What is changed of a preset. Throws bad-input, naming the option, for what cannot be meant. */
export function readSettings(preset: Preset, { set, crop, size, quality, trim }: SettingOptions): ReadSettings {
  const asked = new Map<string, unknown>(set.map(readSet));
  const put = (option: string, key: FieldKey, value: unknown) => {
    if (asked.has(key)) refuse(`${option} and --set ${key} exclude each other.`);
    asked.set(key, value);
  };
  if (size && quality) refuse('--size and --quality exclude each other.');
  if (crop) put('--crop', 'video.crop', readCrop(crop));
  if (trim) put('--trim', 'trim', readSegment(trim));
  if (size) put('--size', 'video.rate', { mode: 'size', megabytes: readMegabytes(size) });
  const made = applied(preset, asked);
  if (!quality) return made;
  const codec = made.settings.video?.codec ?? refuse('--quality: this preset has no picture.');
  put('--quality', 'video.rate', readQuality(quality, codec));
  return applied(preset, asked);
}

/** One setting after the other, each with what gives way to it; what was asked for stays. */
function applied(preset: PresetSettings, asked: ReadonlyMap<string, unknown>): ReadSettings & { settings: PresetSettings } {
  let settings = preset;
  const moved = new Map<string, Moved>();
  for (const [key, value] of asked) {
    const next = fitted(settings, key as FieldKey, value);
    settings = next.settings;
    for (const one of next.moved) if (!asked.has(one.key)) moved.set(one.key, one);
  }
  const gave = [...moved.values()].map(({ key, to }) => [key, to] as const);
  return { settings, moved: [...moved.values()], overrides: Object.fromEntries([...gave, ...asked]) as Overrides };
}

/** `KEY=VALUE` by the name that a preset has for it. */
function readSet(written: string): [string, unknown] {
  const at = written.indexOf('=');
  if (at < 1) refuse(`--set ${written} is not understood. It must look like video.speed=slow.`);
  const [key, text] = [written.slice(0, at).trim(), written.slice(at + 1).trim()];
  if ((key === 'video' || key === 'audio') && isNothing(text)) return [key, null];
  const row = fields.find((one) => one.key === key);
  if (!row)
    return refuse(
      `There is no setting “${key.slice(0, 60)}”. The nearest are: ${nearestNames(
        key,
        fields.map((one) => one.key),
      ).join(', ')}.`,
    );
  const result = checkSetting(row.key, readValue(row, text));
  if ('why' in result) return refuse(`${key} cannot be “${text.slice(0, 60)}”. ${allowed(row) || result.why}`);
  return [key, isWatermark(result.value) ? { ...result.value, path: resolve(result.value.path) } : result.value];
}

/** Workers have a folder of their own: paths are made whole where they are written. */
const isWatermark = (value: unknown): value is { path: string } => typeof value === 'object' && value !== null && 'path' in value;

const isNothing = (text: string) => ['', 'none', 'null'].includes(text.toLowerCase());
const words = (text: string) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

const switches: Record<string, boolean> = { true: true, yes: true, on: true, false: false, no: false, off: false };

/** JSON for what is made of parts; else as the kind of the setting is written by hand. */
function readValue(row: FieldRow, text: string): unknown {
  if (/^[[{]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      return refuse(`--set ${row.key}: this is not JSON: ${text.slice(0, 60)}`);
    }
  }
  if (row.empty && isNothing(text)) return null;
  switch (row.kind) {
    case 'number':
      return text === '' ? text : Number(text);
    case 'switch':
      return switches[text.toLowerCase()] ?? text;
    case 'list':
    case 'languages':
      return isNothing(text) ? [] : words(text);
    case 'options':
      return Object.fromEntries(words(text).map((word) => word.split(/=(.*)/s).slice(0, 2) as [string, string]));
    case 'crop':
      return readCrop(text);
    case 'trim':
      return readSegment(text);
    case 'choice':
      // A profile or a tune may be any that the encoder knows.
      return row.empty ? text : (valuesOf(row).find((value) => String(value) === text) ?? text);
    default:
      return text;
  }
}

const presetless = { video: null, audio: null, container: 'mp4' } as PresetSettings;
const valuesOf = (row: FieldRow) => row.values?.(presetless) ?? [];

/** What a setting can be, in a sentence; empty where only the schema knows. */
function allowed(row: FieldRow): string {
  const nothing = row.empty ? ', or none' : '';
  if (row.range) return `It can be from ${row.range.least} to ${row.range.most}${row.unit ? ` ${row.unit}` : ''}${nothing}.`;
  if (row.kind === 'switch') return 'It can be on or off.';
  if (row.kind === 'choice' && !row.empty) return `It can be ${valuesOf(row).join(', ')}.`;
  if (row.kind === 'languages') return 'Languages are three letters each, like eng,deu.';
  if (row.parts) return `It is written as JSON, with ${Object.keys(row.parts).join(', ')}.`;
  return '';
}

/** `auto`, `off`, or lines and columns to take away: top:bottom:left:right. */
function readCrop(text: string): VideoSettings['crop'] {
  if (text === 'auto' || text === 'off') return { mode: text };
  const sides = text.split(':').map((part) => (/^\d{1,5}$/.test(part) ? Number(part) : Number.NaN));
  const [top = 0, bottom = 0, left = 0, right = 0] = sides;
  if (sides.length !== 4 || sides.some((side) => !(side <= 16_384)))
    refuse(`--crop ${text} is not understood. It must be auto, off or TOP:BOTTOM:LEFT:RIGHT in pixels, like 140:140:0:0.`);
  return { mode: 'manual', top, bottom, left, right };
}

const megabytesIn: Record<string, number> = {
  ...{ '': 1, k: 1e-3, kb: 1e-3, m: 1, mb: 1, g: 1e3, gb: 1e3 },
  ...{ kib: 1.024e-3, mib: 1.048576, gib: 1073.741824 },
};

/** `10MB`, `1.5GB`, `700MiB`; a bare number is MB. */
function readMegabytes(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text.trim()) ?? [];
  const megabytes = Number(number) * (megabytesIn[unit.toLowerCase()] ?? Number.NaN);
  if (!(megabytes >= 0.1 && megabytes <= 100_000))
    refuse(`--size ${text} is not understood. It must look like 10MB or 1.5GB, from 0.1 MB to 100 GB.`);
  return megabytes;
}

const quality = 'It must be a place from 0 to 100, or look like xpsnr=40 or ssim=0.98.';

function readQuality(text: string, codec: VideoSettings['codec']): VideoSettings['rate'] {
  if (!isScaled(codec)) return refuse(`--quality: ${codec} has no quality to choose.`);
  const [, metric = '', figure = ''] = /^(?:(xpsnr|ssim)=)?(\d+(?:\.\d+)?)$/i.exec(text.trim()) ?? [];
  const value = Number(figure);
  const most = metric.toLowerCase() === 'ssim' ? 1 : 100;
  if (figure === '' || value > most) refuse(`--quality ${text} is not understood. ${quality}`);
  if (!metric) return { mode: 'quality', value: crfOf(codec, value) };
  return { mode: 'target', metric: metric.toLowerCase() as 'xpsnr' | 'ssim', value };
}
