/** `npm run build`: bundles the command line and the worker into dist/. Everything goes in but FFmpeg itself (@seydx). */
import { chmodSync, rmSync } from 'node:fs';
import { rolldown } from 'rolldown';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });

const bundle = await rolldown({
  input: { muxwell: 'native/hosts/launch.ts', worker: 'native/engine/worker.ts' },
  platform: 'node',
  external: [/^node:/, /^@seydx/],
});
await bundle.write({ dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', sourcemap: true });
await bundle.close();
chmodSync(new URL('../dist/muxwell.js', import.meta.url), 0o755);
