/** The desktop shell, whole: electron/main.ts and the preload on a stand-in for Electron, with real workers and real files. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Client, createClient } from '../native/contract/client.ts';
import type { JobStatus, State } from '../native/contract/contract.ts';
import type { Desktop, MenuEntry } from '../native/contract/desktop.ts';
import { portMessage } from '../native/contract/desktop.ts';
import { type MessagePortLike, messagePort } from '../native/contract/ports.ts';
import type { UpdatePhase } from '../native/contract/update.ts';
import { scratchVariable } from '../native/contract/worker-contract.ts';
import { probe } from '../native/engine/probe.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import { longClip, quick, shortClip, slow } from './fixtures/sources.ts';
import { eventually, isAlive, until } from './fixtures/wait.ts';

type StandIn = typeof import('./fixtures/electron-stand-in.ts');

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'electron/main.ts');
const built = join(root, 'dist/main.js');

let clips: string;
let short: string;
let long: string;
beforeAll(() => {
  if (!existsSync(built)) throw new Error('There is no dist/main.js with its page beside it. Run "npm run build" first.');
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  short = shortClip(join(clips, 'short.mp4'));
  long = longClip(join(clips, 'long.mp4'));
});
afterAll(() => rmSync(clips, { recursive: true, force: true }));

/** Fresh for every test. */
let folder: string;
let data: string;
let out: string;
const running: StandIn[] = [];
const clients: Client[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-electron-'));
  data = join(folder, 'data');
  out = join(folder, 'out');
  vi.stubEnv('MUXWELL_DATA', data);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const { app, desk } of running.splice(0)) {
    app.quit();
    while (desk.questions.length > 0) desk.questions.pop()?.answer(1);
    await desk.exit.promise;
  }
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs main.ts with a fresh Electron. `prepare` changes the desk before anything has started. */
async function start(args: string[] = [], prepare: (desk: StandIn['desk']) => void = () => {}, main = source) {
  vi.resetModules();
  const electron = await import('./fixtures/electron-stand-in.ts');
  const { desk, app } = electron;
  prepare(desk);
  const { argv } = process;
  process.argv = ['muxwell', ...args];
  await import(/* @vite-ignore */ main);
  process.argv = argv;
  desk.start();
  await new Promise((done) => setTimeout(done)); // what waits for readiness has run
  const [window] = desk.windows;
  if (window) running.push(electron);
  return { electron, desk, app, window: window as StandIn['BrowserWindow']['prototype'] };
}

interface Page {
  muxwell: Desktop;
  client: Client;
  see<T>(look: (state: State) => T | undefined | null | false, what: string): Promise<T>;
  status(id: string): JobStatus | undefined;
}

/** What the page does when it loads: the preload runs, a port is asked for and comes as a message of the window. */
async function openPage({ desk }: { desk: StandIn['desk'] }): Promise<Page> {
  let receive: (port: MessagePortLike) => void = () => {};
  vi.stubGlobal('location', { origin: 'app://muxwell' });
  vi.stubGlobal('window', {
    postMessage(message: unknown, origin: string, [port]: MessagePortLike[]) {
      expect([message, origin]).toEqual([portMessage, 'app://muxwell']);
      if (port) receive(port);
    },
  });
  await import('../electron/preload.ts');
  const muxwell = desk.exposed['muxwell'] as Desktop;
  const client = createClient(async () => {
    const port = new Promise<MessagePortLike>((found) => {
      receive = found;
    });
    muxwell.connect();
    return messagePort(await port);
  });
  clients.push(client);
  const see: Page['see'] = (look, what) => until(client.subscribe, () => look(client.state()), what);
  await see((state) => state.machine['studio'], 'the page knows the studio');
  return { muxwell, client, see, status: (id) => client.state().statuses[id] };
}

async function add({ client }: Page, sources: string[], order: object = quick): Promise<string[]> {
  return (await client.call('addJobs', { sources, ...(order as typeof quick), output: { folder: out } })).ids;
}

/** Adds the long clip, starts the queue and waits until it has got somewhere. */
async function startLong(page: Page): Promise<string> {
  const [id = ''] = await add(page, [long], slow);
  await page.client.call('startQueue', {});
  await page.see(({ statuses: { [id]: status } }) => status?.phase === 'running' && status.fraction > 0, 'the long clip is under way');
  return id;
}

const ended = (page: Page, ids: string[]) =>
  page.see(
    ({ statuses }) => ids.every((id) => ['done', 'failed', 'cancelled'].includes(statuses[id]?.phase ?? '')) && statuses,
    'all jobs have ended',
  );

