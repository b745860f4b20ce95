/** `npm start`: what it decides, as a table, and the built program in a project of its own, where Electron is a stand-in. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { install, lookAround, nextStep, reasonIn, type Step, type Surroundings } from '../native/hosts/electron-binary.ts';
import { eventually } from './fixtures/wait.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders: string[] = [];
const makeFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'muxwell-start-'));
  chmodSync(folder, 0o755); // some of these tests are run by nobody
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('what is done', () => {
  const here: Surroundings = { unwanted: false, binary: '/e', installer: '/i.js', failure: null, hasDisplay: true, isRoot: false };
  const browser = 'so the studio opens in a browser.';

  test.each<[what: string, change: Partial<Surroundings>, step: Step]>([
    ['Electron is there', {}, { run: '/e' }],
    ['it is there, its installer is not', { installer: null }, { run: '/e' }],
    ['it is there and not wanted', { unwanted: true }, { host: null }],
    ['it is not there and not wanted', { unwanted: true, binary: null }, { host: null }],
    ['it is not there', { binary: null }, { install: '/i.js' }],
    ['it is not there, and no display', { binary: null, hasDisplay: false }, { install: '/i.js' }],
    ['it is not there, and this is root', { binary: null, isRoot: true }, { install: '/i.js' }],
    ['its download failed', { binary: null, failure: 'no net' }, { host: `Electron could not be downloaded (no net), ${browser}` }],
    [
      'there is no installer',
      { binary: null, installer: null },
      { host: `Electron could not be downloaded (its installer is missing), ${browser}` },
    ],
    ['no display', { hasDisplay: false }, { host: `There is no display here, ${browser}` }],
    ['no display, after a download', { hasDisplay: false, failure: '' }, { host: `There is no display here, ${browser}` }],
    ['root', { isRoot: true }, { host: `Electron does not run as root, ${browser}` }],
    ['root without a display', { isRoot: true, hasDisplay: false }, { host: `There is no display here, ${browser}` }],
  ])('%s', (_what, change, step) => {
    expect(nextStep({ ...here, ...change })).toEqual(step);
  });

  test('what there is, is read from the disk, the environment, the system and the user', () => {
    const project = makeFolder();
    const electron = join(project, 'node_modules', 'electron');
    const look = (env: NodeJS.ProcessEnv = {}, platform: NodeJS.Platform = 'linux', uid = 1000) => lookAround(project, env, platform, uid);
    expect(look()).toEqual({ unwanted: false, binary: null, installer: null, failure: null, hasDisplay: false, isRoot: false });
    mkdirSync(join(electron, 'dist'), { recursive: true });
    writeFileSync(join(electron, 'install.js'), '');
    expect(look()).toMatchObject({ binary: null, installer: join(electron, 'install.js') });
    writeFileSync(join(electron, 'dist', 'electron'), '');
    expect(look().binary).toBe(null); // unpacked in part: the note comes last
    writeFileSync(join(electron, 'path.txt'), 'electron');
    expect(look().binary).toBe(join(electron, 'dist', 'electron'));
    writeFileSync(join(electron, 'path.txt'), 'Electron.app/Contents/MacOS/Electron');
    expect(look().binary).toBe(null); // of another system
    rmSync(join(electron, 'path.txt'));
    const elsewhere = makeFolder();
    const override = { ELECTRON_OVERRIDE_DIST_PATH: elsewhere };
    expect(look(override).binary).toBe(null);
    writeFileSync(join(elsewhere, 'electron'), '');
    writeFileSync(join(elsewhere, 'electron.exe'), '');
    expect(look(override).binary).toBe(join(elsewhere, 'electron'));
    expect(look(override, 'win32').binary).toBe(join(elsewhere, 'electron.exe'));
    expect(
      [look({ DISPLAY: ':0' }), look({ WAYLAND_DISPLAY: 'wayland-0' }), look({ DISPLAY: '' })].map(({ hasDisplay }) => hasDisplay),
    ).toEqual([true, true, false]);
    expect([look({}, 'darwin').hasDisplay, look({}, 'win32').hasDisplay]).toEqual([true, true]);
    expect([look({}, 'linux', 0).isRoot, look({}, 'darwin', 0).isRoot]).toEqual([true, false]);
    expect(look({ MUXWELL_NO_ELECTRON: '1' }).unwanted).toBe(true);
  });

  test.each([
    ['TypeError: fetch failed\n    at node:internal/deps/undici/undici:1:1\n', 'fetch failed'],
    ['\nError: getaddrinfo ENOTFOUND example.org\n    at x\n', 'getaddrinfo ENOTFOUND example.org'],
    ['node:internal/modules/run_main\nError: Cannot find module.\n', 'Cannot find module'],
    ['  [cause]: Error: connect ECONNREFUSED\n', 'connect ECONNREFUSED'],
    ['it just stopped\nand said more\n', 'it just stopped'],
    ['', 'its installer gave no reason'],
    [`Error: ${'x'.repeat(500)}`, 'x'.repeat(120)],
  ])('of what an installer says, the reason is kept: %j', (words, reason) => {
    expect(reasonIn(words)).toBe(reason);
  });

  test('an installer that never ends is ended', async () => {
    const script = join(makeFolder(), 'install.cjs');
    writeFileSync(script, "require('node:fs').writeFileSync(__dirname + '/pid', String(process.pid)); setInterval(() => {}, 1000);");
    expect(await install(script, 500)).toBe('no end after 0.5 s');
    const pid = Number(readFileSync(join(script, '..', 'pid'), 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

/** Root cannot run Electron: who tests as root plays somebody else, where that one may read Node. */
const isRoot = process.getuid?.() === 0;
const nobody: { uid?: number; gid?: number } = isRoot && canBeNobody() ? { uid: 65_534, gid: 65_534 } : {};
const cannotRunElectron = isRoot && nobody.uid === undefined;

