/** Graphics cards: what is really there, what the table knows of encoders, and what becomes of jobs when made-up devices fail. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FFEncoderCodec } from 'node-av/constants';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Codec, CodecContext, Filter, type FilterContext, FilterGraph, FilterInOut, Log } from 'node-av/lib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CommandInputs, Job, JobStatus, Settings, State } from '../native/contract/contract.ts';
import { understand } from '../native/contract/device-refusals.ts';
import { emptyState } from '../native/contract/empty-state.ts';
import { type Device, type DeviceReport, deviceId, type HardwareCause, hardwareCauses, type Trial } from '../native/contract/hardware.ts';
import { untouched, type VideoEncode } from '../native/contract/plan.ts';
import { type PresetSettings, speeds } from '../native/contract/preset.ts';
import { createState } from '../native/contract/state.ts';
import { deviceFilters } from '../native/engine/device-filters.ts';
import { tryDevice } from '../native/engine/device-trial.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { deviceEncoders } from '../native/studio/device-encoders.ts';
import { emptyReport, tryDevice as tryInOwnProcess } from '../native/studio/device-trials.ts';
import { candidates, fingerprint } from '../native/studio/devices.ts';
import { createHardware, type HardwareDeps } from '../native/studio/hardware.ts';
import { builtInPresets, findPreset } from '../native/studio/preset.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import { makeClip, testPicture, tone } from './fixtures/clips.ts';
import { type Call, type DeviceScript, type DeviceTrials, type Fault, openScript, scriptVariable } from './fixtures/device-script.ts';
import { fiveSecondsOfMatroska, longClip, quick, shortClip, slow } from './fixtures/sources.ts';
import { eventually, untilState } from './fixtures/wait.ts';
import { watchedWorkers } from './fixtures/watched-workers.ts';

type Done = Extract<JobStatus, { phase: 'done' }>;
type Phase = JobStatus['phase'];

const deviceWorker = fileURLToPath(new URL('./fixtures/device-worker.ts', import.meta.url));
const version = 'test';
const never = new AbortController().signal;

let clips: string;
let short: string;
let long: string;
beforeAll(() => {
  Log.setLevel(AV_LOG_QUIET);
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  short = shortClip(join(clips, 'short.mp4'));
  long = longClip(join(clips, 'long.mp4'));
});
afterAll(() => rmSync(clips, { recursive: true, force: true }));

/** Fresh for every test. */
let folder: string;
let out: string;
let hardware: string;
let script: ReturnType<typeof openScript>;
const studios: Studio[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-hardware-'));
  out = join(folder, 'out');
  hardware = join(folder, 'hardware.json');
  script = openScript(folder);
  process.env[scriptVariable] = folder;
});
afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.close();
  delete process.env[scriptVariable];
  rmSync(folder, { recursive: true, force: true });
});

function open(options: Partial<Parameters<typeof createStudio>[0]> = {}): Studio {
  const studio = createStudio({ spawn: childWorkers(deviceWorker), storage: ':memory:', hardware, version, ...options });
  studios.push(studio);
  return studio;
}

const nvidia: Device = { backend: 'nvenc', path: null };
const intel: Device = { backend: 'vaapi', path: '/dev/dri/renderD128' };
const intelId = deviceId(intel);
/** What made-up devices can do unless a test says otherwise. */
const h264: DeviceTrials = { works: { 'encode h264 8': 300 } };

/** What a studio of the last run would have kept of a device. */
function known(device: Device, { works = {} }: DeviceTrials): DeviceReport {
  const trials = (wanted: string) =>
    Object.entries(works).flatMap(([tried, fps]): Trial[] => {
      const [what, codec, bitDepth] = tried.split(' ');
      return what === wanted ? [{ codec: codec as Trial['codec'], bitDepth: Number(bitDepth) as 8 | 10, fps, refusal: null }] : [];
    });
  return { ...emptyReport(device), encoders: trials('encode'), decoders: trials('decode'), tried: 1 };
}

function keep(devices: [Device, DeviceTrials][]): void {
  const reports = devices.map(([device, trials]) => known(device, trials));
  writeFileSync(hardware, JSON.stringify({ fingerprint: fingerprint(version), reports }));
}

/** A studio that knows its devices already, and whose devices then do what the script says. */
async function openWith(
  devices: [Device, DeviceTrials][],
  {
    pool = {},
    settings = {},
    ...more
  }: DeviceScript & { pool?: Parameters<typeof createStudio>[0]['pool']; settings?: Partial<Settings> } = {},
): Promise<Studio> {
  script.write({ trials: Object.fromEntries(devices.map(([device, trials]) => [deviceId(device), trials])), ...more });
  keep(devices);
  const studio = open({ pool });
  await studio.call('changeSettings', { parallel: 1, ...settings });
  await studio.call('startQueue', {});
  return studio;
}

async function add(studio: Studio, paths: string[], more: Partial<CommandInputs['addJobs']> = {}): Promise<string[]> {
  return (await studio.call('addJobs', { sources: paths, ...quick, output: { folder: out }, ...more })).ids;
}

const status = (studio: Studio, id = ''): JobStatus | undefined => studio.state.get('statuses', id);
const job = (studio: Studio, id = '') => studio.state.get('jobs', id) as Job;
const reach = (studio: Studio, ids: string[], ...wanted: Phase[]) =>
  untilState(studio, () => ids.every((id) => wanted.includes(status(studio, id)?.phase as Phase)), `all jobs ${wanted.join(' or ')}`);
const underWay = (studio: Studio, id = '') =>
  untilState(
    studio,
    () => {
      const now = status(studio, id);
      return now?.phase === 'running' && now.fraction > 0 ? now : null;
    },
    'the job is under way',
  );
const report = (studio: Studio, device: Device) => studio.state.get('hardware', deviceId(device)) as DeviceReport;
const fpsOf = (studio: Studio, device: Device, codec = 'h264', bitDepth = 8) =>
  report(studio, device).encoders.find((one) => one.codec === codec && one.bitDepth === bitDepth)?.fps;
const tableIsComplete = (studio: Studio) =>
  untilState(studio, () => Object.values(studio.state.all('hardware')).every((one) => one.tried !== null), 'the table is complete', 60_000);

