/** `npm start`: the desktop app where Electron is there or can be had, else the web host in this process. */
import { fileURLToPath } from 'node:url';
import { needNode } from './node-version.ts';

needNode();
const project = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../..' : '..', import.meta.url));
const { start } = await import('./start-studio.ts');
process.exitCode = await start(project, process.argv.slice(2));
