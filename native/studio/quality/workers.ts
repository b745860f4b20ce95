/** The workers that measure: one for who looks at a moment right now, one for searches, apart from the queue's and from each other. */
import { basename } from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import type { Progress, WorkerInputs, WorkerResults } from '../../contract/worker-contract.ts';
import { createPool } from '../pool.ts';
import type { SpawnWorker } from '../worker-process.ts';

type Method = 'compare' | 'searchQuality';

export interface Measurers {
  ask<K extends Method>(
    method: K,
    order: WorkerInputs[K],
    signal: AbortSignal,
    onProgress?: (progress: Progress) => void,
  ): Promise<WorkerResults[K]>;
  pids(): number[];
  close(): Promise<void>;
}

/** How long each may take, ms: a look is of no use later, a search over slow settings takes its minutes. */
const patience: Record<Method, number> = { compare: 60_000, searchQuality: 20 * 60_000 };

export function createMeasurers(spawn: SpawnWorker): Measurers {
  const pool = (warm: number) => createPool({ spawn, size: 1, warm, graceMs: 1500, keepAfterError: true });
  const pools = { compare: pool(1), searchQuality: pool(0) };
  return {
    async ask(method, order, signal, onProgress) {
      const name = basename(order.plan.source);
      const late = new AbortController();
      const lease = await pools[method].acquire(signal);
      const timer = setTimeout(() => late.abort(new StudioError('timed-out', `${name} could not be measured in time.`)), patience[method]);
      try {
        const both = AbortSignal.any([signal, late.signal]);
        return await lease.call(method, order, { work: `Measuring ${name}`, signal: both, ...(onProgress && { onProgress }) });
      } finally {
        clearTimeout(timer);
        lease.release();
      }
    },
    pids: () => Object.values(pools).flatMap((one) => one.pids()),
    close: async () => void (await Promise.all(Object.values(pools).map((one) => one.close()))),
  };
}
