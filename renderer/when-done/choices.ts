/** What may follow the queue, as lists to choose from have it. */
import type { Machine, Settings } from '../../native/contract/contract.ts';
import { type WhenDone, whenDoneChoices } from '../../native/contract/when-done.ts';
import type { Choice } from '../parts/select.tsx';
import { t } from '../words/index.ts';
import { askForNotifications } from './notification.ts';
import { playTone } from './tone.ts';

export const nameOf = (choice: WhenDone) => t(`common:whenDone.${choice}`);

/** Why it cannot be chosen, in words. */
function why(choice: WhenDone, { whenDone }: Machine, { whenDoneCommand }: Settings): string | null {
  if (!whenDone.includes(choice)) return t(choice === 'command' ? 'common:whenDone.notAllowed' : 'common:whenDone.cannot');
  return choice === 'command' && whenDoneCommand.length === 0 ? t('common:whenDone.noCommand') : null;
}

export const choicesFor = (machine: Machine, settings: Settings): Choice[] =>
  whenDoneChoices.map((choice) => ({
    value: choice,
    label: nameOf(choice),
    text: t(`common:whenDoneText.${choice}`),
    why: why(choice, machine, settings),
  }));

/** A press is the moment to ask for what a browser gives to nobody who did not press, and to hear what was chosen. */
export function tryOut(choice: string): void {
  if (choice === 'notify') void askForNotifications();
  if (choice === 'sound') void playTone();
}
