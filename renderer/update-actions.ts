/** What can be done about a newer Muxwell; in a browser nothing. */
import { CircleArrowUp, RefreshCcwDot } from 'lucide-react';
import type { Action } from './actions.ts';
import { desktop } from './desktop.ts';
import { attempt } from './notices.ts';
import { call, useStudio } from './studio.ts';

const resting = new Set(['idle', 'newest', 'failed']);

/** A newer version lies ready, and nothing is at work that its installation would end. */
function canInstall(): boolean {
  const { update, queue, live, connected } = useStudio.getState();
  const isBusy = (queue['studio']?.running ?? 0) > 0 || Object.values(live).some(({ phase }) => phase === 'live');
  return connected && update['studio']?.phase === 'ready' && !isBusy;
}

export const updateActions: Action[] = desktop
  ? [
      {
        ...{ id: 'update-install', menu: 'Help', icon: CircleArrowUp, keys: ['Mod+Shift+U'] },
        enabled: canInstall,
        run: () => attempt(call('installUpdate', {})),
      },
      {
        ...{ id: 'update-check', menu: 'Help', icon: RefreshCcwDot, keys: [] },
        enabled: () => resting.has(useStudio.getState().update['studio']?.phase ?? ''),
        run: () => attempt(call('checkUpdate', {})),
      },
    ]
  : [];
