/** Keys as actions write them: `Mod+Shift+O`, where Mod is Ctrl, and Cmd on a Mac. */
import { isMac } from './desktop.ts';
import type { Catalogue } from './words/en/index.ts';
import { t } from './words/index.ts';

const macSigns: Record<string, string> = {
  ...{ Mod: '⌘', Shift: '⇧', Alt: '⌥', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Delete: '⌫', Enter: '↩' },
  ...{ Escape: 'Esc', Plus: '+' },
};
const signs: Record<string, string> = { Escape: 'Esc', Plus: '+' };

type KeyWord = keyof Catalogue['common']['key'];
const words: Record<string, KeyWord> = {
  ...{ Mod: 'Ctrl', Shift: 'Shift', ArrowUp: 'ArrowUp', ArrowDown: 'ArrowDown', ArrowLeft: 'ArrowLeft', ArrowRight: 'ArrowRight' },
  ...{ Enter: 'Enter', Space: 'Space', Delete: 'Delete', Backspace: 'Backspace', Home: 'Home', End: 'End' },
};

/** As it is printed on a keyboard of the page's language. */
function keyName(key: string): string {
  const sign = isMac ? macSigns[key] : signs[key];
  const word = words[key];
  return sign ?? (word ? t(`common:key.${word}`) : key);
}

/** For a person, one part a keycap. */
export const keyParts = (keys: string) => keys.split('+').map(keyName);
export const keyText = (keys: string) => keyParts(keys).join(isMac ? '' : '+');

/** For a screen reader (aria-keyshortcuts). */
export const ariaKeys = (keys: string) => keys.replace('Mod', isMac ? 'Meta' : 'Control');

/** For Electron's menu. */
export const accelerator = (keys: string) => keys.replace('Mod', 'CmdOrCtrl').replace('Arrow', '').replace('Enter', 'Return');

export function matches(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split('+');
  const last = parts.pop() ?? '';
  const key = last === 'Plus' ? '+' : last;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const stray = isMac ? event.ctrlKey : event.metaKey;
  if (stray || mod !== parts.includes('Mod') || event.altKey !== parts.includes('Alt')) return false;
  // Signs like ? need Shift on most keyboards: what counts is the sign.
  const isSign = key.length === 1 && !/[a-z0-9]/i.test(key);
  if (!isSign && event.shiftKey !== parts.includes('Shift')) return false;
  return event.key.toLowerCase() === (key === 'Space' ? ' ' : key.toLowerCase());
}

/** Keys that are being typed, or that press what has the focus, are nobody else's. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]')) return true;
  const presses = (event.key === 'Enter' || event.key === ' ') && !event.ctrlKey && !event.metaKey;
  if (event.key === ' ' && target.closest('input[type=checkbox]')) return true;
  return presses && target.closest('button, a, summary, [role=combobox], [role=option], [role=switch]') !== null;
}
