/** What the rest of the desktop sees of the studio: progress in the taskbar, no sleep while it works, a word when the queue is done. */
import { type BrowserWindow, Notification, powerSaveBlocker } from 'electron';
import type { QueueInfo, State } from '../native/contract/contract.ts';
import type { StateOwner } from '../native/contract/state.ts';
import { newsOf, type QueueRun } from '../native/contract/when-done.ts';
import { keepAwake } from '../native/studio/work.ts';
import { showWindow } from './window.ts';

/** For as long as the app runs. */
export function stayAwake(state: StateOwner<State>): void {
  keepAwake(state, () => {
    const blocker = powerSaveBlocker.start('prevent-app-suspension');
    return () => powerSaveBlocker.stop(blocker);
  });
}

/** Watches the state for as long as the app runs. */
export function showActivity(state: StateOwner<State>, window: BrowserWindow): void {
  let told: number | null = null;
  state.subscribe(({ put }) => {
    const queue = put['queue']?.['studio'] as QueueInfo | undefined;
    if (queue) window.setProgressBar(queue.running > 0 || (queue.started && queue.waiting > 0) ? queue.fraction : -1);
    const run = put['run']?.['studio'] as QueueRun | undefined;
    const news = run ? newsOf(run) : null;
    if (!run || !news || run.ended === told) return;
    told = run.ended;
    if (news !== 'sound') tell(run, window, announced[news]); // a sound is the page's part
  });
}

/** What is about to happen. */
const announced = {
  notify: '',
  sleep: ' The machine goes to sleep in a minute.',
  shutdown: ' The machine shuts down in a minute.',
};

function tell({ done, failed }: QueueRun, window: BrowserWindow, more: string): void {
  if (window.isFocused() || !Notification.isSupported()) return;
  const words = [done > 0 && `${files(done)} done`, failed > 0 && `${files(failed)} failed`].filter(Boolean);
  const notification = new Notification({ title: 'The queue has ended', body: `${words.join(', ')}.${more}` });
  notification.on('click', () => showWindow(window));
  window.once('focus', () => notification.close());
  notification.show();
}

const files = (count: number) => `${count} ${count === 1 ? 'file' : 'files'}`;
