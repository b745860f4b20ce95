/** What is encoded of each job in chunks: kept over restarts, and gone when the job has ended or changed. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JobStatus, State } from '../../contract/contract.ts';
import { filmIn, type Plan } from '../../contract/plan.ts';
import type { StateOwner } from '../../contract/state.ts';
import type { ChunkResult } from '../../contract/worker-contract.ts';
import { chunkFolder } from '../naming.ts';
import type { Storage } from '../storage.ts';

export interface Chunks {
  file(number: number): string;
  /** Those that are there, by their number. */
  done(): ReadonlyMap<number, ChunkResult>;
  keep(number: number, result: ChunkResult): void;
  /** Takes all of them away. */
  discard(): void;
}

export interface ChunkStore {
  /** Those of a job that fit the plan; what does not is taken away. `output` is the job's final file. */
  open(job: string, plan: Plan, output: string): Chunks;
  close(): void;
}

interface Kept {
  /** What all chunks have in common. */
  key: string;
  folder: string;
  done: Record<number, ChunkResult>;
}

const ended: JobStatus['phase'][] = ['done', 'failed', 'cancelled', 'draft'];

export function createChunkStore(state: StateOwner<State>, storage: Storage): ChunkStore {
  function discard(job: string): void {
    const kept = storage.get<Kept>('chunks', job);
    if (!kept) return;
    try {
      rmSync(kept.folder, { recursive: true, force: true });
    } catch {
      // Its disk is away: nothing is left to be done for it.
    }
    storage.remove('chunks', job);
  }

  const isOver = (job: string) => {
    const phase = state.get('statuses', job)?.phase;
    return phase === undefined || ended.includes(phase);
  };
  for (const job of storage.all<Kept>('chunks').keys()) if (isOver(job)) discard(job);
  const unsubscribe = state.subscribe(({ put, remove }) => {
    const touched = [...Object.keys(put['statuses'] ?? {}), ...(remove['statuses'] ?? [])];
    for (const job of touched) if (isOver(job)) discard(job);
  });

  return {
    open(job, plan, output) {
      const key = keyOf(plan);
      const before = storage.get<Kept>('chunks', job);
      if (before && before.key !== key) discard(job);
      const kept: Kept = storage.get<Kept>('chunks', job) ?? { key, folder: chunkFolder(output, randomUUID().slice(0, 8)), done: {} };
      const file = (number: number) => join(kept.folder, `${String(number).padStart(5, '0')}.chunk`);
      const done = new Map(
        Object.entries(kept.done).flatMap(([number, result]): [number, ChunkResult][] =>
          statSync(file(Number(number)), { throwIfNoEntry: false })?.size === result.bytes ? [[Number(number), result]] : [],
        ),
      );
      storage.put('chunks', job, kept); // before there is anything to be cleared away
      mkdirSync(kept.folder, { recursive: true });
      return {
        file,
        done: () => done,
        keep(number, result) {
          done.set(number, result);
          storage.put('chunks', job, { ...kept, done: Object.fromEntries(done) });
        },
        discard: () => discard(job),
      };
    },
    close: unsubscribe,
  };
}

/** The same for all that can be joined: picture, settings, places and the source as it is now. */
function keyOf(plan: Plan): string {
  const { origin, part, chunks, source } = plan;
  const file = statSync(source, { throwIfNoEntry: false });
  const facts = [filmIn(plan), origin, part, chunks, file?.size, file?.mtimeMs];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
