/** One job from the file as it is now to a proved result under its final name. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, extname } from 'node:path';
import type { Job, JobStatus, State } from '../contract/contract.ts';
import { type ErrorCode, StudioError, toErrorData } from '../contract/errors.ts';
import { type Device, deviceId } from '../contract/hardware.ts';
import type { MediaInfo } from '../contract/media.ts';
import type { Plan, VideoEncode } from '../contract/plan.ts';
import type { StateOwner } from '../contract/state.ts';
import type { EncodeResult, Progress } from '../contract/worker-contract.ts';
import type { Assets } from './assets.ts';
import { containers } from './containers.ts';
import { deviceName } from './devices.ts';
import { type Hardware, rungId } from './hardware.ts';
import type { Jobs } from './jobs.ts';
import { describePlan, describeProof } from './log-words.ts';
import { type Occupied, outputPath, partialPath } from './naming.ts';
import { makePlan, type PlanInput } from './plan.ts';
import type { Lease } from './pool.ts';
import { findPreset } from './preset.ts';
import type { Prober } from './prober.ts';
import { discard, identityOf, type Publication, publish } from './publish.ts';

type Running = Extract<JobStatus, { phase: 'running' }>;
/** What a job's run leads to; it waits again when the studio closes. */
export type Ended = Exclude<JobStatus, { phase: 'running' | 'reading' }>;

export interface Exporter {
  /** Plans one job, reading its file when that is new or has changed. */
  prepare(id: string, signal: AbortSignal): Promise<Plan>;
  /** Brings one job to its end and returns what became of it. Never throws. */
  run(id: string, lease: Lease, signal: AbortSignal): Promise<Ended>;
  /** Brings a publication of the last run to its end. Never throws. */
  resume(id: string, publication: Publication): Promise<Ended>;
}

export interface ExporterDeps {
  state: StateOwner<State>;
  jobs: Jobs;
  prober: Prober;
  parallel(): number;
  /** null where nobody can see previews. */
  assets: Assets | null;
  hardware: Hardware;
  /** Called when a running job has got further. */
  onChange(): void;
}

/** The reason of an abort that is not the user's: the job waits for the next start. */
export const closing = new StudioError('cancelled', 'The studio is closing.');

const noProgress: Progress = {
  fraction: 0,
  done: 0,
  planned: null,
  fps: 0,
  speed: 0,
  etaSeconds: null,
  bytes: 0,
  stage: 'encoding',
  preview: 0,
};
/** Errors that another encoder would meet again. */
const notTheDevices = new Set<ErrorCode>([
  ...(['cancelled', 'source-missing', 'source-unreadable', 'source-vanished', 'source-truncated', 'not-media'] as const),
  ...(['output-unwritable', 'output-is-source', 'output-exists', 'disk-full', 'write-failed'] as const),
]);
/** Clips of up to this length lose more to starting threads, and to pushing each other off the cores, than they gain, seconds. */
const clipSeconds = 10;

