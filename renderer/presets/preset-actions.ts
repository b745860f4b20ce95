/** What can be done with presets, for the table of actions. */
import * as icons from 'lucide-react';
import { toErrorData } from '../../native/contract/errors.ts';
import type { Preset } from '../../native/contract/preset.ts';
import type { Action } from '../actions.ts';
import { attempt } from '../notices.ts';
import { same } from '../same.ts';
import { call, useStudio } from '../studio.ts';
import { openDialog, useUi } from '../ui-state.ts';
import { t } from '../words/index.ts';
import { resetSettings } from './editing-preset.ts';
import { draftOf, forgetDraft, isOwn, settingsOf, show, shownPreset, usePresets } from './state.ts';
import { chooseImport, exportToFile, ownIds } from './transfer.ts';

const settings = () => useStudio.getState().settings['studio'];
const here = () => useStudio.getState().connected && useUi.getState().place === 'presets';
const withPreset = () => here() && shownPreset() !== undefined;
const withOwn = () => here() && isOwn(shownPreset()?.id ?? '');
const withDraft = () => here() && Object.hasOwn(usePresets.getState().drafts, shownPreset()?.id ?? '');
const onPreset = (work: (preset: Preset) => unknown) => () => {
  const preset = shownPreset();
  if (preset) work(preset);
};

/** On top of the list, or back in its place. */
export function favour(id: string): void {
  const before = settings()?.favourites ?? [];
  const favourites = before.includes(id) ? before.filter((one) => one !== id) : [...before, id];
  attempt(call('changeSettings', { favourites }));
}

/** A copy of one's own, with what is changed of the first but not saved; it is shown, and its name can be typed at once. */
async function duplicate(preset: Preset): Promise<void> {
  const { name, description, settings } = draftOf(preset);
  const group = isOwn(preset.id) ? preset.group : t('presets:ownGroup');
  const { id } = await call('savePreset', { preset: { ...settings, name, group, description, source: preset.source } });
  usePresets.setState(({ origins }) => ({ origins: { ...origins, [id]: preset.id }, search: '', naming: id }));
  show(id);
}

/** What the studio refuses stays in the draft, with its sentence beside it. */
async function save(preset: Preset): Promise<void> {
  const { settings, ...words } = draftOf(preset);
  const named = { ...words, name: words.name.trim(), group: words.group.trim() };
  // Figures that were changed are not those of the source any more.
  const source = same(settings, settingsOf(preset)) ? preset.source : null;
  try {
    await call('savePreset', { id: preset.id, preset: { ...settings, ...named, source } });
    forgetDraft(preset.id);
  } catch (thrown) {
    const { message } = toErrorData(thrown);
    usePresets.setState(({ errors }) => ({ errors: { ...errors, [preset.id]: message } }));
  }
}

function askToRemove({ id, name }: Preset): void {
  const run = () => attempt(call('removePresets', { ids: [id] }).then(() => forgetDraft(id)));
  const title = t('presets:removal.title', { name });
  openDialog({ kind: 'confirm', title, text: t('presets:removal.text'), button: t('presets:removal.button'), run });
}

export const presetPageActions: Action[] = [
  {
    ...{ id: 'preset-use', menu: 'File', icon: icons.Check, keys: ['Enter'], place: 'presets' },
    enabled: () => withPreset() && settings()?.preset !== shownPreset()?.id,
    run: onPreset(({ id }) => attempt(call('changeSettings', { preset: id }))),
  },
  {
    ...{ id: 'preset-favour', menu: 'File', icon: icons.Star, keys: ['F'], place: 'presets' },
    enabled: withPreset,
    run: onPreset(({ id }) => favour(id)),
  },
  {
    ...{ id: 'preset-duplicate', menu: 'Edit', icon: icons.Copy, keys: ['Mod+D'], place: 'presets' },
    enabled: withPreset,
    run: onPreset((preset) => attempt(duplicate(preset))),
  },
  {
    // Also while a field has the keys: what is typed in it counts.
    ...{ id: 'preset-save', menu: 'File', icon: icons.Save, keys: ['Mod+S'], place: 'presets', everywhere: true },
    enabled: () => withOwn() && isUncovered() && (withDraft() || isInField()) && isNamed(),
    run() {
      if (isInField()) (document.activeElement as HTMLElement).blur();
      if (withDraft()) onPreset((preset) => attempt(save(preset)))();
    },
  },
  {
    ...{ id: 'preset-discard', menu: 'Edit', icon: icons.Undo2, keys: [], place: 'presets' },
    enabled: withDraft,
    run: onPreset(({ id }) => forgetDraft(id)),
  },
  {
    ...{ id: 'preset-reset', menu: 'Edit', icon: icons.RotateCcw, keys: [], place: 'presets' },
    enabled: withOwn,
    run: onPreset(resetSettings),
  },
  {
    ...{ id: 'preset-remove', menu: 'Edit', icon: icons.Trash2, keys: ['Delete', 'Backspace'], place: 'presets' },
    enabled: withOwn,
    run: onPreset(askToRemove),
  },
  {
    ...{ id: 'preset-import', menu: 'File', icon: icons.FileInput, keys: [], place: 'presets' },
    enabled: here,
    run: chooseImport,
  },
  {
    ...{ id: 'preset-export', menu: 'File', icon: icons.FileOutput, keys: [], place: 'presets' },
    enabled: withPreset,
    run: onPreset(({ id, name }) => attempt(exportToFile([id], name))),
  },
  {
    ...{ id: 'preset-export-all', menu: 'File', icon: icons.Files, keys: [], place: 'presets' },
    enabled: () => here() && ownIds().length > 0,
    run: () => attempt(exportToFile(ownIds(), t('presets:export.all'))),
  },
];

const isNamed = () => {
  const preset = shownPreset();
  const { name, group } = preset ? draftOf(preset) : { name: '', group: '' };
  return name.trim() !== '' && group.trim() !== '';
};
const isInField = () => document.activeElement instanceof HTMLInputElement && document.activeElement.closest('article') !== null;
/** The key works while one types, so also over dialogs, which ask something else; in the palette it is an entry. */
const isUncovered = () => (useUi.getState().dialog?.kind ?? 'palette') === 'palette';