function canBeNobody(): boolean {
  try {
    execFileSync(process.execPath, ['--version'], { uid: 65_534, gid: 65_534, cwd: tmpdir(), stdio: 'ignore' });
    return true;
  } catch {
    console.log('some tests are skipped: this is root, and nobody else may read its Node');
    return false;
  }
}

/** The program is built as the whole project is, into a folder that has nothing else. */
let built: string;
/** A project of its own for every test: node_modules/electron is what the test puts there. */
let project: string;
let electron: string;
let tools: string;
beforeAll(async () => {
  built = join(makeFolder(), 'dist');
  const bundle = await rolldown({
    input: { start: 'native/hosts/start.ts', muxwell: 'native/hosts/launch.ts' },
    cwd: root,
    platform: 'node',
    external: [/^node:/, /^@seydx/, 'electron'],
    onLog: () => {},
  });
  await bundle.write({ dir: built, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' });
  await bundle.close();
  mkdirSync(join(built, 'page'));
  writeFileSync(join(built, 'page', 'index.html'), '<!doctype html><title>the page</title>');
});
beforeEach(() => {
  project = makeFolder();
  cpSync(built, join(project, 'dist'), { recursive: true });
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  electron = join(project, 'node_modules', 'electron');
  tools = join(project, 'tools');
  for (const folder of [join(electron, 'dist'), tools]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(electron, 'package.json'), '{"type":"commonjs"}');
  program(join(tools, 'xdg-open'), 'echo "$@" > "$NOTES/opened"');
  const { uid, gid } = nobody;
  if (uid && gid) for (const folder of [project, electron, join(electron, 'dist')]) chownSync(folder, uid, gid);
});
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
});

