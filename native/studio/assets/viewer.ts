/**
 * The workers that show sources: two, apart from those that probe, so that neither waits for the other. What a person looks at
 * right now goes first, and what fills a timeline in the background never takes both.
 */
import { basename } from 'node:path';
import { abortError, StudioError } from '../../contract/errors.ts';
import type { WorkerInputs } from '../../contract/worker-contract.ts';
import { createPool } from '../pool.ts';
import type { SpawnWorker } from '../worker-process.ts';

type Method = 'still' | 'waveform' | 'proxy';

export interface Viewer {
  /** Asks a worker as soon as one is free. `urgency` 0 is the most urgent. */
  view<K extends Method>(method: K, input: WorkerInputs[K], urgency: Urgency, signal: AbortSignal): Promise<void>;
  pids(): number[];
  close(): Promise<void>;
}

/** 0 a picture that is waited for, 1 a film that plays, 2 and 3 what fills a timeline. */
export type Urgency = 0 | 1 | 2 | 3;

const places = 2;
const isBackground = (urgency: Urgency) => urgency >= 2;

interface Turn {
  urgency: Urgency;
  take(): void;
}

/** `timeoutMs`: what takes longer is of no use to somebody who looks. */
export function createViewer(spawn: SpawnWorker, timeoutMs = 30_000): Viewer {
  const pool = createPool({ spawn, size: places, warm: places, maxCalls: 2000, graceMs: 1000, keepAfterError: true });
  const waiting: Turn[] = [];
  const working: Turn[] = [];

  function next(): void {
    waiting.sort((a, b) => a.urgency - b.urgency); // stable: who came first of equals
    while (working.length < places) {
      const isFree = ({ urgency }: Turn) => !isBackground(urgency) || !working.some((one) => isBackground(one.urgency));
      const index = waiting.findIndex(isFree);
      const [turn] = index < 0 ? [] : waiting.splice(index, 1);
      if (!turn) return;
      working.push(turn);
      turn.take();
    }
  }

  /** Waits for a place; what it returns gives the place back. */
  async function takePlace(urgency: Urgency, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw abortError(signal);
    const turn: Turn = { urgency, take() {} };
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(turn), 1);
        reject(abortError(signal));
      };
      turn.take = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.push(turn);
      next();
    });
    return () => {
      working.splice(working.indexOf(turn), 1);
      next();
    };
  }

  return {
    async view(method, input, urgency, signal) {
      const giveBack = await takePlace(urgency, signal);
      try {
        const lease = await pool.acquire(signal);
        const late = new AbortController();
        const name = basename(input.path);
        const timer = setTimeout(() => late.abort(new StudioError('timed-out', `${name} could not be shown in time.`)), timeoutMs);
        try {
          await lease.call(method, input, { work: `Showing ${name}`, signal: AbortSignal.any([signal, late.signal]) });
        } finally {
          clearTimeout(timer);
          lease.release();
        }
      } finally {
        giveBack();
      }
    },
    pids: pool.pids,
    close: pool.close,
  };
}
