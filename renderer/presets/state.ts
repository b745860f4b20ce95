/** What only this page knows of presets: which one is looked at, what is searched for, and changes that are not saved yet. */
import { create } from 'zustand';
import type { Preset, PresetSettings } from '../../native/contract/preset.ts';
import { useStudio } from '../studio.ts';

/** One's own presets have ids that begin so; all others came with Muxwell and stay as they are. */
export const isOwn = (id: string) => id.startsWith('own-');

/** A preset with changes that are not saved. It outlives a reload and other places. */
export interface Draft {
  name: string;
  group: string;
  description: string;
  settings: PresetSettings;
}

interface PresetsUi {
  /** The row of the list, `section/id`; null before one was chosen. */
  at: string | null;
  search: string;
  drafts: Record<string, Draft>;
  /** What a preset was duplicated from, by ids: what resetting leads back to. */
  origins: Record<string, string>;
  /** What gave way to the last change, and what the studio said to the last save; by the preset's id. */
  notes: Record<string, string>;
  errors: Record<string, string>;
  /** Just made: its name is to be typed. */
  naming: string | null;
}

function kept<T>(name: string): Record<string, T> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(name) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, T>) : {};
  } catch {
    return {}; // of an older page, or written over: there is nothing in it to save
  }
}

export const usePresets = create<PresetsUi>(() => ({
  at: localStorage.getItem('preset-at'),
  search: '',
  drafts: kept('preset-drafts'),
  origins: kept('preset-origins'),
  notes: {},
  errors: {},
  naming: null,
}));

usePresets.subscribe(({ at, drafts, origins }, before) => {
  if (at !== null && at !== before.at) localStorage.setItem('preset-at', at);
  if (drafts !== before.drafts) localStorage.setItem('preset-drafts', JSON.stringify(drafts));
  if (origins !== before.origins) localStorage.setItem('preset-origins', JSON.stringify(origins));
});

const idIn = (row: string | null) => row?.slice(row.lastIndexOf('/') + 1) ?? '';

/** The preset that is looked at: the chosen one, else the one for new files. */
export function shownPreset({ at }: Pick<PresetsUi, 'at'> = usePresets.getState()): Preset | undefined {
  const { presets, settings } = useStudio.getState();
  return presets[idIn(at)] ?? presets[settings['studio']?.preset ?? ''] ?? Object.values(presets)[0];
}

export const show = (id: string) => usePresets.setState({ at: `/${id}` });

const without = <T>(table: Record<string, T>, id: string) => Object.fromEntries(Object.entries(table).filter(([key]) => key !== id));

export function forgetDraft(id: string): void {
  usePresets.setState(({ drafts, notes, errors }) => ({
    drafts: without(drafts, id),
    notes: without(notes, id),
    errors: without(errors, id),
  }));
}

export function settingsOf({ container, video, audio, subtitles, muxerOptions }: PresetSettings): PresetSettings {
  return { container, video, audio, subtitles, muxerOptions };
}

export const draftOf = (preset: Preset): Draft => {
  const { name, group, description } = preset;
  return usePresets.getState().drafts[preset.id] ?? { name, group, description, settings: settingsOf(preset) };
};
