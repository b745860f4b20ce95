/** What can be done with a live session, for the table of actions. */
import * as icons from 'lucide-react';
import type { Action } from '../actions.ts';
import { attempt } from '../notices.ts';
import { call, useStudio } from '../studio.ts';
import { openDialog, useUi } from '../ui-state.ts';
import { createSession, isRunning, shown } from './session.ts';

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
    title: 'End the broadcast?',
    text: 'All targets are ended and the recording is finished.',
    button: 'End',
    run,
  });
}

export const liveActions: Action[] = [
  {
    ...{ id: 'live-go', title: 'Go live', menu: 'Live', icon: icons.Radio, keys: ['Mod+Shift+Enter'], place: 'live' },
    enabled: () => withSession() && phase() !== 'live' && phase() !== 'ending' && !!canGo(),
    run: () => on((id) => call('goLive', { id })),
  },
  {
    ...{ id: 'live-end', title: 'End the broadcast…', menu: 'Live', icon: icons.CircleStop, keys: ['Mod+Shift+.'], place: 'live' },
    enabled: isLive,
    run: askToEnd,
  },
  {
    ...{ id: 'live-preview', title: 'Preview the source', menu: 'Live', icon: icons.Eye, keys: ['P'], place: 'live' },
    enabled: () => withSession() && (phase() === 'off' || phase() === 'failed'),
    run: () => on((id) => call('previewLive', { id })),
  },
  {
    ...{ id: 'live-close', title: 'Stop the preview', menu: 'Live', icon: icons.EyeOff, keys: ['Shift+P'], place: 'live' },
    enabled: () => withSession() && (phase() === 'preview' || phase() === 'starting'),
    run: () => on((id) => call('closeLive', { id })),
  },
  {
    ...{ id: 'live-break', title: 'Break card on or off', menu: 'Live', icon: icons.Coffee, keys: ['B'], place: 'live' },
    enabled: () => withSession() && isRunning(shown().status),
    run: () =>
      on((id) => {
        const { status } = shown();
        return call('slateLive', { id, on: isRunning(status) && !status.slate });
      }),
  },
  {
    ...{ id: 'live-mute', title: 'Mute or unmute', menu: 'Live', icon: icons.VolumeX, keys: ['M'], place: 'live' },
    enabled: () => withSession() && isRunning(shown().status),
    run: () =>
      on((id) => {
        const { status } = shown();
        return call('muteLive', { id, on: isRunning(status) && !status.muted });
      }),
  },
  {
    ...{ id: 'live-record', title: 'Start or end the recording', menu: 'Live', icon: icons.Disc, keys: ['Shift+R'], place: 'live' },
    enabled: () => isLive() && shown().session?.setup.recording !== null,
    run: () =>
      on((id) => {
        const { status } = shown();
        return call('recordLive', { id, on: isRunning(status) && status.recording === null });
      }),
  },
  {
    ...{ id: 'live-target', title: 'Add a target…', menu: 'Live', icon: icons.Plus, keys: ['T'], place: 'live' },
    enabled: withSession,
    run: () => on((id) => void openDialog({ kind: 'target', session: id, target: null })),
  },
  {
    ...{ id: 'live-new', title: 'New live session', menu: 'Live', icon: icons.SquarePlus, keys: [], place: 'live' },
    enabled: here,
    run: () => createSession({ kind: 'rtmp-listen' }),
  },
  {
    ...{ id: 'live-remove', title: 'Remove this live session', menu: 'Live', icon: icons.Trash2, keys: [], place: 'live' },
    enabled: () => withSession() && phase() !== 'live',
    run: () => on((id) => call('removeLive', { id })),
  },
];

/** Somewhere to send to, and every key that is needed. */
function canGo(): boolean {
  const { session } = shown();
  const { services } = useStudio.getState();
  const enabled = session?.setup.targets.filter((target) => target.enabled) ?? [];
  const isComplete = enabled.every((target) => target.key !== null || services[target.service] === undefined);
  return isComplete && (enabled.length > 0 || session?.setup.recording != null);
}
