/** Who may import whom: the rooms of the house, held by reading every import of every file; and that the contract runs in a page. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { rolldown } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url)).replaceAll('\\', '/');
/** Where the rules hold; a folder that is not built yet has no files. */
const folders = ['native', 'electron', 'renderer'];

interface Rule {
  /** Rooms of ours, besides itself, whose files it may import. */
  rooms: string[];
  /** Node's own modules. */
  node: boolean;
  /** npm packages by name, with whatever lies below them. */
  packages: string[] | 'any';
  /** Single files outside of these rooms. */
  files?: string[];
}

const rules: Record<string, Rule> = {
  'native/contract': { rooms: [], node: false, packages: ['zod'] },
  'native/studio': { rooms: ['native/contract'], node: true, packages: [] },
  'native/engine': { rooms: ['native/contract'], node: true, packages: ['node-av', 'node-media-server'], files: ['package.json'] },
  'native/log': { rooms: ['native/contract', 'native/studio'], node: true, packages: ['pino'] },
  'native/hosts': {
    rooms: ['native/contract', 'native/studio', 'native/log'],
    node: true,
    packages: ['commander', 'ws'],
    files: ['package.json'],
  },
  electron: {
    rooms: ['native/contract', 'native/studio', 'native/log'],
    node: true,
    packages: ['electron', 'electron-updater'],
    // How a machine is told to sleep is the same behind every door.
    files: ['native/hosts/machine-actions.ts'],
  },
  renderer: { rooms: ['native/contract'], node: false, packages: 'any' },
};

/** Packages that live in one room only, whatever the room's own rule says. */
const homes: Record<string, string> = { 'node-av': 'native/engine', electron: 'electron', 'electron-updater': 'electron' };

const roomOf = (path: string) => Object.keys(rules).find((room) => path.startsWith(`${room}/`));
const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** How each kind of syntax names a module: the key of the node that holds the name. */
const importers: Record<string, string> = {
  ImportDeclaration: 'source',
  ExportNamedDeclaration: 'source',
  ExportAllDeclaration: 'source',
  ImportExpression: 'source',
  TSImportType: 'source',
  TSExternalModuleReference: 'expression',
};

const isRequire = (node: Record<string, unknown>) => {
  const callee = node['callee'];
  if (node['type'] !== 'CallExpression' || !isObject(callee)) return false;
  const property = callee['property'];
  return callee['name'] === 'require' || (isObject(property) && property['name'] === 'require');
};

/** Every module a source names: statically, dynamically or for its types only. null stands for a name that is not written out. */
function importsOf(path: string, source: string): (string | null)[] {
  const found: (string | null)[] = [];
  const add = (name: unknown) => {
    if (!isObject(name)) return; // an export of something of its own
    const plain = name['type'] === 'Literal' && typeof name['value'] === 'string';
    found.push(plain ? String(name['value']) : null);
  };
  const visit = (node: unknown): void => {
    if (!isObject(node)) return;
    const key = importers[String(node['type'])];
    if (key) add(node[key]);
    if (isRequire(node) && Array.isArray(node['arguments'])) add(node['arguments'][0]);
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(source, { lang: path.endsWith('x') ? 'tsx' : 'ts' }, path));
  return found;
}

/** What is wrong with one import of one file, or null. */
function offence(path: string, specifier: string | null): string | null {
  const room = roomOf(path);
  const rule = room && rules[room];
  if (!rule) return 'stands in no room';
  if (specifier === null) return 'imports something by a name that is not written out';
  const refuse = (what: string) => `imports ${what} ${specifier}`;
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    const target = posix.join(posix.dirname(path), specifier);
    const targetRoom = roomOf(target);
    const allowed = rule.files?.includes(target) || (targetRoom && (targetRoom === room || rule.rooms.includes(targetRoom)));
    return allowed ? null : refuse(targetRoom ?? 'from outside');
  }
  const name = packageOf(specifier);
  const home = homes[name];
  if (home) return home === room ? null : refuse(`what is ${home}'s alone,`);
  if (isBuiltin(specifier)) return rule.node ? null : refuse("Node's");
  return rule.packages === 'any' || rule.packages.includes(name) ? null : refuse('the package');
}

