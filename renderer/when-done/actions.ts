/** What can be done about what follows the queue, for the table of actions. */
import * as icons from 'lucide-react';
import type { Action } from '../actions.ts';
import { attempt } from '../notices.ts';
import { call, useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';

/** Of the choice in the status bar. */
export const choiceId = 'when-done';

const isOnline = () => useStudio.getState().connected;

/** The machine is about to sleep or to shut down. */
function isAboutTo(): boolean {
  const phase = useStudio.getState().run['studio']?.after?.phase;
  return phase === 'counting' || phase === 'held';
}

export const whenDoneActions: Action[] = [
  {
    ...{ id: 'keep-on', menu: 'Queue', icon: icons.Power, keys: ['Escape'], everywhere: true },
    enabled: () => isOnline() && isAboutTo(),
    run: () => attempt(call('callOff', {})),
  },
  {
    ...{ id: 'when-done', menu: 'Queue', icon: icons.Flag, keys: ['D'], place: 'export' },
    enabled: () => isOnline() && useUi.getState().place === 'export',
    run() {
      const choice = document.getElementById(choiceId);
      choice?.focus();
      choice?.click();
    },
  },
];
