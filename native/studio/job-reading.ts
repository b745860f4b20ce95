/** Reads the files of jobs that were added or changed, one after the other, and plans them; held ones again when their trouble is over. */
import type { JobStatus } from '../contract/contract.ts';
import { toErrorData } from '../contract/errors.ts';
import type { Holds } from './holds.ts';
import type { Runner } from './job-run.ts';
import type { Jobs } from './jobs.ts';
import { mostUrgent } from './priorities.ts';

export interface JobReading {
  read(ids: string[]): void;
  /** Marks jobs as to be read, and reads them. */
  readAgain(ids: string[]): void;
  /** Resolves when nothing is read any more; the signal has ended it. */
  close(): Promise<void>;
}

export interface JobReadingDeps {
  jobs: Jobs;
  holds: Holds;
  runnerOf(id: string): Runner;
  /** Nobody works on the job at the moment. */
  isFree(id: string): boolean;
  /** A job was read. */
  changed(): void;
  /** Ends what is being read. */
  signal: AbortSignal;
}

/** How often it is looked whether a held job may go on, ms. */
const holdsMs = 2000;

export function createJobReading({ jobs, holds, runnerOf, isFree, changed, signal }: JobReadingDeps): JobReading {
  const queue: string[] = [];
  let now: Promise<void> | null = null;
  const phaseOf = (id: string) => (jobs.has(id) ? jobs.status(id).phase : null);
  const isToBeRead = (id: string) => ['reading', 'draft'].includes(phaseOf(id) ?? '');

  /** What reading a job led to; a draft stays one, and says what is wrong with it. */
  function settle(id: string, status: Extract<JobStatus, { phase: 'waiting' | 'failed' }>): void {
    const phase = phaseOf(id);
    if (phase === 'reading') jobs.setStatus(id, holds.judge(jobs.get(id), status));
    if (phase === 'draft') jobs.setStatus(id, { phase: 'draft', problem: status.phase === 'failed' ? status.error : null });
  }

  /** An urgent job does not wait until thousands are read that were there before it. */
  function next(): string | undefined {
    const id = mostUrgent(
      queue,
      (one) => (jobs.has(one) ? jobs.get(one).priority : 'urgent'),
      () => true,
    );
    if (id !== undefined) queue.splice(queue.indexOf(id), 1);
    return id;
  }

  async function readAll(): Promise<void> {
    for (let id = next(); id !== undefined; id = next()) {
      if (!isToBeRead(id)) continue;
      try {
        await runnerOf(id).prepare(id, signal);
        settle(id, { phase: 'waiting' });
      } catch (thrown) {
        if (signal.aborted) return;
        settle(id, { phase: 'failed', error: toErrorData(thrown) });
      }
      changed();
    }
  }

  function read(ids: string[]): void {
    queue.push(...ids);
    now ??= readAll().finally(() => {
      now = null;
      if (queue.length > 0) read([]); // added after the loop had ended
    });
  }

  function readAgain(ids: string[]): void {
    if (ids.length === 0) return;
    jobs.together(() => {
      for (const id of ids) jobs.setStatus(id, { phase: 'reading' });
    });
    read(ids);
  }

  // Their files may have changed meanwhile.
  const timer = setInterval(() => {
    const over = jobs.ids().filter((id) => {
      const status = jobs.status(id);
      return status.phase === 'waiting' && status.held && isFree(id) && holds.isOver(jobs.get(id), status.held.code);
    });
    readAgain(over);
  }, holdsMs);
  timer.unref();

  read(jobs.ids().filter(isToBeRead));
  return {
    read,
    readAgain,
    async close() {
      clearInterval(timer);
      await now;
    },
  };
}
