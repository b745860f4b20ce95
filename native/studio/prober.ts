/** One long-lived worker that only looks at files. A file that kills or hangs it costs that file its answer, nothing else. */
import { basename } from 'node:path';
import { StudioError } from '../contract/errors.ts';
import type { LiveDevices } from '../contract/live.ts';
import type { CutPlace, Timeline } from '../contract/lossless.ts';
import type { MediaInfo, Survey } from '../contract/media.ts';
import type { WorkerInputs, WorkerResults } from '../contract/worker-contract.ts';
import { createPool } from './pool.ts';
import type { SpawnWorker } from './worker-process.ts';

export interface Prober {
  probe(path: string, signal?: AbortSignal): Promise<MediaInfo>;
  /** Also reads what can only be added to a film: subtitle files and pictures. */
  probeExtra(path: string, signal?: AbortSignal): Promise<MediaInfo>;
  thumbnail(order: WorkerInputs['thumbnail'], signal?: AbortSignal): Promise<WorkerResults['thumbnail']>;
  /** Looks at pictures all over a film, once. */
  survey(media: MediaInfo, stream: number, signal?: AbortSignal): Promise<Survey>;
  timeline(path: string, signal?: AbortSignal): Promise<Timeline>;
  cutPlaces(order: WorkerInputs['cutPlaces'], signal?: AbortSignal): Promise<CutPlace[]>;
  /** Screens, cameras and microphones. */
  liveDevices(signal?: AbortSignal): Promise<LiveDevices>;
  /** The FFmpeg that workers have. */
  versions(signal?: AbortSignal): Promise<WorkerResults['versions']>;
  pids(): number[];
  close(): Promise<void>;
}

/** Files without an index have to be read to their end: 100 GB at the speed of a slow disk, ms. */
const wholeFileMs = 20 * 60_000;

/** Films whose surveys are kept, the newest. */
const mostSurveys = 200;

/** `timeoutMs`: a slow network share may take some seconds, a broken file must not take for ever. */
export function createProber(spawn: SpawnWorker, timeoutMs = 20_000): Prober {
  const surveys = new Map<string, Survey>();
  const pool = createPool({ spawn, size: 1, warm: 1, maxCalls: 5000, graceMs: 1000, keepAfterError: true });

  async function ask<K extends 'probe' | 'survey' | 'thumbnail' | 'timeline' | 'cutPlaces' | 'liveDevices' | 'versions'>(
    method: K,
    input: WorkerInputs[K],
    signal?: AbortSignal,
    patienceMs = timeoutMs,
  ): Promise<WorkerResults[K]> {
    const what = 'path' in input ? basename(input.path) : method === 'versions' ? 'The version of FFmpeg' : 'The list of devices';
    const lease = await pool.acquire(signal);
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new StudioError('timed-out', `${what} could not be read in ${patienceMs / 1000} s.`)),
      patienceMs,
    );
    try {
      const both = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
      return await lease.call(method, input, { work: `Reading ${what}`, signal: both });
    } finally {
      clearTimeout(timer);
      lease.release();
    }
  }

  return {
    probe: (path, signal) => ask('probe', { path }, signal),
    probeExtra: (path, signal) => ask('probe', { path, extras: true }, signal),
    async survey({ path, bytes, modified }, stream, signal) {
      const key = JSON.stringify([path, bytes, modified, stream]);
      const found = surveys.get(key) ?? (await ask('survey', { path, stream }, signal, wholeFileMs));
      surveys.delete(key);
      surveys.set(key, found);
      for (const old of [...surveys.keys()].slice(0, -mostSurveys)) surveys.delete(old);
      return found;
    },
    timeline: (path, signal) => ask('timeline', { path }, signal, wholeFileMs),
    cutPlaces: (order, signal) => ask('cutPlaces', order, signal, wholeFileMs),
    thumbnail: (order, signal) => ask('thumbnail', order, signal),
    liveDevices: (signal) => ask('liveDevices', {}, signal),
    versions: (signal) => ask('versions', {}, signal),
    pids: pool.pids,
    close: pool.close,
  };
}