describe('the page', () => {
  test('it is served over app://muxwell with its policy, and nothing else is', async () => {
    const { desk, window } = await start();
    expect(desk.schemes).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }]);
    expect(window.webContents.loads).toEqual(['app://muxwell/']);
    const get = async (url: string) => desk.pages.get('app')?.(new Request(url)) as Promise<Response>;
    const page = await get('app://muxwell/');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<div id="root">');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    for (const path of [
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/%2e%2e/package.json',
      '/static/../../main.js',
      '/main.js',
      '/etc/passwd',
    ]) {
      expect((await get(`app://muxwell${path}`)).status, path).toBe(404);
    }
    expect((await get('app://elsewhere/')).status).toBe(404);
  });

  test('it is given exactly the desktop of the contract', async () => {
    const page = await openPage(await start());
    const keys: Record<keyof Desktop, true> = {
      platform: true,
      connect: true,
      pathOf: true,
      chooseFiles: true,
      chooseFolder: true,
      showInFolder: true,
      showLogs: true,
      setMenu: true,
      onAction: true,
      onFiles: true,
    };
    expect(Object.keys(page.muxwell).sort()).toEqual(Object.keys(keys).sort());
    expect(page.muxwell.platform).toBe(process.platform);
    expect(page.muxwell.pathOf({ name: 'a.mov' } as File)).toBe('/dropped/a.mov');
  });

  test.each([
    ['from source', source, /engine[/\\]worker\.ts$/],
    ['as built', built, /dist[/\\]worker\.js$/],
  ])('%s: a real clip goes through its port, is encoded in a utility process, and done with a proof', async (_which, main, worker) => {
    const app = await start([], () => {}, main);
    const page = await openPage(app);
    expect(page.client.state().machine['studio']?.version).toBe('1.2.3');
    const [id = ''] = await add(page, [short]);
    await page.client.call('startQueue', {});
    const { [id]: status } = await ended(page, [id]);
    if (status?.phase !== 'done') throw new Error(JSON.stringify(status));
    expect(status.proof.duration).toBeCloseTo(1, 1);
    expect(readFileSync(status.output).length).toBeGreaterThan(1000);
    expect(status.output.startsWith(out)).toBe(true);
    const picture = (await app.desk.pages.get('app')?.(new Request(`app://muxwell/assets/thumbnail/${id}`))) as Response;
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    const part = (await app.desk.pages.get('app')?.(
      new Request(`app://muxwell/assets/source/${id}`, { headers: { range: 'bytes=4-7' } }),
    )) as Response;
    expect([part.status, await part.text()]).toEqual([206, 'ftyp']);
    const proxy = (await app.desk.pages.get('app')?.(new Request(`app://muxwell/assets/proxy/${id}/0`))) as Response;
    expect([proxy.status, proxy.headers.get('content-type')]).toEqual([200, 'video/webm']);
    const names = app.desk.workers.map(({ options }) => options.serviceName);
    expect(new Set(names).size).toBe(names.length);
    for (const { options, program } of app.desk.workers) {
      expect(program).toMatch(worker);
      expect(options.env).toMatchObject({ UV_THREADPOOL_SIZE: '16', SVT_LOG: '1' });
      expect(options.stdio).toEqual(['ignore', 'ignore', 'pipe']);
    }
    const { preload } = app.window.options.webPreferences ?? {};
    expect([preload, app.window.options.icon].map((path) => existsSync(String(path)))).toEqual([true, true]);
  });

  test('after a reload it gets a new port and the same state', async () => {
    const app = await start();
    const page = await openPage(app);
    await add(page, [short]);
    page.client.close();
    const again = await openPage(app);
    expect(Object.values(again.client.state().jobs).map((job) => job.source)).toEqual([short]);
  });

  test('when its process is gone it is loaded again', async () => {
    const { window } = await start();
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 11 });
    await eventually(() => window.webContents.loads.length === 2, 'the page is loaded again');
  });
});

describe('what is refused', () => {
  test('messages of every frame but the page itself', async () => {
    const { desk, window } = await start();
    const { mainFrame } = window.webContents;
    const postMessage = vi.fn();
    const strangers: unknown[] = [
      null,
      { url: 'https://example.com/', parent: null, postMessage },
      { url: 'file:///tmp/page.html', parent: null, postMessage },
      { url: 'app://muxwell.example.com/', parent: null, postMessage },
      { url: 'app://elsewhere/', parent: null, postMessage },
      { url: 'app://muxwell/', parent: mainFrame, postMessage },
    ];
    for (const name of ['connect', 'takeFiles', 'setMenu', 'chooseFiles', 'chooseFolder', 'showInFolder', 'showLogs']) {
      for (const frame of strangers) await expect(desk.ask(frame, name)).rejects.toThrow(`${name} was refused`);
    }
    expect(postMessage).not.toHaveBeenCalled();
    expect(desk.fileDialogs).toEqual([]);
    await expect(desk.ask(mainFrame, 'takeFiles')).resolves.toEqual([]);
  });

  test('every permission but to put a text on the clipboard, every device, every address of the network', async () => {
    const { desk } = await start();
    const grant = vi.fn();
    desk.permissions.request?.({} as never, 'media', grant, {} as never);
    expect(grant.mock.calls).toEqual([[false]]);
    expect(desk.permissions.check?.(null, 'geolocation', 'app://muxwell', {} as never)).toBe(false);
    expect(desk.permissions.check?.(null, 'clipboard-read', 'app://muxwell', {} as never)).toBe(false);
    expect(desk.permissions.device?.({} as never)).toBe(false);
    expect(desk.network?.urls).toEqual(['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*']);
    desk.permissions.request?.({} as never, 'clipboard-sanitized-write', grant, {} as never);
    expect(grant.mock.calls.at(-1)).toEqual([true]);
    expect(desk.permissions.check?.(null, 'clipboard-sanitized-write', 'app://muxwell', {} as never)).toBe(true);
    const answer = vi.fn();
    desk.network?.listener({} as never, answer);
    expect(answer.mock.calls).toEqual([[{ cancel: true }]]);
  });

  test('navigation, redirection, further windows and webviews', async () => {
    const { window } = await start();
    const { webContents } = window;
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
      expect(webContents.tries(event, 'https://example.com/'), event).toBe(false);
    }
    expect(webContents.openHandler?.({ url: 'https://example.com/' } as never)).toEqual({ action: 'deny' });
  });

  test('anything but a sandboxed, isolated page without Node', async () => {
    const { desk, window } = await start();
    expect(desk.sandboxed).toBe(true);
    const { preload, ...preferences } = window.options.webPreferences ?? {};
    expect(preload).toMatch(/dist[/\\]preload\.cjs$/);
    expect(preferences).toEqual({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    });
  });
});

