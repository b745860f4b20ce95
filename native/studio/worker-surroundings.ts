/** What every worker process is started with: its environment, and a temporary folder that goes with it, even when it was killed. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scratchVariable } from '../contract/worker-contract.ts';

/**
 * Every asynchronous read and write of FFmpeg holds one thread of libuv's pool; the usual four are soon gone. Each of those
 * threads would keep memory of its own (glibc's arenas). What is large comes from the system and goes back to it: glibc would
 * soon cut pictures out of its heap, which then has more and more holes the longer a broadcast lasts.
 */
const environment = { UV_THREADPOOL_SIZE: '16', MALLOC_ARENA_MAX: '4', MALLOC_MMAP_THRESHOLD_: '131072', SVT_LOG: '1' };

export interface WorkerSurroundings {
  env: NodeJS.ProcessEnv;
  /** Takes the folder away, once the process is gone. */
  clear(): void;
}

/** The folder is made by the worker, if it needs one. */
export function createWorkerSurroundings(): WorkerSurroundings {
  const folder = join(tmpdir(), `muxwell-worker-${randomUUID()}`);
  return {
    env: { ...process.env, ...environment, [scratchVariable]: folder },
    clear() {
      try {
        rmSync(folder, { recursive: true, force: true });
      } catch {} // somebody looks into it: the system clears its temporary folder some day
    },
  };
}
