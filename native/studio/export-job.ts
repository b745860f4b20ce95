/** One export from the file as it is now to a proved result: planned for the machine's devices, by the next best way when one fails. */
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import type { Job } from '../contract/contract.ts';
import { type ErrorCode, type ErrorData, StudioError, toErrorData } from '../contract/errors.ts';
import { type Device, deviceId } from '../contract/hardware.ts';
import { filmIn, type Plan } from '../contract/plan.ts';
import type { Overrides, Preset } from '../contract/preset.ts';
import type { QualityFound } from '../contract/quality.ts';
import type { EncodeResult, Progress, WorkerInputs } from '../contract/worker-contract.ts';
import type { Assets } from './assets.ts';
import type { ChunkStore } from './chunks/chunk-store.ts';
import { encodeChunked, shareDone } from './chunks/encode-chunks.ts';
import { containers } from './containers.ts';
import { deviceName } from './devices.ts';
import { type Hardware, rungId } from './hardware.ts';
import { type Ended, isUnchanged, type JobRuns, type Places, type Runner, type Told } from './job-run.ts';
import type { Jobs } from './jobs.ts';
import { describePlan } from './log-words.ts';
import { makePlan, type PlanInput } from './plan.ts';
import type { Lease } from './pool.ts';
import type { Prober } from './prober.ts';
import { type Findings, searchOrder } from './quality/quality.ts';
import { qualityKey, type Target, targetOf, tellFound } from './quality/target.ts';
import { surveyFor } from './survey.ts';

export interface ExporterDeps {
  jobs: Jobs;
  runs: JobRuns;
  prober: Prober;
  findPreset(id: string): Preset;
  parallel(): number;
  /** null where nobody can see previews. */
  assets: Assets | null;
  hardware: Hardware;
  findings: Findings;
  chunks: ChunkStore;
  /** A disk that fills up is waited for. */
  patient: boolean;
}

/** Errors that another encoder would meet again. */
const notTheDevices = new Set<ErrorCode>([
  ...(['cancelled', 'source-missing', 'source-unreadable', 'source-vanished', 'source-truncated', 'not-media'] as const),
  ...(['output-unwritable', 'output-is-source', 'output-exists', 'disk-full', 'write-failed'] as const),
]);
/** A worker process that died or hung over a file. */
const crashes = new Set<ErrorCode>(['worker-crashed', 'worker-hung']);
/** Clips of up to this length lose more to starting threads, and to pushing each other off the cores, than they gain, seconds. */
const clipSeconds = 10;

/** A plan, and what it was made of. */
interface Planned {
  made: Plan;
  input: PlanInput & { overrides: Overrides };
  /** What findings for it are kept under. */
  key: string;
  target: Target | null;
  /** null where the target's quality is still to be searched for. */
  quality: QualityFound | null;
}