describe('the system', () => {
  test('while the queue runs the taskbar shows how far it is and the machine stays awake', async () => {
    const app = await start();
    const page = await openPage(app);
    const { progress } = app.window;
    expect(progress.every((value) => value === -1)).toBe(true);
    const id = await startLong(page);
    await eventually(() => (progress.at(-1) ?? -1) > 0, 'the taskbar shows progress');
    expect(app.desk.blockers.size).toBe(1);
    await page.client.call('cancelJobs', { ids: [id] });
    await ended(page, [id]);
    await eventually(() => progress.at(-1) === -1, 'the taskbar is empty again');
    expect(app.desk.blockers.size).toBe(0);
    expect(app.desk.notifications).toEqual([]); // it was the user who ended it
  });

  test('a notification says how the queue ended, and leads to the window', async () => {
    const app = await start();
    const page = await openPage(app);
    const broken = join(folder, 'broken.mp4');
    writeFileSync(broken, 'no media');
    await page.client.call('startQueue', {});
    await ended(page, await add(page, [short, broken, short]));
    await eventually(() => app.desk.notifications.length > 0, 'a notification');
    expect(app.desk.notifications.map(({ options }) => options)).toEqual([
      { title: 'The queue has ended', body: '2 files done, 1 file failed.' },
    ]);
    app.desk.notifications[0]?.emit('click');
    expect(app.window.history.slice(-2)).toEqual(['show', 'focus']);
    expect(app.desk.notifications).toEqual([]); // seen
    await ended(page, await add(page, [short]));
    await eventually(() => app.desk.blockers.size === 0, 'the queue has ended');
    expect(app.desk.notifications).toEqual([]); // who looks at the window needs none
  });

  test('that the machine is about to sleep is said as well; nothing is said where nothing was chosen; a command may be', async () => {
    const app = await start();
    const page = await openPage(app);
    await page.client.call('changeSettings', { whenDone: 'nothing', whenDoneOnce: 'sleep' });
    await page.client.call('startQueue', {});
    await add(page, [short]);
    await page.see(({ run }) => run['studio']?.after?.phase === 'counting', 'the countdown');
    await page.client.call('callOff', {});
    expect(app.desk.notifications.map(({ options }) => options.body)).toEqual(['1 file done. The machine goes to sleep in a minute.']);
    expect(app.desk.blockers.size).toBe(0); // or it could not sleep
    await add(page, [short]);
    await page.see(({ run }) => run['studio']?.after?.action === 'nothing', 'the second end');
    expect(app.desk.notifications).toHaveLength(1);
    const whenDoneCommand = ['upload', 'it'];
    await page.client.call('changeSettings', { whenDone: 'command', whenDoneCommand });
    await page.see(({ settings }) => settings['studio']?.whenDone === 'command', 'it is chosen');
    expect(page.client.state().settings['studio']).toMatchObject({ whenDoneCommand });
  });

  test('files and folders are chosen in the system’s dialogs', async () => {
    const { desk, ...app } = await start();
    const { muxwell } = await openPage({ desk, ...app });
    expect(await muxwell.chooseFiles()).toEqual([]);
    desk.chosen = ['/films/a.mov', '/films/b.mkv'];
    expect(await muxwell.chooseFiles()).toEqual(['/films/a.mov', '/films/b.mkv']);
    expect(desk.fileDialogs[0]?.properties).toEqual(['openFile', 'multiSelections']);
    expect(desk.fileDialogs[0]?.filters).toMatchObject([
      { name: 'Media', extensions: expect.arrayContaining(['mov', 'flac']) },
      { extensions: ['*'] },
    ]);
    expect(await muxwell.chooseFolder('/films')).toBe('/films/a.mov');
    expect(desk.fileDialogs.at(-1)).toEqual({ properties: ['openDirectory', 'createDirectory'], defaultPath: '/films' });
    desk.chosen = [];
    expect(await muxwell.chooseFolder(null)).toBe(null);
    expect(desk.fileDialogs.at(-1)).toEqual({ properties: ['openDirectory', 'createDirectory'] });
  });

  test('an original that is not needed any more goes to the system’s trash', async () => {
    const app = await start();
    const page = await openPage(app);
    const film = join(dirname(short), 'to be trashed.mp4');
    copyFileSync(short, film);
    const { ids } = await page.client.call('addLossless', { sources: [film], order: { target: 'mkv' } });
    await page.client.call('startQueue', {});
    await ended(page, ids);
    const [id = ''] = ids;
    expect((await page.client.call('originals', { ids }))[id]).toMatchObject({ safe: true, path: film });
    const moved = await page.client.call('moveOriginals', { originals: [{ id }], folder: null });
    expect(moved[id]).toEqual({ moved: true, why: 'to be trashed.mp4 is in the trash.' });
    expect(app.desk.trash).toEqual([film]);
  });

  test('the file manager shows a job’s result, before that its source, and no path that a page made up', async () => {
    const app = await start();
    const page = await openPage(app);
    const [id = ''] = await add(page, [short]);
    await page.muxwell.showInFolder(id);
    await page.client.call('startQueue', {});
    const { [id]: status } = await ended(page, [id]);
    await page.muxwell.showInFolder(id);
    for (const stranger of ['/etc/passwd', '__proto__', '', { toString: 1 }, null])
      await page.muxwell.showInFolder(stranger as string).catch(() => {});
    expect(app.desk.shown).toEqual([short, status?.phase === 'done' && status.output]);
  });

  test('the folder of the log is shown; in it stand the start, the page that crashed, a promise that nobody caught, and the end', async () => {
    const app = await start();
    const { muxwell } = await openPage(app);
    await muxwell.showLogs();
    expect(app.desk.opened).toEqual([join(data, 'logs')]);
    app.window.webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 5 });
    const [listener] = process.listeners('unhandledRejection').slice(-1);
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    listener?.(new Error('nobody caught it'), Promise.resolve());
    expect(said).toHaveBeenCalledOnce();
    said.mockRestore();
    const before = process.listenerCount('unhandledRejection');
    app.app.quit();
    await app.desk.exit.promise;
    expect(process.listenerCount('unhandledRejection')).toBe(before - 1);
    const lines = readFileSync(join(data, 'logs', 'muxwell.log'), 'utf8')
      .trim()
      .split('\n');
    const told = lines.map((line) => JSON.parse(line) as { what: string; data: Record<string, unknown> });
    expect(told[0]).toMatchObject({ what: 'started', data: { door: 'desktop', version: '1.2.3' } });
    expect(told).toContainEqual(expect.objectContaining({ what: 'page-ended', data: { reason: 'oom', exitCode: 5 } }));
    expect(told.find(({ what }) => what === 'uncaught')?.data['detail']).toContain('nobody caught it');
    expect(told.at(-1)?.what).toBe('ended');
  });

  test('the menu is the page’s actions and what every program has', async () => {
    const app = await start();
    const { muxwell } = await openPage(app);
    expect(app.desk.menu.map(({ label, role }) => label ?? role)).toEqual([
      'File',
      'Edit',
      'Queue',
      'Playback',
      'Cut',
      'Live',
      'View',
      'windowMenu',
      'Help',
    ]);
    const entry = (id: string, menu: MenuEntry['menu'], more: Partial<MenuEntry> = {}): MenuEntry => ({
      ...{ id, title: id, menu, accelerator: null, enabled: true },
      ...more,
    });
    const chosen: string[] = [];
    muxwell.onAction((id) => chosen.push(id));
    const items = [entry('add', 'File', { title: 'Add files…', accelerator: 'CmdOrCtrl+O' }), entry('start', 'Queue', { enabled: false })];
    muxwell.setMenu(items, { Edit: 'Bearbeiten', copy: 'Kopieren' });
    await eventually(() => submenu('Queue').length === 1, 'the menu has come');

    function submenu(label: string) {
      return (app.desk.menu.find((item) => item.label === label)?.submenu ?? []) as Electron.MenuItemConstructorOptions[];
    }
    const [open] = submenu('File');
    expect(open).toMatchObject({ label: 'Add files…', accelerator: 'CmdOrCtrl+O', registerAccelerator: false, enabled: true });
    expect(submenu('Queue')[0]).toMatchObject({ label: 'start', enabled: false });
    expect(submenu('Queue')[0]).not.toHaveProperty('accelerator');
    expect(submenu('Bearbeiten').find(({ role }) => role === 'copy')?.label).toBe('Kopieren');
    expect(submenu('Bearbeiten').map(({ role }) => role)).toEqual(
      expect.arrayContaining(['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll']),
    );
    open?.click?.({} as never, undefined, {});
    open?.click?.({} as never, undefined, { triggeredByAccelerator: true }); // the page heard that key itself
    expect(chosen).toEqual(['add']);

    const { mainFrame } = app.window.webContents;
    for (const wrong of [
      null,
      'File',
      [{}],
      [entry('a', 'Elsewhere' as 'File')],
      [{ ...entry('a', 'File'), id: 7 }],
      [{ ...entry('a', 'File'), enabled: 'yes' }],
    ]) {
      await expect(app.desk.ask(mainFrame, 'setMenu', { items: wrong, words: {} })).rejects.toThrow('not valid');
    }
    for (const wrong of [null, items, { items }, { items, words: { File: 7 } }]) {
      await expect(app.desk.ask(mainFrame, 'setMenu', wrong)).rejects.toThrow('not valid');
    }
    expect(submenu('File')[0]).toMatchObject({ label: 'Add files…' });
  });
});

