/** What every kind of job's run shares: a hidden partial file, progress, and the step from a proved result to its name. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, statSync, utimesSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import type { JobStatus, State } from '../contract/contract.ts';
import { StudioError, toErrorData } from '../contract/errors.ts';
import type { MediaInfo } from '../contract/media.ts';
import type { StateOwner } from '../contract/state.ts';
import type { EncodeResult, Progress } from '../contract/worker-contract.ts';
import type { Jobs } from './jobs.ts';
import { describeProof } from './log-words.ts';
import { type Occupied, outputPath, partialPath } from './naming.ts';
import type { Lease } from './pool.ts';
import { discard, identityOf, type Publication, publish } from './publish.ts';

type Running = Extract<JobStatus, { phase: 'running' }>;
/** What a job's run leads to; it waits again when the studio closes. */
export type Ended = Exclude<JobStatus, { phase: 'running' | 'reading' | 'draft' }>;

/** One kind of job, from the file as it is now to a proved result under its final name. */
export interface Runner {
  /** Plans one job, reading its files when they are new or have changed. Throws what is wrong with it. */
  prepare(id: string, signal: AbortSignal): Promise<void>;
  /** Brings one job to its end and returns what became of it. Never throws. */
  run(id: string, places: Places, signal: AbortSignal): Promise<Ended>;
}

/** Where a job may work. */
export interface Places {
  lease: Lease;
  /** A worker for what goes on beside, to be released by whoever takes it. */
  beside(): Promise<Lease>;
  /** One more place, to be released by whoever takes it; null where none can be spared. */
  spare(): Lease | null;
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
  plannedBytes: null,
  bytesPerSecond: 0,
  stage: 'encoding',
  preview: 0,
};

/** What is told of a job at work. */
export type Told = Partial<Progress & Pick<Running, 'resumed'>>;

/** One try at a job. */
export interface Try {
  /** Of the result, without a dot. */
  extension: string;
  /** Past tense, for the log: `Encoded`. */
  done: string;
  /** What is being done when it begins, until the worker tells. */
  stage: Progress['stage'];
  /** Modification time for the result, ms since 1970; null leaves it to the system. */
  modified: number | null;
  work(files: { partial: string; output: string }, onProgress: (progress: Told) => void): Promise<EncodeResult>;
}

export interface JobRuns {
  /** Throws what went wrong, with the partial file gone. */
  tryOnce(id: string, one: Try): Promise<Ended>;
  /** Resolves at once, when the job is not paused any more, or when the signal is aborted. */
  unpaused(id: string, signal: AbortSignal): Promise<void>;
  /** What an error means for a job: waiting again, cancelled or failed; it is logged. */
  endedBy(id: string, thrown: unknown, signal: AbortSignal): Ended;
  /** Brings a publication of the last run to its end. Never throws. */
  resume(id: string, publication: Publication): Promise<Ended>;
}

/** Called when a job runs, and at every sign of life that its worker gives. */
export interface RunListeners {
  began(): void;
  progressed(id: string): void;
}

export function createJobRuns(state: StateOwner<State>, jobs: Jobs, listeners: RunListeners): JobRuns {
  const presetOf = (id: string) => state.get('presets', jobs.get(id).preset);

  /** Names that a job's result may not take. */
  function occupied(id: string): Occupied {
    const { overwrite } = jobs.get(id).output;
    // What is finished is on disk, where only overwriting could hurt it.
    return { isResult: (path) => jobs.index.isResult(path, id, overwrite), isSource: jobs.index.isSource };
  }

  /** Gives a proved file its name. */
  async function finish(id: string, publication: Publication): Promise<Extract<Ended, { phase: 'done' }>> {
    const nextName = () => outputPath(jobs.get(id), extname(publication.output).slice(1), occupied(id), presetOf(id));
    const output = await publish(publication, nextName, (name) => jobs.setPublishing(id, { ...publication, output: name }));
    const { proof, seconds, warnings } = publication;
    return { phase: 'done', output, proof, seconds, warnings };
  }

  return {
    async tryOnce(id, { extension, done, stage, modified, work }) {
      const note = (text: string) => jobs.log.add(id, text);
      const job = jobs.get(id);
      const output = outputPath(job, extension, occupied(id), presetOf(id));
      const partial = partialPath(output, randomUUID().slice(0, 8));
      makeFolder(dirname(output));
      const status: Running = { phase: 'running', paused: false, output, ...noProgress, stage };
      jobs.setRunning(id, status, partial);
      listeners.began();
      const onProgress = (progress: Told) => {
        const now = state.get('statuses', id);
        if (now?.phase === 'running') jobs.progress(id, { ...now, ...progress });
        listeners.progressed(id);
      };
      try {
        const result = await work({ partial, output }, onProgress);
        for (const line of [...result.log, ...result.warnings]) note(line);
        note(`${done} in ${result.seconds.toFixed(1)} s and proved: ${describeProof(result.proof)}.`);
        if (modified !== null) utimesSync(partial, new Date(), new Date(modified));
        const ended = await finish(id, toPublication(result, partial, output, job.output.overwrite));
        note(`Named ${ended.output}.`);
        return ended;
      } catch (thrown) {
        discard(partial);
        throw thrown;
      }
    },
    unpaused: (id, signal) =>
      new Promise((resolve) => {
        const goesOn = () => {
          const status = state.get('statuses', id);
          return signal.aborted || status?.phase !== 'running' || !status.paused;
        };
        if (goesOn()) return resolve();
        const look = () => {
          if (!goesOn()) return;
          unsubscribe();
          signal.removeEventListener('abort', look);
          resolve();
        };
        const unsubscribe = state.subscribe(look);
        signal.addEventListener('abort', look);
      }),
    endedBy(id, thrown, signal) {
      if (signal.reason === closing) return { phase: 'waiting' };
      const error = toErrorData(thrown);
      jobs.log.add(id, signal.aborted ? 'Cancelled.' : error.message);
      if (!signal.aborted) for (const line of error.detail?.split('\n') ?? []) jobs.log.add(id, line);
      return signal.aborted ? { phase: 'cancelled' } : { phase: 'failed', error };
    },
    resume: (id, publication) => finish(id, publication).catch((thrown): Ended => ({ phase: 'failed', error: toErrorData(thrown) })),
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

/** Whether the file is still the one that was read. */
export function isUnchanged(media: MediaInfo | null): media is MediaInfo {
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
