/** What the machine's encoders can do, found out once and kept; and which of them a job gets. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Settings, State } from '../contract/contract.ts';
import { refusalOf, understand } from '../contract/device-refusals.ts';
import type { ErrorCode, ErrorData } from '../contract/errors.ts';
import { type Device, type DeviceReport, deviceId, type HardwareCause, type Trial } from '../contract/hardware.ts';
import type { VideoStream } from '../contract/media.ts';
import type { VideoEncode } from '../contract/plan.ts';
import type { PresetSettings, Speed } from '../contract/preset.ts';
import type { StateOwner } from '../contract/state.ts';
import { deviceEncoders } from './device-encoders.ts';
import { emptyReport, tryDevice } from './device-trials.ts';
import { candidates, deviceName, fingerprint } from './devices.ts';
import { softwareVideoEncoders, type VideoEncoderRow } from './encoders.ts';
import type { SpawnWorker } from './worker-process.ts';

/** One way to encode a picture: an encoder, where it runs, and whether the device decodes as well. */
export interface Rung {
  row: VideoEncoderRow;
  device: Device | null;
  decodeOnDevice: boolean;
  /** Why it, or why nothing better, in sentences; empty where there is nothing to say. */
  why: string;
}

export interface Hardware {
  /** Ways to encode, best first, the processor last. `failed` are those (`rungId`) that this job has had. */
  rungs(video: NonNullable<PresetSettings['video']>, source: CodedPicture | null, failed?: ReadonlySet<string>): Rung[];
  /** A device failed a job: it is not offered again until it has passed a trial. Returns a sentence for the job. */
  failed(film: Pick<VideoEncode, 'device' | 'encoder' | 'decodeOnDevice'>, sourceCodec: string, error: ErrorData): string;
  /** Counts a job on a device, for its driver's limit of sessions. Returns the way out. */
  claim(device: Device): () => void;
  /** Tries every device anew. */
  tryAgain(): Promise<void>;
  /** Settles when what is being tried is known. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** What a device would have to decode. */
export type CodedPicture = Pick<VideoStream, 'codec' | 'bitDepth'>;

export const rungId = (encoder: string, device: Device | null, decodeOnDevice: boolean) =>
  `${encoder}@${device ? deviceId(device) : 'processor'}${decodeOnDevice ? '+decode' : ''}`;

/** From here on a preset asks for small files rather than for speed, which the processor does better. */
const careful: Speed[] = ['slow', 'slower', 'veryslow'];

export interface HardwareDeps {
  state: StateOwner<State>;
  spawn: SpawnWorker;
  /** A JSON file where results are kept from run to run, for every door; null keeps none and tries nothing by itself. */
  file: string | null;
  version: string;
  /** Try what is not known, in the background. */
  tries: boolean;
  /** How long a driver may take over one trial, ms. */
  patience?: number;
}

export function createHardware({ state, spawn, file, version, tries, patience }: HardwareDeps): Hardware {
  const closing = new AbortController();
  const limits = new Map<string, number>();
  const running = new Map<string, number>();
  const pending = new Set<Promise<unknown>>();
  const print = file ? fingerprint(version) : '';
  const devices = file ? candidates() : [];

  function reports(): DeviceReport[] {
    return Object.values(state.all('hardware'));
  }

  function track<T>(work: Promise<T>): Promise<T> {
    pending.add(work);
    return work.finally(() => pending.delete(work));
  }

  async function tryOne(device: Device): Promise<void> {
    const report = await tryDevice(spawn, device, closing.signal, patience);
    if (closing.signal.aborted) return;
    const known = state.get('hardware', report.id);
    state.put('hardware', report.id, {
      ...report,
      ...{ encoders: busyIsNotBroken(report.encoders, known?.encoders), decoders: busyIsNotBroken(report.decoders, known?.decoders) },
    });
    save(file, print, reports());
  }

  const tryAll = () => track(Promise.all(devices.map(tryOne)));

  const works = (trials: Trial[], codec: string, bitDepth: 8 | 10) =>
    trials.some((trial) => trial.codec === codec && trial.bitDepth === bitDepth && trial.fps !== null);

  const fpsOf = ({ encoders }: DeviceReport, codec: string) =>
    Math.max(0, ...encoders.filter((one) => one.codec === codec).map((one) => one.fps ?? 0));

  /** Devices in the order they are asked: NVENC as the seed has it, the others by measured speed. */
  function ordered(codec: string): DeviceReport[] {
    const nvidiaFirst = (report: DeviceReport) => Number(report.backend === 'nvenc');
    return reports().sort((a, b) => nvidiaFirst(b) - nvidiaFirst(a) || fpsOf(b, codec) - fpsOf(a, codec));
  }

  /** Why no device is asked at all, in a sentence; null when they are. */
  function rule({ hardware }: Settings, { rate, speed }: NonNullable<PresetSettings['video']>): string | null {
    if (hardware === 'software') return 'The settings leave it to the processor.';
    if (hardware !== 'automatic') return null;
    if (rate.mode === 'size') return 'A promised size takes two passes, which no device has.';
    if (rate.mode === 'target')
      return 'A quality that is measured is searched for with the encoder of the processor, which takes the finest steps.';
    return careful.includes(speed) ? 'This speed is for small files, which the processor makes smaller.' : null;
  }

  /** Why a device does not get it: "NVIDIA NVENC: The NVIDIA driver is not installed."; null when it could. */
  function whyNot({ id, name, refusal, encoders, tried }: DeviceReport, codec: string, bitDepth: 8 | 10): string | null {
    const one = encoders.find((trial) => trial.codec === codec && trial.bitDepth === bitDepth);
    const why = refusal ?? one?.refusal;
    if (why) return `${name}: ${why.text}`;
    if (tried === null) return `${name}: Not tried yet.`;
    if (!one) return `${name}: It has no such encoder.`;
    return isFull(id) ? `${name}: It has as many jobs as it can take.` : null;
  }

  const isFull = (id: string) => (running.get(id) ?? 0) >= (limits.get(id) ?? Infinity);

  for (const report of load(file, print) ?? devices.map(emptyReport)) state.put('hardware', report.id, report);
  if (tries && reports().some((report) => report.tried === null)) void tryAll();

  return {
    rungs(video, source, failed = new Set()) {
      const { codec } = video;
      const bitDepth = video.bitDepth === 10 ? 10 : 8;
      const settings = state.get('settings', 'studio') as Settings;
      const rows = deviceEncoders.filter((row) => row.codec === codec);
      const noDevice = rows.length === 0 ? '' : rule(settings, video);
      const asked = settings.hardware.startsWith('device:')
        ? reports().filter(({ id }) => settings.hardware === `device:${id}`)
        : ordered(codec);
      const onDevices = (noDevice === null ? asked : []).flatMap((report): Rung[] => {
        const device: Device = { backend: report.backend, path: report.path };
        const row = rows.find((one) => one.backend === report.backend);
        if (!row || whyNot(report, codec, bitDepth) || !works(report.encoders, codec, bitDepth)) return [];
        const why = `It did ${fpsOf(report, codec)} pictures a second when it was tried.`;
        const decodes = source !== null && works(report.decoders, source.codec, source.bitDepth > 8 ? 10 : 8);
        return [...(decodes ? [{ row, device, decodeOnDevice: true, why }] : []), { row, device, decodeOnDevice: false, why }];
      });
      const gone = asked.length === 0 && settings.hardware !== 'automatic' ? 'The device in the settings is not on this machine.' : null;
      const why = noDevice ?? gone ?? asked.flatMap((report) => whyNot(report, codec, bitDepth) ?? []).join(' ');
      const software = softwareVideoEncoders
        .filter((row) => row.codec === codec)
        .map((row) => ({ row, device: null, decodeOnDevice: false, why }));
      const left = onDevices.filter((rung) => !failed.has(rungId(rung.row.name, rung.device, rung.decodeOnDevice)));
      return [...left, ...software];
    },
    failed({ device, encoder, decodeOnDevice }, sourceCodec, error) {
      if (!device) return error.message;
      const id = deviceId(device);
      // Not the message: it may have a file's name in it.
      const cause = ends[error.code];
      const refusal = cause ? refusalOf(cause, device, error.message) : understand(device, error.detail ?? '');
      // The job that failed is not counted any more.
      if (refusal.cause === 'session-limit') limits.set(id, Math.max(1, running.get(id) ?? 0));
      else {
        const report = state.get('hardware', id);
        // With both on the device it is not known which failed: the decoder is left out first, unless the encoder says it was it.
        const suspects = decodeOnDevice && error.code !== 'encoder-failed' ? 'decoders' : 'encoders';
        const codec = suspects === 'decoders' ? sourceCodec : encoder.split('_')[0];
        if (report) {
          const trials = report[suspects].map((one) => (one.codec === codec ? { ...one, fps: null, refusal } : one));
          state.put('hardware', id, { ...report, [suspects]: trials });
          void track(tryOne(device));
        }
      }
      return `${deviceName(device)} did not do it (${refusal.text.replace(/\.$/, '')})`;
    },
    claim(device) {
      const id = deviceId(device);
      running.set(id, (running.get(id) ?? 0) + 1);
      return () => void running.set(id, (running.get(id) ?? 1) - 1);
    },
    tryAgain: async () => {
      limits.clear();
      await tryAll();
    },
    settled: async () => void (await Promise.all(pending)),
    async close() {
      closing.abort();
      await Promise.all(pending);
    },
  };
}

/** How a driver takes its worker with it. */
const ends: Partial<Record<ErrorCode, HardwareCause>> = { 'worker-crashed': 'crashed', 'worker-hung': 'timed-out' };

/** A trial that found all sessions taken, by our own jobs perhaps, says nothing against what worked before. */
function busyIsNotBroken(trials: Trial[], known: Trial[] = []): Trial[] {
  const before = (trial: Trial) => known.find((one) => one.codec === trial.codec && one.bitDepth === trial.bitDepth && one.fps !== null);
  return trials.map((trial) => (trial.refusal?.cause === 'session-limit' && before(trial)) || trial);
}

interface Kept {
  fingerprint: string;
  reports: DeviceReport[];
}

/** null when nothing is kept, or for another machine than this is now. */
function load(file: string | null, print: string): DeviceReport[] | null {
  try {
    const kept = JSON.parse(readFileSync(file ?? '', 'utf8')) as Kept;
    return kept.fingerprint === print ? kept.reports : null;
  } catch {
    return null;
  }
}

function save(file: string | null, print: string, reports: DeviceReport[]): void {
  if (!file) return;
  const kept: Kept = { fingerprint: print, reports };
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(kept));
    renameSync(`${file}.new`, file); // never half of it
  } catch {
    // A full or locked disk costs the next start a trial, nothing else.
  }
}
