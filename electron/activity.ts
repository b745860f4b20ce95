/** What the rest of the desktop sees of the queue: progress in the taskbar, no sleep while it runs, a word when it has ended. */
import { type BrowserWindow, Notification, powerSaveBlocker } from 'electron';
import type { JobStatus, QueueInfo, State } from '../native/contract/contract.ts';
import type { StateOwner } from '../native/contract/state.ts';
import { showWindow } from './window.ts';

/** No sleep while a session is live. Watches the state for as long as the app runs. */
export function stayAwakeWhileLive(state: StateOwner<State>): void {
  let blocker: number | null = null;
  state.subscribe(() => {
    const isLive = Object.values(state.all('live')).some(({ phase }) => phase === 'live');
    if (isLive) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  });
}

/** Watches the state for as long as the app runs. */
export function showActivity(state: StateOwner<State>, window: BrowserWindow): void {
  /** Of the run that goes on now; null while nothing does. */
  let run: { blocker: number; done: number; failed: number } | null = null;
  state.subscribe(({ put }) => {
    for (const { phase } of Object.values(put['statuses'] ?? {}) as JobStatus[]) {
      if (run && (phase === 'done' || phase === 'failed')) run[phase]++;
    }
    const queue = put['queue']?.['studio'] as QueueInfo | undefined;
    if (!queue) return;
    const busy = queue.running > 0 || (queue.started && queue.waiting > 0);
    window.setProgressBar(busy ? queue.fraction : -1);
    if (busy) run ??= { blocker: powerSaveBlocker.start('prevent-app-suspension'), done: 0, failed: 0 };
    else if (run) {
      powerSaveBlocker.stop(run.blocker);
      tell(run, window);
      run = null;
    }
  });
}

function tell({ done, failed }: { done: number; failed: number }, window: BrowserWindow): void {
  if (done + failed === 0 || window.isFocused() || !Notification.isSupported()) return;
  const words = [done > 0 && `${files(done)} done`, failed > 0 && `${files(failed)} failed`].filter(Boolean);
  const notification = new Notification({ title: 'The queue has ended', body: `${words.join(', ')}.` });
  notification.on('click', () => showWindow(window));
  window.once('focus', () => notification.close());
  notification.show();
}

const files = (count: number) => `${count} ${count === 1 ? 'file' : 'files'}`;
