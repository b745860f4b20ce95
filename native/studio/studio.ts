/** The studio: one object behind every door. Hosts give it workers and a place for its data, and connect ports to it. */
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Commands, commands, emptyState, type Job, parseWith, type Results, type State, stateTopic } from '../contract/contract.ts';
import { createState, type StateOwner } from '../contract/state.ts';
import { type Port, type Service, serve } from '../contract/wire.ts';
import { createViewer } from './assets/viewer.ts';
import { type Assets, createAssets } from './assets.ts';
import { browse, collectFiles, findFiles } from './browse.ts';
import { estimateSizes } from './estimates.ts';
import { createHardware } from './hardware.ts';
import { heardService, heardWorkers } from './heard.ts';
import { keepJournal } from './journal.ts';
import { livePicture } from './live/picture.ts';
import { createSessions } from './live/sessions.ts';
import { type Log, quietLog } from './log.ts';
import { describeMachine, watchDisk } from './machine.ts';
import { createOriginals } from './originals.ts';
import { createPace } from './pace.ts';
import { createPlaces, type PlacesPace, usualPlaces } from './places.ts';
import { createPool, type PoolOptions } from './pool.ts';
import { createPresetLibrary } from './presets.ts';
import { createProber } from './prober.ts';
import { createQuality } from './quality/quality.ts';
import { createQueue } from './queue.ts';
import { createReporter } from './report.ts';
import { openSecrets, type Seal } from './secrets.ts';
import { openSettings } from './settings.ts';
import { type SleepClock, sleepWords, watchSleep } from './sleep-watch.ts';
import { openStorage } from './storage.ts';
import { createUpdates, type UpdateSource } from './updates.ts';
import { createWatchFolders, type WatchPace } from './watch/watch-folders.ts';
import type { CountdownPace, MachineActions } from './when-done/afterwards.ts';
import { createWhenDone } from './when-done/when-done.ts';
import type { SpawnWorker } from './worker-process.ts';

export interface StudioOptions {
  spawn: SpawnWorker;
  /** The SQLite file, or `:memory:`. */
  storage: string;
  /** A folder for thumbnails and previews; without one none are made (a run without a page). */
  pictures?: string;
  /** A JSON file for what the machine's graphics cards can do; without one only the processor is used. */
  hardware?: string;
  /** A folder for presets of one's own; without one they live as long as the process. */
  presets?: string;
  /** Try what is not known of them, in the background. Default true. */
  tryHardware?: boolean;
  /** How stream keys are sealed; without one they are kept as they are, which is for a storage in memory. */
  seal?: Seal;
  /** Puts a file in the system's trash; absent where the host knows of none. */
  trash?(path: string): Promise<void>;
  /** Jobs wait out troubles that may pass (a full disk, a drive that is away). Default true; a run that is to end lets them fail. */
  patient?: boolean;
  /** How the machine is put to sleep and shut down when the queue is done; without it that cannot be chosen. */
  machine?: MachineActions | null;
  /** Connected pages may choose a command that runs when the queue is done, which is any program. Default false. */
  pagesMayCommand?: boolean;
  /** Muxwell's own version, for the page. */
  version?: string;
  /** What a newer Muxwell comes from; without one nobody is asked. */
  updates?: UpdateSource | null;
  /** Where it is told what happens; absent: nowhere. */
  log?: Log;
  /** For tests and small machines: the pool's bounds. */
  pool?: Partial<Omit<PoolOptions, 'spawn' | 'size'>>;
  /** For tests: how often watch folders are looked at. */
  watchPace?: WatchPace;
  placesPace?: PlacesPace;
  /** For tests: the countdown before the machine sleeps. */
  countdown?: CountdownPace;
  /** For tests: the clocks that tell of sleep, and how often they are looked at, ms. */
  sleepClock?: { clock: SleepClock; everyMs: number };
}

type Handlers = { [K in keyof Commands]: (input: Commands[K], signal: AbortSignal) => Results[K] | Promise<Results[K]> };

export interface Studio {
  state: StateOwner<State>;
  /** A command from inside the process; its input is checked like everyone's. */
  call<K extends keyof Commands>(method: K, input: unknown, signal?: AbortSignal): Promise<Results[K]>;
  /** Joins a page, a script or another process: it gets the whole state, then every change, and may call commands. */
  connect(port: Port): void;
  /** Pictures for pages, by URL. */
  respond(request: Request): Promise<Response>;
  /** Process ids of all workers. */
  workers(): number[];
  close(): Promise<void>;
}

