/** `muxwell serve`: a studio with the web host as its door, until it is told to end. */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { StudioError } from '../contract/errors.ts';
import { withLog } from '../log/log-file.ts';
import { dataFolder, hardwareFile, presetFolder } from '../studio/data-folder.ts';
import { keyFileSeal } from '../studio/key-file.ts';
import type { Log } from '../studio/log.ts';
import { createPage } from '../studio/page.ts';
import { createStudio, type Studio } from '../studio/studio.ts';
import { childWorkers } from './child-worker.ts';
import { readWhenDone, toSettings, type WhenDoneOptions } from './cli-when-done.ts';
import { isLoopback } from './door.ts';
import { keepMachineAwake } from './keep-awake.ts';
import { machineActions } from './machine-actions.ts';
import { openUrl } from './open-url.ts';
import { checkToken, keepToken } from './token.ts';
import { createWebHost } from './web.ts';

export interface ServeOptions extends WhenDoneOptions {
  /** Absent: the usual one, or any when that is taken. */
  port?: number;
  host: string;
  token?: string;
  open: boolean;
  /** Pages may choose a command that runs when the queue is done. */
  allowCommands?: boolean;
  /** Absent: the system's usual place. */
  data?: string;
}

const usualPort = 7390;

/** Beside this file once built; from source, what was built last. */
const pageFolder = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/page' : './page', import.meta.url));

/** Returns the exit code, after a signal has ended everything in order. */
export async function runServe(options: ServeOptions): Promise<number> {
  const { host, token, data = dataFolder() } = options;
  const fromEnvironment = takeFromEnvironment('MUXWELL_TOKEN');
  const chosen = token ?? fromEnvironment;
  if (host === '') throw new StudioError('bad-input', '--host needs an address.');
  if (chosen !== undefined) checkToken(chosen);
  else if (!isLoopback(host))
    throw new StudioError('bad-input', `At ${host} other machines can reach Muxwell: choose a token with --token or MUXWELL_TOKEN.`);
  const whenDone = readWhenDone(options);
  const folder = makePrivate(resolve(data));
  return withLog({ data: folder, door: 'serve', version: packageJson.version }, (log) => serve(options, folder, chosen, whenDone, log));
}

async function serve(
  { port, host, open, allowCommands = false }: ServeOptions,
  folder: string,
  chosen: string | undefined,
  whenDone: ReturnType<typeof readWhenDone>,
  log: Log,
): Promise<number> {
  const toldToEnd = untilToldToEnd();
  const studio = createStudio({
    spawn: childWorkers(),
    storage: join(folder, 'studio.db'),
    pictures: join(folder, 'pictures'),
    hardware: hardwareFile(folder),
    presets: presetFolder(folder),
    seal: keyFileSeal(folder),
    machine: machineActions(),
    pagesMayCommand: allowCommands,
    version: packageJson.version,
    log,
  });
  const sleepAgain = keepMachineAwake(studio.state);
  try {
    if (whenDone) await studio.call('changeSettings', toSettings(whenDone, true));
    const token = chosen ?? keepToken(folder);
    log.hide(token);
    const web = await createWebHost({
      studio,
      page: openPage(studio),
      host,
      ports: port === undefined ? [usualPort, 0] : [port],
      token,
      log,
    });
    if (port === undefined && web.port !== usualPort)
      console.error(`Port ${usualPort} is taken by another program, so another was chosen.`);
    log.info('listening', { host, port: web.port });
    console.log(`Muxwell is at ${web.url}`);
    if (open) openUrl(web.ticketUrl(), () => console.error('No browser could be opened. Open the address above in one.'));
    await toldToEnd;
    sayWhatRuns(studio);
    await web.close();
    return 0;
  } finally {
    sleepAgain();
    await studio.close();
  }
}

/** Worker processes and a browser get no copy of what is taken out. */
function takeFromEnvironment(name: string): string | undefined {
  const value = process.env[name];
  delete process.env[name];
  return value || undefined;
}

/** A folder that is there already keeps its permissions. */
function makePrivate(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StudioError('output-unwritable', `The folder ${folder} could not be made.`, String(error));
  }
  return folder;
}

function openPage({ respond }: Studio): ReturnType<typeof createPage> {
  if (!existsSync(join(pageFolder, 'index.html')))
    throw new StudioError('internal', 'The page is not built yet: run "npm run build" first.');
  return createPage(pageFolder, respond);
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A second signal finds nobody listening and ends the process at once. */
function untilToldToEnd(): Promise<void> {
  return new Promise((settle) => {
    const end = () => {
      for (const signal of endings) process.off(signal, end);
      settle();
    };
    for (const signal of endings) process.on(signal, end);
  });
}

function sayWhatRuns({ state }: Studio): void {
  const running = Object.values(state.all('statuses')).filter(({ phase }) => phase === 'running').length;
  if (Object.values(state.all('live')).some(({ phase }) => phase === 'live')) console.error('A session was live and has been ended.');
  if (running === 1) console.error('1 export was running. It starts anew next time.');
  if (running > 1) console.error(`${running} exports were running. They start anew next time.`);
}
