/** The desktop app: the studio behind one window. This file is its contents page; what each line means stands in a file beside it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, shell } from 'electron';
import { toErrorData } from '../native/contract/errors.ts';
import { machineActions } from '../native/hosts/machine-actions.ts';
import { type LogFile, openLog } from '../native/log/log-file.ts';
import { dataFolder, hardwareFile, presetFolder } from '../native/studio/data-folder.ts';
import { keyFileSeal } from '../native/studio/key-file.ts';
import { createStudio } from '../native/studio/studio.ts';
import { showActivity, stayAwake } from './activity.ts';
import { desktopCalls } from './desktop.ts';
import { createOpenFiles } from './files.ts';
import { setMenu } from './menu.ts';
import { connectPage, utilityWorkers } from './ports.ts';
import { quitWithCare } from './quit.ts';
import { systemSeal } from './seal.ts';
import { answerPage, lockDown, registerScheme, servePage } from './security.ts';
import { hearTroubles } from './troubles.ts';
import { createUpdates } from './updates.ts';
import { openWindow } from './window.ts';

/** `built` lies beside this file in dist/, `source` is where the same is found when this runs from source. */
const beside = (built: string, source: string) => fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? source : built, import.meta.url));
const worker = beside('./worker.js', '../native/engine/worker.ts');
const preload = beside('./preload.cjs', '../dist/preload.cjs');
const page = beside('./page', '../dist/page');
const icon = fileURLToPath(new URL('../electron/icons/icon.png', import.meta.url));

const data = dataFolder();
/** Chromium's own files, and the lock that leads a second Muxwell on this data to the first. */
const profile = join(data, 'desktop');
mkdirSync(profile, { recursive: true, mode: 0o700 });
app.setPath('userData', profile);
if (process.platform === 'win32') app.setAppUserModelId('app.muxwell'); // as in electron-builder.yml: no notification without it

registerScheme();
lockDown();
const files = createOpenFiles();

if (app.requestSingleInstanceLock({ files: files.waiting })) void app.whenReady().then(begin).catch(fail);
else app.quit();

function begin(): void {
  const log = openLog({ data, door: 'desktop', version: app.getVersion() });
  try {
    start(log);
  } catch (thrown) {
    log.error('gave-up', { ...toErrorData(thrown) });
    log.close();
    throw thrown;
  }
}

function start(log: LogFile): void {
  const updates = createUpdates();
  const studio = createStudio({
    spawn: utilityWorkers(worker),
    storage: join(data, 'studio.db'),
    pictures: join(data, 'pictures'),
    hardware: hardwareFile(data),
    presets: presetFolder(data),
    seal: systemSeal(keyFileSeal(data)),
    machine: machineActions(),
    pagesMayCommand: true,
    trash: (path) => shell.trashItem(path),
    version: app.getVersion(),
    updates: updates?.source ?? null,
    log,
  });
  servePage(page, studio.respond);
  const window = openWindow(preload, icon, join(profile, 'window.json'));
  const choose = (action: string) => window.webContents.send('action', action);
  setMenu({ items: [], words: {} }, choose);
  answerPage({
    connect: (_input, frame) => connectPage(studio, frame),
    takeFiles: files.take,
    setMenu: (menu) => setMenu(menu, choose),
    ...desktopCalls(studio.state, window, log.folder),
  });
  files.attach(window);
  showActivity(studio.state, window);
  stayAwake(studio.state);
  const stopHearing = hearTroubles(log, window);
  quitWithCare(studio, window, updates, () => {
    stopHearing();
    log.close();
  });
}

function fail(thrown: unknown): void {
  const { code, message, detail } = toErrorData(thrown);
  dialog.showErrorBox('Muxwell cannot start', code === 'internal' && detail ? `${message}\n\n${detail}` : message);
  app.exit(1);
}
