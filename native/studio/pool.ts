/**
 * Worker processes, handed out one job at a time. The number of places is the studio's rate limit. Workers are kept warm
 * and used again while they are healthy; one that failed, was killed, has grown or has worked long enough is replaced.
 */
import { constants, setPriority } from 'node:os';
import { abortError, StudioError } from '../contract/errors.ts';
import { type Connection, connect, type Port } from '../contract/wire.ts';
import type { Progress, WorkerInputs, WorkerResults } from '../contract/worker-contract.ts';

/** A started worker process, whatever started it. */
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

export interface PoolOptions {
  spawn: SpawnWorker;
  /** Places: jobs at a time. */
  size: number;
  /** Places of jobs that a device encodes, beside the others: they hardly use the processor. */
  deviceSize?: number;
  /** Idle workers kept for the next job. */
  warm?: number;
  /** A worker is replaced after this many calls: FFmpeg's bindings leak about 0.3 MB a job. */
  maxCalls?: number;
  /** A worker whose memory grew by more than this since its start is replaced, bytes. */
  maxGrowth?: number;
  /** A worker that gives no sign of life for so long while it works is taken for hung, seconds. */
  hangSeconds?: number;
  /** Workers leave the machine to whoever sits at it. */
  background?: boolean;
  /** How long a worker may take to stop when asked, before it is killed, ms. */
  graceMs?: number;
  /** true: an error that the worker itself reports does not cost it its place (probing many strange files). */
  keepAfterError?: boolean;
}

export interface CallOptions {
  /** What is being done, for the sentence when it crashes: "Encoding holiday.mov". */
  work: string;
  signal?: AbortSignal;
  onProgress?(progress: Progress): void;
}

/**
 * What a place is for: jobs that the processor encodes, jobs that a device does, and work beside a job that hardly counts, of
 * which there is always one more.
 */
export type PlaceKind = 'processor' | 'device' | 'beside';

