/** Everything that can be done, one object each: buttons, keys, palette and native menu are made from this table. */
import type { LucideIcon } from 'lucide-react';
import * as icons from 'lucide-react';
import type { Job, JobStatus } from '../native/contract/contract.ts';
import type { MenuEntry } from '../native/contract/desktop.ts';
import { desktop } from './desktop.ts';
import { addFiles, chooseFolder } from './export/add-files.ts';
import { queueActions } from './export/queue-actions.ts';
import { areWholeGroups, runsOf } from './export/rows.ts';
import { addSample } from './export/sample.ts';
import { listedIds, visibleIds } from './export/visible.ts';
import { filmOf } from './format.ts';
import { explain } from './glossary/terms.ts';
import { liveActions } from './live/live-actions.ts';
import { losslessActions } from './lossless/actions.ts';
import { isMadeUp, losslessIds } from './lossless/files.ts';
import { attempt } from './notices.ts';
import { presetPageActions } from './presets/preset-actions.ts';
import { copyReport } from './report/copy-report.ts';
import { call, jobOf, statusOf, useStudio } from './studio.ts';
import { go, openDialog, type Place, select, setTheme, shownTheme, toggleInspector, useUi } from './ui-state.ts';
import { updateActions } from './update-actions.ts';
import { whenDoneActions } from './when-done/actions.ts';
import type { Catalogue } from './words/en/index.ts';
import { t } from './words/index.ts';

export type ActionId = keyof Catalogue['common']['action'];

/** What an action is called stands in the catalogue by its id; one that is made of something of the person's own has its name. */
type Named = { id: ActionId } | { id: string; title: string };

export type Action = Named & {
  menu: MenuEntry['menu'];
  icon: LucideIcon;
  /** The first is shown; all work. */
  keys: string[];
  /** Works while typing and over dialogs, too. */
  everywhere?: true;
  /** The place it belongs to, where the list of keys shows it; absent: all. */
  place?: Place;
  /** Absent: always. */
  enabled?(): boolean;
  run(): void;
};

export const titleOf = (action: Action) => ('title' in action ? action.title : t(`common:action.${action.id}`));

type Phase = JobStatus['phase'];

const selection = () => [...useUi.getState().selected];
const inPhase = (...phases: Phase[]) =>
  selection().filter((id) => {
    const phase = statusOf(id)?.phase;
    return phase !== undefined && phases.includes(phase);
  });
const ended: Phase[] = ['failed', 'cancelled', 'done'];
const isOnline = () => useStudio.getState().connected;
const inExport = () => isOnline() && useUi.getState().place === 'export';
const inLossless = () => isOnline() && useUi.getState().place === 'lossless';
const hasSelection = () => inExport() && useUi.getState().selected.size > 0;
const hasChosen = () => (inExport() || inLossless()) && useUi.getState().selected.size > 0;
/** The one selected file of Export that has a picture to be looked at. */
function oneFilm(): Job | null {
  const [id, ...others] = selection();
  const job = inExport() && others.length === 0 && id !== undefined ? jobOf(id) : undefined;
  return job?.media && !job.lossless && filmOf(job.media) ? job : null;
}
/** The one selected file. */
function oneChosen(): string | null {
  const [id, ...others] = selection();
  return hasChosen() && others.length === 0 ? (id ?? null) : null;
}
/** What the list of the place at hand shows. */
const shownIds = () => (inLossless() ? losslessIds(useStudio.getState()) : visibleIds());

/** Moves the selection so that it stands before the step that `at` tells of those that are not selected: a job, or for whole groups another group. */
function move(at: (rest: string[][], first: number) => number): void {
  const state = useStudio.getState();
  const { selected } = useUi.getState();
  const all = inLossless() ? losslessIds(state) : listedIds(state);
  const rest = all.filter((id) => !selected.has(id));
  const steps = areWholeGroups(selected, state) ? runsOf(rest, state) : rest.map((id) => [id]);
  const begin = all.findIndex((id) => selected.has(id));
  const above = new Set(all.slice(0, begin));
  const first = steps.filter(([id]) => above.has(id ?? '')).length;
  const target = Math.max(0, at(steps, first));
  attempt(call('moveJobs', { ids: selection(), before: steps[target]?.[0] ?? null }));
}

function remove(): void {
  const ids = selection();
  const busy = inPhase('running').length;
  const list = shownIds();
  const last = list.findLastIndex((id) => ids.includes(id));
  const next = list[last + 1] ?? list.slice(0, Math.max(0, last)).findLast((id) => !ids.includes(id));
  const run = () => {
    attempt(call('removeJobs', { ids }));
    select(next ? [next] : []);
  };
  const made = ids.filter((id) => statusOf(id)?.phase === 'draft' && isMadeUp(id)).length;
  const running = busy > 0 && t('common:removal.running', { count: busy });
  const forgotten = made > 0 && t('common:removal.forgotten', { count: made });
  const text = [running, forgotten, t('common:removal.stays')].filter(Boolean).join(' ');
  const title = t('common:removal.title', { count: ids.length });
  if (busy === 0 && made === 0) run();
  else openDialog({ kind: 'confirm', title, text, button: t('common:remove'), run });
}

