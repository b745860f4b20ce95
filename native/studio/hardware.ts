/** What the machine's encoders can do, found out once and kept; and which of them a job gets. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Settings, State } from '../contract/contract.ts';
import { understand } from '../contract/device-refusals.ts';
import type { ErrorData } from '../contract/errors.ts';
import { type Device, type DeviceReport, deviceId, type Trial } from '../contract/hardware.ts';
import type { VideoEncode } from '../contract/plan.ts';
import type { PresetSettings, Speed } from '../contract/preset.ts';
import type { StateOwner } from '../contract/state.ts';
import { deviceEncoders } from './device-encoders.ts';
import { emptyReport, tryDevice } from './device-trials.ts';
import { candidates, deviceName, fingerprint } from './devices.ts';
import { softwareVideoEncoders, type VideoEncoderRow } from './encoders.ts';
import type { SpawnWorker } from './pool.ts';

/** One way to encode a picture: an encoder, where it runs, and whether the device decodes as well. */
export interface Rung {
  row: VideoEncoderRow;
  device: Device | null;
  decodeOnDevice: boolean;
}

export interface Hardware {
  /** Ways to encode, best first, the processor last. `failed` are those (`rungId`) that this job has had. */
  rungs(video: NonNullable<PresetSettings['video']>, sourceCodec: string | null, failed?: ReadonlySet<string>): Rung[];
  /** What was not taken, and why, in words: "NVIDIA NVENC: The NVIDIA driver is not installed." */
  whyNot(codec: string): string[];
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
}

export function createHardware({ state, spawn, file, version, tries }: HardwareDeps): Hardware {
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
    const report = await tryDevice(spawn, device, closing.signal);
    if (closing.signal.aborted) return;
    state.put('hardware', report.id, report);
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

  function wanted({ hardware }: Settings, video: NonNullable<PresetSettings['video']>): (report: DeviceReport) => boolean {
    if (hardware === 'software') return () => false;
    if (hardware.startsWith('device:')) return (report) => hardware === `device:${report.id}`;
    // A promised size takes two passes, which no device has.
    const forProcessor = hardware === 'automatic' && (video.rate.mode === 'size' || careful.includes(video.speed));
    return () => !forProcessor;
  }

  for (const report of load(file, print) ?? devices.map(emptyReport)) state.put('hardware', report.id, report);
  if (tries && reports().some((report) => report.tried === null)) void tryAll();

  return {
    rungs(video, sourceCodec, failed = new Set()) {
      const bitDepth = video.bitDepth === 10 ? 10 : 8;
      const isWanted = wanted(state.get('settings', 'studio') as Settings, video);
      const onDevices = ordered(video.codec).flatMap((report): Rung[] => {
        const device: Device = { backend: report.backend, path: report.path };
        const row = deviceEncoders.find((one) => one.backend === report.backend && one.codec === video.codec);
        const isFull = (running.get(report.id) ?? 0) >= (limits.get(report.id) ?? Infinity);
        if (!row || isFull || !isWanted(report) || !works(report.encoders, video.codec, bitDepth)) return [];
        const decodes = sourceCodec !== null && works(report.decoders, sourceCodec, bitDepth);
        return [...(decodes ? [{ row, device, decodeOnDevice: true }] : []), { row, device, decodeOnDevice: false }];
      });
      const software = softwareVideoEncoders
        .filter((row) => row.codec === video.codec)
        .map((row) => ({ row, device: null, decodeOnDevice: false }));
      const left = onDevices.filter((rung) => !failed.has(rungId(rung.row.name, rung.device, rung.decodeOnDevice)));
      return [...left, ...software];
    },
    whyNot: (codec) =>
      ordered(codec).flatMap(({ name, refusal, encoders, tried }) => {
        const own = encoders.find((one) => one.codec === codec)?.refusal;
        const why = refusal ?? own;
        return why ? [`${name}: ${why.text}`] : tried === null ? [`${name}: not tried yet.`] : [];
      }),
    failed({ device, encoder, decodeOnDevice }, sourceCodec, error) {
      if (!device) return error.message;
      const id = deviceId(device);
      const refusal = understand(device, [error.message, error.detail].join('\n'));
      if (refusal.cause === 'session-limit') limits.set(id, Math.max(1, (running.get(id) ?? 1) - 1));
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
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(kept));
  renameSync(`${file}.new`, file); // never half of it
}