const files = () => (existsSync(out) ? readdirSync(out).sort() : []);
const encodes = () => script.calls().filter((call): call is Extract<Call, { what: 'encode' }> => call.what === 'encode');
const trials = () => script.calls().filter((call): call is Extract<Call, { what: 'trial' }> => call.what === 'trial');
/** Which encoders were asked, in order: `h264_nvenc+decode`. */
const rungs = (source?: string) =>
  encodes()
    .filter((call) => source === undefined || call.source === source)
    .map(({ encoder, decodeOnDevice }) => (decodeOnDevice ? `${encoder}+decode` : encoder));

const warnings = (studio: Studio, id = '') => (status(studio, id) as Done).warnings;

/** A job that ended well: proved, and readable under its name. */
async function proved(studio: Studio, id = ''): Promise<Done> {
  await reach(studio, [id], 'done', 'failed');
  const now = status(studio, id);
  expect(now).toMatchObject({ phase: 'done', proof: { streams: [{ kind: 'video' }, { kind: 'audio' }] } });
  const done = now as Done;
  expect(done.proof.decodedAt.length).toBeGreaterThan(0);
  expect((await studio.call('probe', { path: done.output })).duration).toBeCloseTo(done.proof.duration, 1);
  return done;
}

/** Notes how many jobs were seen running together, and in which order they began. */
function watchRunning(studio: Studio) {
  const seen = { most: 0, began: [] as string[] };
  studio.state.subscribe(() => {
    const now = Object.entries(studio.state.all('statuses')).filter(([, { phase }]) => phase === 'running');
    seen.most = Math.max(seen.most, now.length);
    for (const [id] of now) if (!seen.began.includes(id)) seen.began.push(id);
  });
  return seen;
}