describe('on a Mac', () => {
  const { platform } = process;
  beforeEach(() => Object.defineProperty(process, 'platform', { value: 'darwin' }));
  afterEach(() => Object.defineProperty(process, 'platform', { value: platform }));

  test('the menu begins with the app’s own, and plain keys stay with text fields', async () => {
    const app = await start();
    const entries: MenuEntry[] = [
      { id: 'add', title: 'Add', menu: 'Queue', accelerator: 'CmdOrCtrl+O', enabled: true },
      { id: 'retry', title: 'Retry', menu: 'Queue', accelerator: 'R', enabled: true },
    ];
    await app.desk.ask(app.window.webContents.mainFrame, 'setMenu', { items: entries, words: {} });
    expect(app.desk.menu.map(({ label, role }) => label ?? role)).toEqual([
      'appMenu',
      'File',
      'Edit',
      'Queue',
      'Playback',
      'Cut',
      'Live',
      'View',
      'windowMenu',
      'Help',
    ]);
    const queue = app.desk.menu[3]?.submenu as Electron.MenuItemConstructorOptions[];
    expect(queue.map(({ accelerator }) => accelerator)).toEqual(['CmdOrCtrl+O', undefined]);
  });
});

describe('files opened with Muxwell', () => {
  test('those of the command line wait for the page; options and what is not there are left out', async () => {
    const odd = join(folder, 'été & co.mov');
    writeFileSync(odd, '');
    const app = await start(['--enable-features=x', short, pathToFileURL(odd).href, join(folder, 'missing.mov')]);
    const page = await openPage(app);
    const opened: string[][] = [];
    page.muxwell.onFiles((paths) => opened.push(paths));
    await eventually(() => opened.length === 1, 'the files have come');
    expect(opened).toEqual([[short, odd]]);
    app.app.emit('open-file', { preventDefault() {} }, '/films/from-the-dock.mov');
    await eventually(() => opened.length === 2, 'the next file has come');
    expect(opened[1]).toEqual(['/films/from-the-dock.mov']);
  });

  test('of `electron . film.mov` only the film is opened, of `electron .` nothing', async () => {
    const opened = async (...args: string[]) => {
      const { desk } = await start(args, (one) => {
        one.isFirst = false;
      });
      return (desk.told as { files: string[] }).files;
    };
    Object.assign(process, { defaultApp: true });
    try {
      expect(await opened('-r', long, '--inspect=0', '.', '--no-sandbox', short)).toEqual([short]);
      expect(await opened('-r', long, '.')).toEqual([]);
      expect(await opened(long)).toEqual([]);
    } finally {
      Reflect.deleteProperty(process, 'defaultApp');
    }
  });

  test('a second start hands its files to the first, which comes to the front, and ends', async () => {
    const second = await start([long], (desk) => {
      desk.isFirst = false;
    });
    expect(await second.desk.exit.promise).toBe(0);
    expect(second.window).toBeUndefined();
    expect(second.desk.told).toEqual({ files: [resolve(long)] });

    const first = await start();
    const page = await openPage(first);
    const opened: string[][] = [];
    page.muxwell.onFiles((paths) => opened.push(paths));
    first.window.minimized = true;
    first.app.emit('second-instance', {}, [], '/', second.desk.told);
    await eventually(() => opened.length === 1, 'the files have come');
    expect(opened).toEqual([[long]]);
    expect([first.window.minimized, first.window.focused]).toEqual([false, true]);
    first.app.emit('second-instance', {}, [], '/', { files: 'nonsense' });
    first.app.emit('second-instance', {}, [], '/', { files: [1, null, short] });
    await eventually(() => opened.length === 2, 'the one that is a path has come');
    expect(opened[1]).toEqual([short]);
  });
});