export function createExporter({
  jobs,
  runs,
  prober,
  findPreset,
  parallel,
  assets,
  hardware,
  patient,
  findings,
  chunks,
}: ExporterDeps): Runner {
  /** Codec threads of a job: clips in a long list get their share of the cores, all else is FFmpeg's choice (0). */
  function threadsFor(plan: Plan, safely: boolean): number {
    if (safely) return 1;
    const isClip = plan.duration !== null && plan.duration <= clipSeconds;
    const places = parallel();
    return isClip && places > 1 && jobs.index.ahead() >= places ? Math.max(1, Math.round(availableParallelism() / places)) : 0;
  }

  /** Plans one job for the file as it is now, without the ways to encode that have failed it; `safely` without any device. */
  async function plan(id: string, signal: AbortSignal, failed?: ReadonlySet<string>, safely = false): Promise<Planned> {
    const before = jobs.get(id);
    const media = isUnchanged(before.media) ? before.media : await prober.probe(before.source, signal);
    const seen = (media === before.media && before.found) || {};
    const found = await surveyFor(prober, media, findPreset(before.preset), before.overrides, seen, signal);
    const job = jobs.get(id); // it may have been changed meanwhile
    const choose: PlanInput['choose'] = (video, source) =>
      hardware.rungs(video, source, failed).find(({ device }) => !safely || device === null);
    const input = { media, settings: findPreset(job.preset), overrides: job.overrides, found, choose };
    const target = targetOf(input.settings, input.overrides);
    const unsettled = makePlan(input);
    const key = qualityKey(media, unsettled, target);
    const known = job.found?.quality?.for === key ? job.found.quality : null;
    const quality = target && (findings.quality(key) ?? known);
    return keep(id, quality ? makePlan({ ...input, quality }) : unsettled, { input, key, target, quality });
  }

  /** Writes down what is planned, for everyone to see. */
  function keep(id: string, made: Plan, how: Omit<Planned, 'made'>): Planned {
    const job = jobs.get(id);
    const { notes, chosen } = made;
    const estimatedBytes = (made.sizeLimit === null && findings.bytes(how.key)) || made.estimatedBytes;
    const quality = how.quality && { quality: { ...how.quality, for: how.key } };
    const found = { ...job.found, ...how.input.found, ...quality };
    const facts = { media: how.input.media, notes, estimatedBytes, chosen, device: deviceIn(made) };
    const next: Job = { ...job, ...facts, ...(Object.keys(found).length > 0 && { found }) };
    if (JSON.stringify(next) !== JSON.stringify(job)) jobs.change(next);
    return { ...how, made };
  }

  /** The same with the quality that its target asks for, where that is not known yet. */
  async function searched(id: string, planned: Planned, lease: Lease, signal: AbortSignal, onProgress: (progress: Progress) => void) {
    const { input, key, target, quality } = planned;
    if (!target || quality) return planned;
    const { order, tell } = searchOrder(input);
    const work = `Measuring ${basename(planned.made.source)}`;
    const found = tell(await lease.call('searchQuality', order, { work, signal, onProgress }));
    findings.keep(key, found);
    jobs.log.add(id, `${tellFound(target, found)} It took ${found.seconds.toFixed(1)} s to find out.`);
    return keep(id, makePlan({ ...input, quality: found }), { ...planned, quality: found });
  }

  /** Brings one job to its end: when a device fails it, by the next best way, in the same place. */
  async function run(id: string, places: Places, signal: AbortSignal): Promise<Ended> {
    const { lease } = places;
    const placeIsDevices = jobs.get(id).device !== null;
    const failed = new Set<string>();
    const excuses: string[] = [];
    let safely = false;
    let inOneGo = false;
    try {
      for (;;) {
        const planned = await plan(id, signal, failed, safely);
        const { made } = planned;
        const device = deviceIn(made);
        // Chosen otherwise since it was planned: it waits for a place of the other kind.
        if (failed.size === 0 && !safely && (device !== null) !== placeIsDevices) return { phase: 'waiting' };
        try {
          return await encodeOnce(id, planned, places, signal, excuses, { safely, inOneGo });
        } catch (thrown) {
          const error = toErrorData(thrown);
          const film = filmIn(made);
          if (error.code === 'chunks-impossible' && !inOneGo && !signal.aborted) {
            inOneGo = true;
            jobs.log.add(id, `${error.message} The film is encoded in one go.`);
            lease.renew();
            continue;
          }
          // A device's crash is the device's: the next way follows, at last the processor.
          if (!signal.aborted && !film?.device && crashes.has(error.code)) {
            if (safely) throw setAside(made.source, error);
            safely = true;
            jobs.log.add(id, `${error.message} It is tried once more on the safe path: by the processor, with one thread.`);
            lease.renew();
            continue;
          }
          if (signal.aborted || !film?.device || notTheDevices.has(error.code)) throw thrown;
          failed.add(rungId(film.encoder, film.device, film.decodeOnDevice));
          excuses.push(hardware.failed(film, jobs.get(id).media?.streams[film.input]?.codec ?? '', error));
          for (const line of [error.message, error.detail ?? '', ...excuses.slice(-1)].filter(Boolean)) jobs.log.add(id, line);
          lease.renew();
        }
      }
    } catch (thrown) {
      return runs.endedBy(id, thrown, signal);
    } finally {
      assets?.forgetPreview(id);
    }
  }

  /** One try with one plan. */
  async function encodeOnce(id: string, planned: Planned, places: Places, signal: AbortSignal, excuses: string[], how: How) {
    const { made } = planned;
    const { safely, inOneGo } = how;
    for (const line of describePlan(made)) jobs.log.add(id, line);
    const device = filmIn(made)?.device;
    const leave = device ? hardware.claim(device) : () => {};
    try {
      return await runs.tryOnce(id, {
        extension: containers[made.container].extension,
        done: 'Encoded',
        stage: planned.target && !planned.quality ? 'searching' : 'encoding',
        modified: null,
        async work({ partial, output }, onProgress) {
          const { made: final, target, quality } = await searched(id, planned, places.lease, signal, onProgress);
          const order = { plan: final, partial, waitForSpace: patient, ...(assets && { preview: assets.previewPath(id) }) };
          const chunked = final.chunks.length > 1 && !inOneGo;
          const encode = chunked ? inChunks : inOne;
          const result = await encode({ id, order, output, places, signal, onProgress, safely });
          const told = [...new Set(excuses)].map((excuse) => `${excuse}, so ${insteadOf(excuse, device)}.`);
          const again = safely ? [chunked ? againInPart : againAsWhole] : [];
          const short = target && quality && !quality.reached ? [tellFound(target, quality)] : [];
          return { ...result, warnings: [...again, ...told, ...short, ...result.warnings] };
        },
      });
    } finally {
      leave();
    }
  }

  function inOne({ id, order, places, signal, onProgress, safely }: Encoding): Promise<EncodeResult> {
    const threads = threadsFor(order.plan, safely);
    jobs.log.add(id, `Started, ${threads === 0 ? 'threads as the codecs choose' : `${threads} codec threads`}.`);
    return places.lease.call('encode', { ...order, threads }, { work: `Encoding ${basename(order.plan.source)}`, signal, onProgress });
  }

  function inChunks({ id, order, output, places, signal, onProgress, safely }: Encoding): Promise<EncodeResult> {
    const kept = chunks.open(id, order.plan, output);
    const all = order.plan.chunks.length;
    const there = kept.done().size;
    jobs.log.add(id, there > 0 ? `Resumed: ${there} of ${all} chunks are there.` : `Started, in ${all} chunks.`);
    if (there > 0) onProgress({ resumed: shareDone(order.plan, kept.done()) });
    const whole = { ...order, threads: 0, decodeThreads: safely ? 1 : 0 };
    return encodeChunked({ order: whole, chunks: kept, ...places, unpaused: (whole) => runs.unpaused(id, whole), signal, onProgress });
  }

  return { prepare: async (id, signal) => void (await plan(id, signal)), run };
}

