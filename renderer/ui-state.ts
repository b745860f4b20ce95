/** What only this page knows: where it is, what is selected, what is open. The studio's state is in studio.ts. */
import { create } from 'zustand';
import type { Overrides } from '../native/contract/preset.ts';
import type { PresetImport } from '../native/contract/preset-import.ts';
import type { Term } from './glossary/terms.ts';

export const places = ['export', 'live', 'lossless', 'presets', 'settings'] as const;
export type Place = (typeof places)[number];
export type Theme = 'system' | 'dark' | 'light';
export const filters = ['all', 'waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export type Filter = (typeof filters)[number];

export type Dialog =
  | { kind: 'palette' }
  | { kind: 'keys' }
  | { kind: 'welcome' }
  /** At a word, if one was asked for. */
  | { kind: 'glossary'; term: Term | null }
  | { kind: 'compare'; job: string }
  | { kind: 'save-preset'; preset: string; overrides: Overrides; jobs: string[] }
  /** `choose` takes the files, of any kind; without it they are added to the place at hand. */
  | { kind: 'files'; wanted: string[]; choose?(paths: string[]): void }
  | { kind: 'folder'; start: string | null; choose(folder: string): void }
  /** A live target, new where there is none. */
  | { kind: 'target'; session: string; target: string | null }
  /** What came of a file of presets. */
  | { kind: 'preset-import'; file: string; report: PresetImport }
  /** A bug report that could not be put on the clipboard. */
  | { kind: 'report'; text: string }
  /** Which group the jobs go into. */
  | { kind: 'group'; jobs: string[] }
  /** What may become of the sources of finished jobs. */
  | { kind: 'originals'; jobs: string[] }
  | { kind: 'confirm'; title: string; text: string; button: string; run(): void };

export interface Notice {
  id: number;
  kind: 'error' | 'info';
  text: string;
  detail?: string;
}

/** What is selected in the list of a place. */
interface Selection {
  /** Selected jobs. */
  selected: ReadonlySet<string>;
  /** The row that keys move from, and the one a range began at: a job, or the heading of a group. */
  cursor: string | null;
  anchor: string | null;
}

interface Ui extends Selection {
  place: Place;
  /** What was selected in places that were left. */
  kept: Partial<Record<Place, Selection>>;
  theme: Theme;
  inspector: boolean;
  filter: Filter;
  search: string;
  /** Groups whose files are not shown, by name. */
  folded: ReadonlySet<string>;
  dialog: Dialog | null;
  notices: Notice[];
  /** The job's log is unfolded. */
  logOpen: boolean;
  /** Until when the machine's sleep has been seen and put away, ms since 1970. */
  sleepsSeen: number;
}

const placeInUrl = (): Place => places.find((place) => location.hash === `#/${place}`) ?? 'export';
const themeKept = (): Theme => {
  const kept = localStorage.getItem('theme');
  return kept === 'dark' || kept === 'light' ? kept : 'system';
};

function foldedKept(): ReadonlySet<string> {
  try {
    return new Set(JSON.parse(localStorage.getItem('folded') ?? '[]') as string[]);
  } catch {
    return new Set(); // not ours
  }
}

const nothing: Selection = { selected: new Set(), cursor: null, anchor: null };

export const useUi = create<Ui>(() => ({
  place: placeInUrl(),
  theme: themeKept(),
  inspector: localStorage.getItem('inspector') !== 'closed',
  filter: 'all',
  search: '',
  folded: foldedKept(),
  ...nothing,
  kept: {},
  dialog: null,
  notices: [],
  logOpen: false,
  sleepsSeen: 0,
}));

const set = useUi.setState;

export function go(place: Place): void {
  location.hash = `#/${place}`;
  arrive();
}
window.addEventListener('hashchange', arrive);

/** Every place has a selection of its own, which is there again when one comes back. */
function arrive(): void {
  const place = placeInUrl();
  const { place: before, kept, selected, cursor, anchor } = useUi.getState();
  if (place !== before) set({ place, kept: { ...kept, [before]: { selected, cursor, anchor } }, ...(kept[place] ?? nothing) });
}

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

/** Shows or hides the files of groups. */
export function fold(groups: string[], closed: boolean): void {
  const folded = new Set(useUi.getState().folded);
  for (const group of groups) closed ? folded.add(group) : folded.delete(group);
  localStorage.setItem('folded', JSON.stringify([...folded]));
  set({ folded });
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

const itself = (key: string) => [key];

/**
 * A click or a key on a row: alone, added (`toggle`), or all from the anchor to it (`range`), in the list's order. `jobsOf` tells what
 * a row stands for, where that is not the job that it is called by.
 */
export function pick(key: string, how: 'only' | 'toggle' | 'range', list: string[], jobsOf: (key: string) => string[] = itself): void {
  const { selected, anchor } = useUi.getState();
  const [from, to] = [list.indexOf(anchor ?? key), list.indexOf(key)];
  const start = how === 'range' && from >= 0 ? from : to;
  const next = new Set(how === 'toggle' ? selected : list.slice(Math.min(start, to), Math.max(start, to) + 1).flatMap(jobsOf));
  if (how === 'toggle') {
    const jobs = jobsOf(key);
    const isOff = jobs.every((id) => next.has(id));
    for (const id of jobs) isOff ? next.delete(id) : next.add(id);
  }
  set({ selected: next, cursor: key, anchor: list[start] ?? key });
}

/** Forgets what is not there any more. */
export function forget(exists: (id: string) => boolean): void {
  const { selected, cursor, anchor, kept } = useUi.getState();
  const prune = (selection: Selection): Selection => {
    const there = (id: string | null) => (id !== null && exists(id) ? id : null);
    return { selected: new Set([...selection.selected].filter(exists)), cursor: there(selection.cursor), anchor: there(selection.anchor) };
  };
  const now = { selected, cursor, anchor };
  const isStale = [now, ...Object.values(kept)].some((one) => [...one.selected].some((id) => !exists(id)));
  if (!isStale) return;
  set({ ...prune(now), kept: Object.fromEntries(Object.entries(kept).map(([place, selection]) => [place, prune(selection)])) });
}
