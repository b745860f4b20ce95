/**
 * Sources that are not needed any more. A source may go when nothing of it would be lost: that is looked at anew whenever it is
 * asked and right before it goes, and it goes to the trash or to another folder. Nothing here deletes.
 */
import { lstat, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Commands, Job, JobStatus, Results, State } from '../contract/contract.ts';
import { StudioError, toErrorData } from '../contract/errors.ts';
import type { MovedOriginal, Original } from '../contract/originals.ts';
import type { StateOwner } from '../contract/state.ts';
import { clock } from '../contract/words.ts';
import { moveInto } from './watch/move.ts';
import { whatIsMissing } from './what-is-missing.ts';

export interface Originals {
  originals(input: Commands['originals']): Promise<Results['originals']>;
  moveOriginals(input: Commands['moveOriginals']): Promise<Results['moveOriginals']>;
}

export interface OriginalsDeps {
  state: StateOwner<State>;
  /** Puts a file in the system's trash. */
  trash?(path: string): Promise<void>;
  /** A job's source lies elsewhere now; null: in the trash. */
  moved(id: string, to: string | null): void;
}

export function createOriginals({ state, trash, moved }: OriginalsDeps): Originals {
  async function judge(job: Job): Promise<Original> {
    const bytes = job.media?.bytes ?? 0;
    const verdict = (why: string, lacks: string[] = [], safe = false): Original => ({ safe, why, lacks, path: job.source, bytes });
    const status = state.get('statuses', job.id);
    const against = whatIsSure(job, status) ?? whoNeedsIt(job, state) ?? (await whatChanged(job, status as Done));
    if (against !== null) return verdict(`Keep the original: ${against}.`);
    const { media } = job;
    const lacks = media ? whatIsMissing(job, media, status as Done) : [];
    const [first = '', ...others] = lacks;
    if (lacks.length > 0) return verdict(`Keep the original: ${lower(first)}${others.length > 0 ? ` (${others.length} more)` : ''}`, lacks);
    return verdict(whyItCanGo(job, status as Done), [], true);
  }

  async function moveOne(job: Job, seen: string[], folder: string | null): Promise<MovedOriginal> {
    const { safe, why, lacks } = await judge(job);
    const isKnown = lacks.length > 0 && lacks.every((one) => seen.includes(one));
    if (!safe && !isKnown) return { moved: false, why };
    const to = folder === null ? await trash?.(job.source).then(() => null) : await moveInto(job.source, folder);
    for (const { id, source } of Object.values(state.all('jobs'))) if (source === job.source) moved(id, to ?? null);
    return { moved: true, why: to == null ? `${basename(job.source)} is in the trash.` : `${basename(job.source)} lies in ${folder}.` };
  }

  return {
    async originals({ ids }) {
      const answers: Results['originals'] = {};
      for (const id of ids) {
        const job = state.get('jobs', id);
        if (job) answers[id] = await judge(job);
      }
      return answers;
    },
    async moveOriginals({ originals, folder }) {
      if (folder === null && !trash)
        throw new StudioError(
          'bad-input',
          'This Muxwell runs without a desktop and knows of no trash. Choose a folder to move originals to.',
        );
      const answers: Results['moveOriginals'] = {};
      for (const { id, seen } of originals) {
        const job = state.get('jobs', id);
        if (!job) continue;
        answers[id] = await moveOne(job, seen, folder).catch((thrown) => ({ moved: false, why: whyItStayed(job, thrown) }));
      }
      return answers;
    },
  };
}

type Done = Extract<JobStatus, { phase: 'done' }>;

/** What the job itself says against it; null where nothing does. */
function whatIsSure({ lossless, media }: Job, status: JobStatus | undefined): string | null {
  if (status?.phase !== 'done') return 'there is no finished result of it';
  if (!media) return 'it is not known what was in it';
  if (lossless && lossless.join.length + lossless.files.length > 0) return 'the result is made of several files';
  const isOlder = status.proof.streams.some(({ kind, picture }) => kind === 'video' && !picture);
  return isOlder ? 'an earlier Muxwell proved the result without noting how large its picture is' : null;
}

/** Jobs that go by the same file and are not through. */
function whoNeedsIt({ id, source }: Job, state: StateOwner<State>): string | null {
  const others = Object.values(state.all('jobs')).filter((job) => job.id !== id && reads(job, source));
  const phases = others.map((job) => state.get('statuses', job.id)?.phase);
  if (phases.some((phase) => phase !== 'done' && phase !== 'cancelled' && phase !== 'failed')) return 'another job still needs it';
  return phases.includes('failed') ? 'another job failed with it and may be tried again' : null;
}

const reads = ({ source, lossless }: Job, path: string) =>
  source === path || lossless?.join.includes(path) === true || lossless?.files.includes(path) === true;

/** What is not on disk as it was when it was read and proved. */
async function whatChanged({ source, media }: Job, { output, proof }: Done): Promise<string | null> {
  const original = await lstat(source).catch(() => null);
  if (!original) return 'it is not where it was any more';
  if (!original.isFile()) return 'it is a link to a file elsewhere';
  if (original.size !== media?.bytes || original.mtimeMs !== media.modified) return 'it has changed since it was read';
  const result = await stat(output).catch(() => null);
  if (!result?.isFile()) return `the result ${basename(output)} is not where it was made any more`;
  if (result.size !== proof.bytes) return `the result ${basename(output)} has changed since it was proved`;
  return result.dev === original.dev && result.ino === original.ino ? 'the result is the same file' : null;
}

function whyItCanGo({ lossless }: Job, { proof }: Done): string {
  const count = proof.streams.length;
  const tracks = count === 1 ? 'its one track' : count === 2 ? 'both tracks' : `all ${count} tracks`;
  const what = `${tracks} and ${clock(proof.duration)} of it are in the result, checked`;
  return `The original can go: ${what}, ${lossless ? 'as they were' : 'encoded as the preset says'}.`;
}

/** In the midst of another sentence; what is an abbreviation stays one. */
const lower = (sentence: string) => sentence.replace(/^\p{Lu}(?!\p{Lu})/u, (letter) => letter.toLowerCase());

function whyItStayed({ source }: Job, thrown: unknown): string {
  const { code, message } = toErrorData(thrown);
  const { message: system } = thrown as Error;
  return code === 'internal' ? `${basename(source)} could not be moved: ${system}` : message;
}
