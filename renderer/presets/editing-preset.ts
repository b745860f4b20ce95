/** Changes of a preset of one's own, kept as a draft: what a change makes impossible gives way and is told. */
import { fieldOf, settingAt } from '../../native/contract/fields.ts';
import { fitted, type Moved } from '../../native/contract/fitted.ts';
import type { FieldKey, Preset, PresetSettings } from '../../native/contract/preset.ts';
import { same } from '../same.ts';
import { useStudio } from '../studio.ts';
import type { Changes, Editing } from './fields/editing.ts';
import { movedWords } from './fields/field-words.ts';
import { type Draft, draftOf, forgetDraft, settingsOf, usePresets } from './state.ts';

/** What its changes are told from: what it was duplicated from, else as it was saved. */
export function baseOf(preset: Preset): Preset {
  return useStudio.getState().presets[usePresets.getState().origins[preset.id] ?? ''] ?? preset;
}

/** Puts changes into a preset's draft; a draft that says what is saved is none. */
export function changeDraft(preset: Preset, change: Partial<Draft>, note = ''): void {
  const next = { ...draftOf(preset), ...change };
  const { name, group, description } = preset;
  if (same(next, { name, group, description, settings: settingsOf(preset) })) {
    forgetDraft(preset.id);
    usePresets.setState(({ notes }) => ({ notes: { ...notes, [preset.id]: note } }));
    return;
  }
  usePresets.setState(({ drafts, notes }) => ({
    drafts: { ...drafts, [preset.id]: next },
    notes: { ...notes, [preset.id]: note },
  }));
}

/** Settings with changes put in one after the other, and what gave way that was not asked for. */
function changed(settings: PresetSettings, changes: Changes): { settings: PresetSettings; moved: Moved[] } {
  let next = settings;
  const moved = new Map<Moved['key'], Moved>();
  for (const [key, value] of Object.entries(changes)) {
    const step = fitted(next, key as FieldKey, value);
    next = step.settings;
    for (const one of step.moved) moved.set(one.key, one);
  }
  return { settings: next, moved: [...moved.values()].filter(({ key }) => !Object.hasOwn(changes, key)) };
}

/** `shown` is the draft as the page has it. */
export function editingOf(preset: Preset, shown: Draft): Editing {
  const base = baseOf(preset);
  const set = (changes: Changes) => {
    const { settings, moved } = changed(draftOf(preset).settings, changes);
    changeDraft(preset, { settings }, movedWords(moved, settings, fieldOf));
  };
  return {
    settings: shown.settings,
    isChanged: (key) => !same(settingAt(shown.settings, key), settingAt(base, key)),
    set,
    reset: (keys) => set(Object.fromEntries(keys.map((key) => [key, settingAt(base, key)]))),
  };
}

/** All settings as they were before it was made one's own, or as they were saved. */
export const resetSettings = (preset: Preset) => changeDraft(preset, { settings: settingsOf(baseOf(preset)) });
