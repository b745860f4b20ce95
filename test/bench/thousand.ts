/** 1,000 jobs with 50 bad files among them: all accounted for, and the studio's process as large and as quick at the end as in the beginning. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { type ManyJobs, runManyJobs } from '../fixtures/many-jobs.ts';

/** Resident memory may be more by so much at the end than after 100 jobs, bytes: V8 takes and gives back 20 MB as it likes. */
const mostGrowth = 40e6;

export async function measureThousand(folder: string, quick: boolean): Promise<ManyJobs> {
  Log.setLevel(AV_LOG_QUIET);
  const root = join(folder, 'thousand');
  mkdirSync(root);
  return quick ? runManyJobs(root, 200, 14) : runManyJobs(root, 1000, 50);
}

const badOf = ({ faults }: ManyJobs) => Object.values(faults).reduce((sum, count) => sum + count, 0);
const growthOf = ({ memory }: ManyJobs) => (memory ? memory.late - memory.early : 0);

/** Every job came to the end it should, and memory is flat. */
export const isClean = (figure: ManyJobs) =>
  figure.wrong.length === 0 && figure.done === figure.jobs - badOf(figure) && growthOf(figure) < mostGrowth;

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

export function thousandTable(figure: ManyJobs): string {
  const { jobs, faults, skipped, done, wrong, seconds, memory, cpu, storedBytes } = figure;
  const kinds = Object.entries(faults).map(([kind, count]) => `${count} ${kind}`);
  const grown = `${megabytes(growthOf(figure))} more (bar: ${megabytes(mostGrowth)})`;
  return [
    `thousand: ${jobs} jobs, two at a time, ${badOf(figure)} of them bad: ${kinds.join(', ')}`,
    `  ${done} proved, ${jobs - done} failed, in ${seconds.toFixed(0)} s; the queue's files are ${megabytes(storedBytes)}`,
    memory && `  the studio's process: ${megabytes(memory.early)} after 100 jobs, ${megabytes(memory.late)} at the end, ${grown}`,
    cpu && `  and its processor time: ${cpu.early.toFixed(1)} ms a job in the first tenth, ${cpu.late.toFixed(1)} ms in the last`,
    skipped && `  no full disk was tried, because ${skipped}`,
    ...wrong.map((words) => `  WRONG: ${words}`),
  ]
    .filter(Boolean)
    .join('\n');
}
