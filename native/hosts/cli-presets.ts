/** `muxwell presets`: what there is, one of them in full, and files of them in and out. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { emptyState, type State } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import { fields, settingAt } from '../contract/fields.ts';
import type { Preset } from '../contract/preset.ts';
import { createState } from '../contract/state.ts';
import { dataFolder, presetFolder } from '../studio/data-folder.ts';
import { defaultPresetId } from '../studio/preset.ts';
import { createPresetLibrary, type PresetLibrary } from '../studio/presets.ts';

/** The library that every door has, for one piece of work; without `keep` nothing that is done to it lasts. */
function withLibrary<T>(work: (library: PresetLibrary, all: Preset[]) => T, keep = true): T {
  const state = createState<State>(emptyState);
  const nothing = () => {};
  const library = createPresetLibrary({ state, folder: keep ? presetFolder(dataFolder()) : null, changed: nothing, removed: nothing });
  try {
    return work(library, Object.values(state.all('presets')));
  } finally {
    library.close();
  }
}

const print = (value: unknown) => console.log(JSON.stringify(value, null, 2));

export function listPresets(json: boolean): void {
  withLibrary((_library, presets) => {
    if (json) return print(presets);
    const width = Math.max(...presets.map(({ name }) => name.length));
    for (const [index, group] of [...new Set(presets.map((preset) => preset.group))].entries()) {
      console.log(`${index > 0 ? '\n' : ''}${group}`);
      for (const { id, name, description } of presets.filter((preset) => preset.group === group))
        console.log(`  ${name.padEnd(width)}  ${description}${id === defaultPresetId ? ' (default)' : ''}`.trimEnd());
    }
  });
}

export function showPreset(name: string, json: boolean): void {
  withLibrary(({ find }) => {
    const preset = find(name);
    if (json) return print(preset);
    const shown = fields.filter(({ key, needs }) => settingAt(preset, key) !== undefined && (needs?.(preset) ?? true));
    const width = Math.max(...shown.map(({ key }) => key.length));
    const source = preset.source ? `Figures: ${preset.source.title}${preset.source.date && `, ${preset.source.date}`}.` : '';
    for (const line of [`${preset.name} (${preset.id}), ${preset.group}`, preset.description, source].filter(Boolean)) console.log(line);
    for (const { key } of shown) console.log(`  ${key.padEnd(width)}  ${written(settingAt(preset, key))}`);
  });
}

/** As `--set` reads it. */
function written(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'none';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Returns the exit code: 1 when something in the file could not be used. `-` reads standard input. */
export function importPresets(file: string, { json, dryRun }: { json: boolean; dryRun: boolean }): number {
  const text = readText(file);
  return withLibrary((library) => {
    const result = library.importPresets({ text });
    if (json) print(result);
    else {
      for (const { name, unmapped } of result.presets) {
        console.log(`${dryRun ? 'Would import' : 'Imported'} “${name}”`);
        for (const { setting, value, why } of unmapped) console.log(`  ${setting} = ${value}: ${why}`);
      }
      for (const { name, why } of result.refused) console.error(`Not imported: “${name}”: ${why}`);
    }
    return result.presets.length > 0 && result.refused.length === 0 ? 0 : 1;
  }, !dryRun);
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new StudioError(
      isMissing ? 'source-missing' : 'source-unreadable',
      `${file} ${isMissing ? 'does not exist' : 'cannot be read'}.`,
      String(error),
    );
  }
}

/** To a file, which is never replaced, or to standard output. */
export function exportPresets(names: string[], out: string | undefined): void {
  withLibrary((library) => {
    const { text } = library.exportPresets({ ids: names.map((name) => library.find(name).id) });
    if (!out) return void process.stdout.write(text);
    if (existsSync(out)) throw new StudioError('output-exists', `${out} exists already. Choose another name.`);
    try {
      writeFileSync(out, text, { flag: 'wx' });
    } catch (error) {
      throw new StudioError('output-unwritable', `${out} cannot be written.`, String(error));
    }
    console.error(`${names.length} exported to ${out}.`);
  });
}

export function removePresets(names: string[]): void {
  withLibrary((library) => {
    library.removePresets({ ids: names.map((name) => library.find(name).id) });
    console.error(`${names.length} removed.`);
  });
}
