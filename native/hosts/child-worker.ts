/** Workers as plain Node child processes: for the web host and the CLI. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ipcPort } from '../contract/ports.ts';
import type { SpawnWorker, WorkerExit } from '../studio/worker-process.ts';
import { createWorkerSurroundings } from '../studio/worker-surroundings.ts';

/** Beside this file once built; in the engine's room when run from source. */
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? '../engine/worker.ts' : './worker.js', import.meta.url);

const keptWords = 4000;

/** What a worker makes in JavaScript is small and soon forgotten: V8's young generation (MB) need not grow to its usual 16. */
const options = ['--max-semi-space-size=2'];

/** `program` is another worker program, for tests. */
export function childWorkers(program: string = fileURLToPath(workerUrl)): SpawnWorker {
  return () => {
    const { env, clear } = createWorkerSurroundings();
    const child = fork(program, { execArgv: options, env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const port = ipcPort(child);
    let lastWords = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-keptWords);
    });
    const ended = new Promise<WorkerExit>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal, lastWords }));
      child.on('error', (error) => {
        resolve({ code: null, signal: null, lastWords: String(error) });
        port.close(); // it may never have had a channel to lose
      });
    });
    const exited = ended.finally(clear);
    return { pid: child.pid, port, kill: () => void child.kill('SIGKILL'), exited };
  };
}