const offences = (path: string, source: string) =>
  importsOf(path, source).flatMap((specifier) => {
    const wrong = offence(path, specifier);
    return wrong ? [`${path} ${wrong}`] : [];
  });

/** All files of the rooms, relative to the project. */
const files = folders
  .filter((folder) => existsSync(posix.join(root, folder)))
  .flatMap((folder) =>
    readdirSync(posix.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => posix.relative(root, posix.join(entry.parentPath.replaceAll('\\', '/'), entry.name))),
  );
const read = (path: string) => readFileSync(posix.join(root, path), 'utf8');
const sources = files.filter((path) => /\.[cm]?tsx?$/.test(path)).map((path) => ({ path, source: read(path) }));
const importing = (name: string) =>
  sources
    .filter(({ path, source }) => importsOf(path, source).some((specifier) => specifier && packageOf(specifier) === name))
    .map(({ path }) => path);

describe('the rooms', () => {
  for (const [room, rule] of Object.entries(rules)) {
    const own = sources.filter(({ path }) => roomOf(path) === room);
    const allowed = [...rule.rooms, ...(rule.node ? ['node:'] : []), ...(rule.packages === 'any' ? ['any package'] : rule.packages)];
    test.skipIf(own.length === 0)(`${room} imports only itself, ${allowed.join(', ')}`, () => {
      expect(own.flatMap(({ path, source }) => offences(path, source))).toEqual([]);
    });
  }

  test('every source file stands in a room', () => {
    expect(sources.map(({ path }) => path).filter((path) => !roomOf(path))).toEqual([]);
    expect(new Set(sources.map(({ path }) => roomOf(path)))).toContain('native/contract');
  });

  test('node-av is imported by the engine and by nothing else', () => {
    const rooms = new Set(importing('node-av').map(roomOf));
    expect([...rooms]).toEqual(['native/engine']);
  });

  test('electron is imported nowhere but in electron/', () => {
    expect(importing('electron').filter((path) => roomOf(path) !== 'electron')).toEqual([]);
  });

  test('the engine is started by its path: the hosts name its worker and never import it', () => {
    const hosts = sources.filter(({ path }) => roomOf(path) === 'native/hosts');
    const naming = hosts.filter(({ source }) => source.includes('../engine/worker.ts'));
    expect(naming.map(({ path }) => path)).not.toEqual([]);
    expect(existsSync(posix.join(root, 'native/engine/worker.ts'))).toBe(true);
    expect(naming.flatMap(({ path, source }) => offences(path, source))).toEqual([]);
  });

  test('no file is over 400 lines', () => {
    const text = files.filter((path) => /\.([cm]?[jt]sx?|css|html)$/.test(path));
    expect(text.map((path) => ({ path, lines: read(path).trimEnd().split('\n').length })).filter(({ lines }) => lines > 400)).toEqual([]);
  });
});

