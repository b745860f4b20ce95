/**
 * Updates by electron-updater, which is loaded and asks only in a packaged app that was built with an address. What it downloads
 * must have the announced checksum and, on Windows and macOS, the signature of this app. It installs only as the app leaves.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { AppUpdater, ProgressInfo } from 'electron-updater';
import { abortError, StudioError } from '../native/contract/errors.ts';
import type { UpdateSource } from '../native/studio/updates.ts';

export interface Updates {
  source: UpdateSource;
  /** Something is to be installed as the app leaves with nothing at work. */
  isDue(): boolean;
  /** Installs it and ends the app, which starts again if that was asked for. */
  install(): void;
  /** The app was asked to leave, and stays. */
  stay(): void;
}

/** electron-updater's codes in words; `%` is who was asked. */
const sentences: Record<string, string> = {
  ERR_UPDATER_INVALID_SIGNATURE: 'The new version is not signed by the makers of this one, and was thrown away.',
  ERR_CHECKSUM_MISMATCH: 'What was downloaded is not what % announced, and was thrown away.',
  ERR_UPDATER_CHANNEL_FILE_NOT_FOUND: '% has nothing for this system.',
};
const unreachable = '% could not be asked for a newer version, or did not send it.';

/** electron-updater gives every installation a number and sends it along; here all have the same. */
const nobody = { 'x-user-staging-id': '00000000-0000-0000-0000-000000000000' };

/** An installer that has not ended the app by then will not, ms. */
const installMs = 60_000;

/** null where there are none: electron-builder writes the address beside the app. */
export function createUpdates(): Updates | null {
  const host = app.isPackaged ? hostIn(join(process.resourcesPath, 'app-update.yml')) : null;
  if (host === null) return null;
  /** A package manager asks for a password: not when somebody only quits. */
  const isSilent = !existsSync(join(process.resourcesPath, 'package-type'));
  let updater: AppUpdater | null = null;
  let fetched: string | null = null;
  let again = false;

  async function fetch(signal: AbortSignal, onProgress: (version: string, fraction: number) => void): Promise<string | null> {
    const { autoUpdater, CancellationToken } = await import('electron-updater');
    updater ??= prepare(autoUpdater);
    const left = new Promise<never>((_, refuse) => signal.addEventListener('abort', () => refuse(abortError(signal))));
    const found = await Promise.race([updater.checkForUpdates(), left]);
    if (!found) throw new StudioError('update-failed', 'This Muxwell was not installed in a way that it can update by itself.');
    if (!found.isUpdateAvailable) return null;
    const { version } = found.updateInfo;
    const token = new CancellationToken();
    const cancel = () => token.cancel();
    const tell = ({ percent }: ProgressInfo) => onProgress(version, percent / 100);
    signal.addEventListener('abort', cancel);
    updater.on('download-progress', tell);
    onProgress(version, 0);
    try {
      await updater.downloadUpdate(token);
    } finally {
      updater.off('download-progress', tell);
      signal.removeEventListener('abort', cancel);
    }
    fetched = version;
    return version;
  }

  return {
    source: {
      host,
      fetch: (signal, onProgress) =>
        fetch(signal, onProgress).catch((thrown) => {
          throw inWords(thrown, host);
        }),
      forget() {
        fetched = null;
      },
      restart() {
        again = true;
        app.quit();
      },
    },
    isDue: () => fetched !== null && (again || isSilent),
    install() {
      updater?.once('error', () => app.exit());
      setTimeout(() => app.exit(), installMs);
      if (updater) updater.autoRunAppAfterInstall = again;
      updater?.quitAndInstall(true, again);
    },
    stay() {
      again = false;
    },
  };
}

function hostIn(file: string): string | null {
  const url = existsSync(file) ? /^url: ['"]?([^'"\s]+)/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  return url ? new URL(url).host : null;
}

function prepare(updater: AppUpdater): AppUpdater {
  const options = { logger: null, autoDownload: false, autoInstallOnAppQuit: false, disableWebInstaller: true, requestHeaders: nobody };
  return Object.assign(updater, options);
}

function inWords(thrown: unknown, host: string): StudioError {
  if (thrown instanceof StudioError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  return new StudioError('update-failed', (sentences[code ?? ''] ?? unreachable).replace('%', host), code ?? message.split('\n', 1)[0]);
}