describe('what is really on this machine', () => {
  const several = candidates().length > 1;
  let kept: string;
  let table: DeviceReport[];
  beforeAll(async () => {
    const place = mkdtempSync(join(tmpdir(), 'muxwell-real-'));
    kept = join(place, 'deep', 'hardware.json');
    const begun = performance.now();
    const studio = createStudio({ spawn: childWorkers(), storage: ':memory:', hardware: kept, version });
    expect(performance.now() - begun).toBeLessThan(500); // opening waits for no driver
    await tableIsComplete(studio);
    console.info(`the table of devices was complete after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    table = Object.values(studio.state.all('hardware'));
    await studio.close();
  });
  afterAll(() => rmSync(join(kept, '../..'), { recursive: true, force: true }));

  test('every candidate has a line: what it can do in pictures a second, or why not, in a sentence', () => {
    expect(table.map(({ id }) => id).sort()).toEqual(candidates().map(deviceId).sort());
    const refusals = table.flatMap(({ refusal, encoders, decoders }) => [refusal, ...[...encoders, ...decoders].map((one) => one.refusal)]);
    for (const refusal of refusals.filter((one) => one !== null)) {
      expect(hardwareCauses).toContain(refusal.cause);
      expect(refusal.text).toMatch(/^[A-Z].*\.$/);
      expect(refusal.detail).not.toBe('');
    }
    for (const { name, refusal, encoders, decoders } of table) {
      expect(name).not.toBe('');
      if (refusal) expect([...encoders, ...decoders]).toEqual([]);
      else expect(encoders.length).toBeGreaterThan(0);
      for (const one of [...encoders, ...decoders]) expect((one.fps === null) !== (one.refusal === null)).toBe(true);
    }
  });

  test.skipIf(process.platform !== 'linux' || existsSync('/dev/nvidia0'))(
    'without an NVIDIA driver NVENC says so, with the name of the library in its detail (Linux without /dev/nvidia0)',
    () => {
      expect(table.find(({ id }) => id === 'nvenc')?.refusal).toMatchObject({
        cause: expect.stringMatching(/^no-(driver|device)$/),
        detail: expect.stringMatching(/libcuda|CUDA/),
      });
    },
  );

  test.skipIf(process.platform !== 'linux' || existsSync('/dev/dri'))(
    'without a graphics device VAAPI and Quick Sync say that it or its driver is missing (Linux without /dev/dri)',
    () => {
      for (const id of ['vaapi', 'qsv']) expect(table.find((one) => one.id === id)?.refusal?.cause, id).toMatch(/^no-(driver|device)$/);
    },
  );

  test('the next studio has the same table at once, without a single process; another version tries anew', async () => {
    const again = watchedWorkers();
    const second = open({ spawn: again.spawn, hardware: kept });
    expect(Object.values(second.state.all('hardware'))).toEqual(table);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(again.pids).toEqual([]);
    script.write({});
    const other = watchedWorkers(deviceWorker);
    const third = open({ spawn: other.spawn, hardware: kept, version: 'another' });
    expect(Object.values(third.state.all('hardware')).every(({ tried }) => tried === null)).toBe(true);
    await tableIsComplete(third);
    expect(other.pids).toHaveLength(candidates().length);
  });

  test('a file of results that is not JSON, or of another shape, is no more than a missing one', () => {
    for (const text of ['{', 'null', JSON.stringify({ fingerprint: fingerprint(version) })]) {
      writeFileSync(hardware, text);
      const studio = open({ tryHardware: false });
      expect(Object.values(studio.state.all('hardware')).map(({ tried }) => tried)).toEqual(candidates().map(() => null));
    }
  });

  test.skipIf(!several)('an export does not wait for trials: it is done by the processor before the first has ended', async () => {
    script.write({ trialsWait: true, trials: { nvenc: h264 } });
    const studio = open();
    await studio.call('startQueue', {});
    const [first = ''] = await add(studio, [short]);
    await proved(studio, first);
    expect(Object.values(studio.state.all('hardware')).every(({ tried }) => tried === null)).toBe(true);
    expect(rungs()).toEqual(['libx264']);
    expect(job(studio, first).chosen).toMatch(/^H\.264 by the processor \(libx264\)\. NVIDIA NVENC: Not tried yet\./);
    script.write({ trials: { nvenc: h264 } });
    await tableIsComplete(studio);
    await proved(studio, (await add(studio, [short]))[0]);
    expect(rungs()).toEqual(['libx264', 'h264_nvenc']);
  });

  const order = { what: 'encode', codec: 'h264', bitDepth: 8, encoder: 'h264_vaapi', options: {} } as const;
  test.skipIf(process.platform !== 'linux')('a render node that is not there is refused as a whole, by name (Linux)', async () => {
    const path = join(folder, 'renderD129');
    expect(await tryDevice({ ...order, device: { backend: 'vaapi', path } })).toEqual({
      refusal: { cause: 'no-device', text: 'There is no such graphics device.', detail: `${path} is not there.` },
      ofDevice: true,
    });
  });

  test.skipIf(process.platform !== 'linux' || process.getuid?.() === 0)(
    'a render node that may not be opened is refused with what to do about it (Linux, and not as root, who may open everything)',
    async () => {
      const path = join(folder, 'renderD128');
      writeFileSync(path, '');
      chmodSync(path, 0);
      const result = await tryDevice({ ...order, device: { backend: 'vaapi', path } });
      expect(result).toMatchObject({
        refusal: { cause: 'no-permission', text: expect.stringContaining('group “render”') },
        ofDevice: true,
      });
    },
  );

  test('an encoder that the build does not have is one refused line, and no matter of the device', async () => {
    const result = await tryDevice({ ...order, encoder: 'h264_nothing', device: { backend: 'vulkan', path: null } });
    expect(result).toMatchObject({ refusal: { cause: 'not-in-build', detail: 'h264_nothing' }, ofDevice: false });
  });
});

/** The hardware of a studio without the studio. */
function hardwareWith(deps: Partial<HardwareDeps> = {}) {
  const state = createState<State>(emptyState);
  const settings: Settings = {
    parallel: 0,
    hardware: 'automatic',
    preset: 'fast-1080p30',
    folder: null,
    template: '{name}',
    overwrite: false,
    favourites: [],
    recent: [],
    language: 'system',
    welcomed: false,
    from: null,
    until: null,
    onlyOnMains: false,
    updates: true,
    whenDone: 'notify',
    whenDoneOnce: null,
    whenDoneCommand: [],
  };
  state.put('settings', 'studio', settings);
  const own = createHardware({ state, spawn: childWorkers(deviceWorker), file: hardware, version, tries: true, ...deps });
  return { own, table: () => Object.values(state.all('hardware')) };
}

function hardwareKnowing(...devices: [Device, DeviceTrials][]) {
  keep(devices);
  return hardwareWith({ tries: false });
}

describe('trials that go wrong', () => {
  const [first, second] = candidates();
  test.skipIf(!first || !second)('a driver that crashes is one line in the table, and all others are known', async () => {
    const [bad, good] = [deviceId(first as Device), deviceId(second as Device)];
    script.write({ trials: { [bad]: { driver: 'crashes' }, [good]: h264 } });
    const { own, table } = hardwareWith();
    await own.settled();
    const [crashed, worked] = [bad, good].map((id) => table().find((one) => one.id === id));
    expect(crashed).toMatchObject({ refusal: { cause: 'crashed', text: 'The driver crashed.' }, encoders: [], decoders: [] });
    expect(trials().filter(({ device }) => device === bad)).toHaveLength(2); // a second time, and not a third
    expect(worked).toMatchObject({ refusal: null });
    expect(worked?.encoders.find(({ codec }) => codec === 'h264')).toEqual({ codec: 'h264', bitDepth: 8, fps: 300, refusal: null });
    expect(table().every(({ tried }) => tried !== null)).toBe(true);
    await own.close();
  });

  test('a driver that hangs is one line, too, and is given no more than twice its time', async () => {
    script.write({ trials: { nvenc: { driver: 'hangs' }, [intelId]: h264 } });
    const workers = watchedWorkers(deviceWorker);
    const patience = 2500;
    const begun = performance.now();
    const [hung, worked] = await Promise.all([nvidia, intel].map((device) => tryInOwnProcess(workers.spawn, device, never, patience)));
    expect(performance.now() - begun).toBeLessThan(patience * 2 + 1500);
    expect(hung).toMatchObject({ refusal: { cause: 'timed-out', text: 'The driver did not answer in time.' }, encoders: [], decoders: [] });
    expect(worked).toMatchObject({ refusal: null, encoders: expect.arrayContaining([expect.objectContaining({ fps: 300 })]) });
    await eventually(() => workers.alive().length === 0, 'no process is left');
  });

  test.skipIf(!first)('a driver that crashes on decoding alone still encodes; devices without a driver are asked once', async () => {
    const id = deviceId(first as Device);
    script.write({ trials: { [id]: { ...h264, driver: 'crashes on decoding' } } });
    const { own, table } = hardwareWith();
    await own.settled();
    const found = table().find((one) => one.id === id);
    expect(found).toMatchObject({ refusal: null });
    expect(found?.encoders.find(({ codec }) => codec === 'h264')?.fps).toBe(300);
    expect(found?.decoders.map(({ refusal }) => refusal?.cause)).toEqual(found?.decoders.map(() => 'crashed'));
    const asked = (device: string) => trials().flatMap((call) => (call.device === device ? [call.tried] : []));
    expect(asked(id)).toEqual(expect.arrayContaining(['encode h264 8', 'encode hevc 10', 'decode h264 8']));
    expect(asked(id)).not.toContain('encode h264 10');
    for (const device of candidates().slice(1)) expect(asked(deviceId(device))).toHaveLength(1);
    await own.close();
  });

  test('workers that cannot even be started, and a place where nothing can be kept, leave a table of sentences', async () => {
    writeFileSync(join(folder, 'file'), '');
    const spawn = () => {
      throw new Error('no processes left');
    };
    const { own, table } = hardwareWith({ spawn, file: join(folder, 'file', 'hardware.json') });
    await own.settled();
    expect(table().every(({ tried, encoders }) => tried !== null && encoders.every(({ refusal }) => refusal?.cause === 'failed'))).toBe(
      true,
    );
    await own.close();
  });

  test('closing does not wait for a driver that hangs, and leaves no process', async () => {
    script.write({ trialsWait: true });
    const workers = watchedWorkers(deviceWorker);
    const { own } = hardwareWith({ spawn: workers.spawn });
    const begun = performance.now();
    await own.close();
    expect(performance.now() - begun).toBeLessThan(3000);
    expect(workers.alive()).toEqual([]);
  });
});

const whys: Record<Fault, string> = {
  'open-fails': 'It did not work; the details have the driver’s words',
  'fails-midway': 'It did not work; the details have the driver’s words',
  'session-limit': 'Other programs use all the encoding sessions the driver allows',
  segv: 'The driver crashed',
  hang: 'The driver did not answer in time',
  'decoder-fails': 'It did not work; the details have the driver’s words',
};
const ofEncoders = Object.keys(whys).filter((fault): fault is Fault => fault !== 'decoder-fails');

describe('a device that fails a job', () => {
  const pool = { hangSeconds: 3 };

  test.each(ofEncoders)('%s: the job starts again on the processor by itself, is proved, and says so in one sentence', async (fault) => {
    const studio = await openWith([[nvidia, h264]], { encodes: { h264_nvenc: fault }, pool });
    const [id = ''] = await add(studio, [short]);
    const done = await proved(studio, id);
    expect(done.warnings).toEqual([`NVIDIA NVENC did not do it (${whys[fault]}), so the processor did.`]);
    expect(rungs()).toEqual(['h264_nvenc', 'libx264']);
    expect(files()).toEqual(['short.mp4']);
    const log = (await studio.call('jobLog', { id })).map(({ text }) => text);
    expect(log).toEqual(expect.arrayContaining(done.warnings));
    if (fault === 'session-limit') {
      expect(log.join('\n')).toContain('OpenEncodeSessionEx failed: out of memory (10)');
      expect(trials()).toEqual([]); // the device is as good as before
    } else {
      // It is tried again, and only then offered to others.
      await untilState(studio, () => fpsOf(studio, nvidia) === 300, 'the device has passed its trial', 15_000);
      expect(trials().length).toBeGreaterThan(0);
    }
    expect(job(studio, id)).toMatchObject({ device: null, chosen: expect.stringContaining('the processor (libx264)') });
  });

  test.each(ofEncoders)('%s: the next device takes over', async (fault) => {
    const studio = await openWith(
      [
        [nvidia, h264],
        [intel, h264],
      ],
      { encodes: { h264_nvenc: fault }, pool },
    );
    const [id = ''] = await add(studio, [short]);
    expect((await proved(studio, id)).warnings).toEqual([`NVIDIA NVENC did not do it (${whys[fault]}), so VAAPI on renderD128 did.`]);
    expect(rungs()).toEqual(['h264_nvenc', 'h264_vaapi']);
    expect(files()).toEqual(['short.mp4']);
    expect(job(studio, id)).toMatchObject({ device: intelId, chosen: expect.stringContaining('VAAPI on renderD128') });
  });

  test('all devices fail: each was tried once, each has its sentence, and the processor did it', async () => {
    const studio = await openWith(
      [
        [nvidia, h264],
        [intel, h264],
      ],
      { encodes: { h264_nvenc: 'segv', h264_vaapi: 'open-fails' }, trialsWait: true },
    );
    const [id = ''] = await add(studio, [short]);
    expect((await proved(studio, id)).warnings).toEqual([
      `NVIDIA NVENC did not do it (${whys.segv}), so the processor did.`,
      `VAAPI on renderD128 did not do it (${whys['open-fails']}), so the processor did.`,
    ]);
    expect(rungs()).toEqual(['h264_nvenc', 'h264_vaapi', 'libx264']);
    expect(files()).toEqual(['short.mp4']);
  });

  test.each(['decoder-fails', 'segv'] as const)('%s while it decodes as well: it encodes on, and the processor decodes', async (fault) => {
    const both: DeviceTrials = { works: { 'encode h264 8': 300, 'decode h264 8': 500 } };
    const studio = await openWith([[nvidia, both]], { encodes: { 'h264_nvenc+decode': fault }, trialsWait: true });
    const [id = ''] = await add(studio, [short]);
    expect((await proved(studio, id)).warnings).toEqual([`NVIDIA NVENC did not do it (${whys[fault]}), so the processor decoded for it.`]);
    expect(rungs()).toEqual(['h264_nvenc+decode', 'h264_nvenc']);
    expect(report(studio, nvidia).decoders).toEqual([expect.objectContaining({ codec: 'h264', fps: null })]);
    expect(fpsOf(studio, nvidia)).toBe(300); // nothing is held against its encoder
    await proved(studio, (await add(studio, [short]))[0]);
    expect(rungs().slice(2)).toEqual(['h264_nvenc']);
  });

  test.each(['open-fails', 'session-limit'] as const)(
    '%s with both on it: the decoder is not blamed, and it is said once though it may be met twice',
    async (fault) => {
      const both: DeviceTrials = { works: { 'encode h264 8': 300, 'decode h264 8': 500 } };
      const studio = await openWith([[nvidia, both]], { encodes: { 'h264_nvenc+decode': fault, h264_nvenc: fault }, trialsWait: true });
      const [id = ''] = await add(studio, [short]);
      expect((await proved(studio, id)).warnings).toEqual([`NVIDIA NVENC did not do it (${whys[fault]}), so the processor did.`]);
      expect(report(studio, nvidia).decoders).toEqual([expect.objectContaining({ codec: 'h264', fps: 500 })]);
      expect(rungs().at(-1)).toBe('libx264');
    },
  );

  test('it keeps its place: the next job starts when it is done, and not before', async () => {
    const studio = await openWith([[nvidia, h264]], { encodes: { h264_nvenc: 'segv' }, pool: { deviceSize: 1 } });
    await studio.call('stopQueue', {});
    const ids = await add(studio, [short, short, short]);
    await reach(studio, ids, 'waiting');
    const seen = watchRunning(studio);
    const beside = new Set<string>();
    studio.state.subscribe(() => {
      if (status(studio, ids[0])?.phase !== 'done')
        for (const id of ids.slice(1)) if (status(studio, id)?.phase !== 'waiting') beside.add(id);
    });
    await studio.call('startQueue', {});
    await reach(studio, ids, 'done');
    expect(seen.began).toEqual(ids);
    expect([...beside]).toEqual([]);
    expect(rungs().slice(0, 2)).toEqual(['h264_nvenc', 'libx264']);
    expect(files()).toEqual(['short (2).mp4', 'short (3).mp4', 'short.mp4']);
  });

  test('what failed is not offered to the next job until it has passed a trial, and then it is', async () => {
    const studio = await openWith([[nvidia, h264]], { encodes: { h264_nvenc: 'fails-midway' }, trialsWait: true });
    await proved(studio, (await add(studio, [short]))[0]);
    expect(fpsOf(studio, nvidia)).toBeNull();
    const [second = ''] = await add(studio, [short]);
    expect((await proved(studio, second)).warnings).toEqual([]);
    expect(rungs()).toEqual(['h264_nvenc', 'libx264', 'libx264']);
    expect(job(studio, second).chosen).toBe(`H.264 by the processor (libx264). NVIDIA NVENC: ${whys['fails-midway']}.`);
    script.write({ trials: { nvenc: h264 } });
    await untilState(studio, () => fpsOf(studio, nvidia) === 300, 'it has passed', 15_000);
    expect((await proved(studio, (await add(studio, [short]))[0])).warnings).toEqual([]);
    expect(rungs()).toEqual(['h264_nvenc', 'libx264', 'libx264', 'h264_nvenc']);
    expect(JSON.parse(readFileSync(hardware, 'utf8'))).toMatchObject({ reports: [{ id: 'nvenc', refusal: null }] });
  });

  test.skipIf(!candidates().some(({ backend }) => backend === 'nvenc'))(
    'what fails its trial, too, stays out with the trial’s reason, until it passes one on demand (where NVENC could be)',
    async () => {
      const studio = await openWith([[nvidia, h264]], { encodes: { h264_nvenc: 'segv' }, trials: { nvenc: { works: {} } } });
      await proved(studio, (await add(studio, [short]))[0]);
      await untilState(
        studio,
        () => report(studio, nvidia).encoders[0]?.refusal?.cause === 'not-supported',
        'the trial has failed',
        15_000,
      );
      const [second = ''] = await add(studio, [short]);
      await proved(studio, second);
      expect(job(studio, second).chosen).toContain('NVIDIA NVENC: This device does not have it.');
      script.write({ trials: { nvenc: h264 } });
      await studio.call('tryHardware', {});
      await proved(studio, (await add(studio, [short]))[0]);
      expect(rungs()).toEqual(['h264_nvenc', 'libx264', 'libx264', 'h264_nvenc']);
    },
  );

  test('a file whose name sounds like a driver’s complaint changes nothing about the reason', async () => {
    const studio = await openWith([[nvidia, h264]], { encodes: { h264_nvenc: 'segv' }, trialsWait: true });
    const path = join(folder, 'too many sessions, not supported.mp4');
    writeFileSync(path, readFileSync(short));
    expect((await proved(studio, (await add(studio, [path]))[0])).warnings).toEqual([
      `NVIDIA NVENC did not do it (${whys.segv}), so the processor did.`,
    ]);
  });

  test('a film cut short is the film’s fault: no other encoder is asked, and nothing is held against the device', async () => {
    const studio = await openWith([[nvidia, h264]]);
    const path = join(folder, 'cut.mkv');
    const whole = readFileSync(fiveSecondsOfMatroska(join(folder, 'whole.mkv')));
    writeFileSync(path, whole.subarray(0, whole.length / 2));
    const [id = ''] = await add(studio, [path]);
    await reach(studio, [id], 'failed', 'done');
    expect(status(studio, id)).toMatchObject({ error: { code: 'source-truncated' } });
    expect(rungs()).toEqual(['h264_nvenc']);
    expect(trials()).toEqual([]);
    expect(fpsOf(studio, nvidia)).toBe(300);
  });

  test('a promised size that a device does not keep is kept by the processor', async () => {
    // The made-up device takes no notice of rates.
    const studio = await openWith([[nvidia, h264]], { settings: { hardware: 'device:nvenc' }, trialsWait: true });
    const noise = { ...testPicture(1), source: 'testsrc2=s=640x360:r=30:d=1,noise=alls=60:allf=t,format=yuv420p' };
    const source = makeClip(join(folder, 'noise.mp4'), { muxer: 'mp4', streams: [noise, tone(1)] });
    const [id = ''] = await add(studio, [source], { overrides: { 'video.rate': { mode: 'size', megabytes: 0.5 } } });
    const done = await proved(studio, id);
    expect(done.proof.bytes).toBeLessThanOrEqual(0.5e6);
    expect(rungs()).toEqual(['h264_nvenc', 'libx264']);
  });
});

describe('sessions', () => {
  test('a driver’s limit is learned: one job meets it, later ones go to the processor at once, and none fails', async () => {
    const studio = await openWith([[nvidia, h264]], { sessions: 1, slower: 30 });
    const met = () => encodes().filter(({ fault }) => fault === 'session-limit').length;
    const [first = ''] = await add(studio, [long]);
    await underWay(studio, first);
    const others = await add(studio, [short, short, short]);
    await reach(studio, others, 'done', 'failed');
    expect(status(studio, first)?.phase).toBe('running');
    expect(met()).toBe(1);
    expect(rungs('short.mp4').sort()).toEqual(['h264_nvenc', 'libx264', 'libx264', 'libx264']);
    const [warned, ...silent] = others.sort((a, b) => warnings(studio, b).length - warnings(studio, a).length);
    expect(warnings(studio, warned)).toEqual([`NVIDIA NVENC did not do it (${whys['session-limit']}), so the processor did.`]);
    for (const id of silent) {
      expect(warnings(studio, id)).toEqual([]);
      expect(job(studio, id).chosen).toContain('NVIDIA NVENC: It has as many jobs as it can take.');
    }
    await studio.call('cancelJobs', { ids: [first] });
    await reach(studio, [first], 'cancelled');
    // Its session is free again.
    await proved(studio, (await add(studio, [short]))[0]);
    expect(rungs().at(-1)).toBe('h264_nvenc');
    expect(met()).toBe(1);
  });

  test('the limit is what the driver took, not less: two of three may stay, and a third comes in when one has gone', async () => {
    const studio = await openWith([[nvidia, h264]], { sessions: 2, slower: 30, pool: { deviceSize: 3 } });
    const [one = '', two = ''] = await add(studio, [long, long]);
    await Promise.all([underWay(studio, one), underWay(studio, two)]);
    await proved(studio, (await add(studio, [short]))[0]);
    await studio.call('cancelJobs', { ids: [one] });
    await reach(studio, [one], 'cancelled');
    await proved(studio, (await add(studio, [short]))[0]);
    expect(rungs('short.mp4')).toEqual(['h264_nvenc', 'libx264', 'h264_nvenc']);
    await studio.call('cancelJobs', { ids: [two] });
    await reach(studio, [two], 'cancelled');
  });

  test('a trial that finds all sessions taken says nothing against what worked before', async () => {
    const detail = 'OpenEncodeSessionEx failed: out of memory (10)';
    const says = { refusal: { cause: 'session-limit', text: 'Taken.', detail } as const, ofDevice: false };
    script.write({ trials: { nvenc: { says } } });
    const works = { 'encode h264 8': 300, 'encode hevc 8': 200 };
    const { own, table } = hardwareKnowing([nvidia, { works }]);
    own.failed({ device: nvidia, encoder: 'hevc_nvenc', decodeOnDevice: false }, 'h264', { code: 'encoder-failed', message: 'It failed.' });
    await own.settled();
    const fps = Object.fromEntries(table()[0]?.encoders.map((one) => [`${one.codec} ${one.bitDepth}`, one.fps]) ?? []);
    expect(fps).toMatchObject({ 'h264 8': 300, 'hevc 8': null, 'hevc 10': null });
    expect(trials().length).toBeGreaterThan(5);
    await own.close();
  });
});

describe('side by side', () => {
  test('with one job at a time a device and the processor each have one, and a second for the processor waits', async () => {
    const studio = await openWith([[nvidia, h264]], { slower: 30, pool: { deviceSize: 1 } });
    const seen = watchRunning(studio);
    const [device = '', otherDevice = ''] = await add(studio, [long, long]);
    const [processor = '', otherProcessor = ''] = await add(studio, [long, long], slow);
    await Promise.all([underWay(studio, device), underWay(studio, processor)]);
    expect([otherDevice, otherProcessor].map((id) => status(studio, id)?.phase)).toEqual(['waiting', 'waiting']);
    expect(rungs().sort()).toEqual(['h264_nvenc', 'libx264']);
    await studio.call('cancelJobs', { ids: [processor, device] });
    await Promise.all([underWay(studio, otherDevice), underWay(studio, otherProcessor)]);
    expect(seen.most).toBe(2);
    await studio.call('cancelJobs', { ids: [otherDevice, otherProcessor] });
    await reach(studio, [device, otherDevice, processor, otherProcessor], 'cancelled');
    expect(files()).toEqual([]);
  });

  test('pause, resume and cancel work on a device’s job; cancelling asks no other encoder and blames no device', async () => {
    const studio = await openWith([[nvidia, h264]], { slower: 20 });
    const [id = ''] = await add(studio, [long]);
    await underWay(studio, id);
    await studio.call('pauseJobs', { ids: [id] });
    const now = () => status(studio, id) as Extract<JobStatus, { phase: 'running' }>;
    const nextSign = (after: JobStatus) => untilState(studio, () => (now() === after ? null : now()), 'a sign of life', 5000);
    const first = await nextSign(now());
    const second = await nextSign(first);
    expect(second).toMatchObject({ paused: true, done: first.done });
    await studio.call('resumeJobs', { ids: [id] });
    await untilState(studio, () => now().fraction > second.fraction, 'it goes on', 10_000);
    const begun = performance.now();
    await studio.call('cancelJobs', { ids: [id] });
    await reach(studio, [id], 'cancelled');
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(rungs()).toEqual(['h264_nvenc']);
    expect(trials()).toEqual([]);
    expect(fpsOf(studio, nvidia)).toBe(300);
    expect(files()).toEqual([]);
  });

  test('a job that hangs in a driver can be cancelled, and stays cancelled', async () => {
    const studio = await openWith([[nvidia, h264]], { encodes: { h264_nvenc: 'hang' }, pool: { graceMs: 300 } });
    const [id = ''] = await add(studio, [short]);
    await eventually(() => encodes().length === 1, 'a worker has it', 10_000);
    await new Promise((resolve) => setTimeout(resolve, 200)); // on its way into the tenth picture
    await studio.call('cancelJobs', { ids: [id] });
    await reach(studio, [id], 'cancelled');
    expect(rungs()).toEqual(['h264_nvenc']);
    expect(files()).toEqual([]);
  });
});

describe('the choice', () => {
  const plan = async (studio: Studio, more: Partial<CommandInputs['plan']> = {}) =>
    studio.call('plan', { path: short, preset: quick.preset, ...more });
  const filmOf = ({ streams }: { streams: unknown[] }) => streams[0] as VideoEncode;
  const two: [Device, DeviceTrials][] = [
    [intel, { works: { 'encode h264 8': 900 } }],
    [nvidia, { works: { 'encode h264 8': 300, 'decode h264 8': 400 } }],
  ];

  test('automatic: NVENC before faster ones, with its decoder, and the plan says so', async () => {
    const studio = await openWith(two);
    const found = await plan(studio);
    expect(found.chosen).toBe('H.264 by NVIDIA NVENC, which decodes as well (h264_nvenc). It did 300 pictures a second when it was tried.');
    expect(filmOf(found)).toMatchObject({ encoder: 'h264_nvenc', device: nvidia, decodeOnDevice: true, pixelFormat: 'nv12' });
    const bytes = async (speed: 'fast' | 'slow') =>
      (await plan(studio, { path: long, overrides: { 'video.speed': speed } })).estimatedBytes ?? 0;
    const [byDevice, byProcessor] = [await bytes('fast'), await bytes('slow')];
    expect(byDevice / byProcessor).toBeGreaterThan(0.5);
    expect(byDevice / byProcessor).toBeLessThan(2);
  });

  test('automatic: small files and promised sizes stay with the processor, and the plan says why', async () => {
    const studio = await openWith(two);
    expect((await plan(studio, { overrides: { 'video.speed': 'slow' } })).chosen).toBe(
      'H.264 by the processor (libx264). This speed is for small files, which the processor makes smaller.',
    );
    expect((await plan(studio, { preset: 'discord-10mb' })).chosen).toBe(
      'H.264 by the processor (libx264). A promised size takes two passes, which no device has.',
    );
    expect((await plan(studio, { preset: 'archive-ffv1' })).chosen).toBe('FFV1 by the processor (ffv1).');
    expect((await plan(studio, { preset: 'audio-aac' })).chosen).toBe('');
  });

  test('software only: no device gets anything, and the plan says that it was the settings', async () => {
    const studio = await openWith(two, { settings: { hardware: 'software' } });
    const [id = ''] = await add(studio, [short]);
    await proved(studio, id);
    expect(rungs()).toEqual(['libx264']);
    expect(job(studio, id)).toMatchObject({
      device: null,
      chosen: 'H.264 by the processor (libx264). The settings leave it to the processor.',
    });
  });

  test('a given device: it gets what it can, slow presets and sizes too, and no other device is asked', async () => {
    const studio = await openWith(two, {
      settings: { hardware: `device:${intelId}` },
      encodes: { h264_vaapi: 'open-fails' },
      trialsWait: true,
    });
    expect(filmOf(await plan(studio)).device).toEqual(intel);
    expect(filmOf(await plan(studio, { overrides: { 'video.speed': 'slower' } })).device).toEqual(intel);
    expect(filmOf(await plan(studio, { preset: 'discord-10mb' })).device).toEqual(intel);
    await proved(studio, (await add(studio, [short]))[0]);
    expect(rungs()).toEqual(['h264_vaapi', 'libx264']); // not NVENC, which was not asked for
    await studio.call('changeSettings', { hardware: 'device:qsv' });
    expect((await plan(studio)).chosen).toBe('H.264 by the processor (libx264). The device in the settings is not on this machine.');
    await expect(studio.call('changeSettings', { hardware: 'device:' })).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('a changed setting holds for jobs that wait already', async () => {
    const studio = await openWith(two);
    await studio.call('stopQueue', {});
    const ids = await add(studio, [short, short]);
    await reach(studio, ids, 'waiting');
    expect(ids.map((id) => job(studio, id).device)).toEqual(['nvenc', 'nvenc']);
    await studio.call('changeSettings', { hardware: 'software' });
    const seen = watchRunning(studio);
    await studio.call('startQueue', {});
    await reach(studio, ids, 'done');
    expect(seen.most).toBe(1); // in the processor's one place, not in the device's two
    expect(rungs()).toEqual(['libx264', 'libx264']);
    await studio.call('changeSettings', { hardware: 'automatic' });
    await studio.call('retryJobs', { ids });
    await reach(studio, ids, 'done');
    expect(rungs().slice(2)).toEqual(['h264_nvenc+decode', 'h264_nvenc+decode']);
  });

  test('10 bits of HEVC only where 10 bits passed, and 10 bits of H.264 nowhere', async () => {
    const hevc = { preset: 'hq-2160p60-hevc', overrides: { 'video.speed': 'fast' } } as const;
    const eight = await openWith([[nvidia, { works: { 'encode hevc 8': 300 } }]]);
    expect(filmOf(await plan(eight, hevc)).encoder).toBe('libx265');
    expect((await plan(eight, hevc)).chosen).toBe('HEVC by the processor (libx265). NVIDIA NVENC: It has no such encoder.');
    const ten = await openWith([[nvidia, { works: { 'encode hevc 8': 300, 'encode hevc 10': 200 } }]]);
    expect(filmOf(await plan(ten, hevc))).toMatchObject({ encoder: 'hevc_nvenc', pixelFormat: 'p010le' });
    const [id = ''] = await add(ten, [short], hevc);
    await proved(ten, id);
    expect(rungs()).toEqual(['hevc_nvenc']);
  });

  test('the decoder is chosen by the bits of the source, not by those of the result', () => {
    const works = { 'encode h264 8': 1, 'encode hevc 10': 1, 'decode h264 8': 1, 'decode hevc 8': 1 } as const;
    const { own } = hardwareKnowing([nvidia, { works }]);
    const fast = findPreset('fast-720p30').video as NonNullable<PresetSettings['video']>;
    const first = (video: Partial<typeof fast>, codec: string, bitDepth: number) =>
      own.rungs({ ...fast, ...video }, { codec, bitDepth })[0];
    expect(first({}, 'hevc', 10)).toMatchObject({ device: nvidia, decodeOnDevice: false });
    expect(first({}, 'hevc', 8)).toMatchObject({ device: nvidia, decodeOnDevice: true });
    expect(first({ codec: 'hevc', bitDepth: 10 }, 'h264', 8)).toMatchObject({ device: nvidia, decodeOnDevice: true });
    expect(first({ codec: 'h264', bitDepth: 10 }, 'h264', 8)).toMatchObject({ device: null });
    expect(first({}, 'mpeg2video', 8)).toMatchObject({ device: nvidia, decodeOnDevice: false });
  });
});

describe('drivers’ words', () => {
  test.each<[Device['backend'], string, HardwareCause]>([
    ['nvenc', 'Cannot load libcuda.so.1\nCould not dynamically load CUDA', 'no-driver'],
    ['nvenc', 'Cannot load nvcuda.dll', 'no-driver'],
    ['nvenc', 'cu->cuInit(0) failed -> CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected', 'no-device'],
    ['nvenc', 'Driver does not support the required nvenc API version. Required: 13.0 Found: 12.1', 'driver-too-old'],
    ['nvenc', 'The minimum required Nvidia driver for nvenc is 570.0 or newer', 'driver-too-old'],
    ['nvenc', 'OpenEncodeSessionEx failed: out of memory (10): (no details)\nencode: Cannot allocate memory (-12)', 'session-limit'],
    ['nvenc', 'OpenEncodeSessionEx failed: incompatible client key (21): (no details)', 'session-limit'],
    ['nvenc', 'OpenEncodeSessionEx failed: unsupported device (2): (no details)\nNo capable devices found', 'not-supported'],
    ['nvenc', '10 bit encode not supported\nProvided device does not support required NVENC features', 'no-10-bit'],
    ['nvenc', 'Codec not supported', 'not-supported'],
    ['vaapi', 'Cannot load libva-drm.so.2\nNo VA display found for any default device.', 'no-driver'],
    ['vaapi', 'No available render device for DRM render node.\nCannot open a VA display from DRM device (null).', 'no-device'],
    ['vaapi', 'Failed to initialise VAAPI connection: -1 (unknown libva error).', 'no-driver'],
    ['vaapi', 'No usable encoding entrypoint found for profile VAProfileHEVCMain10 (18).', 'not-supported'],
    ['qsv', 'Error initializing an internal MFX session: unsupported (-3)', 'not-supported'],
    ['amf', 'DLL amfrt64.dll failed to open', 'no-driver'],
    ['mediafoundation', 'could not find any MFT for the given media type', 'not-supported'],
    ['vulkan', 'Unable to open the libvulkan library!', 'no-driver'],
    ['vulkan', 'Instance creation failure: VK_ERROR_INCOMPATIBLE_DRIVER', 'no-driver'],
    ['vulkan', 'Device does not support the VK_KHR_video_encode_queue extension!', 'not-supported'],
    ['vulkan', 'something else', 'failed'],
  ])('%s: “%s” is %s', (backend, detail, cause) => {
    expect(understand({ backend, path: null }, detail)).toEqual({ cause, detail, text: expect.stringMatching(/^[A-Z].*\.$/) });
  });
});

describe('the table of encoders against the build’s own', () => {
  /** What an encoder that is not opened says to an option. */
  function setOption(name: string, key: string, value: string): number {
    const codec = Codec.findEncoderByName(name as FFEncoderCodec);
    const context = new CodecContext();
    context.allocContext3(codec);
    const result = context.setOption(key, value);
    context.freeContext();
    return result;
  }
  const inBuild = deviceEncoders.filter(({ name }) => Codec.findEncoderByName(name as FFEncoderCodec));
  const missing = deviceEncoders.filter((row) => !inBuild.includes(row)).map(({ name }) => name);

  test(`no option and no value is unknown to the build (not in it: ${missing.join(', ') || 'none'})`, () => {
    expect(inBuild.length).toBeGreaterThan(process.platform === 'darwin' ? 1 : 5);
    const refused = inBuild.flatMap((row) => {
      const tables = [
        row.always,
        ...speeds.map(row.speed),
        ...[0, 0.5, 1, 17.5, 22, 28, 40, 51, 63].map(row.quality),
        ...[50_000, 64_321, 6_000_000, 400_000_000].map(row.bitrate),
        ...builtInPresets.flatMap(({ video }) =>
          video?.codec === row.codec
            ? [{ ...(video.profile && { profile: video.profile }), g: '60', ...(video.bFrames !== null && { bf: String(video.bFrames) }) }]
            : [],
        ),
      ];
      return tables.flatMap((table) =>
        Object.entries(table).flatMap(([key, value]) => (setOption(row.name, key, value) < 0 ? [`${row.name} ${key}=${value}`] : [])),
      );
    });
    expect(refused).toEqual([]);
  });

  test.skipIf(!Codec.findEncoderByName('h264_nvenc' as FFEncoderCodec))(
    'the same check sees what is unknown, and what is out of range',
    () => {
      expect(setOption('h264_nvenc', 'presets', 'p1')).toBeLessThan(0);
      expect(setOption('h264_nvenc', 'preset', 'p9')).toBeLessThan(0);
      expect(setOption('h264_nvenc', 'cq', '99')).toBeLessThan(0);
    },
  );

  test('better quality is never asked for with a worse number', () => {
    const numberOf = (options: Record<string, string>) =>
      Number(options['cq'] ?? options['qp'] ?? options['qp_i'] ?? options['global_quality'] ?? options['quality']);
    for (const row of deviceEncoders) {
      const scale = [0, 10, 20, 30, 40, 51, 63].map((value) => numberOf(row.quality(value)));
      const sorted = [...scale].sort((a, b) => a - b);
      const bestIsMost = row.backend === 'videotoolbox' || row.backend === 'mediafoundation';
      expect(scale, row.name).toEqual(bestIsMost ? sorted.reverse() : sorted);
      expect(new Set(scale).size, row.name).toBeGreaterThan(4);
    }
  });

  /** Whether FFmpeg takes a chain of filters: it refuses what it does not know before any device is asked. */
  function parse(filters: string): number {
    const graph = new FilterGraph();
    graph.alloc();
    const filter = (name: string) => Filter.getByName(name) as Filter;
    const source = graph.createFilter(filter('buffer'), 'in', 'video_size=320x240:pix_fmt=nv12:time_base=1/30') as FilterContext;
    const sink = graph.createFilter(filter('buffersink'), 'out') as FilterContext;
    const end = (name: string, context: FilterContext) => {
      const pad = new FilterInOut();
      pad.alloc();
      pad.name = name;
      pad.filterCtx = context;
      pad.padIdx = 0;
      return pad;
    };
    const result = graph.parsePtr(filters, end('out', sink), end('in', source));
    graph.free();
    return result;
  }

  test.runIf(Filter.getByName('scale_vaapi'))('every chain of filters on a device is known to the build, whatever is asked of it', () => {
    const base = { fps: { num: 30, den: 1 }, sar: { num: 1, den: 1 } };
    let seen = 0;
    for (const device of [nvidia, intel, { backend: 'qsv', path: null } satisfies Device])
      for (const pixelFormat of ['nv12', 'p010le'])
        for (const size of [
          { width: 320, height: 240 },
          { width: 160, height: 120 },
        ])
          for (const rotation of [0, 90, 180, 270] as const)
            for (const asked of Array.from({ length: 16 }, (_, bits) => ({
              ...{ flip: (bits & 1) > 0, toneMap: (bits & 4) > 0 ? { peak: 1000 } : null },
              deinterlace: (bits & 2) > 0 ? ({ which: 'marked', to: 'frames', first: 'auto' } as const) : null,
              timing: (bits & 8) > 0 ? ('constant' as const) : ('source' as const),
            }))) {
              const plan = {
                ...untouched,
                device,
                pixelFormat,
                ...size,
                rotation,
                ...asked,
                frameRate: base.fps,
                sar: base.sar,
              } as VideoEncode;
              for (const format of ['nv12', 'p010le']) {
                const filters = deviceFilters(plan, { width: 320, height: 240, format });
                if (filters === null) throw new Error(`${device.backend} has no filters`);
                if (filters !== '') expect(parse(filters), filters).toBeGreaterThanOrEqual(0);
                seen++;
              }
            }
    expect(seen).toBe(3 * 2 * 2 * 4 * 16 * 2);
    expect(parse('scale_vaapi=w=160:hight=120')).toBeLessThan(0);
  });
});
