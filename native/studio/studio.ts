/** The studio: one object behind every door. Hosts give it workers and a place for its data, and connect ports to it. */
import { availableParallelism } from 'node:os';
import {
  type Commands,
  commands,
  emptyState,
  parseWith,
  type Results,
  type Settings,
  type State,
  stateTopic,
} from '../contract/contract.ts';
import { createState, type StateOwner } from '../contract/state.ts';
import { type Port, type Service, serve } from '../contract/wire.ts';
import { makePlan } from './plan.ts';
import { createPool, type PoolOptions, type SpawnWorker } from './pool.ts';
import { builtInPresets, findPreset } from './preset.ts';
import { createProber } from './prober.ts';
import { createQueue } from './queue.ts';
import { openStorage } from './storage.ts';

export interface StudioOptions {
  spawn: SpawnWorker;
  /** The SQLite file, or `:memory:`. */
  storage: string;
  /** For tests and small machines: the pool's bounds. */
  pool?: Partial<Omit<PoolOptions, 'spawn' | 'size'>>;
}

type Handlers = { [K in keyof Commands]: (input: Commands[K], signal: AbortSignal) => Results[K] | Promise<Results[K]> };

export interface Studio {
  state: StateOwner<State>;
  /** A command from inside the process; its input is checked like everyone's. */
  call<K extends keyof Commands>(method: K, input: unknown, signal?: AbortSignal): Promise<Results[K]>;
  /** Joins a page, a script or another process: it gets the whole state, then every change, and may call commands. */
  connect(port: Port): void;
  /** Process ids of all workers. */
  workers(): number[];
  close(): Promise<void>;
}

/** x264 uses about four cores well at 1080p: one job for every four. */
const coresPerJob = 4;

/** Throws library-busy when another studio has the same storage open. */
export function createStudio({ spawn, storage: path, pool: poolOptions }: StudioOptions): Studio {
  const storage = openStorage(path);
  const state = createState(emptyState);
  for (const preset of builtInPresets) state.put('presets', preset.id, preset);
  const settings: Settings = { parallel: 0, ...storage.all<Settings>('settings').get('studio') };
  state.put('settings', 'studio', settings);

  const places = () => state.get('settings', 'studio')?.parallel || Math.max(1, Math.round(availableParallelism() / coresPerJob));
  const pool = createPool({ ...poolOptions, spawn, size: places() });
  const prober = createProber(spawn);
  const queue = createQueue({ state, storage, pool, prober, parallel: places });
  const nothing =
    <T>(work: (input: T) => unknown) =>
    async (input: T) => {
      await work(input);
      return null;
    };

  const handlers: Handlers = {
    probe: ({ path: file }, signal) => prober.probe(file, signal),
    async plan({ path: file, preset, overrides }, signal) {
      return makePlan({ media: await prober.probe(file, signal), settings: findPreset(preset), overrides });
    },
    addJobs: queue.addJobs,
    changeJobs: nothing(queue.changeJobs),
    startQueue: nothing(() => {
      pool.prewarm();
      queue.startQueue();
    }),
    stopQueue: nothing(queue.stopQueue),
    pauseJobs: nothing(queue.pauseJobs),
    resumeJobs: nothing(queue.resumeJobs),
    cancelJobs: nothing(queue.cancelJobs),
    retryJobs: nothing(queue.retryJobs),
    removeJobs: nothing(queue.removeJobs),
    moveJobs: nothing(queue.moveJobs),
    changeSettings: nothing((change) => {
      const next = { ...(state.get('settings', 'studio') as Settings), ...change };
      storage.put('settings', 'studio', next);
      state.put('settings', 'studio', next);
      pool.resize(places());
      queue.refresh();
    }),
  };
  const service: Service = {
    parse: parseWith(commands),
    handle: (method, input, signal) => handlers[method as keyof Handlers](input as never, signal),
  };

  return {
    state,
    async call(method, input, signal = new AbortController().signal) {
      return (await service.handle(method, service.parse(method, input), signal)) as never;
    },
    connect(port) {
      const server = serve(port, service);
      port.onClose(state.subscribe((patch) => server.push(stateTopic, patch)));
    },
    workers: () => [...pool.pids(), ...prober.pids()],
    async close() {
      await queue.close();
      await Promise.all([pool.close(), prober.close()]);
      storage.close();
    },
  };
}
