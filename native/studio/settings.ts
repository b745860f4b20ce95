/** The studio's settings: kept from run to run, told in the state. */
import type { Settings, State } from '../contract/contract.ts';
import type { StateOwner } from '../contract/state.ts';
import { defaultPresetId } from './preset.ts';
import type { Storage } from './storage.ts';

export interface KeptSettings {
  get(): Settings;
  change(change: Partial<Settings>): void;
  /** Jobs were added with a preset. */
  usedPreset(id: string): void;
  /** Presets are there no more. */
  forgetPresets(ids: string[]): void;
}

/** Presets that are remembered as used. */
const mostRecent = 8;

/** Before anybody has chosen anything. */
export const standardSettings: Settings = {
  parallel: 0,
  hardware: 'automatic',
  preset: defaultPresetId,
  folder: null,
  template: '{name}',
  overwrite: false,
  favourites: [],
  recent: [],
  language: 'system',
  welcomed: false,
  from: null,
  until: null,
  onlyOnMains: false,
  updates: true,
  whenDone: 'notify',
  whenDoneOnce: null,
  whenDoneCommand: [],
};

/** `showsCommand`: pages may choose the command that follows the queue, and so see it. */
export function openSettings(state: StateOwner<State>, storage: Storage, showsCommand = false): KeptSettings {
  let settings: Settings = { ...standardSettings, ...storage.get<Settings>('settings', 'studio') };
  const show = () => state.put('settings', 'studio', showsCommand ? settings : { ...settings, whenDoneCommand: [] });
  show();

  function change(change: Partial<Settings>): void {
    settings = { ...settings, ...change };
    storage.put('settings', 'studio', settings);
    show();
  }

  return {
    get: () => settings,
    change,
    usedPreset(id) {
      if (settings.recent[0] === id) return;
      change({ recent: [id, ...settings.recent.filter((one) => one !== id)].slice(0, mostRecent) });
    },
    forgetPresets(ids) {
      const without = (list: string[]) => list.filter((id) => !ids.includes(id));
      const { preset, favourites, recent } = settings;
      if (![preset, ...favourites, ...recent].some((id) => ids.includes(id))) return;
      change({
        preset: ids.includes(preset) ? defaultPresetId : preset,
        favourites: without(favourites),
        recent: without(recent),
      });
    },
  };
}
