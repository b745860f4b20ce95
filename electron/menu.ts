/** The native menu: the page's own actions, and what every program has beside them. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuEntry } from '../native/contract/desktop.ts';

type Item = MenuItemConstructorOptions;
const isMac = process.platform === 'darwin';

/** What stands below the page's entries, by menu. The roles of Edit are what makes typing in text fields work on macOS. */
const standard: Record<MenuEntry['menu'], Item[]> = {
  File: isMac ? [] : [{ role: 'quit' }],
  Edit: [
    ...([{ role: 'undo' }, { role: 'redo' }, { type: 'separator' }, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }] as Item[]),
    { role: 'selectAll' },
  ],
  Queue: [],
  Playback: [],
  Cut: [],
  Live: [],
  View: [{ role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'resetZoom' }, { role: 'togglefullscreen' }],
  Help: [{ role: app.isPackaged ? 'about' : 'toggleDevTools' }],
};

/** Replaces the menu. `input` is the page's and unchecked; `choose` is called with the id of what was chosen. */
export function setMenu(input: unknown, choose: (id: string) => void): void {
  if (!isMenu(input)) throw new Error('The menu is not valid.');
  const { items, words } = input;
  /** In the page's language, or as Electron calls it. */
  const worded = (item: Item): Item => (item.role && words[item.role] ? { ...item, label: words[item.role] as string } : item);
  const menus = (Object.keys(standard) as MenuEntry['menu'][]).map((menu): Item => {
    const own = items.filter((entry) => entry.menu === menu).map((entry) => toItem(entry, choose));
    const both: Item[] = own.length > 0 && standard[menu].length > 0 ? [{ type: 'separator' }] : [];
    const submenu = [...own, ...both, ...standard[menu].map(worded)];
    return { label: words[menu] ?? menu, submenu, ...(menu === 'Help' && { role: 'help' }) };
  });
  menus.splice(-1, 0, worded({ role: 'windowMenu' }));
  Menu.setApplicationMenu(Menu.buildFromTemplate([...(isMac ? [{ role: 'appMenu' } as Item] : []), ...menus]));
}

/** The page listens to keys itself, so the menu only shows them: no system may act on a key a second time. */
function toItem({ id, title, accelerator, enabled }: MenuEntry, choose: (id: string) => void): Item {
  // A Mac's menu would take plain letters away from text fields.
  const shown = accelerator !== null && (!isMac || accelerator.includes('CmdOrCtrl'));
  return {
    ...{ id, label: title, enabled, registerAccelerator: false, ...(shown && { accelerator }) },
    click: (_item, _window, event) => {
      if (!event.triggeredByAccelerator) choose(id);
    },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function isMenu(value: unknown): value is { items: MenuEntry[]; words: Record<string, string> } {
  if (!isObject(value) || !Array.isArray(value['items']) || !isObject(value['words'])) return false;
  return value['items'].every(isEntry) && Object.values(value['words']).every((word) => typeof word === 'string');
}

function isEntry(value: unknown): value is MenuEntry {
  if (!isObject(value)) return false;
  const { id, title, menu, accelerator, enabled } = value;
  const named = typeof id === 'string' && typeof title === 'string' && typeof menu === 'string' && Object.hasOwn(standard, menu);
  return named && (accelerator === null || typeof accelerator === 'string') && typeof enabled === 'boolean';
}
