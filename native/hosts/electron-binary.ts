/** Electron as a program on disk: found, fetched and run without ever being imported, and what to do where that cannot be. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

/** What `npm start` finds. */
export interface Surroundings {
  /** MUXWELL_NO_ELECTRON is set. */
  unwanted: boolean;
  /** Electron's program; null when it is not there. */
  binary: string | null;
  /** Electron's own script that downloads its program; null when not even that is there. */
  installer: string | null;
  /** Why the download failed; null before it was tried. */
  failure: string | null;
  hasDisplay: boolean;
  isRoot: boolean;
}

/** The desktop app, a download first, or the web host: with a sentence why, unless it was asked for. */
export type Step = { run: string } | { install: string } | { host: string | null };

export function nextStep({ unwanted, binary, installer, failure, hasDisplay, isRoot }: Surroundings): Step {
  if (unwanted) return { host: null };
  if (!binary) {
    if (installer && failure === null) return { install: installer };
    return { host: `Electron could not be downloaded (${failure ?? 'its installer is missing'}), so the studio opens in a browser.` };
  }
  if (!hasDisplay) return { host: 'There is no display here, so the studio opens in a browser.' };
  if (isRoot) return { host: 'Electron does not run as root, so the studio opens in a browser.' };
  return { run: binary };
}

export function lookAround(project: string, env: NodeJS.ProcessEnv, platform = process.platform, uid = process.getuid?.()): Surroundings {
  const folder = join(project, 'node_modules', 'electron');
  const installer = join(folder, 'install.js');
  return {
    unwanted: Boolean(env['MUXWELL_NO_ELECTRON']),
    binary: findBinary(folder, env['ELECTRON_OVERRIDE_DIST_PATH'], platform),
    installer: existsSync(installer) ? installer : null,
    failure: null,
    hasDisplay: platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']),
    isRoot: platform === 'linux' && uid === 0,
  };
}

/** The installer writes the program's name to path.txt when it has unpacked it. */
function findBinary(folder: string, elsewhere: string | undefined, platform: NodeJS.Platform): string | null {
  const note = join(folder, 'path.txt');
  const name = existsSync(note) ? readFileSync(note, 'utf8').trim() : '';
  const usual = platform === 'win32' ? 'electron.exe' : 'electron';
  if (!name && !elsewhere) return null;
  const path = join(elsewhere ?? join(folder, 'dist'), name || usual);
  return existsSync(path) ? path : null;
}

const installMs = 120_000;

/** Runs Electron's installer, its words kept back. Returns why it failed in a few words, or null. */
export function install(installer: string, timeout = installMs): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(process.execPath, [installer], { timeout, killSignal: 'SIGKILL', maxBuffer: 64e6 }, (error, stdout, stderr) => {
      if (!error) resolve(null);
      else resolve(error.killed ? `no end after ${timeout / 1000} s` : reasonIn(`${stderr}\n${stdout}`));
    });
  });
}

/** `TypeError: fetch failed` and a stack → `fetch failed`. */
export function reasonIn(words: string): string {
  const named = /^\s*(?:\[?cause\]?: )?\w*Error: (.+)$/m.exec(words)?.[1];
  const first = words.split('\n').find((line) => line.trim() !== '');
  return (named ?? first ?? 'its installer gave no reason').trim().slice(0, 120).replace(/\.$/, '');
}

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the app to its end and returns its exit code; null when the program cannot be started. */
export async function runElectron(binary: string, project: string): Promise<number | null> {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const child = spawn(binary, [project], { stdio: 'inherit', env });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const passOn = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of passedOn) process.on(signal, passOn);
  try {
    const [code, signal] = await ended;
    return code ?? 128 + (signal ? constants.signals[signal] : 0);
  } catch {
    return null;
  } finally {
    for (const signal of passedOn) process.off(signal, passOn);
  }
}
