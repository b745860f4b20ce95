/** What goes wrong in the shell, as the application log hears it: processes of Chromium that end, promises that nobody caught. */
import { app, type BrowserWindow } from 'electron';
import { toErrorData } from '../native/contract/errors.ts';
import type { Log } from '../native/studio/log.ts';

/** Returns the way out. */
export function hearTroubles(log: Log, window: BrowserWindow): () => void {
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => log.error('page-ended', { reason, exitCode }));
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    if (type !== 'Utility') log.error('shell-process-ended', { type, reason, exitCode }); // workers have told their end
  });
  // Electron goes on after one, where Node would end.
  const onRejection = (reason: unknown) => {
    console.error(reason);
    log.error('uncaught', { origin: 'unhandledRejection', ...toErrorData(reason) });
  };
  process.on('unhandledRejection', onRejection);
  return () => process.off('unhandledRejection', onRejection);
}
