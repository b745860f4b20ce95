/** Workers as plain Node child processes: for the web host and the CLI. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ipcPort } from '../contract/ports.ts';
import type { SpawnWorker, WorkerExit } from '../studio/pool.ts';

/** Beside this file once built; in the engine's room when run from source. */
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? '../engine/worker.ts' : './worker.js', import.meta.url);

/**
 * Every asynchronous read and write of FFmpeg holds one thread of libuv's pool; the usual four are soon gone. Each of those
 * threads would keep memory of its own (glibc's arenas).
 */
const environment = { UV_THREADPOOL_SIZE: '16', MALLOC_ARENA_MAX: '4', SVT_LOG: '1' };

const keptWords = 4000;

/** `program` is another worker program, for tests. */
export function childWorkers(program: string = fileURLToPath(workerUrl)): SpawnWorker {
  return () => {
    const child = fork(program, {
      execArgv: [],
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const port = ipcPort(child);
    let lastWords = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-keptWords);
    });
    const exited = new Promise<WorkerExit>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal, lastWords }));
      child.on('error', (error) => {
        resolve({ code: null, signal: null, lastWords: String(error) });
        port.close(); // it may never have had a channel to lose
      });
    });
    return { pid: child.pid, port, kill: () => void child.kill('SIGKILL'), exited };
  };
}