describe('the window', () => {
  const place = () => JSON.parse(readFileSync(join(data, 'desktop', 'window.json'), 'utf8'));
  const keep = (text: string) => {
    mkdirSync(join(data, 'desktop'), { recursive: true });
    writeFileSync(join(data, 'desktop', 'window.json'), text);
  };

  test('it is hidden until there is something to see, on the page’s own ground', async () => {
    const { window } = await start();
    expect(window.options).toMatchObject({ show: false, backgroundColor: '#0e1217' });
    await eventually(() => window.history.includes('show'), 'the window is shown');
  });

  test('it opens where it was closed, maximized if it was', async () => {
    const bounds = { x: 100, y: 50, width: 1000, height: 700 };
    const first = await start();
    first.window.bounds = bounds;
    first.window.maximized = true;
    first.app.quit();
    await first.desk.exit.promise;
    expect(place()).toEqual({ ...bounds, maximized: true });
    const second = await start();
    expect(second.window.options).toMatchObject(bounds);
    await eventually(() => second.window.history.includes('maximize'), 'it is maximized');
  });

  test.each([
    ['left of all screens', { x: -950, y: 50 }],
    ['below', { x: 0, y: 1060 }],
    ['with its title bar above', { x: 0, y: -10 }],
    ['on a screen that was taken away', { x: 2500, y: 100 }],
  ])('one that lay %s opens where the system puts it', async (_where, at) => {
    keep(JSON.stringify({ ...at, width: 1000, height: 700, maximized: false }));
    const { window } = await start();
    expect(window.options).toMatchObject({ width: 1000, height: 700 });
    expect(window.options).not.toHaveProperty('x');
  });

  test('on the second screen is a good place, and too large is made to fit', async () => {
    keep(JSON.stringify({ x: 2000, y: 100, width: 5000, height: 4000, maximized: false }));
    const { window } = await start([], (desk) => {
      desk.displays.push({ x: 1920, y: 0, width: 1600, height: 900 });
    });
    expect(window.options).toMatchObject({ x: 2000, y: 100, width: 1600, height: 900 });
  });

  test.each(['', '{', '[]', 'null', '{"x":"1","y":0,"width":1,"height":1}', '{"x":0.5,"y":0,"width":900,"height":600}'])(
    'a spoiled file (%s) is no reason not to open',
    async (text) => {
      keep(text);
      expect((await start()).window.options).toMatchObject({ width: 1280, height: 820 });
    },
  );
});

