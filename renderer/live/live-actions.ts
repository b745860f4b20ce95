/** What can be done with a live session, for the table of actions. */
import * as icons from 'lucide-react';
import type { Action } from '../actions.ts';
import { attempt } from '../notices.ts';
import { call, useStudio } from '../studio.ts';
import { openDialog, useUi } from '../ui-state.ts';
import { t } from '../words/index.ts';
import { switchRecording } from './recording.ts';
import { createSession, isRunning, needsKey, shown, useLiveUi } from './session.ts';
import { targetActions } from './target-actions.ts';

const here = () => useStudio.getState().connected && useUi.getState().place === 'live';
const withSession = () => here() && shown().session !== undefined;
const phase = () => shown().status.phase;
const isLive = () => withSession() && phase() === 'live';

/** The shown session's id, given to work; without a session there is none. */
function on(work: (id: string) => Promise<unknown> | undefined): void {
  const { session } = shown();
  if (session) attempt(work(session.id));
}

function askToEnd(): void {
  const run = () => on((id) => call('endLive', { id }));
  openDialog({
    kind: 'confirm',
    title: t('live:end.title'),
    text: t('live:end.text'),
    button: t('live:end.button'),
    run,
  });
}

function askToRemove(): void {
  const run = () => on((id) => call('removeLive', { id }));
  const title = t('live:removal.title', { name: shown().session?.setup.name ?? '' });
  openDialog({ kind: 'confirm', title, text: t('live:removal.text'), button: t('common:remove'), run });
}

export const liveActions: Action[] = [
  {
    ...{ id: 'live-go', menu: 'Live', icon: icons.Radio, keys: ['Mod+Shift+Enter'], place: 'live' },
    enabled: () => withSession() && phase() !== 'live' && phase() !== 'ending' && canGo(),
    run: () => on((id) => call('goLive', { id })),
  },
  {
    ...{ id: 'live-end', menu: 'Live', icon: icons.CircleStop, keys: ['Mod+.'], place: 'live' },
    enabled: isLive,
    run: askToEnd,
  },
  {
    ...{ id: 'live-preview', menu: 'Live', icon: icons.Eye, keys: ['P'], place: 'live' },
    enabled: () => withSession() && (phase() === 'off' || phase() === 'failed'),
    run: () => on((id) => call('previewLive', { id })),
  },
  {
    ...{ id: 'live-close', menu: 'Live', icon: icons.EyeOff, keys: ['Shift+P'], place: 'live' },
    enabled: () => withSession() && (phase() === 'preview' || phase() === 'starting'),
    run: () => on((id) => call('closeLive', { id })),
  },
  {
    ...{ id: 'live-break', menu: 'Live', icon: icons.Coffee, keys: ['B'], place: 'live' },
    enabled: () => withSession() && isRunning(shown().status),
    run: () =>
      on((id) => {
        const { status } = shown();
        return call('slateLive', { id, on: isRunning(status) && !status.slate });
      }),
  },
  {
    ...{ id: 'live-mute', menu: 'Live', icon: icons.VolumeX, keys: ['M'], place: 'live' },
    enabled: () => withSession() && isRunning(shown().status),
    run: () =>
      on((id) => {
        const { status } = shown();
        return call('muteLive', { id, on: isRunning(status) && !status.muted });
      }),
  },
  {
    ...{ id: 'live-record', menu: 'Live', icon: icons.Disc, keys: ['Shift+R'], place: 'live' },
    enabled: () => withSession() && phase() !== 'ending',
    run() {
      const { session, status } = shown();
      if (session) attempt(switchRecording(session, status));
    },
  },
  {
    ...{ id: 'live-target', menu: 'Live', icon: icons.Plus, keys: ['T'], place: 'live' },
    enabled: withSession,
    run: () => on((id) => void openDialog({ kind: 'target', session: id, target: null })),
  },
  ...targetActions,
  {
    ...{ id: 'live-new', menu: 'Live', icon: icons.SquarePlus, keys: ['N'], place: 'live' },
    enabled: here,
    run: () => createSession({ kind: 'rtmp-listen' }),
  },
  {
    ...{ id: 'live-rename', menu: 'Live', icon: icons.Pencil, keys: ['F2'], place: 'live' },
    enabled: withSession,
    run: () => useLiveUi.setState({ renaming: true }),
  },
  {
    ...{ id: 'live-remove', menu: 'Live', icon: icons.Trash2, keys: ['Shift+Delete'], place: 'live' },
    enabled: () => withSession() && phase() !== 'live' && phase() !== 'ending',
    run: askToRemove,
  },
];

/** Somewhere to send to, and every key that is needed. */
function canGo(): boolean {
  const { session } = shown();
  const enabled = session?.setup.targets.filter((target) => target.enabled) ?? [];
  return !enabled.some(needsKey) && (enabled.length > 0 || session?.setup.recording != null);
}