/** One encode of a job, in one go or in chunks. */
interface Encoding {
  id: string;
  order: Pick<WorkerInputs['encode'], 'plan' | 'partial' | 'waitForSpace' | 'preview'>;
  /** The job's final file. */
  output: string;
  places: Places;
  signal: AbortSignal;
  onProgress(progress: Told): void;
  safely: boolean;
}

interface How {
  /** After a crash: by the processor, with one thread. */
  safely: boolean;
  /** Chunks were tried in vain. */
  inOneGo: boolean;
}

const againAsWhole = 'The first try stopped unexpectedly; this one was made with one thread.';
const againInPart = 'A worker stopped unexpectedly on the way; what it was at was encoded once more.';

/** A file that ended two workers is not tried again by itself. */
const setAside = (source: string, { code, message, detail }: ErrorData) =>
  new StudioError(code, `${basename(source)} is set aside: two tries ended a worker. The last: ${message}`, detail);

/** Who did what a device did not: "VAAPI did". A device that failed to decode may still have encoded. */
function insteadOf(excuse: string, device: Device | null | undefined): string {
  if (!device) return 'the processor did';
  return excuse.startsWith(`${deviceName(device)} did not`) ? 'the processor decoded for it' : `${deviceName(device)} did`;
}

const deviceIn = (plan: Plan) => {
  const device = filmIn(plan)?.device;
  return device ? deviceId(device) : null;
};