function program(path: string, script: string): void {
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** What Electron's own installer would have left. */
function putElectron(script: string): void {
  program(join(electron, 'dist', 'electron'), script);
  writeFileSync(join(electron, 'path.txt'), 'electron');
}
const putInstaller = (script: string) => writeFileSync(join(electron, 'install.js'), script);
const note = (name: string) => join(project, name);
const notes = (name: string) => (existsSync(note(name)) ? readFileSync(note(name), 'utf8') : '');

function begin(args: string[] = [], env: NodeJS.ProcessEnv = {}, user = nobody, node = process.execPath) {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ELECTRON_OVERRIDE_DIST_PATH: ___, ...inherited } = process.env;
  const child = spawn(node, [join(project, 'dist', 'start.js'), ...args], {
    cwd: tmpdir(),
    env: {
      ...inherited,
      PATH: `${tools}${delimiter}${process.env['PATH']}`,
      MUXWELL_DATA: join(project, 'data'),
      NOTES: project,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  started.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, ended, out: () => stdout, err: () => stderr };
}

const url = /^Muxwell is at (http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32})\n$/;
const atHost = (sentence: string) => ({ code: 0, stdout: expect.stringMatching(url), stderr: sentence });
const display = { DISPLAY: ':99' };

/** Waits for the web host, looks at its page, and ends it. */
async function visit(run: ReturnType<typeof begin>) {
  await eventually(() => url.test(run.out()) || run.child.exitCode !== null, 'the address is printed', 15_000);
  const address = url.exec(run.out())?.[1] ?? '';
  const answer = await fetch(address, { redirect: 'manual' });
  expect([address, answer.status]).toEqual([expect.stringContaining('http'), 303]);
  run.child.kill('SIGTERM');
  return run.ended;
}

describe.skipIf(process.platform === 'win32')('npm start', { timeout: 30_000 }, () => {
  test.skipIf(cannotRunElectron)('with Electron and a display: Electron runs the project and its exit code is the exit code', async () => {
    putElectron('echo "$@" > "$NOTES/ran"; env > "$NOTES/env"; echo from electron; exit 7');
    const { ended } = begin(['--port', '0'], { ...display, ELECTRON_RUN_AS_NODE: '1' });
    expect(await ended).toEqual({ code: 7, stdout: 'from electron\n', stderr: '' });
    expect(notes('ran').trim().replace(/\/$/, '')).toBe(project);
    expect(notes('env')).not.toContain('ELECTRON_RUN_AS_NODE');
    expect(existsSync(note('data'))).toBe(false);
  });

  test.skipIf(cannotRunElectron)('a signal is passed on to Electron, and how it ended is told as a shell would', async () => {
    putElectron('echo "$$" > "$NOTES/pid"; exec sleep 60');
    const { child, ended } = begin([], display);
    await eventually(() => notes('pid') !== '', 'Electron runs');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(143);
    expect(() => process.kill(Number(notes('pid')), 0)).toThrow('ESRCH');
  });

  test.skipIf(cannotRunElectron)('without Electron its installer is run, and when that brings it, it runs', async () => {
    putInstaller(`
      const { writeFileSync } = require('node:fs');
      console.log('much to say');
      writeFileSync(__dirname + '/dist/electron', '#!/bin/sh\\necho it came; exit 0\\n', { mode: 0o755 });
      writeFileSync(__dirname + '/path.txt', 'electron');
    `);
    expect(await begin([], display).ended).toEqual({ code: 0, stdout: 'it came\n', stderr: '' });
  });

  test('when it cannot be downloaded, one line says so and the studio opens in a browser, where there is a display', async () => {
    putInstaller("console.log('Downloading…'); console.error('TypeError: fetch failed\\n    at somewhere'); process.exit(1);");
    const run = begin(['--port', '0'], display);
    await eventually(() => notes('opened') !== '', 'the browser is started', 15_000);
    expect(notes('opened')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/);
    expect(await visit(run)).toEqual(atHost('Electron could not be downloaded (fetch failed), so the studio opens in a browser.\n'));
  });

  test('the same without a display: the address is printed and no browser is started', async () => {
    putInstaller("console.error('TypeError: fetch failed'); process.exit(1);");
    expect(await visit(begin(['--port', '0']))).toEqual(
      atHost('Electron could not be downloaded (fetch failed), so the studio opens in a browser.\n'),
    );
    expect(notes('opened')).toBe('');
  });

  test('an installer that says it is done and left nothing is told from one that failed', async () => {
    putInstaller('');
    expect(await visit(begin(['--port', '0']))).toEqual(
      atHost('Electron could not be downloaded (it left no program), so the studio opens in a browser.\n'),
    );
  });

  test('with Electron and no display, and as root, a line says why and the studio opens in a browser', async () => {
    putElectron('echo > "$NOTES/ran"');
    expect(await visit(begin(['--port', '0']))).toEqual(atHost('There is no display here, so the studio opens in a browser.\n'));
    if (isRoot && process.platform === 'linux') {
      const asRoot = begin(['--port', '0'], { ...display, MUXWELL_DATA: join(project, 'roots') }, {});
      expect(await visit(asRoot)).toEqual(atHost('Electron does not run as root, so the studio opens in a browser.\n'));
    }
    expect(notes('ran')).toBe('');
  });

  test.skipIf(cannotRunElectron)('an Electron that cannot be started is no end', async () => {
    putElectron('exit 0');
    chmodSync(join(electron, 'dist', 'electron'), 0o644);
    const { code, stdout, stderr } = await visit(begin(['--port', '0'], display));
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(url) });
    expect(stderr).toMatch(/^\S+\/electron could not be started, so the studio opens in a browser\.\n$/);
  });

  test('MUXWELL_NO_ELECTRON leaves Electron and its installer alone, without a word', async () => {
    putElectron('echo > "$NOTES/ran"');
    putInstaller("require('node:fs').writeFileSync(process.env.NOTES + '/installed', '')");
    expect(await visit(begin(['--port', '0'], { ...display, MUXWELL_NO_ELECTRON: '1' }))).toEqual(atHost(''));
    expect([notes('ran'), existsSync(note('installed'))]).toEqual(['', false]);
  });

  test('arguments are the web host’s: wrong ones exit with 2', async () => {
    const { code, stdout, stderr } = await begin(['--port', 'seven'], { MUXWELL_NO_ELECTRON: '1' }).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('whole number from 0 to 65535');
  });

  test('on a Node older than 24 it refuses with the sentence of the command', async ({ skip }) => {
    const old = oldNode();
    if (!old) {
      console.log('skipped: there is no node older than 24 on PATH');
      skip();
      return;
    }
    const { code, stdout, stderr } = await begin([], {}, nobody, old).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Muxwell needs Node 24 or newer and this is Node \d+\. .*install Node 24.*\n$/);
  });
});

/** A `node` on PATH that is not the project's own and too old for Muxwell. */
function oldNode(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((path) => path && !path.includes('node_modules'))
    .map((path) => join(path, 'node'))
    .filter((path) => existsSync(path))
    .find((path) => Number(/^v(\d+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[1]) < 24);
}