export function createExporter({ state, jobs, prober, parallel, assets, hardware, onChange }: ExporterDeps): Exporter {
  /** Names that a job's result may not take. */
  function occupied(id: string): Occupied {
    const { overwrite } = jobs.get(id).output;
    const others = jobs.ids().filter((other) => other !== id);
    const results = others.flatMap((other) => {
      const status = jobs.status(other);
      // What is finished is on disk, where only overwriting could hurt it.
      const counts = status.phase === 'running' || (status.phase === 'done' && overwrite);
      return counts ? [status.output] : [];
    });
    return { results: new Set(results), sources: new Set(jobs.ids().map((one) => jobs.get(one).source)) };
  }

  /** Codec threads of a job: clips in a long list get their share of the cores, all else is FFmpeg's choice (0). */
  function threadsFor(plan: Plan): number {
    const isClip = plan.duration !== null && plan.duration <= clipSeconds;
    const places = parallel();
    const ahead = jobs.ids().filter((id) => ['reading', 'waiting'].includes(jobs.status(id).phase)).length;
    return isClip && places > 1 && ahead >= places ? Math.max(1, Math.round(availableParallelism() / places)) : 0;
  }

  /** Plans one job for the file as it is now, without the ways to encode that have failed it. */
  async function prepare(id: string, signal: AbortSignal, failed?: ReadonlySet<string>): Promise<Plan> {
    const known = jobs.get(id);
    const media = isUnchanged(known.media) ? (known.media as MediaInfo) : await prober.probe(known.source, signal);
    const job = jobs.get(id); // it may have been changed meanwhile
    const choose: PlanInput['choose'] = (video, source) => hardware.rungs(video, source, failed)[0];
    const plan = makePlan({ media, settings: findPreset(job.preset), overrides: job.overrides, choose });
    const { notes, estimatedBytes, chosen } = plan;
    const next: Job = { ...job, media, notes, estimatedBytes, chosen, device: deviceIn(plan) };
    if (JSON.stringify(next) !== JSON.stringify(job)) jobs.change(next);
    return plan;
  }

  /** Brings one job to its end and returns what became of it: when a device fails it, by the next best way, in the same place. */
  async function run(id: string, lease: Lease, signal: AbortSignal): Promise<Ended> {
    const placeIsDevices = jobs.get(id).device !== null;
    const failed = new Set<string>();
    const excuses: string[] = [];
    try {
      for (;;) {
        const plan = await prepare(id, signal, failed);
        const device = deviceIn(plan);
        // Chosen otherwise since it was planned: it waits for a place of the other kind.
        if (failed.size === 0 && (device !== null) !== placeIsDevices) return { phase: 'waiting' };
        try {
          return await encodeOnce(id, plan, lease, signal, excuses);
        } catch (thrown) {
          const error = toErrorData(thrown);
          const film = filmIn(plan);
          if (signal.aborted || !film?.device || notTheDevices.has(error.code)) throw thrown;
          failed.add(rungId(film.encoder, film.device, film.decodeOnDevice));
          excuses.push(hardware.failed(film, jobs.get(id).media?.streams[film.input]?.codec ?? '', error));
          for (const line of [error.message, error.detail ?? '', ...excuses.slice(-1)].filter(Boolean)) jobs.log.add(id, line);
          lease.renew();
        }
      }
    } catch (thrown) {
      if (signal.reason === closing) return { phase: 'waiting' };
      const error = toErrorData(thrown);
      jobs.log.add(id, signal.aborted ? 'Cancelled.' : error.message);
      if (!signal.aborted) for (const line of error.detail?.split('\n') ?? []) jobs.log.add(id, line);
      return signal.aborted ? { phase: 'cancelled' } : { phase: 'failed', error };
    } finally {
      assets?.forgetPreview(id);
    }
  }

  /** One try with one plan. Throws what went wrong, with the partial file gone. */
  async function encodeOnce(id: string, plan: Plan, lease: Lease, signal: AbortSignal, excuses: string[]): Promise<Ended> {
    const note = (text: string) => jobs.log.add(id, text);
    for (const line of describePlan(plan)) note(line);
    const job = jobs.get(id);
    const nextName = () => outputPath(job, findPreset(job.preset), containers[plan.container].extension, occupied(id));
    const output = nextName();
    const partial = partialPath(output, randomUUID().slice(0, 8));
    makeFolder(dirname(output));
    const status: Running = { phase: 'running', paused: false, output, ...noProgress };
    jobs.setRunning(id, status, partial);
    onChange();
    const onProgress = (progress: Progress) => {
      const now = state.get('statuses', id);
      if (now?.phase === 'running') jobs.progress(id, { ...now, ...progress });
      onChange();
    };
    const work = `Encoding ${basename(job.source)}`;
    const threads = threadsFor(plan);
    note(`Started, ${threads === 0 ? 'threads as the codecs choose' : `${threads} codec threads`}.`);
    const device = filmIn(plan)?.device;
    const leave = device ? hardware.claim(device) : () => {};
    try {
      const order = { plan, partial, threads, ...(assets && { preview: assets.previewPath(id) }) };
      const result = await lease.call('encode', order, { work, signal, onProgress });
      const warnings = [...[...new Set(excuses)].map((excuse) => `${excuse}, so ${insteadOf(excuse, device)}.`), ...result.warnings];
      for (const line of [...result.log, ...warnings]) note(line);
      note(`Encoded in ${result.seconds.toFixed(1)} s and proved: ${describeProof(result.proof)}.`);
      const ended = await finish(id, toPublication({ ...result, warnings }, partial, output, job.output.overwrite), nextName);
      note(`Named ${ended.output}.`);
      return ended;
    } catch (thrown) {
      discard(partial);
      throw thrown;
    } finally {
      leave();
    }
  }

  /** Gives a proved file its name. */
  async function finish(id: string, publication: Publication, nextName: () => string): Promise<Extract<Ended, { phase: 'done' }>> {
    const output = await publish(publication, nextName, (name) => jobs.setPublishing(id, { ...publication, output: name }));
    const { proof, seconds, warnings } = publication;
    return { phase: 'done', output, proof, seconds, warnings };
  }

  return {
    prepare,
    run,
    resume: (id, publication) =>
      finish(id, publication, () => {
        const job = jobs.get(id);
        return outputPath(job, findPreset(job.preset), extname(publication.output).slice(1), occupied(id));
      }).catch((thrown): Ended => ({ phase: 'failed', error: toErrorData(thrown) })),
  };
}

const toPublication = ({ proof, seconds, warnings }: EncodeResult, partial: string, output: string, overwrite: boolean): Publication => ({
  partial,
  output,
  identity: identityOf(partial) ?? '',
  overwrite,
  proof,
  seconds,
  warnings,
});

/** Who did what a device did not: "VAAPI did". A device that failed to decode may still have encoded. */
function insteadOf(excuse: string, device: Device | null | undefined): string {
  if (!device) return 'the processor did';
  return excuse.startsWith(`${deviceName(device)} did not`) ? 'the processor decoded for it' : `${deviceName(device)} did`;
}

/** The picture that a device may encode. */
const filmIn = (plan: Plan) => plan.streams.find((stream): stream is VideoEncode => stream.action === 'encode' && stream.kind === 'video');
const deviceIn = (plan: Plan) => {
  const device = filmIn(plan)?.device;
  return device ? deviceId(device) : null;
};

function isUnchanged(media: MediaInfo | null): boolean {
  const file = media && statSync(media.path, { throwIfNoEntry: false });
  return Boolean(media && file && file.size === media.bytes && file.mtimeMs === media.modified);
}

/** Step by step, because Node's own recursive way never comes back from a file system that makes no folders (/proc). */
function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && isFolder(folder)) return; // another job's
    throw new StudioError('output-unwritable', `The folder ${folder} could not be made.`, String(error));
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
