/** What can be done with one target: by its row's buttons, and by keys with the row that was chosen last. */
import * as icons from 'lucide-react';
import type { LiveSession, LiveTarget, TargetHealth } from '../../native/contract/live.ts';
import type { Action } from '../actions.ts';
import { attempt } from '../notices.ts';
import { call } from '../studio.ts';
import { openDialog, useUi } from '../ui-state.ts';
import { changeSetup, isRunning, shown, useLiveUi } from './session.ts';

export const isOn = (health: TargetHealth | undefined) => health !== undefined && health.state !== 'off' && health.state !== 'stopping';

export const changeTarget = ({ id }: LiveSession, target: LiveTarget) => openDialog({ kind: 'target', session: id, target: target.id });

export const removeTarget = (session: LiveSession, { id }: LiveTarget) =>
  changeSetup(session, ({ targets }) => ({ targets: targets.filter((target) => target.id !== id) }));

export const retryTarget = ({ id }: LiveSession, target: LiveTarget) => attempt(call('retryTarget', { id, target: target.id }));

/** Before going live it is left out or taken in; while live it is stopped or started. */
export function toggleTarget(session: LiveSession, target: LiveTarget, isLive: boolean, on = false): void {
  const at = { id: session.id, target: target.id };
  if (isLive) attempt(call(on ? 'stopTarget' : 'startTarget', at));
  else
    changeSetup(session, ({ targets }) => ({
      targets: targets.map((one) => (one.id === target.id ? { ...one, enabled: !one.enabled } : one)),
    }));
}

interface Chosen {
  session: LiveSession;
  target: LiveTarget;
  isLive: boolean;
  health: TargetHealth | undefined;
}

/** The chosen target, else the first. */
function chosen(): Chosen | null {
  if (useUi.getState().place !== 'live') return null;
  const { session, status } = shown();
  const targets = session?.setup.targets ?? [];
  const target = targets.find(({ id }) => id === useLiveUi.getState().target) ?? targets[0];
  if (!session || !target) return null;
  const health = isRunning(status) ? status.health?.targets.find(({ id }) => id === target.id) : undefined;
  return { session, target, isLive: status.phase === 'live', health };
}

const may = (allowed: (it: Chosen) => boolean) => () => {
  const it = chosen();
  return it !== null && allowed(it);
};
const on = (work: (it: Chosen) => void) => () => {
  const it = chosen();
  if (it) work(it);
};

export const targetActions: Action[] = [
  {
    ...{ id: 'live-target-toggle', menu: 'Live', icon: icons.CirclePower, keys: ['S'], place: 'live' },
    enabled: may(() => true),
    run: on(({ session, target, isLive, health }) => toggleTarget(session, target, isLive, isOn(health))),
  },
  {
    ...{ id: 'live-target-retry', menu: 'Live', icon: icons.RotateCcw, keys: ['R'], place: 'live' },
    enabled: may(({ isLive, health }) => isLive && isOn(health) && health?.state !== 'live'),
    run: on(({ session, target }) => retryTarget(session, target)),
  },
  {
    ...{ id: 'live-target-change', menu: 'Live', icon: icons.Pencil, keys: ['E'], place: 'live' },
    enabled: may(({ isLive }) => !isLive),
    run: on(({ session, target }) => changeTarget(session, target)),
  },
  {
    ...{
      id: 'live-target-remove',
      menu: 'Live',
      icon: icons.Trash2,
      keys: ['Delete', 'Backspace'],
      place: 'live',
    },
    enabled: may(({ isLive }) => !isLive),
    run: on(({ session, target }) => removeTarget(session, target)),
  },
];