/** One place in the pool with its worker. */
export interface Lease {
  call<K extends keyof WorkerInputs>(method: K, input: WorkerInputs[K], options: CallOptions): Promise<WorkerResults[K]>;
  /** Whether the place is still to be had for more work: nobody waits for one, and none is to be given up. */
  isWelcome(): boolean;
  /** true: whoever waits may have its place meanwhile, its worker stays. false: it has its place again at once, if need be one too many. */
  rest(resting: boolean): void;
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

interface Worker {
  process: WorkerProcess;
  connection: Connection;
  calls: number;
  baseMemory: number | null;
  memory: number;
  spent: boolean;
  exit: WorkerExit | null;
  lastSign: number;
  onProgress: ((progress: Progress) => void) | null;
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

function stepBack(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system does not let it: it works all the same.
  }
}

export function createPool(options: PoolOptions): Pool {
  const { spawn, warm, maxCalls, maxGrowth, hangSeconds, graceMs, keepAfterError, background } = { ...defaults, ...options };
  const places: Record<PlaceKind, number> = {
    processor: options.size,
    device: options.deviceSize ?? defaults.deviceSize,
    beside: Infinity,
  };
  const leased: Record<PlaceKind, number> = { processor: 0, device: 0, beside: 0 };
  let closed = false;
  let refusedAt = -Infinity;
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: Record<PlaceKind, { take(): void; refuse(error: StudioError): void }[]> = { processor: [], device: [], beside: [] };

  function start(): Worker {
    const process = spawn();
    if (background) stepBack(process.pid);
    const connection = connect(process.port);
    const worker: Worker = {
      process,
      connection,
      calls: 0,
      baseMemory: null,
      memory: 0,
      spent: false,
      exit: null,
      lastSign: 0,
      onProgress: null,
    };
    all.add(worker);
    connection.onPush('progress', (data) => {
      worker.lastSign = 0;
      worker.onProgress?.(data as Progress);
    });
    connection.onPush('memory', (data) => {
      worker.memory = Number(data);
      worker.baseMemory ??= worker.memory;
    });
    void process.exited.then((exit) => {
      worker.exit = exit;
      worker.spent = true;
      all.delete(worker);
      const place = idle.indexOf(worker);
      if (place >= 0) idle.splice(place, 1);
    });
    return worker;
  }

  const closing = () => new StudioError('cancelled', 'The studio is closing.');

  const retire = (worker: Worker) => {
    worker.spent = true;
    worker.process.kill();
  };

  const worn = (worker: Worker) =>
    worker.spent || worker.calls >= maxCalls || worker.memory - (worker.baseMemory ?? worker.memory) > maxGrowth;

  function next(kind: PlaceKind): void {
    while (leased[kind] < places[kind] && waiting[kind].length > 0) {
      leased[kind]++;
      waiting[kind].shift()?.take();
    }
  }

  async function call<K extends keyof WorkerInputs>(
    worker: Worker,
    method: K,
    input: WorkerInputs[K],
    { work, signal, onProgress }: CallOptions,
  ): Promise<WorkerResults[K]> {
    if (signal?.aborted) throw abortError(signal);
    worker.calls++;
    worker.lastSign = 0;
    if (onProgress) worker.onProgress = onProgress;
    let hung = false;
    let killed = false;
    // Counted in ticks, not by the clock: a machine that slept has not hung.
    const watch = setInterval(() => {
      if (++worker.lastSign < hangSeconds) return;
      hung = true;
      retire(worker);
    }, 1000);
    let grace: ReturnType<typeof setTimeout> | undefined;
    const onAbort = () => {
      grace = setTimeout(() => {
        killed = true;
        retire(worker);
      }, graceMs);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return (await worker.connection.call(method, input, signal)) as WorkerResults[K];
    } catch (thrown) {
      const lost = thrown instanceof StudioError && thrown.code === 'disconnected';
      if (!lost) {
        if (!keepAfterError) worker.spent = true;
        throw signal?.aborted ? abortError(signal) : thrown;
      }
      const exit = await worker.process.exited;
      if (signal?.aborted || killed) throw signal ? abortError(signal) : thrown;
      if (closed) throw closing();
      if (hung) throw new StudioError('worker-hung', `${work} stopped responding and was ended. Retry it.`, exit.lastWords);
      throw new StudioError('worker-crashed', `${work} stopped unexpectedly (${exit.signal ?? `exit code ${exit.code}`}).`, exit.lastWords);
    } finally {
      clearInterval(watch);
      clearTimeout(grace);
      signal?.removeEventListener('abort', onAbort);
      if (onProgress) worker.onProgress = null;
    }
  }

  /** A worker for a place that has been taken. */
  function hire(kind: PlaceKind): Lease {
    const giveBack = () => {
      leased[kind]--;
      next(kind);
    };
    let worker: Worker;
    try {
      if (closed) throw closing();
      worker = idle.pop() ?? start();
    } catch (error) {
      giveBack();
      throw error;
    }
    let released = false;
    let resting = false;
    const giveUp = (one: Worker) => (closed || worn(one) || idle.length >= warm ? retire(one) : void idle.push(one));
    return {
      call: async (method, input, callOptions) => {
        if (released) throw new StudioError('internal', 'This worker was given back already.');
        return call(worker, method, input, callOptions);
      },
      isWelcome: () => waiting[kind].length === 0 && leased[kind] <= places[kind],
      rest(value) {
        if (released || value === resting) return;
        resting = value;
        if (resting) giveBack();
        else leased[kind]++;
      },
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
    pids: () => [...all].flatMap((worker) => worker.process.pid ?? []),
    async close() {
      closed = true;
      for (const entry of [...waiting.processor.splice(0), ...waiting.device.splice(0), ...waiting.beside.splice(0)])
        entry.refuse(closing());
      const exits = [...all].map((worker) => worker.process.exited);
      for (const worker of all) retire(worker);
      await Promise.all(exits);
    },
  };
}
