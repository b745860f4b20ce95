/** The list of jobs: in the shared state for everyone to see, in storage for the next start, always both. */
import type { Job, JobStatus, State } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import type { StateOwner } from '../contract/state.ts';
import { type JobLog, openJobLog } from './job-log.ts';
import { createListIndex, type ListIndex } from './list-index.ts';
import type { Log } from './log.ts';
import { discard, type Publication, recall } from './publish.ts';
import type { Storage } from './storage.ts';

/** What is stored of a status. Progress is not: after a restart a running job starts anew. */
type StoredStatus =
  | Exclude<JobStatus, { phase: 'running' }>
  | { phase: 'running'; partial: string }
  | { phase: 'publishing'; publication: Publication };

export interface Jobs {
  add(jobs: Job[], status: Extract<JobStatus, { phase: 'reading' | 'draft' }>): void;
  has(id: string): boolean;
  /** Throws unknown-job. */
  get(id: string): Job;
  /** Ids in the order they run. */
  ids(): string[];
  status(id: string): JobStatus;
  /** Changes what a job is; its status stays. */
  change(job: Job): void;
  setStatus(id: string, status: Exclude<JobStatus, { phase: 'running' }>): void;
  /** Marks a job as running; its partial file is written down first, so that a restart can clear it away. */
  setRunning(id: string, status: Extract<JobStatus, { phase: 'running' }>, partial: string): void;
  /** Progress of a running job: shown, not stored. */
  progress(id: string, status: Extract<JobStatus, { phase: 'running' }>): void;
  /** The file is proved and about to take its name. */
  setPublishing(id: string, publication: Publication): void;
  remove(ids: string[]): void;
  log: JobLog;
  index: ListIndex;
  /** Many changes kept together. */
  together(work: () => void): void;
  /** Publications that were interrupted between proof and name. */
  interrupted: { id: string; publication: Publication }[];
}

/** What jobs did not have that were kept by earlier versions: before devices were known, before lossless work, before groups. */
const earlier: Pick<Job, 'device' | 'chosen' | 'lossless' | 'outline' | 'priority' | 'group' | 'paused'> = {
  ...{ device: null, chosen: '', lossless: null, outline: null },
  ...{ priority: 'normal', group: null, paused: false },
};

/** Loads the list, settling what the last run left open: nothing is lost, nothing that was finished runs again. */
export function openJobs(state: StateOwner<State>, storage: Storage, journal: Log): Jobs {
  const interrupted: Jobs['interrupted'] = [];
  const log = openJobLog(storage, journal);
  const index = createListIndex();
  const stored = storage.all<StoredStatus>('status');
  let order: string[] | null = null;

  const keep = (id: string, status: StoredStatus) => storage.put('status', get(id).id, status);
  const show = (id: string, status: JobStatus) => {
    state.put('statuses', id, status);
    const job = state.get('jobs', id);
    if (job) index.update(job, status);
  };

  function get(id: string): Job {
    const job = state.get('jobs', id);
    if (!job) throw new StudioError('unknown-job', 'This job is not in the queue any more.');
    return job;
  }

  function settle(id: string, status: StoredStatus): StoredStatus | JobStatus {
    if (status.phase === 'running') {
      discard(status.partial);
      return { phase: 'waiting' };
    }
    if (status.phase !== 'publishing') return status;
    const { publication } = status;
    const { output, proof, seconds, warnings } = publication;
    const fate = recall(publication);
    if (fate === 'published') return { phase: 'done', output, proof, seconds, warnings };
    if (fate === 'pending') interrupted.push({ id, publication });
    return { phase: 'waiting' };
  }

  storage.together(() => {
    for (const [id, job] of storage.all<Job>('job')) {
      // A file that was read before chapters were known is read again.
      const media = job.media?.chapters ? job.media : null;
      state.put('jobs', id, { ...earlier, ...job, media });
      const status = stored.get(id) ?? { phase: 'reading' };
      const settled = settle(id, status);
      if (settled.phase === 'publishing' || settled.phase === 'running') continue;
      show(id, settled);
      // A pending publication keeps its record until it is through.
      if (settled !== status && !interrupted.some((one) => one.id === id)) keep(id, settled);
    }
  });

  return {
    interrupted,
    log,
    index,
    add(jobs, status) {
      order = null;
      storage.together(() => {
        for (const job of jobs) {
          this.change(job);
          this.setStatus(job.id, status);
        }
      });
    },
    has: (id) => state.get('jobs', id) !== undefined,
    get,
    ids: () =>
      (order ??= Object.values(state.all('jobs'))
        .sort((a, b) => a.order - b.order)
        .map((job) => job.id)),
    status: (id) => state.get('statuses', get(id).id) ?? { phase: 'waiting' },
    change(job) {
      if (job.order !== state.get('jobs', job.id)?.order) order = null;
      state.put('jobs', job.id, job);
      index.update(job, state.get('statuses', job.id) ?? { phase: 'reading' });
      storage.put('job', job.id, job);
    },
    setStatus(id, status) {
      show(id, status); // first, so that a full disk under the list does not hide what happened
      storage.together(() => {
        keep(id, status);
        log.save(id);
      });
    },
    setRunning(id, status, partial) {
      keep(id, { phase: 'running', partial });
      show(id, status);
    },
    progress: show,
    setPublishing: (id, publication) => keep(id, { phase: 'publishing', publication }),
    remove(ids) {
      order = null;
      storage.together(() => {
        log.remove(ids);
        for (const id of ids) {
          storage.remove('job', id);
          storage.remove('status', id);
          index.remove(id);
          state.remove('jobs', id);
          state.remove('statuses', id);
        }
      });
    },
    together: storage.together,
  };
}
