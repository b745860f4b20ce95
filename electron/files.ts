/** Files that the system asks Muxwell to open: by its command line, a second start of it, or macOS. They wait until the page takes them. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow } from 'electron';
import { showWindow } from './window.ts';

/** The queue between the system and the page. */
export interface OpenFiles {
  readonly waiting: string[];
  /** Hands all that wait to the page, once. */
  take(): string[];
  /** From now on the window's page is told when there is something to take. */
  attach(window: BrowserWindow): void;
}

/** Listens from the start, because macOS tells of files before there is a window. */
export function createOpenFiles(): OpenFiles {
  const waiting = filesIn(process.argv.slice(1));
  let window: BrowserWindow | null = null;
  const add = (paths: string[]) => {
    waiting.push(...paths);
    window?.webContents.send('files');
  };
  app.on('open-file', (event, path) => {
    event.preventDefault();
    add([path]);
  });
  app.on('second-instance', (_event, _args, _folder, told) => {
    const { files } = told as { files?: unknown };
    if (Array.isArray(files)) add(files.filter((path) => typeof path === 'string'));
    if (window) showWindow(window);
  });
  return {
    waiting,
    take: () => waiting.splice(0),
    attach: (opened) => {
      window = opened;
    },
  };
}

/** What of a command line names a file that is there. */
function filesIn(args: string[]): string[] {
  // `electron . film.mov`: what stands before the app itself is Electron's.
  const own = process.defaultApp ? args.slice(args.findIndex((arg) => resolve(arg) === app.getAppPath()) + 1 || args.length) : args;
  const paths = own.filter((arg) => !arg.startsWith('-')).map((arg) => (isUrl(arg) ? fileURLToPath(arg) : resolve(arg)));
  return paths.filter((path) => existsSync(path));
}

/** Linux desktops write some files so. */
const isUrl = (arg: string) => arg.startsWith('file:///');