export const actions: Action[] = [
  ...whenDoneActions,
  { id: 'add', menu: 'File', icon: icons.Plus, keys: ['Mod+O'], enabled: isOnline, run: addFiles },
  {
    ...{ id: 'folder', menu: 'File', icon: icons.FolderOutput, keys: ['Mod+Shift+O'] },
    enabled: isOnline,
    run: () =>
      chooseFolder(useStudio.getState().settings['studio']?.folder ?? null, (folder) => attempt(call('changeSettings', { folder }))),
  },
  {
    ...{ id: 'start', menu: 'Queue', icon: icons.Play, keys: ['Enter', 'Mod+Enter'], place: 'export' },
    enabled: () => inExport() && !useStudio.getState().queue['studio']?.started && (useStudio.getState().queue['studio']?.waiting ?? 0) > 0,
    run() {
      attempt(call('startQueue', {}));
      if (useStudio.getState().queue['studio']?.paused) attempt(call('resumeQueue', {}));
    },
  },
  {
    ...{ id: 'stop', menu: 'Queue', icon: icons.CircleStop, keys: ['Shift+Enter'], place: 'export' },
    enabled: () => inExport() && useStudio.getState().queue['studio']?.started === true,
    run: () => attempt(call('stopQueue', {})),
  },
  ...queueActions,
  {
    ...{ id: 'cancel', menu: 'Queue', icon: icons.Ban, keys: ['Mod+.'] },
    enabled: () => hasChosen() && inPhase('running', 'waiting', 'reading').length > 0,
    run: () => attempt(call('cancelJobs', { ids: inPhase('running', 'waiting', 'reading') })),
  },
  {
    ...{ id: 'retry', menu: 'Queue', icon: icons.RotateCcw, keys: ['R'] },
    enabled: () => hasChosen() && inPhase(...ended).length > 0,
    run: () => attempt(call('retryJobs', { ids: inPhase(...ended) })),
  },
  {
    ...{
      id: 'retry-failed',
      menu: 'Queue',
      icon: icons.RefreshCw,
      keys: ['Shift+R'],
      place: 'export',
    },
    enabled: () => inExport() && (useStudio.getState().queue['studio']?.failed ?? 0) > 0,
    run() {
      const { statuses } = useStudio.getState();
      attempt(call('retryJobs', { ids: Object.keys(statuses).filter((id) => statuses[id]?.phase === 'failed') }));
    },
  },
  {
    ...{ id: 'up', menu: 'Queue', icon: icons.ArrowUp, keys: ['Alt+ArrowUp'] },
    enabled: hasChosen,
    run: () => move((_rest, first) => first - 1),
  },
  {
    ...{ id: 'down', menu: 'Queue', icon: icons.ArrowDown, keys: ['Alt+ArrowDown'] },
    enabled: hasChosen,
    run: () => move((_rest, first) => first + 1),
  },
  {
    ...{ id: 'first', menu: 'Queue', icon: icons.ArrowUpToLine, keys: ['Alt+Home'] },
    enabled: hasChosen,
    run: () => move(() => 0),
  },
  {
    ...{ id: 'last', menu: 'Queue', icon: icons.ArrowDownToLine, keys: ['Alt+End'] },
    enabled: hasChosen,
    run: () => move((rest) => rest.length),
  },
  {
    ...{ id: 'remove', menu: 'Edit', icon: icons.Trash2, keys: ['Delete', 'Backspace'], place: 'export' },
    enabled: hasSelection,
    run: remove,
  },
  {
    // Delete alone deletes a segment there; in the list of files it does this.
    ...{
      id: 'lossless-close',
      menu: 'Edit',
      icon: icons.Trash2,
      keys: ['Shift+Delete', 'Shift+Backspace'],
      place: 'lossless',
    },
    enabled: () => inLossless() && useUi.getState().selected.size > 0,
    run: remove,
  },
  {
    ...{ id: 'remove-done', menu: 'Edit', icon: icons.ListX, keys: ['Shift+Delete', 'Shift+Backspace'], place: 'export' },
    enabled: () => inExport() && (useStudio.getState().queue['studio']?.done ?? 0) > 0,
    run() {
      const { statuses } = useStudio.getState();
      attempt(call('removeJobs', { ids: Object.keys(statuses).filter((id) => statuses[id]?.phase === 'done') }));
    },
  },
  {
    ...{ id: 'select-all', menu: 'Edit', icon: icons.CheckCheck, keys: ['Mod+A'] },
    enabled: () => (inExport() || inLossless()) && shownIds().length > 0,
    run: () => select(shownIds()),
  },
  {
    ...{ id: 'select-none', menu: 'Edit', icon: icons.SquareDashed, keys: ['Escape'], place: 'export' },
    enabled: hasSelection,
    run: () => select([]),
  },
  ...(desktop
    ? [
        {
          ...{ id: 'show' as const, menu: 'File' as const, icon: icons.FolderOpen, keys: ['F'] },
          enabled: () => hasChosen() && useUi.getState().selected.size === 1,
          run: () => selection()[0] !== undefined && attempt(desktop?.showInFolder(selection()[0] as string)),
        },
      ]
    : []),
  {
    ...{ id: 'log', menu: 'View', icon: icons.ScrollText, keys: ['L'], place: 'export' },
    enabled: () => hasSelection() && useUi.getState().selected.size === 1,
    run: () => useUi.setState(({ logOpen }) => ({ logOpen: !logOpen, inspector: true })),
  },
  {
    ...{ id: 'compare', menu: 'View', icon: icons.SquareSplitHorizontal, keys: ['C'], place: 'export' },
    enabled: () => oneFilm() !== null,
    run() {
      const job = oneFilm();
      if (job) openDialog({ kind: 'compare', job: job.id });
    },
  },
  {
    ...{ id: 'sample', menu: 'Queue', icon: icons.Timer, keys: ['S'], place: 'export' },
    enabled: () => oneFilm() !== null,
    run() {
      const job = oneFilm();
      if (job) addSample(job);
    },
  },
  ...losslessActions,
  ...liveActions,
  ...presetPageActions,
  {
    id: 'search',
    menu: 'Edit',
    icon: icons.Search,
    keys: ['Mod+F', '/'],
    enabled: () => inExport() || useUi.getState().place === 'presets',
    run: focusSearch,
  },
  { id: 'inspector', menu: 'View', icon: icons.PanelRight, keys: ['Mod+I'], run: toggleInspector },
  {
    ...{ id: 'theme', menu: 'View', icon: icons.SunMoon, keys: ['Mod+Shift+L'] },
    run: () => setTheme(shownTheme(useUi.getState().theme) === 'dark' ? 'light' : 'dark'),
  },
  { id: 'export', menu: 'View', icon: icons.Clapperboard, keys: ['Mod+1'], run: () => go('export') },
  { id: 'live', menu: 'View', icon: icons.Radio, keys: ['Mod+2'], run: () => go('live') },
  { id: 'lossless', menu: 'View', icon: icons.Scissors, keys: ['Mod+3'], run: () => go('lossless') },
  { id: 'presets', menu: 'View', icon: icons.SlidersHorizontal, keys: ['Mod+4'], run: () => go('presets') },
  { id: 'settings', menu: 'View', icon: icons.Settings, keys: ['Mod+5', 'Mod+,'], run: () => go('settings') },
  {
    ...{ id: 'palette', menu: 'Help', icon: icons.Command, keys: ['Mod+K'], everywhere: true },
    run: () => openDialog({ kind: 'palette' }),
  },
  { id: 'keys', menu: 'Help', icon: icons.Keyboard, keys: ['?'], run: () => openDialog({ kind: 'keys' }) },
  { id: 'glossary', menu: 'Help', icon: icons.BookOpen, keys: ['F1'], run: () => explain() },
  ...updateActions,
  {
    ...{ id: 'report', menu: 'Help', icon: icons.ClipboardCopy, keys: ['Shift+F1'] },
    enabled: isOnline,
    run: () => attempt(copyReport(oneChosen())),
  },
  ...(desktop
    ? [
        {
          ...{ id: 'show-logs' as const, menu: 'Help' as const, icon: icons.FolderOpen, keys: [] },
          run: () => attempt(desktop?.showLogs()),
        },
      ]
    : []),
  { id: 'welcome', menu: 'Help', icon: icons.Rocket, keys: [], enabled: isOnline, run: () => openDialog({ kind: 'welcome' }) },
];

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('input[type=search]')?.focus();
}

const byId = new Map<string, Action>(actions.map((action) => [action.id, action]));

/** An action by its id; one that is not there (`show` in a browser) is a mistake in the code. */
export function actionOf(id: ActionId): Action {
  const action = byId.get(id);
  if (!action) throw new Error(`no action ${id}`);
  return action;
}

export const isEnabled = (action: Action) => action.enabled?.() ?? true;

/** Does what the native menu names. */
export function perform(id: string): void {
  const action = byId.get(id);
  if (action && isEnabled(action)) action.run();
}
