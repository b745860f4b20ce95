/** The desktop app as it is installed: electron-builder's whole way from dist/ to a folder, with a stand-in for Electron's binary and no network. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractAll, extractFile, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger, setPrinter } from 'builder-util';
import { Arch, build, Platform } from 'electron-builder';
import { parseAst } from 'rolldown/parseAst';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { createStudio } from '../native/studio/studio.ts';
import { quick, shortClip } from './fixtures/sources.ts';
import { untilState } from './fixtures/wait.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const isLinux = process.platform === 'linux';
if (!isLinux) console.log('Packaging is not tested here: it is made for Linux, with a stand-in for the Linux binary.');

/** What stands in Electron's binary before its fuse wire, and the wire as it comes: version 1, eight fuses. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const wire = '\x01\x0810110001';
const on = 0x31;
const off = 0x30;

describe('electron-builder.yml', () => {
  test('electron-builder takes it as it is', async () => {
    await validateConfiguration(await getConfig(root, 'electron-builder.yml', null), new DebugLogger(false));
  });

  test('the same check objects to a key that does not exist', async () => {
    const config = { ...(await getConfig(root, 'electron-builder.yml', null)), asarUnpacked: [] };
    await expect(validateConfiguration(config, new DebugLogger(false))).rejects.toThrow('asarUnpacked');
  });

  test('Linux, Windows and macOS each have an installer', async () => {
    const { linux, win, mac, appId, productName } = await getConfig(root, 'electron-builder.yml', null);
    expect([linux?.target, win?.target, mac?.target]).toEqual([['AppImage', 'deb'], 'nsis', ['dmg', 'zip']]);
    // Windows shows notifications only of the program whose id they carry.
    expect(readFileSync(join(root, 'electron/main.ts'), 'utf8')).toContain(`setAppUserModelId('${appId}')`);
    expect(productName).toBe('Muxwell');
  });

  test('the icon is large enough for every system, and the page has the same', async () => {
    const png = readFileSync(join(root, 'electron/icons/icon.png'));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1024, 1024]);
    const svg = (path: string) => readFileSync(join(root, path), 'utf8');
    expect(svg('renderer/public/icon.svg')).toBe(svg('electron/icons/icon.svg'));
  });
});

describe.skipIf(!isLinux)('the packaged app', () => {
  let folder: string;
  let app: string;
  let archive: string;
  /** Everything in the archive, files and folders. */
  let packed: string[];
  const connections: unknown[] = [];
  const updatesUrl = 'https://updates.example/muxwell/';

  beforeAll(async () => {
    if (!existsSync(join(root, 'dist/main.js'))) throw new Error('There is no dist/main.js to package. Run "npm run build" first.');
    folder = mkdtempSync(join(tmpdir(), 'muxwell-packaging-'));
    const electronDist = join(folder, 'electron');
    mkdirSync(join(electronDist, 'resources'), { recursive: true });
    writeFileSync(join(electronDist, 'electron'), `\x7fELF…${sentinel}${wire}…`, { mode: 0o755 });
    const said: string[] = [];
    setPrinter((text) => said.push(text));
    const network = vi.spyOn(Socket.prototype, 'connect').mockImplementation((...args: unknown[]) => {
      connections.push(args[0]);
      throw new Error('There is no network in this test.');
    });
    try {
      const targets = Platform.LINUX.createTarget('dir', Arch[process.arch as 'x64']);
      const config = { electronDist, directories: { output: join(folder, 'release') } };
      vi.stubEnv('MUXWELL_UPDATES', updatesUrl);
      await build({ projectDir: root, targets, publish: 'never', config });
    } catch (error) {
      throw new Error(`Packaging failed:\n${said.join('\n')}`, { cause: error });
    } finally {
      network.mockRestore();
      vi.unstubAllEnvs();
      setPrinter(null);
    }
    const [name = ''] = readdirSync(join(folder, 'release')).filter((one) => one.endsWith('-unpacked'));
    app = join(folder, 'release', name);
    archive = join(app, 'resources/app.asar');
    packed = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/').slice(1));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const files = () => packed.filter((path) => !packed.some((other) => other.startsWith(`${path}/`)));
  const read = (path: string) => extractFile(archive, path).toString();

  test('is made without a single connection', () => {
    expect(connections).toEqual([]);
  });

  test('holds the built app, FFmpeg for this platform, the icon, the licence and nothing else', () => {
    expect(files()).toEqual(
      expect.arrayContaining([
        'dist/main.js',
        'dist/worker.js',
        'dist/preload.cjs',
        'dist/page/index.html',
        'package.json',
        'LICENSE',
        'electron/icons/icon.png',
      ]),
    );
    expect(files().filter((path) => /^dist\/page\/static\/.+\.(js|css)$/.test(path)).length).toBeGreaterThan(1);
    const native = `node_modules/@seydx/node-av-${process.platform}-${process.arch}/`;
    const strays = files().filter(
      (path) => !/^(dist\/|electron\/icons\/icon\.png$|package\.json$|LICENSE$)/.test(path) && !path.startsWith(native),
    );
    expect(strays).toEqual([]);
    expect(files().filter((path) => path.endsWith('.map'))).toEqual([]);
  });

  test('its package.json names what Electron starts and what desktops group its windows by', () => {
    const metadata = JSON.parse(read('package.json'));
    expect(metadata).toMatchObject({ main: 'dist/main.js', type: 'module', productName: 'Muxwell', desktopName: 'muxwell.desktop' });
    expect(metadata).not.toHaveProperty('devDependencies');
    expect(metadata).not.toHaveProperty('scripts');
  });

  test('every module that is imported is in there, in Node or in Electron', () => {
    const missing = files()
      .filter((path) => /^dist\/[^/]+\.js$/.test(path))
      .flatMap((path) => importsOf(read(path)).map((specifier) => ({ path, specifier })))
      .filter(({ path, specifier }) => {
        if (specifier.startsWith('.')) return !packed.includes(posix.join(posix.dirname(path), specifier));
        return !specifier.startsWith('node:') && specifier !== 'electron';
      });
    expect(missing).toEqual([]);
    expect(read('dist/preload.cjs').match(/require\([^)]*\)/g)).toEqual(['require("electron")']);
  });

  test('FFmpeg and the fonts lie outside of the archive, where native code can read them, and all else inside', () => {
    const unpacked = readdirSync(`${archive}.unpacked`, { recursive: true, encoding: 'utf8' });
    const native = `node_modules/@seydx/node-av-${process.platform}-${process.arch}/node-av.node`;
    expect(unpacked).toContain(native);
    expect(unpacked.filter((path) => !/^(node_modules|dist$|dist\/fonts)/.test(path.replaceAll('\\', '/')))).toEqual([]);
    expect(unpacked).toContain('dist/fonts/DejaVuSans.ttf');
    expect(unpacked).toContain('dist/fonts/LICENSE');
    expect(statSync(join(`${archive}.unpacked`, native)).size).toBe(statSync(join(root, native)).size);
    expect(statSync(archive).size).toBeLessThan(6e6);
  });

  test('it knows where updates come from, by the address it was built with', () => {
    const notice = readFileSync(join(app, 'resources/app-update.yml'), 'utf8');
    expect(notice).toContain('provider: generic\n');
    expect(notice).toMatch(new RegExp(`^url: ${updatesUrl}$`, 'm'));
  });

  test('its fuses are blown: no Node, no inspector, the app from the archive alone', async () => {
    const fuses = (await getCurrentFuseWire(join(app, 'muxwell'))) as unknown as Record<number, number>;
    expect(
      Object.fromEntries(
        Object.entries(FuseV1Options).flatMap(([name, index]) => (typeof index === 'number' ? [[name, fuses[index]]] : [])),
      ),
    ).toEqual({
      RunAsNode: off,
      EnableCookieEncryption: on,
      EnableNodeOptionsEnvironmentVariable: off,
      EnableNodeCliInspectArguments: off,
      EnableEmbeddedAsarIntegrityValidation: on,
      OnlyLoadAppFromAsar: on,
      LoadBrowserProcessSpecificV8Snapshot: off,
      GrantFileProtocolExtraPrivileges: off,
    });
  });

  test('what is in there is enough: taken out of it, its worker encodes', async () => {
    const taken = join(folder, 'taken');
    extractAll(archive, taken);
    const studio = createStudio({ spawn: childWorkers(join(taken, 'dist/worker.js')), storage: ':memory:' });
    try {
      const source = shortClip(join(folder, 'short.mp4'));
      const { ids } = await studio.call('addJobs', { sources: [source], ...quick, output: { folder } });
      await studio.call('startQueue', {});
      const status = () => studio.state.get('statuses', ids[0] ?? '');
      await untilState(studio, () => ['done', 'failed'].includes(status()?.phase ?? ''), 'the job has ended');
      expect(status()).toMatchObject({ phase: 'done' });
    } finally {
      await studio.close();
    }
  });
});

/** The names that a built module imports, statically or not. */
function importsOf(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, source: from } = node as { type?: string; source?: { value?: unknown } | null };
    if (/^(Import|Export)/.test(type ?? '') && typeof from?.value === 'string') found.push(from.value);
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(source));
  return found;
}
