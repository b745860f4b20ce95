/** What can be done with the queue besides running it: pauses, priorities, groups, what is shown of it, and originals. */
import * as icons from 'lucide-react';
import type { JobStatus } from '../../native/contract/contract.ts';
import { type Priority, priorities } from '../../native/contract/priority.ts';
import type { Action } from '../actions.ts';
import { attempt } from '../notices.ts';
import { call, jobOf, orderedIds, statusOf, useStudio } from '../studio.ts';
import { type Filter, filters, fold, openDialog, useUi } from '../ui-state.ts';
import { filterCount } from './filters.ts';
import { arePaused, canPause } from './queue-state.ts';
import { groupsOf } from './rows.ts';

const here = () => useStudio.getState().connected && useUi.getState().place === 'export';
/** In the list's order. */
function selection(): string[] {
  const { selected } = useUi.getState();
  return selected.size < 2 ? [...selected] : orderedIds(useStudio.getState()).filter((id) => selected.has(id));
}
const hasSelection = () => here() && useUi.getState().selected.size > 0;
const inPhase = (...phases: JobStatus['phase'][]) => selection().filter((id) => phases.includes(statusOf(id)?.phase as never));
const queue = () => useStudio.getState().queue['studio'];

const priorityActions: Record<Priority, { icon: Action['icon']; keys: string[] }> = {
  urgent: { icon: icons.ChevronsUp, keys: ['U'] },
  normal: { icon: icons.Equal, keys: ['N'] },
  low: { icon: icons.ChevronsDown, keys: ['W'] },
};

const filterIcons: Record<Filter, Action['icon']> = {
  all: icons.List,
  waiting: icons.Clock,
  running: icons.Loader,
  done: icons.Check,
  failed: icons.CircleX,
  cancelled: icons.Ban,
};

const isPaused = () => queue()?.paused === true;
const canPauseAll = () => here() && !isPaused() && (queue()?.started === true || (queue()?.running ?? 0) > 0);
const canResumeAll = () => here() && isPaused();
const pauseAll = () => attempt(call('pauseQueue', {}));
const resumeAll = () => attempt(call('resumeQueue', {}));

/** Of the selected files those that run or wait to. */
const pausable = () => selection().filter((id) => canPause(useStudio.getState(), id));

export const queueActions: Action[] = [
  {
    ...{ id: 'pause', menu: 'Queue', icon: icons.Pause, keys: ['Space'], place: 'export' },
    enabled: () => (hasSelection() && pausable().length > 0) || canPauseAll() || canResumeAll(),
    run() {
      const ids = pausable();
      if (ids.length === 0) isPaused() ? resumeAll() : pauseAll();
      else attempt(call(arePaused(useStudio.getState(), ids) ? 'resumeJobs' : 'pauseJobs', { ids }));
    },
  },
  {
    ...{ id: 'pause-all', menu: 'Queue', icon: icons.CirclePause, keys: ['Shift+Space'], place: 'export' },
    enabled: canPauseAll,
    run: pauseAll,
  },
  {
    ...{ id: 'resume-all', menu: 'Queue', icon: icons.Play, keys: ['Shift+Space'], place: 'export' },
    enabled: canResumeAll,
    run: resumeAll,
  },
  ...priorities.map(
    (priority): Action => ({
      ...{ id: `priority-${priority}` as const, menu: 'Queue', place: 'export', ...priorityActions[priority] },
      enabled: hasSelection,
      run: () => attempt(call('prioritizeJobs', { ids: selection(), priority })),
    }),
  ),
  {
    ...{ id: 'group', menu: 'Queue', icon: icons.FolderInput, keys: ['G'], place: 'export' },
    enabled: hasSelection,
    run: () => openDialog({ kind: 'group', jobs: selection() }),
  },
  {
    ...{ id: 'ungroup', menu: 'Queue', icon: icons.FolderMinus, keys: ['Shift+G'], place: 'export' },
    enabled: () => hasSelection() && selection().some((id) => jobOf(id)?.group != null),
    run: () => attempt(call('groupJobs', { ids: selection(), group: null })),
  },
  {
    ...{ id: 'fold', menu: 'View', icon: icons.FoldVertical, keys: ['H'], place: 'export' },
    enabled: () => here() && groupsOf(useStudio.getState()).size > 0,
    run() {
      const groups = [...groupsOf(useStudio.getState()).keys()];
      const { folded } = useUi.getState();
      fold(groups, !groups.every((group) => folded.has(group)));
    },
  },
  ...filters.map(
    (filter, index): Action => ({
      ...{ id: `filter-${filter}` as const, menu: 'View', icon: filterIcons[filter], keys: [String(index + 1)], place: 'export' },
      enabled: () => here() && (filter === 'all' || useUi.getState().filter === filter || filterCount(filter, queue()) > 0),
      run: () => useUi.setState({ filter }),
    }),
  ),
  {
    ...{ id: 'originals', menu: 'Edit', icon: icons.ArchiveX, keys: ['O'], place: 'export' },
    enabled: () => hasSelection() && inPhase('done').length > 0,
    run: () => openDialog({ kind: 'originals', jobs: inPhase('done') }),
  },
];
