/** Joins keys, the native menu and files from outside to the actions. */
import { actions, isEnabled, perform } from './actions.ts';
import { desktop } from './desktop.ts';
import { addPaths } from './export/add-files.ts';
import { accelerator, isTyping, matches } from './keys.ts';
import { attempt } from './notices.ts';
import { useStudio } from './studio.ts';
import { useUi } from './ui-state.ts';

/** Returns the way out. */
export function listenToKeys(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const action = actions.find((one) => one.keys.some((keys) => matches(event, keys)));
    if (!action) return;
    if (!action.everywhere && (useUi.getState().dialog || isTyping(event))) return;
    event.preventDefault();
    if (isEnabled(action)) action.run();
  };
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}

/** Tells the shell its menu whenever what can be done changes. Returns the way out. */
export function listenToDesktop(): () => void {
  if (!desktop) return () => {};
  const shell = desktop;
  let told = '';
  const tell = () => {
    const entries = actions.map((action) => ({
      ...{ id: action.id, title: action.title, menu: action.menu },
      accelerator: action.keys[0] ? accelerator(action.keys[0]) : null,
      enabled: isEnabled(action),
    }));
    const text = JSON.stringify(entries);
    if (text === told) return;
    told = text;
    shell.setMenu(entries);
  };
  tell();
  shell.onAction(perform);
  shell.onFiles((paths) => attempt(addPaths(paths)));
  const leave = [useUi.subscribe(tell), useStudio.subscribe(tell)];
  return () => {
    for (const one of leave) one();
  };
}
