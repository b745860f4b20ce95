/** Which jobs of a running studio a terminal means, and how they are shown there. */
import { InvalidArgumentError } from 'commander';
import type { Job, JobStatus, State } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import { clock, size } from '../contract/words.ts';

export type Phase = JobStatus['phase'];

/** What a job is asked to be like: in a group, or in one of these phases. */
export interface Which {
  group?: string;
  state?: Phase[];
}

export interface Answer {
  text: string;
  json: unknown;
}

/** Of an id so many letters are shown, and are enough to name a job. */
export const shownId = 8;

const phases: Phase[] = ['reading', 'waiting', 'running', 'done', 'failed', 'cancelled', 'draft'];

/** `failed,cancelled`, as an option is given it. */
export function readPhases(text: string): Phase[] {
  const asked = text.split(',').map((one) => one.trim());
  const wrong = asked.find((one) => !(phases as string[]).includes(one));
  if (wrong !== undefined) throw new InvalidArgumentError(`“${wrong.slice(0, 40)}” is none of ${phases.join(', ')}.`);
  return asked as Phase[];
}

const fits = (job: Job, status: JobStatus | undefined, { group, state }: Which) =>
  (group === undefined || job.group?.toLowerCase() === group.toLowerCase()) && (!state || state.includes(status?.phase ?? 'reading'));

/** Jobs by the beginning of their ids, or without names all that are like this. Throws unknown-job for a name that is none's or several's. */
export function named({ jobs, statuses }: State, names: string[], which: Which): string[] {
  if (names.length === 0) return Object.keys(jobs).filter((id) => fits(jobs[id] as Job, statuses[id], which));
  return names.map((name) => {
    const [id, ...others] = Object.keys(jobs).filter((one) => one.startsWith(name));
    if (id === undefined || others.length > 0)
      throw new StudioError('unknown-job', `${id === undefined ? 'No job has' : 'Several jobs have'} an id that begins with “${name}”.`);
    return id;
  });
}

export function list({ jobs, statuses, queue, presets }: State, which: Which): Answer {
  const shown = Object.values(jobs)
    .filter((job) => fits(job, statuses[job.id], which))
    .sort((a, b) => a.order - b.order);
  const rows = shown.map((job) => {
    const what = job.lossless ? 'without encoding' : (presets[job.preset]?.name ?? job.preset);
    return [job.id.slice(0, shownId), inWords(statuses[job.id], job), job.source, what, job.group ?? ''];
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const totals = queue['studio'];
  const left = totals?.etaSeconds == null ? '' : `, ${clock(totals.etaSeconds)} left`;
  const head = totals
    ? `${totals.paused ? 'Paused' : totals.started ? 'Started' : 'Not started'}: ${totals.done} done, ${totals.running} running, ${totals.waiting} waiting, ${totals.failed} failed${left}.`
    : '';
  return {
    text: [head, ...lines].filter(Boolean).join('\n'),
    json: {
      queue: totals,
      jobs: shown.map(({ id, source, preset, priority, group, paused }) => ({
        ...{ id, source, preset, priority, group, paused },
        status: statuses[id],
      })),
    },
  };
}

function inWords(status: JobStatus | undefined, { estimatedBytes, priority, paused }: Job): string {
  switch (status?.phase) {
    case 'running':
      return `${status.paused ? 'paused' : 'running'} ${Math.floor(status.fraction * 100)} %`;
    case 'done':
      return `done, ${size(status.proof.bytes)}`;
    case 'failed':
      return `failed: ${status.error.message}`;
    case 'waiting': {
      const facts = [priority !== 'normal' && priority, estimatedBytes !== null && `about ${size(estimatedBytes)}`];
      return [paused ? 'paused' : 'waiting', ...facts].filter(Boolean).join(', ');
    }
    default:
      return status?.phase ?? 'reading';
  }
}
