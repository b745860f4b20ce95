/**
 * `npm run build`: everything into dist/. The hosts and the worker as ESM with all but FFmpeg itself (@seydx) inside, the
 * preload as the one CommonJS script that Electron's sandbox takes, the page by Vite, and fonts for text that is drawn into
 * pictures on machines that have none.
 */
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { rolldown } from 'rolldown';
import { build } from 'vite';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
rmSync(path('dist'), { recursive: true, force: true });

async function bundle(options, output) {
  const made = await rolldown({ cwd: path('.'), platform: 'node', ...options });
  await made.write({ dir: path('dist'), sourcemap: true, ...output });
  await made.close();
}

await Promise.all([
  bundle(
    {
      input: {
        muxwell: 'native/hosts/launch.ts',
        start: 'native/hosts/start.ts',
        worker: 'native/engine/worker.ts',
        main: 'electron/main.ts',
      },
      external: [/^node:/, /^@seydx/, 'electron'],
    },
    { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
  ),
  bundle(
    {
      input: { preload: 'electron/preload.ts' },
      external: (id, _importer, isResolved) => {
        // A sandboxed preload can load nothing else.
        if (!isResolved && /^(node:|[^./])/.test(id) && id !== 'electron')
          throw new Error(`The preload imports ${id}: only electron is there.`);
        return id === 'electron';
      },
    },
    { format: 'cjs', entryFileNames: '[name].cjs' },
  ),
  build({
    root: path('renderer'),
    configFile: false,
    logLevel: 'warn',
    plugins: [react(), tailwind()],
    build: {
      outDir: path('dist/page'),
      emptyOutDir: true,
      assetsDir: 'static',
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 900,
      modulePreload: { polyfill: false },
    },
  }),
]);
chmodSync(path('dist/muxwell.js'), 0o755);

const fonts = 'node_modules/dejavu-fonts-ttf';
for (const file of ['ttf/DejaVuSans.ttf', 'ttf/DejaVuSans-Bold.ttf', 'LICENSE'])
  cpSync(path(`${fonts}/${file}`), path(`dist/fonts/${file.replace('ttf/', '')}`));
