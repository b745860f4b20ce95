/** A worker of the pool: asks its process for work, and knows when it is not to be used again. */
import { constants, setPriority } from 'node:os';
import { abortError, StudioError } from '../contract/errors.ts';
import { connect } from '../contract/wire.ts';
import type { Progress, WorkerInputs, WorkerResults } from '../contract/worker-contract.ts';
import type { SpawnWorker } from './worker-process.ts';

export interface CallOptions {
  /** What is being done, for the sentence when it crashes: "Encoding holiday.mov". */
  work: string;
  signal?: AbortSignal;
  onProgress?(progress: Progress): void;
}

export interface WorkerLimits {
  /** A worker is replaced after this many calls: FFmpeg's bindings leak about 0.3 MB a job. */
  maxCalls: number;
  /** A worker whose memory grew by more than this since its start is replaced, bytes. */
  maxGrowth: number;
  /** A worker that gives no sign of life for so long while it works is taken for hung, seconds. */
  hangSeconds: number;
  /** How long a worker may take to stop when asked, before it is killed, ms. */
  graceMs: number;
  /** true: an error that the worker itself reports does not cost it its place (probing many strange files). */
  keepAfterError: boolean;
  /** Workers leave the machine to whoever sits at it. */
  background: boolean;
}

export interface PoolWorker {
  readonly pid: number | undefined;
  call<K extends keyof WorkerInputs>(method: K, input: WorkerInputs[K], options: CallOptions): Promise<WorkerResults[K]>;
  /** It failed, was killed, has grown or has worked long enough. */
  isWorn(): boolean;
  /** Kills it. */
  retire(): void;
  exited: Promise<unknown>;
}

export const closing = () => new StudioError('cancelled', 'The studio is closing.');

/** `isClosed`: the whole pool is being closed. */
export function startWorker(spawn: SpawnWorker, limits: WorkerLimits, isClosed: () => boolean): PoolWorker {
  const process = spawn();
  if (limits.background) stepBack(process.pid);
  const connection = connect(process.port);
  let calls = 0;
  let baseMemory: number | null = null;
  let memory = 0;
  let spent = false;
  /** Ticks without a sign of life. */
  let silence = 0;
  let report: ((progress: Progress) => void) | null = null;
  connection.onPush('progress', (data) => {
    silence = 0;
    report?.(data as Progress);
  });
  connection.onPush('memory', (data) => {
    memory = Number(data);
    baseMemory ??= memory;
  });
  const exited = process.exited.then((exit) => {
    spent = true;
    return exit;
  });

  function retire(): void {
    spent = true;
    process.kill();
  }

  return {
    get pid() {
      return process.pid;
    },
    isWorn: () => spent || calls >= limits.maxCalls || memory - (baseMemory ?? memory) > limits.maxGrowth,
    retire,
    exited,
    async call(method, input, { work, signal, onProgress }) {
      if (signal?.aborted) throw abortError(signal);
      calls++;
      silence = 0;
      if (onProgress) report = onProgress;
      let hung = false;
      let killed = false;
      // Counted in ticks, not by the clock: a machine that slept has not hung.
      const watch = setInterval(() => {
        if (++silence < limits.hangSeconds) return;
        hung = true;
        retire();
      }, 1000);
      let grace: ReturnType<typeof setTimeout> | undefined;
      const onAbort = () => {
        grace = setTimeout(() => {
          killed = true;
          retire();
        }, limits.graceMs);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        return (await connection.call(method, input, signal)) as WorkerResults[typeof method];
      } catch (thrown) {
        const lost = thrown instanceof StudioError && thrown.code === 'disconnected';
        if (!lost) {
          if (!limits.keepAfterError) spent = true;
          throw signal?.aborted ? abortError(signal) : thrown;
        }
        const exit = await exited;
        if (signal?.aborted || killed) throw signal ? abortError(signal) : thrown;
        if (isClosed()) throw closing();
        if (hung) throw new StudioError('worker-hung', `${work} stopped responding and was ended. Retry it.`, exit.lastWords);
        throw new StudioError(
          'worker-crashed',
          `${work} stopped unexpectedly (${exit.signal ?? `exit code ${exit.code}`}).`,
          exit.lastWords,
        );
      } finally {
        clearInterval(watch);
        clearTimeout(grace);
        signal?.removeEventListener('abort', onAbort);
        if (onProgress) report = null;
      }
    },
  };
}

function stepBack(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system does not let it: it works all the same.
  }
}