describe('the check itself', () => {
  const inContract = 'native/contract/made-up.ts';
  const inStudio = 'native/studio/made-up.ts';
  const inEngine = 'native/engine/made-up.ts';
  const inHosts = 'native/hosts/made-up.ts';
  const inElectron = 'electron/made-up.ts';
  const inPage = 'renderer/parts/made-up.tsx';

  test.each([
    [inContract, "import { readFileSync } from 'node:fs';"],
    [inContract, "import { readFileSync } from 'fs';"],
    [inContract, "import { queue } from '../studio/queue.ts';"],
    [inContract, "import React from 'react';"],
    [inContract, "import 'zod-like';"],
    [inStudio, "import { WebSocketServer } from 'ws';"],
    [inStudio, "import type { Frame } from 'node-av/lib';"],
    [inStudio, "export * from '../engine/probe.ts';"],
    [inStudio, "export { childWorkers } from '../hosts/child-worker.ts';"],
    [inEngine, "import { createQueue } from '../studio/queue.ts';"],
    [inEngine, "type Jobs = import('../studio/jobs.ts').Jobs;"],
    [inEngine, "import { app } from 'electron';"],
    [inHosts, "const { encode } = await import('../engine/encode.ts');"],
    [inHosts, "import type { Control } from '../engine/control.ts';"],
    [inHosts, "import { Log } from 'node-av';"],
    [inHosts, "import stray from '../../tsconfig.json' with { type: 'json' };"],
    [inHosts, 'const engine = await import(enginePath);'],
    [inHosts, "const require = createRequire(import.meta.url); const av = require('node-av');"],
    [inHosts, "import av = require('node-av');"],
    [inElectron, "import { createApp } from '../renderer/app.tsx';"],
    [inElectron, "import { probe } from '../native/engine/probe.ts';"],
    [inElectron, "import { WebSocket } from 'ws';"],
    [inElectron, "import { childWorkers } from '../native/hosts/child-worker.ts';"],
    [inPage, "import { join } from 'node:path'; export const Part = () => <p>{join('a')}</p>;"],
    [inPage, "import { ipcRenderer } from 'electron';"],
    [inPage, "import { makePlan } from '../../native/studio/plan.ts';"],
    [inPage, "import { FormatContext } from 'node-av';"],
    ['native/loose.ts', "import { z } from 'zod';"],
  ])('in %s it objects to: %s', (path, source) => {
    expect(offences(path, source)).toHaveLength(1);
  });

  test.each([
    [inContract, "import { z } from 'zod'; import type { Port } from './wire.ts'; export { z } from 'zod/mini';"],
    [inContract, "// import 'node:fs'\nconst words = \"import 'node:fs'\"; export const two = words;"],
    [
      inStudio,
      "import { rmSync } from 'node:fs'; import { StudioError } from '../contract/errors.ts'; import web from './presets/web.json';",
    ],
    [inEngine, "import { Log } from 'node-av/lib'; const { encode } = await import('./encode.ts');"],
    [inHosts, "import { Command } from 'commander'; import packageJson from '../../package.json' with { type: 'json' };"],
    [inHosts, "const worker = new URL('../engine/worker.ts', import.meta.url);"],
    [inElectron, "import { app } from 'electron'; import { createStudio } from '../native/studio/studio.ts';"],
    [inPage, "import { create } from 'zustand'; import { createClient } from '../../native/contract/client.ts';"],
  ])('in %s it has nothing against: %s', (path, source) => {
    expect(offences(path, source)).toEqual([]);
  });
});

/** One script for a page, of whole contract files. `outside` is what it would have to import when it runs. */
async function bundleForPage(names: string[]) {
  const entry = 'the page';
  const warnings: string[] = [];
  const bundle = await rolldown({
    input: entry,
    cwd: root,
    platform: 'browser',
    onLog: (_level, log) => warnings.push(log.message),
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) =>
          id === entry ? names.map((name) => `export * from '${posix.join(root, 'native/contract', name)}';`).join('\n') : null,
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'iife', name: 'contract', extend: false });
  await bundle.close();
  const [script] = output;
  return { code: script.code, outside: [...script.imports, ...script.dynamicImports], modules: script.moduleIds, warnings };
}

describe('the contract in a page', () => {
  const isZod = (id: string) => id.includes('/node_modules/zod/');

  test('the client and the ports are bundled without Node and without zod, and run with nothing else there', async () => {
    const { code, outside, modules, warnings } = await bundleForPage(['client.ts', 'ports.ts']);
    expect(outside).toEqual([]);
    expect(warnings).toEqual([]);
    expect(code).not.toMatch(/['"]node:|\brequire\(/);
    const ours = modules.filter((id) => id !== 'the page').map((id) => posix.relative(root, id));
    expect(ours).toContain('native/contract/client.ts');
    expect(ours.filter((id) => roomOf(id) !== 'native/contract')).toEqual([]);
    // Globals of the language and not one of Node's: no process, no Buffer, no require.
    const exported: unknown = runInContext(`${code}; Object.keys(contract)`, createContext({}));
    expect(exported).toEqual(expect.arrayContaining(['createClient', 'messagePort', 'socketPort']));
  });

  test('the same check sees zod and Node where they are', async () => {
    expect((await bundleForPage(['contract.ts'])).modules.some(isZod)).toBe(true);
    const { outside } = await bundleForPage(['../studio/naming.ts']);
    expect(outside).toEqual(expect.arrayContaining(['node:fs', 'node:path']));
  });
});
