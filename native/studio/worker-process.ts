/** A worker process as a host starts it, whatever kind of process that is. */
import type { Port } from '../contract/wire.ts';

export interface WorkerProcess {
  pid: number | undefined;
  port: Port;
  /** Ends it at once (SIGKILL). */
  kill(): void;
  exited: Promise<WorkerExit>;
}

export interface WorkerExit {
  code: number | null;
  signal: string | null;
  /** The end of what it wrote to standard error. */
  lastWords: string;
}

export type SpawnWorker = () => WorkerProcess;
