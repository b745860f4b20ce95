/** Presets as the text of a file, of any version that Muxwell has written: what one reads is checked and brought up to date. */
import { StudioError } from '../contract/errors.ts';
import { type Preset, presetVersion } from '../contract/preset.ts';
import { checkPreset } from '../contract/preset-check.ts';
import type { PresetImport } from '../contract/preset-import.ts';
import { presetTemplate } from '../contract/preset-template.ts';

type Fields = Record<string, unknown>;

/** A preset out of a file, without an id of its own yet. */
export interface ReadPreset {
  preset: Omit<Preset, 'id'>;
  unmapped: PresetImport['presets'][number]['unmapped'];
}

export interface ReadPresets {
  presets: ReadPreset[];
  refused: PresetImport['refused'];
}

/** Presets as a file that `readPresetFile` reads. */
export function writePresetFile(presets: readonly Preset[]): string {
  const bare = presets.map(({ version: _version, id: _id, ...preset }) => preset);
  return `${JSON.stringify({ muxwell: 'presets', version: presetVersion, presets: bare }, null, 2)}\n`;
}

/** What a version changed: a preset of that version as the next one has it. */
const migrations: Record<number, (preset: Fields) => Fields> = {
  1: ({ subtitles, ...preset }) => ({ ...preset, subtitles: { tracks: subtitles === 'drop' ? 'none' : 'all' } }),
};

export const isPresetFile = (file: unknown): file is Fields => isPlain(file) && file['muxwell'] === 'presets';

/** Throws bad-input for a file of a newer Muxwell, or one that is none. */
export function readPresetFile(file: Fields): ReadPresets {
  const { version, presets } = file;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1 || !Array.isArray(presets))
    throw new StudioError('bad-input', 'This file says that it holds presets of Muxwell, but it does not.');
  if (version > presetVersion)
    throw new StudioError('bad-input', 'These presets were made by a newer Muxwell. Update this one to use them.');
  const read: ReadPresets = { presets: [], refused: [] };
  for (const [index, entry] of presets.entries()) {
    const name = isPlain(entry) && typeof entry['name'] === 'string' ? entry['name'].slice(0, 80) : `Preset ${index + 1}`;
    const result = isPlain(entry) ? readOne(entry, version) : `It is no preset but ${JSON.stringify(entry)?.slice(0, 40)}.`;
    if (typeof result === 'string') read.refused.push({ name, why: result });
    else read.presets.push(result);
  }
  return read;
}

/** One preset of a version, or why it is none. */
function readOne(entry: Fields, from: number): ReadPreset | string {
  let current = entry;
  for (let version = from; version < presetVersion; version++) current = migrations[version]?.(current) ?? current;
  const whole = completed({ ...presetTemplate, group: 'Imported', description: '', source: null }, current);
  const preset = checkPreset({ ...whole, version: presetVersion });
  if (typeof preset === 'string') return preset;
  return { preset, unmapped: unknownSettings(current, { ...preset, id: '' }) };
}

const isPlain = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Settings that a version did not have yet are as the template has them; those of a choice with a mode belong together. */
function completed(base: Fields, given: Fields): Fields {
  const next: Fields = { ...base };
  for (const [key, value] of Object.entries(given)) {
    const old = base[key];
    next[key] = isPlain(old) && isPlain(value) && !('mode' in old) ? completed(old, value) : value;
  }
  return next;
}

/** What is in a file and no setting here, by its place. */
function unknownSettings(given: Fields, known: Fields, place = ''): ReadPreset['unmapped'] {
  return Object.entries(given).flatMap(([key, value]) => {
    if (key === 'version' && place === '') return [];
    if (!(key in known))
      return [{ setting: `${place}${key}`, value: JSON.stringify(value).slice(0, 80), why: 'There is no such setting.' }];
    const inside = known[key];
    return isPlain(value) && isPlain(inside) ? unknownSettings(value, inside, `${place}${key}.`) : [];
  });
}