describe('workers that die', () => {
  /** The process that encodes. */
  const encoder = (desk: StandIn['desk']) => {
    const found = desk.workers.findLast(({ sent }) => sent.some((frame) => (frame as { method?: string }).method === 'encode'));
    if (!found) throw new Error('nobody encodes');
    return found;
  };

  /** Processes of these programs; others look at the machine's devices meanwhile. */
  const startedBy = (desk: StandIn['desk'], ...programs: string[]) =>
    desk.workers.filter(({ child }) => programs.some((program) => child.spawnargs.some((arg) => arg.endsWith(program))));

  test.each([
    ['SIGKILL', 'killed', 'killed'],
    ['SIGSEGV', 'crashed', 'crashed'],
    ['SIGKILL', 'oom', 'out of memory'],
  ] as const)('after a %s that Electron calls “%s” the job says “%s”', async (signal, reason, words) => {
    const app = await start();
    const page = await openPage(app);
    const id = await startLong(page);
    const first = encoder(app.desk);
    for (const [tries, worker] of [first, null].entries()) {
      if (tries === 1) await eventually(() => encoder(app.desk) !== first, 'it is tried once more');
      const now = worker ?? encoder(app.desk);
      now.reason = reason;
      now.child.kill(signal);
    }
    const { [id]: status } = await ended(page, [id]);
    expect(status).toMatchObject({
      phase: 'failed',
      error: {
        code: 'worker-crashed',
        message: `long.mp4 is set aside: two tries ended a worker. The last: Encoding long.mp4 stopped unexpectedly (${words}).`,
      },
    });
  });

  test('what it made in its temporary folder goes with it', async () => {
    const { desk } = await start();
    const { utilityWorkers } = await import('../electron/ports.ts');
    const worker = utilityWorkers(fileURLToPath(new URL('./fixtures/odd-worker.ts', import.meta.url)))();
    const [{ options }] = startedBy(desk, 'odd-worker.ts') as [StandIn['desk']['workers'][0]];
    const scratch = String((options.env as NodeJS.ProcessEnv)[scratchVariable]);
    mkdirSync(join(scratch, 'text'), { recursive: true });
    worker.kill();
    await worker.exited;
    expect(existsSync(scratch)).toBe(false);
  });

  test('an exit code and the last words are kept, of long ones the end', async () => {
    const { desk } = await start();
    const { utilityWorkers } = await import('../electron/ports.ts');
    const worker = utilityWorkers(fileURLToPath(new URL('./fixtures/odd-worker.ts', import.meta.url)))();
    worker.port.send({ type: 'call', id: 1, method: 'probe', input: { path: '/exit.mp4' } });
    expect(await worker.exited).toEqual({ code: 3, signal: null, lastWords: 'the driver gave up\n' });
    const wordy = join(folder, 'wordy.mjs');
    writeFileSync(wordy, "process.stderr.write('x'.repeat(100000) + 'the end', () => process.exit(1));");
    const { lastWords } = await utilityWorkers(wordy)().exited;
    expect(lastWords).toHaveLength(4000);
    expect(lastWords.endsWith('xthe end')).toBe(true);
    expect(startedBy(desk, 'odd-worker.ts', 'wordy.mjs').length).toBe(2);
  });

  test('one that is killed before it has started is gone as well', async () => {
    const { desk } = await start();
    const { utilityWorkers } = await import('../electron/ports.ts');
    const worker = utilityWorkers(fileURLToPath(new URL('./fixtures/odd-worker.ts', import.meta.url)))();
    expect(worker.pid).toBeUndefined();
    worker.kill();
    expect(await worker.exited).toMatchObject({ signal: 'killed' });
    worker.kill(); // there is nothing left to kill
    expect(isAlive(startedBy(desk, 'odd-worker.ts')[0]?.child.pid ?? 0)).toBe(false);
  });
});

describe('leaving', () => {
  const living = (desk: StandIn['desk']) => desk.workers.filter(({ child }) => isAlive(child.pid ?? 0));

  test('with nothing running it just goes', async () => {
    const app = await start();
    app.window.close();
    expect(await app.desk.exit.promise).toBe(0);
    expect(app.desk.questions).toEqual([]);
    expect(app.window.history).not.toContain('closed'); // before the studio was
  });

  test('running exports are asked about: Cancel keeps everything, Quit ends every worker and the jobs wait for the next start', async () => {
    const app = await start();
    const page = await openPage(app);
    const id = await startLong(page);
    app.window.close();
    app.app.quit(); // once more, while the question stands
    expect(app.desk.questions.map(({ options }) => options)).toMatchObject([
      { message: '1 export is running.', detail: 'It starts anew next time.', buttons: ['Cancel', 'Quit'], defaultId: 0, cancelId: 0 },
    ]);
    app.desk.questions.pop()?.answer(0);
    const before = page.status(id);
    await page.see(({ statuses: { [id]: now } }) => now?.phase === 'running' && now !== before, 'it goes on');
    expect(app.window.history).not.toContain('hide');

    app.app.quit();
    app.desk.questions.pop()?.answer(1);
    expect(await app.desk.exit.promise).toBe(0);
    expect(app.desk.workers.length).toBeGreaterThan(0);
    await eventually(() => living(app.desk).length === 0, 'all workers are gone');
    page.client.close();

    const next = await openPage(await start());
    await next.see(({ statuses: { [id]: now } }) => now?.phase === 'running', 'it runs again');
  });

  test('who is live is asked: Cancel goes on, Quit ends the broadcast in order and with a whole recording', async () => {
    const app = await start();
    const page = await openPage(app);
    const folder = join(data, 'recordings');
    const setup = { source: { kind: 'test-card' as const }, encode: { height: 180, fps: 10 }, recording: { folder } };
    const { id } = await page.client.call('saveLive', { setup });
    await page.client.call('goLive', { id });
    const healthOf = ({ live: { [id]: now } }: State) => (now?.phase === 'live' ? now.health : null);
    await page.see((state) => (healthOf(state)?.recordedBytes ?? 0) > 0, 'it is recorded');
    app.window.close();
    expect(app.desk.questions.map(({ options }) => options)).toMatchObject([
      {
        message: 'You are live.',
        detail: 'Quitting ends the broadcast on every target.',
        buttons: ['Cancel', 'Quit'],
        defaultId: 0,
        cancelId: 0,
      },
    ]);
    app.desk.questions.pop()?.answer(0);
    const before = healthOf(page.client.state())?.seconds ?? 0;
    await page.see((state) => (healthOf(state)?.seconds ?? 0) > before + 1, 'it goes on');

    app.app.quit();
    app.desk.questions.pop()?.answer(1);
    expect(await app.desk.exit.promise).toBe(0);
    await eventually(() => living(app.desk).length === 0, 'all workers are gone');
    page.client.close();
    const [name = ''] = readdirSync(folder);
    const recording = probe(join(folder, name));
    expect(recording.duration).toBeGreaterThan(1);
    expect(recording.streams.map(({ kind }) => kind)).toEqual(['video', 'audio']);
  });

  test('another Muxwell on the same data is told to people, and this one ends', async () => {
    const other: Studio = createStudio({ spawn: () => Promise.reject() as never, storage: join(data, 'studio.db') });
    const { desk } = await start();
    expect(await desk.exit.promise).toBe(1);
    expect(desk.errors).toEqual([{ title: 'Muxwell cannot start', text: 'Another Muxwell is running with this queue. Close it first.' }]);
    expect(desk.windows).toEqual([]);
    await other.close();
  });
});

