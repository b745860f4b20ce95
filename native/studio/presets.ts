/** All presets there are, those that came with Muxwell and one's own, in the state's table; own ones are kept in a folder. */
import { randomBytes } from 'node:crypto';
import type { Commands, State } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import { type Preset, presetVersion } from '../contract/preset.ts';
import type { PresetImport } from '../contract/preset-import.ts';
import type { StateOwner } from '../contract/state.ts';
import { builtInPresets, findPreset } from './preset.ts';
import { writePresetFile } from './preset-files.ts';
import { openPresetFolder } from './preset-folder.ts';
import { readPresets } from './read-presets.ts';

export interface PresetLibrary {
  /** By id, or by name in any case. Throws unknown-preset. */
  find(nameOrId: string): Preset;
  savePreset(input: Commands['savePreset']): { id: string };
  removePresets(input: Commands['removePresets']): void;
  importPresets(input: Commands['importPresets']): PresetImport;
  exportPresets(input: Commands['exportPresets']): { text: string };
  close(): void;
}

export interface PresetLibraryDeps {
  state: StateOwner<State>;
  /** Where own presets are kept; null keeps them no longer than the process. */
  folder: string | null;
  /** An own preset is another than it was: what goes by it is to be planned anew. */
  changed(id: string): void;
  /** A preset is forgotten. */
  removed(ids: string[]): void;
  /** Takes a line about a file that cannot be used. */
  tell?(line: string): void;
}

const isOwn = ({ id }: Preset) => id.startsWith('own-');

export function createPresetLibrary({ state, folder, changed, removed, tell = console.error }: PresetLibraryDeps): PresetLibrary {
  const files = folder === null ? null : openPresetFolder(folder, reread, tell);
  const all = () => Object.values(state.all('presets'));
  const find = (nameOrId: string) => findPreset(nameOrId, all());

  /** The table as the folder has it now. */
  function reread(): void {
    const found = files?.read();
    if (!found) return;
    const gone = all().filter((preset) => isOwn(preset) && !found.has(preset.id));
    for (const { id } of gone) state.remove('presets', id);
    if (gone.length > 0) removed(gone.map(({ id }) => id));
    for (const preset of found.values()) put(preset);
  }

  function put(preset: Preset): void {
    const before = state.get('presets', preset.id);
    if (JSON.stringify(before) === JSON.stringify(preset)) return;
    state.put('presets', preset.id, preset);
    if (before) changed(preset.id);
  }

  function keep(preset: Preset): void {
    files?.write(preset);
    put(preset);
  }

  /** A name that no other preset has: a second one becomes “name 2”. */
  function freeName(name: string, id: string | null): string {
    const taken = new Set(all().flatMap((preset) => (preset.id === id ? [] : [preset.name.toLowerCase()])));
    if (!taken.has(name.toLowerCase())) return name;
    const stem = name.replace(/ \d+$/, '').slice(0, 74);
    for (let number = 2; ; number++) if (!taken.has(`${stem} ${number}`.toLowerCase())) return `${stem} ${number}`;
  }

  const newId = () => `own-${randomBytes(8).toString('hex')}`;

  /** Throws preset-built-in. */
  function ownPreset(id: string): Preset {
    const preset = find(id);
    if (!isOwn(preset))
      throw new StudioError('preset-built-in', `“${preset.name}” came with Muxwell and stays as it is. Duplicate it and change the copy.`);
    return preset;
  }

  for (const preset of builtInPresets) state.put('presets', preset.id, preset);
  reread();

  return {
    find,
    savePreset({ id: given, preset }) {
      const id = given === undefined ? newId() : ownPreset(given).id;
      keep({ ...preset, name: freeName(preset.name, id), id, version: presetVersion });
      return { id };
    },
    removePresets({ ids }) {
      const presets = ids.flatMap((id) => state.get('presets', id) ?? []).map(({ id }) => ownPreset(id));
      for (const preset of presets) refuseIfInUse(state, preset);
      for (const { id } of presets) {
        files?.remove(id);
        state.remove('presets', id);
      }
      removed(presets.map(({ id }) => id));
    },
    importPresets({ text }) {
      const { format, presets, refused } = readPresets(text);
      const imported = presets.map(({ preset, unmapped }) => {
        const made: Preset = { ...preset, id: newId(), name: freeName(preset.name, null) };
        keep(made);
        return { id: made.id, name: made.name, unmapped };
      });
      return { format, presets: imported, refused };
    },
    exportPresets: ({ ids }) => ({ text: writePresetFile(ids.map(find)) }),
    close: () => files?.close(),
  };
}

/** Throws preset-in-use while jobs that have not ended, or a watch folder, go by a preset. */
function refuseIfInUse(state: StateOwner<State>, { id, name }: Preset): void {
  const waiting = Object.values(state.all('jobs')).filter(
    (job) => job.preset === id && ['reading', 'draft', 'waiting', 'running'].includes(state.get('statuses', job.id)?.phase ?? ''),
  ).length;
  const watches = Object.values(state.all('watches')).filter(({ setup }) => setup.preset === id).length;
  const users = [
    ...(waiting > 0 ? [waiting === 1 ? 'a job that has not run yet' : `${waiting} jobs that have not run yet`] : []),
    ...(watches > 0 ? [watches === 1 ? 'a watch folder' : `${watches} watch folders`] : []),
  ];
  if (users.length > 0)
    throw new StudioError('preset-in-use', `“${name}” is used by ${users.join(' and ')}. Give them another preset first.`);
}
