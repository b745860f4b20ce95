/** `npm test` runs everything; `npm run test:peers` only what is held against independent programs. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Outside of Electron its module would only download it.
  resolve: { alias: { electron: fileURLToPath(new URL('./fixtures/electron-stand-in.ts', import.meta.url)) } },
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Encoders fill both cores by themselves: files one after the other keep time-outs honest.
    fileParallelism: false,
    projects: [
      { extends: true, test: { name: 'unit', root: 'test', include: ['*.test.ts'], exclude: ['*.peers.test.ts'] } },
      { extends: true, test: { name: 'peers', root: 'test', include: ['*.peers.test.ts'] } },
    ],
  },
});