const noAppImage = process.platform === 'linux' ? null : 'only an AppImage can be installed without Electron';
if (noAppImage) console.log(`skipped: updates, because ${noAppImage}`);
describe.skipIf(noAppImage)('updates', () => {
  /** A program that notes whether it was started to be used, or only to settle down where it lies. */
  const appImage = Buffer.from(`#!/bin/sh\necho "\${APPIMAGE_EXIT_AFTER_INSTALL:-started}" >> "\${0%/*}/runs"\n`);
  let installed: string;
  let server: Server;
  let asked: IncomingMessage[];
  /** What the server says of the file. */
  let sha512: string;
  /** The file is sent when this has settled. */
  let delivery: Promise<void>;
  beforeEach(async () => {
    sha512 = createHash('sha512').update(appImage).digest('base64');
    delivery = Promise.resolve();
    asked = [];
    server = createServer(async (request, response) => {
      asked.push(request);
      const isNotice = request.url?.startsWith('/latest-linux');
      if (isNotice)
        return response.end(`version: 2.0.0\nfiles: [{ url: Muxwell-2.0.0.AppImage, sha512: "${sha512}", size: ${appImage.length} }]`);
      response.writeHead(200, { 'content-length': appImage.length });
      response.write(appImage.subarray(0, 9));
      await delivery;
      response.end(appImage.subarray(9));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    installed = join(folder, 'Muxwell.AppImage');
    writeFileSync(installed, 'the version before');
    vi.stubEnv('APPIMAGE', installed);
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
    Object.defineProperty(process, 'resourcesPath', { value: folder, configurable: true });
    writeFileSync(join(folder, 'app-update.yml'), `provider: generic\nurl: http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    Reflect.deleteProperty(process, 'resourcesPath');
  });

  const startPacked = () => start([], (desk) => desk.pack(), built);
  const updateIn = (page: Page) => page.client.state().update['studio'];
  const phase = (page: Page, wanted: UpdatePhase['phase']) =>
    page.see(({ update }) => update['studio']?.phase === wanted, `it is ${wanted}`);
  const runs = () => (existsSync(join(folder, 'runs')) ? readFileSync(join(folder, 'runs'), 'utf8').trim().split('\n') : []);
  const isInstalled = () => readFileSync(installed).equals(appImage);
  const leave = async ({ app, desk }: Awaited<ReturnType<typeof start>>) => {
    app.quit();
    expect(await desk.exit.promise).toBe(0);
  };

  test('what is newer comes at the start without a word, waits while a job runs, and is used after a restart when none does', async () => {
    const delivered = Promise.withResolvers<void>();
    delivery = delivered.promise;
    const app = await startPacked();
    const page = await openPage(app);
    await page.see(({ update: { studio: now } }) => now?.phase === 'downloading' && now.version === '2.0.0', 'it comes');
    const id = await startLong(page);
    delivered.resolve();
    await phase(page, 'ready');
    expect(updateIn(page)).toEqual({ host: `127.0.0.1:${(server.address() as AddressInfo).port}`, phase: 'ready', version: '2.0.0' });
    await expect(page.client.call('installUpdate', {})).rejects.toMatchObject({ code: 'too-busy' });
    expect([isInstalled(), app.desk.questions, page.status(id)?.phase]).toEqual([false, [], 'running']);
    await page.client.call('cancelJobs', { ids: [id] });
    await ended(page, [id]);
    page.client.call('installUpdate', {}).catch(() => {}); // its studio goes away
    expect(await app.desk.exit.promise).toBe(0);
    expect(isInstalled()).toBe(true);
    await eventually(() => runs().length > 0, 'the new version is started');
    expect(runs()).toEqual(['started']);
    expect(app.desk.questions).toEqual([]);
  });

  test('while somebody is live nothing is installed, not even on quitting', async () => {
    const app = await startPacked();
    const page = await openPage(app);
    await phase(page, 'ready');
    const recording = { folder: join(data, 'recordings') };
    const setup = { source: { kind: 'test-card' as const }, encode: { height: 180, fps: 10 }, recording };
    const { id } = await page.client.call('saveLive', { setup });
    await page.client.call('goLive', { id });
    await page.see((state) => state.live[id]?.phase === 'live', 'it is live');
    await expect(page.client.call('installUpdate', {})).rejects.toMatchObject({ code: 'too-busy' });
    app.app.quit();
    app.desk.questions.pop()?.answer(1);
    expect(await app.desk.exit.promise).toBe(0);
    expect([isInstalled(), runs()]).toEqual([false, []]);
  });

  test('with nothing at work it is installed on quitting, and not started', async () => {
    const app = await startPacked();
    await phase(await openPage(app), 'ready');
    await leave(app);
    expect([isInstalled(), runs()]).toEqual([true, ['true']]);
  });

  test('who quits over a job keeps the version that the job began with; one downloaded before is not downloaded again', async () => {
    const app = await startPacked();
    const page = await openPage(app);
    await phase(page, 'ready');
    await startLong(page);
    app.app.quit();
    app.desk.questions.pop()?.answer(1);
    expect(await app.desk.exit.promise).toBe(0);
    expect(isInstalled()).toBe(false);
    page.client.close();
    const files = asked.filter(({ url }) => url?.endsWith('.AppImage')).length;
    await phase(await openPage(await startPacked()), 'ready');
    expect(asked.filter(({ url }) => url?.endsWith('.AppImage'))).toHaveLength(files);
  });

  test('switched off, nobody is asked, and what had come is not used', async () => {
    const app = await startPacked();
    const page = await openPage(app);
    await phase(page, 'ready');
    await page.client.call('changeSettings', { updates: false });
    await phase(page, 'idle');
    await leave(app);
    page.client.close();
    const before = asked.length;
    const next = await startPacked();
    const again = await openPage(next);
    await again.client.call('jobLog', { id: 'none' }).catch(() => {});
    expect(updateIn(again)).toMatchObject({ phase: 'idle' });
    await leave(next);
    expect(asked.length).toBe(before);
    expect([isInstalled(), runs()]).toEqual([false, []]);
  });

  test('switched off while it comes, it comes no further; it can still be asked for by hand', async () => {
    delivery = new Promise(() => {});
    const page = await openPage(await startPacked());
    await phase(page, 'downloading');
    await page.client.call('changeSettings', { updates: false });
    await phase(page, 'idle');
    delivery = Promise.resolve();
    await page.client.call('checkUpdate', {});
    await phase(page, 'ready');
  });

  test('what is not what was announced, or does not come, is told without a dialog and costs nothing', async () => {
    sha512 = createHash('sha512').update('something else').digest('base64');
    const app = await startPacked();
    const page = await openPage(app);
    await phase(page, 'failed');
    const { host } = updateIn(page) ?? {};
    const message = `What was downloaded is not what ${host} announced, and was thrown away.`;
    expect(updateIn(page)).toMatchObject({ error: { code: 'update-failed', message, detail: 'ERR_CHECKSUM_MISMATCH' } });
    await expect(page.client.call('installUpdate', {})).rejects.toMatchObject({ code: 'nothing-found' });
    server.close();
    server.closeAllConnections();
    await page.client.call('checkUpdate', {});
    const silence = `${host} could not be asked for a newer version, or did not send it.`;
    await page.see(({ update: { studio: now } }) => now?.phase === 'failed' && now.error.message === silence, 'nobody is there');
    await leave(app);
    expect([app.desk.errors, app.desk.questions, app.desk.notifications, isInstalled()]).toEqual([[], [], [], false]);
  });

  test('a server that does not answer keeps nobody from quitting', async () => {
    server.removeAllListeners('request');
    const app = await startPacked();
    await phase(await openPage(app), 'checking');
    await eventually(() => app.desk.windows.length > 0, 'it is asked');
    const begun = performance.now();
    await leave(app);
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  test('it is told what system this is, and nothing that tells one person from another', async () => {
    const app = await startPacked();
    await phase(await openPage(app), 'ready');
    const told = asked.map(({ method, url, headers: { host: _host, connection: _connection, ...headers } }) => ({ method, url, headers }));
    const expected = {
      'user-agent': 'electron-builder',
      'cache-control': 'no-cache',
      'x-user-staging-id': '00000000-0000-0000-0000-000000000000',
    };
    for (const { method, headers } of told) expect({ method, ...headers }).toMatchObject({ method: 'GET', ...expected });
    expect(new Set(told.flatMap(({ headers }) => Object.keys(headers)))).toEqual(new Set([...Object.keys(expected), 'accept']));
    expect(told.map(({ url }) => url?.replace(/\?noCache=\w+$/, ''))).toEqual([
      expect.stringMatching(/^\/latest-linux(-arm64)?\.yml$/),
      '/Muxwell-2.0.0.AppImage',
    ]);
  });

  test.each<[string, (desk: StandIn['desk']) => void]>([
    ['in development', () => {}],
    [
      'that was built without an address',
      (desk) => {
        desk.pack();
        writeFileSync(join(folder, 'app-update.yml'), "provider: generic\nurl: ''\n");
      },
    ],
    [
      'whose packager left no file',
      (desk) => {
        desk.pack();
        rmSync(join(folder, 'app-update.yml'));
      },
    ],
  ])('an app %s has none: nothing is asked and nothing is shown', async (_which, prepare) => {
    const app = await start([], prepare, built);
    const page = await openPage(app);
    expect(page.client.state().update).toEqual({});
    for (const command of ['checkUpdate', 'installUpdate'] as const)
      await expect(page.client.call(command, {})).rejects.toMatchObject({ code: 'nothing-found' });
    await leave(app);
    expect([asked, isInstalled()]).toEqual([[], false]);
  });
});
