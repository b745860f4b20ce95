/** Joins keys, the native menu and files from outside to the actions. */
import i18next from 'i18next';
import type { MenuEntry } from '../native/contract/desktop.ts';
import { actions, isEnabled, perform, titleOf } from './actions.ts';
import { desktop } from './desktop.ts';
import { addPaths } from './export/add-files.ts';
import { accelerator, isTyping, matches } from './keys.ts';
import { useOrders } from './lossless/orders.ts';
import { useLossless } from './lossless/state.ts';
import { attempt } from './notices.ts';
import { usePresets } from './presets/state.ts';
import { useStudio } from './studio.ts';
import { useUi } from './ui-state.ts';
import { t } from './words/index.ts';

/** Returns the way out. */
export function listenToKeys(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    // A key may mean one thing in one place and another in another.
    const meant = actions.filter((one) => one.keys.some((keys) => matches(event, keys)));
    const action = meant.find(isEnabled) ?? meant[0];
    if (!action) return;
    if (!action.everywhere && (useUi.getState().dialog || isTyping(event))) return;
    event.preventDefault();
    if (isEnabled(action)) action.run();
  };
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}

const menus = ['File', 'Edit', 'Queue', 'Playback', 'Cut', 'Live', 'View', 'Help'] as const satisfies MenuEntry['menu'][];
/** Of what the shell puts beside the actions, as Electron names it. */
const roles = [
  ...(['windowMenu', 'quit', 'undo', 'redo', 'cut', 'copy', 'paste', 'selectAll'] as const),
  ...(['zoomIn', 'zoomOut', 'resetZoom', 'togglefullscreen', 'about', 'toggleDevTools'] as const),
];

const nativeWords = () =>
  Object.fromEntries([...menus.map((menu) => [menu, t(`common:menu.${menu}`)]), ...roles.map((role) => [role, t(`common:shell.${role}`)])]);

/** Tells the shell its menu whenever what can be done changes. Returns the way out. */
export function listenToDesktop(): () => void {
  if (!desktop) return () => {};
  const shell = desktop;
  let told = '';
  const tell = () => {
    const entries = actions.map((action) => ({
      ...{ id: action.id, title: titleOf(action), menu: action.menu },
      accelerator: action.keys[0] ? accelerator(action.keys[0]) : null,
      enabled: isEnabled(action),
    }));
    const words = nativeWords();
    const text = JSON.stringify([entries, words]);
    if (text === told) return;
    told = text;
    shell.setMenu(entries, words);
  };
  tell();
  shell.onAction(perform);
  shell.onFiles((paths) => attempt(addPaths(paths)));
  const leave = [useUi, useStudio, useLossless, useOrders, usePresets].map((store) => store.subscribe(tell));
  i18next.on('languageChanged', tell);
  return () => {
    i18next.off('languageChanged', tell);
    for (const one of leave) one();
  };
}
