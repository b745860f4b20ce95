/** What only this page knows: where it is, what is selected, what is open. The studio's state is in studio.ts. */
import { create } from 'zustand';

export const places = ['export', 'live', 'lossless', 'presets', 'settings'] as const;
export type Place = (typeof places)[number];
export type Theme = 'system' | 'dark' | 'light';
export type Filter = 'all' | 'waiting' | 'running' | 'done' | 'failed';

export type Dialog =
  | { kind: 'palette' }
  | { kind: 'keys' }
  | { kind: 'files'; wanted: string[] }
  | { kind: 'folder'; start: string | null; choose(folder: string): void }
  | { kind: 'confirm'; title: string; text: string; button: string; run(): void };

export interface Notice {
  id: number;
  kind: 'error' | 'info';
  text: string;
  detail?: string;
}

interface Ui {
  place: Place;
  theme: Theme;
  inspector: boolean;
  filter: Filter;
  search: string;
  /** Selected jobs. */
  selected: ReadonlySet<string>;
  /** The row that keys move from, and the one a range began at. */
  cursor: string | null;
  anchor: string | null;
  dialog: Dialog | null;
  notices: Notice[];
  /** The job's log is unfolded. */
  logOpen: boolean;
}

const placeInUrl = (): Place => places.find((place) => location.hash === `#/${place}`) ?? 'export';
const themeKept = (): Theme => {
  const kept = localStorage.getItem('theme');
  return kept === 'dark' || kept === 'light' ? kept : 'system';
};

export const useUi = create<Ui>(() => ({
  place: placeInUrl(),
  theme: themeKept(),
  inspector: localStorage.getItem('inspector') !== 'closed',
  filter: 'all',
  search: '',
  selected: new Set(),
  cursor: null,
  anchor: null,
  dialog: null,
  notices: [],
  logOpen: false,
}));

const set = useUi.setState;

export function go(place: Place): void {
  location.hash = `#/${place}`;
}
window.addEventListener('hashchange', () => set({ place: placeInUrl() }));

const darkSystem = matchMedia('(prefers-color-scheme: dark)');
export const shownTheme = (theme: Theme) => (theme === 'system' ? (darkSystem.matches ? 'dark' : 'light') : theme);

/** Puts the theme on the document, now and whenever the choice or the system's changes. */
export function followTheme(): void {
  const apply = () => {
    document.documentElement.dataset['theme'] = shownTheme(useUi.getState().theme);
  };
  apply();
  useUi.subscribe(apply);
  darkSystem.addEventListener('change', apply);
}

export function setTheme(theme: Theme): void {
  localStorage.setItem('theme', theme);
  set({ theme });
}

export function toggleInspector(): void {
  const inspector = !useUi.getState().inspector;
  localStorage.setItem('inspector', inspector ? 'open' : 'closed');
  set({ inspector });
}

export const openDialog = (dialog: Dialog) => set({ dialog });
export const closeDialog = () => set({ dialog: null });

let lastNotice = 0;
export function notify(notice: Omit<Notice, 'id'>): void {
  const id = ++lastNotice;
  set(({ notices }) => ({ notices: [...notices.slice(-3), { ...notice, id }] }));
  // An error stays until it is closed; news goes by itself.
  if (notice.kind === 'info') setTimeout(() => dismiss(id), 6000);
}
export const dismiss = (id: number) => set(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));

/** Selects exactly these; the cursor goes to the last. */
export function select(ids: string[], cursor = ids.at(-1) ?? null): void {
  set({ selected: new Set(ids), cursor, anchor: ids[0] ?? null });
}

/** A click or a key on a row: alone, added (`toggle`), or all from the anchor to it (`range`), in the list's order. */
export function pick(id: string, how: 'only' | 'toggle' | 'range', list: string[]): void {
  const { selected, anchor } = useUi.getState();
  const [from, to] = [list.indexOf(anchor ?? id), list.indexOf(id)];
  const start = how === 'range' && from >= 0 ? from : to;
  const next = new Set(how === 'toggle' ? selected : list.slice(Math.min(start, to), Math.max(start, to) + 1));
  if (how === 'toggle' && !next.delete(id)) next.add(id);
  set({ selected: next, cursor: id, anchor: list[start] ?? id });
}

/** Forgets what is not there any more. */
export function forget(exists: (id: string) => boolean): void {
  const { selected, cursor, anchor } = useUi.getState();
  const left = [...selected].filter(exists);
  if (left.length === selected.size) return;
  set({ selected: new Set(left), cursor: cursor && exists(cursor) ? cursor : null, anchor: anchor && exists(anchor) ? anchor : null });
}
