/** A press on a row: Shift selects as far as there, Ctrl or Cmd adds or takes away. */
import { pick } from '../ui-state.ts';
import { jobsOf } from './rows.ts';

interface Modifiers {
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

export function pickRow(key: string, { shiftKey, ctrlKey, metaKey }: Modifiers, list: string[]): void {
  pick(key, shiftKey ? 'range' : ctrlKey || metaKey ? 'toggle' : 'only', list, jobsOf);
}