/** Throws library-busy when another studio has the same storage open. */
export function createStudio({
  spawn: start,
  storage: path,
  pictures,
  hardware: hardwareFile,
  presets,
  tryHardware = true,
  seal = unsealed,
  version = '',
  updates: source = null,
  log = quietLog(),
  patient = true,
  machine = null,
  pagesMayCommand = false,
  trash,
  pool: poolOptions,
  watchPace,
  placesPace,
  countdown,
  sleepClock,
}: StudioOptions): Studio {
  const spawn = heardWorkers(start, log);
  const storage = openStorage(path);
  const state = createState(emptyState);
  const settings = openSettings(state, storage, pagesMayCommand);
  const whenDone = createWhenDone({ state, settings, machine, pagesMayCommand, pace: countdown });
  state.put('machine', 'studio', { ...describeMachine(version, trash !== undefined), whenDone: whenDone.choices });

  const library = createPresetLibrary({
    state,
    folder: presets ?? null,
    changed: (id) => queue.presetChanged(id),
    removed: settings.forgetPresets,
  });
  const pool = createPool({ background: true, ...poolOptions, spawn, size: usualPlaces() });
  const places = createPlaces({
    ...{ state, pool, chosen: () => settings.get().parallel, changed: () => queue.refresh() },
    ...(placesPace && { pace: placesPace }),
  });
  const prober = createProber(spawn);
  const viewer = createViewer(spawn);
  const assets: Assets | null = pictures ? createAssets(state, prober, viewer, pictures) : null;
  const hardware = createHardware({ state, spawn, file: hardwareFile ?? null, version, tries: tryHardware });
  const quality = createQuality({
    ...{ spawn, prober, hardware, findPreset: library.find, folder: pictures ? join(pictures, 'comparisons') : null },
    onFound: (file) => queue.planAgain(file),
  });
  const own = quality.comparer();
  const queue = createQueue({
    state,
    storage,
    pool,
    prober,
    findPreset: library.find,
    parallel: places.count,
    assets,
    hardware,
    patient,
    findings: quality.findings,
    log,
  });
  const sessions = createSessions({ state, storage, secrets: openSecrets(storage, seal, log), spawn, hardware });
  const watches = createWatchFolders({ state, storage, queue, findPreset: library.find, ...(watchPace && { pace: watchPace }) });
  const updates = createUpdates({ state, source });
  const unwatchSleep = watchSleep(
    (sleep) => {
      queue.note(sleepWords(sleep));
      whenDone.slept(sleep);
    },
    sleepClock?.clock,
    sleepClock?.everyMs,
  );
  const reporter = createReporter({
    ...{ state, prober, log },
    jobFacts(id) {
      const lines = queue.jobLog({ id }); // throws where there is no such job
      const job = state.get('jobs', id) as Job;
      const preset = state.get('presets', job.preset)?.name ?? job.preset;
      return { job, preset, lines, status: state.get('statuses', id) ?? { phase: 'waiting' } };
    },
  });
  const closeJournal = keepJournal(state, log);
  const originals = createOriginals({ state, moved: queue.sourceMoved, ...(trash && { trash }) });
  const recent = () => recentFolders(state);
  const unwatchDisk = watchDisk(state, () => settings.get().folder ?? recent()[0] ?? homedir());
  const nothing =
    <T>(work: (input: T) => unknown) =>
    async (input: T) => {
      await work(input);
      return null;
    };

  const handlers: Handlers = {
    browse: ({ folder }) => browse(folder, recent()),
    collectFiles: ({ paths }) => collectFiles(paths),
    findFiles: (input) => findFiles(input, recent()),
    probe: ({ path: file }, signal) => prober.probe(file, signal),
    tryHardware: nothing(() => hardware.tryAgain()),
    plan: quality.plan,
    estimate: ({ ids }) =>
      estimateSizes(
        ids.flatMap((id) => state.get('jobs', id) ?? []),
        Object.values(state.all('presets')),
        (video, source) => hardware.rungs(video, source)[0],
      ),
    compare: own.compare,
    findQuality: quality.findQuality,
    addJobs(input) {
      settings.usedPreset(library.find(input.preset).id);
      return queue.addJobs(input);
    },
    addLossless: queue.addLossless,
    submitJobs: queue.submitJobs,
    draftJobs: nothing(queue.draftJobs),
    timeline: ({ path: file }, signal) => prober.timeline(file, signal),
    probeExtra: ({ path: file }, signal) => prober.probeExtra(file, signal),
    changeJobs: nothing(queue.changeJobs),
    jobLog: queue.jobLog,
    startQueue: nothing(() => {
      pool.prewarm();
      queue.startQueue();
    }),
    stopQueue: nothing(queue.stopQueue),
    callOff: nothing(whenDone.callOff),
    pauseQueue: nothing(queue.pauseQueue),
    resumeQueue: nothing(queue.resumeQueue),
    pauseJobs: nothing(queue.pauseJobs),
    resumeJobs: nothing(queue.resumeJobs),
    cancelJobs: nothing(queue.cancelJobs),
    retryJobs: nothing(queue.retryJobs),
    removeJobs: nothing(queue.removeJobs),
    moveJobs: nothing(queue.moveJobs),
    prioritizeJobs: nothing(queue.prioritizeJobs),
    groupJobs: nothing(queue.groupJobs),
    originals: originals.originals,
    moveOriginals: originals.moveOriginals,
    saveLive: sessions.saveLive,
    removeLive: nothing(sessions.removeLive),
    keepKey: sessions.keepKey,
    previewLive: nothing(sessions.previewLive),
    closeLive: nothing(sessions.closeLive),
    goLive: nothing(sessions.goLive),
    endLive: nothing(sessions.endLive),
    startTarget: nothing(sessions.startTarget),
    stopTarget: nothing(sessions.stopTarget),
    retryTarget: nothing(sessions.retryTarget),
    measureUplink: sessions.measureUplink,
    slateLive: nothing(sessions.slateLive),
    muteLive: nothing(sessions.muteLive),
    recordLive: nothing(sessions.recordLive),
    saveWatch: watches.saveWatch,
    removeWatch: nothing(watches.removeWatch),
    savePreset: library.savePreset,
    removePresets: nothing(library.removePresets),
    importPresets: library.importPresets,
    exportPresets: library.exportPresets,
    liveDevices: (_input, signal) => prober.liveDevices(signal),
    changeSettings: nothing((change) => {
      whenDone.check(change);
      settings.change({ ...change, ...(change.preset && { preset: library.find(change.preset).id }) });
      places.look();
      queue.refresh();
      updates.settingsChanged();
    }),
    checkUpdate: nothing(updates.check),
    installUpdate: nothing(updates.install),
    about: reporter.about,
    report: reporter.report,
  };
  const answers: Service = {
    parse: parseWith(commands),
    handle: (method, input, signal) => handlers[method as keyof Handlers](input as never, signal),
  };
  const service = heardService(answers, log);

  return {
    state,
    async call(method, input, signal = new AbortController().signal) {
      return (await service.handle(method, service.parse(method, input), signal)) as never;
    },
    connect(port) {
      const comparer = quality.comparer();
      const withComparer: Service = {
        ...answers,
        async handle(method, input, signal) {
          if (method === 'changeSettings') whenDone.checkPage(input as Commands['changeSettings']);
          return method === 'compare' ? comparer.compare(input as Commands['compare'], signal) : answers.handle(method, input, signal);
        },
      };
      const server = serve(port, heardService(withComparer, log));
      const pace = createPace((patch) => server.push(stateTopic, patch), port.backlog);
      const unsubscribe = state.subscribe(pace.push);
      port.onClose(() => {
        unsubscribe();
        pace.stop();
        comparer.close();
      });
    },
    respond: async (request) =>
      (await livePicture(request, sessions.previewPath)) ??
      (await quality.respond(request)) ??
      (await assets?.respond(request)) ??
      new Response(null, { status: 404 }),
    workers: () => [...pool.pids(), ...prober.pids(), ...viewer.pids(), ...quality.pids()],
    async close() {
      unwatchDisk();
      places.close();
      unwatchSleep();
      await whenDone.close();
      library.close();
      await watches.close();
      await Promise.all([queue.close(), sessions.close()]);
      await Promise.all([pool.close(), prober.close(), viewer.close(), quality.close(), hardware.close(), updates.close()]);
      assets?.close();
      closeJournal();
      storage.close();
    },
  };
}

const unsealed: Seal = { seal: (secret) => secret, open: (sealed) => sealed };

const mostRecent = 8;

/** Folders that files came from and went to, the newest first. */
function recentFolders(state: StateOwner<State>): string[] {
  const { folder } = state.get('settings', 'studio') ?? {};
  const newest = Object.values(state.all('jobs')).sort((a, b) => b.added - a.added);
  return [...new Set([...newest.map((job) => dirname(job.source)), ...(folder ? [folder] : [])])].slice(0, mostRecent);
}
