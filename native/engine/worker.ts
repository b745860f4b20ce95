/**
 * The program of a worker process. It answers the worker contract over whatever port its host gave it, and touches FFmpeg
 * only when the first job asks for it, so that whatever goes wrong in there is that job's alone.
 */
import { rmSync } from 'node:fs';
import { parseWith } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import { spareOf } from '../contract/plan.ts';
import { type IpcLike, ipcPort, type ParentPortLike, parentPort } from '../contract/ports.ts';
import { serve } from '../contract/wire.ts';
import { type WorkerCommands, type WorkerResults, workerCommands } from '../contract/worker-contract.ts';
import { createArrivals } from './chunks/arrivals.ts';
import { type Control, createControl } from './control.ts';
import type { LiveSession } from './live/session.ts';
import { clearScratch } from './scratch.ts';

type Handlers = { [K in keyof WorkerCommands]: (input: WorkerCommands[K], signal: AbortSignal) => Promise<WorkerResults[K]> };

/** The job at work: a worker has one at a time. */
let current: Control | null = null;
let partial: string | null = null;
let arrivals = createArrivals();
/** The live session, for which the worker does nothing else. */
let live: Promise<LiveSession> | null = null;

const handlers: Handlers = {
  async encode(order, signal) {
    // Before anything is loaded, so that a pause that comes at once is not lost.
    const control = createControl(signal);
    current = control;
    partial = order.partial;
    const chunks = order.chunks && { files: order.chunks, arrivals };
    try {
      const { encode } = await import('./encode.ts');
      return await encode({ ...order, chunks }, control, (progress) => server.push('progress', progress));
    } finally {
      current = null;
      partial = null;
      arrivals = createArrivals();
    }
  },
  async chunkReady(chunk) {
    arrivals.arrived(chunk);
    return null;
  },
  async encodeChunk(order, signal) {
    const control = createControl(signal);
    current = control;
    partial = order.file;
    try {
      const { encodeChunk } = await import('./chunks/encode-chunk.ts');
      return await encodeChunk(order, control, (progress) => server.push('progress', progress));
    } finally {
      current = null;
      partial = null;
    }
  },
  async remux(order, signal) {
    const control = createControl(signal);
    current = control;
    partial = order.partial;
    try {
      const { remux } = await import('./lossless/remux.ts');
      return await remux(order, control, (progress) => server.push('progress', progress));
    } finally {
      current = null;
      partial = null;
    }
  },
  async searchQuality(order, signal) {
    const control = createControl(signal);
    current = control;
    try {
      const { searchQuality } = await import('./quality/search.ts');
      return await searchQuality(order, control, (progress) => server.push('progress', progress));
    } finally {
      current = null;
    }
  },
  async compare(order, signal) {
    const { compare } = await import('./quality/compare.ts');
    return compare(order, createControl(signal), (progress) => server.push('progress', progress));
  },
  async live({ plan }, signal) {
    const load = Promise.all([import('./live/session.ts'), import('./live/open-source.ts')]);
    // Known at once, so that a change that comes while FFmpeg is loaded waits for it.
    live = load.then(([{ createLiveSession }, { openSource }]) =>
      createLiveSession(plan, openSource, signal, (report) => server.push('live', report)),
    );
    await (await live).ended;
    return null;
  },
  async changeLive({ change }) {
    if (!live) throw new StudioError('not-live', 'This session is not running.');
    await (await live).change(change);
    return null;
  },
  async liveDevices() {
    const { listDevices } = await import('./live/intake/devices.ts');
    return listDevices();
  },
  async versions() {
    const { versions } = await import('./versions.ts');
    return versions;
  },
  async pause() {
    current?.pause();
    return null;
  },
  async resume() {
    current?.resume();
    return null;
  },
  async probe({ path, extras }) {
    if (extras) return (await import('./extras.ts')).probeExtra(path);
    const { probe } = await import('./probe.ts');
    return probe(path);
  },
  async survey(order, signal) {
    const { survey } = await import('./survey.ts');
    return survey(order, createControl(signal));
  },
  async timeline({ path }) {
    const { timeline } = await import('./lossless/timeline.ts');
    return timeline(path);
  },
  async cutPlaces(order) {
    const { cutPlaces } = await import('./lossless/cut-places.ts');
    return cutPlaces(order);
  },
  async tryDevice(input) {
    const { tryDevice } = await import('./device-trial.ts');
    return tryDevice(input);
  },
  async thumbnail(input) {
    const { thumbnail } = await import('./thumbnail.ts');
    return thumbnail(input);
  },
  async still(order, signal) {
    const { still } = await import('./viewing/still.ts');
    await still(order, createControl(signal));
    return null;
  },
  async waveform(order, signal) {
    const { waveform } = await import('./viewing/waveform.ts');
    await waveform(order, createControl(signal));
    return null;
  },
  async proxy(order, signal) {
    const { proxy } = await import('./viewing/proxy.ts');
    await proxy(order, createControl(signal));
    return null;
  },
};

const { parentPort: utilityParent } = process as unknown as { parentPort?: ParentPortLike };
const port = utilityParent ? parentPort(utilityParent) : ipcPort(process as IpcLike);

const server = serve(port, {
  parse: parseWith(workerCommands),
  async handle(method, input, signal) {
    try {
      return await handlers[method as keyof Handlers](input as never, signal);
    } finally {
      tellMemory();
    }
  },
});
const tellMemory = () => server.push('memory', process.memoryUsage.rss());

/** A broadcast whose studio is gone says goodbye and closes its recording, within this time, ms. */
const goodbyeMs = 5000;

// An orphan must not go on writing: the studio that comes back would start the same job again.
port.onClose(async () => {
  if (partial) for (const path of [partial, spareOf(partial)]) rmSync(path, { force: true });
  const goodbye = live?.then((session) => session.ended).catch(() => {});
  await Promise.race([goodbye, new Promise((resolve) => setTimeout(resolve, goodbye ? goodbyeMs : 0))]);
  clearScratch();
  process.exit();
});
// Ctrl-C in a terminal reaches every process of the group: ending the jobs in order is the host's.
process.on('SIGINT', () => {});
tellMemory();
