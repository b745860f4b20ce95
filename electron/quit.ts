/** Leaving: whatever asks the app to quit, running work is asked about first, and the studio is closed before the process ends. */
import { app, type BrowserWindow, dialog } from 'electron';
import { busyWith } from '../native/studio/busy.ts';
import type { Studio } from '../native/studio/studio.ts';
import type { Updates } from './updates.ts';

const live = { message: 'You are live.', detail: 'Quitting ends the broadcast on every target.' };
const one = { message: '1 export is running.', detail: 'It starts anew next time.' };

/** Closing the window is quitting. A newer version is installed on the way only if nothing was at work. `farewell` is called last. */
export function quitWithCare(studio: Studio, window: BrowserWindow, updates: Updates | null, farewell: () => void): void {
  let leaving = false;
  /** Nothing is left to be closed: what an installer asks for is done. */
  let closed = false;

  /** Jobs that run are asked about, because they lose their work. */
  async function isSure(running: number, isLive: boolean): Promise<boolean> {
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      ...(isLive ? live : running === 1 ? one : { message: `${running} exports are running.`, detail: 'They start anew next time.' }),
      buttons: ['Cancel', 'Quit'],
      defaultId: 0,
      cancelId: 0,
    });
    return response === 1;
  }

  async function leave(): Promise<void> {
    const { running, live: isLive } = busyWith(studio.state);
    const isCalm = running === 0 && !isLive;
    leaving = isCalm || (await isSure(running, isLive));
    if (!leaving) {
      updates?.stay();
      return;
    }
    window.hide();
    await studio.close().finally(() => {
      closed = true;
      farewell();
      if (isCalm && updates?.isDue()) updates.install();
      else app.exit();
    });
  }

  window.on('close', (event) => {
    if (closed) return;
    event.preventDefault();
    app.quit();
  });
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    void leave();
  });
}
