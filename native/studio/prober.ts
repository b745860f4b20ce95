/** One long-lived worker that only looks at files. A file that kills or hangs it costs that file its answer, nothing else. */
import { basename } from 'node:path';
import { StudioError } from '../contract/errors.ts';
import type { MediaInfo } from '../contract/media.ts';
import type { WorkerCommands, WorkerResults } from '../contract/worker-contract.ts';
import { createPool, type SpawnWorker } from './pool.ts';

export interface Prober {
  probe(path: string, signal?: AbortSignal): Promise<MediaInfo>;
  thumbnail(order: WorkerCommands['thumbnail'], signal?: AbortSignal): Promise<WorkerResults['thumbnail']>;
  pids(): number[];
  close(): Promise<void>;
}

/** `timeoutMs`: a slow network share may take some seconds, a broken file must not take for ever. */
export function createProber(spawn: SpawnWorker, timeoutMs = 20_000): Prober {
  const pool = createPool({ spawn, size: 1, warm: 1, maxCalls: 5000, graceMs: 1000, keepAfterError: true });

  async function ask<K extends 'probe' | 'thumbnail'>(
    method: K,
    input: WorkerCommands[K],
    signal?: AbortSignal,
  ): Promise<WorkerResults[K]> {
    const lease = await pool.acquire(signal);
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new StudioError('timed-out', `${basename(input.path)} could not be read in ${timeoutMs / 1000} s.`)),
      timeoutMs,
    );
    try {
      const both = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
      return await lease.call(method, input, { work: `Reading ${basename(input.path)}`, signal: both });
    } finally {
      clearTimeout(timer);
      lease.release();
    }
  }

  return {
    probe: (path, signal) => ask('probe', { path }, signal),
    thumbnail: (order, signal) => ask('thumbnail', order, signal),
    pids: pool.pids,
    close: pool.close,
  };
}
