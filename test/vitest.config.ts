/** `npm test` runs everything; `npm run test:peers` only what is held against independent programs. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Files whose tests measure time, or kill processes at a moment: two of them at a time; of the others, which mostly wait, three. */
const timed = [
  'live',
  'live-page',
  'live-sessions',
  'live-sources',
  'lossless-queue',
  'page-media',
  'pool',
  'queue',
  'remote',
  'thousand',
  'watch',
  'web',
  'wire',
];
/** Its devices hang, and are given up by the clock: it has the machine for itself. */
const alone = 'hardware.test.ts';
const timedFiles = timed.map((name) => `${name}.test.ts`);

export default defineConfig({
  // Outside of Electron its module would only download it.
  resolve: { alias: { electron: fileURLToPath(new URL('./fixtures/electron-stand-in.ts', import.meta.url)) } },
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    fileParallelism: false,
    projects: [
      { extends: true, test: { name: 'alone', root: 'test', include: [alone] } },
      { extends: true, test: { name: 'timed', root: 'test', include: timedFiles } },
      { extends: true, test: { name: 'unit', root: 'test', include: ['*.test.ts'], exclude: ['*.peers.test.ts', alone, ...timedFiles] } },
      { extends: true, test: { name: 'peers', root: 'test', include: ['*.peers.test.ts'] } },
    ],
  },
});
