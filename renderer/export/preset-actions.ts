/** Every preset as an action: for the selected files, once more for those that are through, or for new ones when none is selected. */
import { Film } from 'lucide-react';
import type { Action } from '../actions.ts';
import { attempt } from '../notices.ts';
import { call, jobOf, statusOf, useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { t } from '../words/index.ts';

/** Jobs whose settings may still be changed; what is finished is exported again only when that is asked for. Lossless work has no preset. */
export const changeable = (ids: Iterable<string>) =>
  [...ids].filter((id) => {
    const phase = statusOf(id)?.phase;
    return phase !== 'running' && phase !== 'done' && !jobOf(id)?.lossless;
  });

/** Gives the selected files a preset; without a selection, new files. */
export function applyPreset(ids: string[], preset: string): void {
  attempt(ids.length > 0 ? call('changeJobs', { ids, preset }) : call('changeSettings', { preset }));
}

export function presetActions(): Action[] {
  const { presets, connected } = useStudio.getState();
  const { place, selected } = useUi.getState();
  const ids = changeable(selected);
  const through = [...selected].filter((id) => statusOf(id)?.phase === 'done' && !jobOf(id)?.lossless);
  const isAgain = ids.length === 0 && through.length > 0;
  return Object.values(presets).map((preset) => ({
    id: `preset-${preset.id}`,
    title: t(isAgain ? 'export:again.action' : 'export:preset.action', { name: preset.name }),
    menu: 'File',
    icon: Film,
    keys: [],
    enabled: () => connected && place !== 'lossless',
    run: () => (isAgain ? attempt(call('retryJobs', { ids: through, preset: preset.id })) : applyPreset(ids, preset.id)),
  }));
}
