/**
 * Worker processes, handed out one job at a time. The number of places is the studio's rate limit. Workers are kept warm
 * and used again while they are healthy; one that failed, was killed, has grown or has worked long enough is replaced.
 */
import { abortError, StudioError } from '../contract/errors.ts';
import { closing, type PoolWorker, startWorker, type WorkerLimits } from './pool-worker.ts';
import type { SpawnWorker } from './worker-process.ts';

export interface PoolOptions extends Partial<WorkerLimits> {
  spawn: SpawnWorker;
  /** Places: jobs at a time. */
  size: number;
  /** Places of jobs that a device encodes, beside the others: they hardly use the processor. */
  deviceSize?: number;
  /** Idle workers kept for the next job. */
  warm?: number;
}

/**
 * What a place is for: jobs that the processor encodes, jobs that a device does, and work beside a job that hardly counts, of
 * which there is always one more.
 */
export type PlaceKind = 'processor' | 'device' | 'beside';

/** One place in the pool with its worker. */
export interface Lease {
  call: PoolWorker['call'];
  /** Whether the place is still to be had for more work: nobody waits for one, and none is to be given up. */
  isWelcome(): boolean;
  /** true: whoever waits may have its place meanwhile, its worker stays. false: it has its place again at once, if need be one too many. */
  rest(resting: boolean): void;
  isResting(): boolean;
  /** Takes another worker in the same place, when the one at hand has failed or died. */
  renew(): void;
  /** Gives the place back. */
  release(): void;
}

export interface Pool {
  /** Waits for a free place. Throws the signal's reason when aborted first. */
  acquire(signal?: AbortSignal, kind?: PlaceKind): Promise<Lease>;
  /** Places taken of those for the processor. */
  busy(): number;
  /** Somebody would work in one place more. */
  isWanted(): boolean;
  /** A place that nobody else waits for; null where there is none. */
  spare(kind?: PlaceKind): Lease | null;
  /** Changes the number of places; running jobs are never stopped for it. */
  resize(size: number): void;
  /** Starts idle workers ahead of the first job. */
  prewarm(): void;
  /** Process ids of all workers. */
  pids(): number[];
  /** Kills every worker and refuses further work. */
  close(): Promise<void>;
}

/** Whoever was refused a place to spare still wants it for so long, ms. */
const wishMs = 3000;

const defaults = {
  deviceSize: 2,
  warm: 2,
  maxCalls: 100,
  maxGrowth: 512e6,
  hangSeconds: 120,
  graceMs: 5000,
  keepAfterError: false,
  background: false,
};

export function createPool(options: PoolOptions): Pool {
  const { spawn, warm, size, deviceSize, ...limits } = { ...defaults, ...options };
  const places: Record<PlaceKind, number> = { processor: size, device: deviceSize, beside: Infinity };
  const leased: Record<PlaceKind, number> = { processor: 0, device: 0, beside: 0 };
  let closed = false;
  let refusedAt = -Infinity;
  const idle: PoolWorker[] = [];
  const all = new Set<PoolWorker>();
  const waiting: Record<PlaceKind, { take(): void; refuse(error: StudioError): void }[]> = { processor: [], device: [], beside: [] };

  function start(): PoolWorker {
    const worker = startWorker(spawn, limits, () => closed);
    all.add(worker);
    void worker.exited.then(() => {
      all.delete(worker);
      const place = idle.indexOf(worker);
      if (place >= 0) idle.splice(place, 1);
    });
    return worker;
  }

  function next(kind: PlaceKind): void {
    while (leased[kind] < places[kind] && waiting[kind].length > 0) {
      leased[kind]++;
      waiting[kind].shift()?.take();
    }
  }

  /** A worker for a place that has been taken. */
  function hire(kind: PlaceKind): Lease {
    const giveBack = () => {
      leased[kind]--;
      next(kind);
    };
    let worker: PoolWorker;
    try {
      if (closed) throw closing();
      worker = idle.pop() ?? start();
    } catch (error) {
      giveBack();
      throw error;
    }
    let released = false;
    let resting = false;
    const giveUp = (one: PoolWorker) => (closed || one.isWorn() || idle.length >= warm ? one.retire() : void idle.push(one));
    return {
      call: async (method, input, callOptions) => {
        if (released) throw new StudioError('internal', 'This worker was given back already.');
        return worker.call(method, input, callOptions);
      },
      isWelcome: () => waiting[kind].length === 0 && leased[kind] <= places[kind],
      rest(value) {
        if (released || value === resting) return;
        resting = value;
        if (resting) giveBack();
        else leased[kind]++;
      },
      isResting: () => resting,
      renew() {
        if (released) return;
        giveUp(worker);
        if (closed) throw closing();
        worker = idle.pop() ?? start();
      },
      release() {
        if (released) return;
        released = true;
        giveUp(worker);
        if (!resting) giveBack();
      },
    };
  }

  return {
    async acquire(signal, kind = 'processor') {
      if (signal?.aborted) throw abortError(signal);
      if (closed) throw closing();
      await new Promise<void>((resolve, reject) => {
        const off = () => signal?.removeEventListener('abort', leave);
        const entry = {
          take() {
            off();
            resolve();
          },
          refuse(error: StudioError) {
            off();
            reject(error);
          },
        };
        const leave = () => {
          waiting[kind].splice(waiting[kind].indexOf(entry), 1);
          reject(abortError(signal as AbortSignal));
        };
        signal?.addEventListener('abort', leave, { once: true });
        waiting[kind].push(entry);
        next(kind);
      });
      return hire(kind);
    },
    spare(kind = 'processor') {
      if (closed || waiting[kind].length > 0 || leased[kind] >= places[kind]) {
        refusedAt = performance.now();
        return null;
      }
      leased[kind]++;
      return hire(kind);
    },
    busy: () => leased.processor,
    isWanted: () => waiting.processor.length > 0 || performance.now() - refusedAt < wishMs,
    resize(size) {
      places.processor = size;
      next('processor');
    },
    prewarm() {
      while (!closed && idle.length < Math.min(warm, places.processor)) idle.push(start());
    },
    pids: () => [...all].flatMap((worker) => worker.pid ?? []),
    async close() {
      closed = true;
      for (const entry of [...waiting.processor.splice(0), ...waiting.device.splice(0), ...waiting.beside.splice(0)])
        entry.refuse(closing());
      const exits = [...all].map((worker) => worker.exited);
      for (const worker of all) worker.retire();
      await Promise.all(exits);
    },
  };
}
