/** Leaving: whatever asks the app to quit, running exports are asked about first, and the studio is closed before the process ends. */
import { app, type BrowserWindow, dialog } from 'electron';
import type { Studio } from '../native/studio/studio.ts';

const live = { message: 'You are live.', detail: 'Quitting ends the broadcast on every target.' };
const one = { message: '1 export is running.', detail: 'It starts anew next time.' };

/** Closing the window is quitting. Jobs that run are asked about, because they lose their work. */
export function quitWithCare(studio: Studio, window: BrowserWindow): void {
  let leaving = false;

  /** True when nothing runs, or when that does not matter. */
  async function isSure(): Promise<boolean> {
    const running = Object.values(studio.state.all('statuses')).filter(({ phase }) => phase === 'running').length;
    const isLive = Object.values(studio.state.all('live')).some(({ phase }) => phase === 'live');
    if (running === 0 && !isLive) return true;
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
    leaving = await isSure();
    if (!leaving) return;
    window.hide();
    await studio.close().finally(() => app.exit());
  }

  window.on('close', (event) => {
    event.preventDefault();
    app.quit();
  });
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    void leave();
  });
}
