/** Troubles that pass: a full disk, a drive or share that went away. A job that meets one waits, and goes on by itself when it is over. */
import { existsSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Job, JobStatus } from '../contract/contract.ts';
import type { ErrorCode } from '../contract/errors.ts';

/** Of a disk, what a trouble is told by. */
export interface DiskLook {
  exists(path: string): boolean;
  /** Free bytes on a path's disk; null where it cannot be reached. */
  free(path: string): number | null;
}

export interface Holds {
  /** What becomes of a job that failed: it waits where its trouble may pass, else it has failed. */
  judge<S extends JobStatus>(job: Job, status: S): S | Extract<JobStatus, { phase: 'waiting' }>;
  /** Whether a held job may go on. */
  isOver(job: Job, code: ErrorCode): boolean;
}

interface Trouble {
  /** It is there now, and of the kind that passes. */
  passes(job: Job, disk: DiskLook): boolean;
  isOver(job: Job, disk: DiskLook): boolean;
}

/** A job that meets the same trouble so often has one that does not pass. */
const mostHolds = 5;
/** What a job of unknown size needs to begin, and what is kept free beyond every result (the engine's own reserve), bytes. */
const unknownSize = 200e6;
const reserve = 50e6;

const folderOf = (job: Job) => resolve(job.output.file ? dirname(job.output.file) : (job.output.folder ?? dirname(job.source)));
const needed = ({ estimatedBytes }: Job) => (estimatedBytes ?? unknownSize) + reserve;
const hasRoom = (job: Job, disk: DiskLook) => (disk.free(nearest(folderOf(job), disk)) ?? 0) >= needed(job);

const full: Trouble = { passes: (job, disk) => !hasRoom(job, disk), isOver: hasRoom };
/** A missing file in a folder that is there is missing for good; with its folder it may come back. */
const sourceGone: Trouble = {
  passes: ({ source }, disk) => !disk.exists(dirname(source)),
  isOver: ({ source }, disk) => disk.exists(source),
};
const targetGone: Trouble = {
  passes: (job, disk) => !disk.exists(dirname(folderOf(job))),
  isOver: (job, disk) => disk.exists(dirname(folderOf(job))),
};

const troubles: Partial<Record<ErrorCode, Trouble>> = {
  'disk-full': full,
  'source-missing': sourceGone,
  'source-unreadable': sourceGone,
  'source-vanished': sourceGone,
  'output-unwritable': targetGone,
  'write-failed': targetGone,
};

/** `patient` is false where jobs are to fail at once. */
export function createHolds(patient: boolean, disk: DiskLook = realDisk): Holds {
  const times = new Map<string, number>();
  return {
    judge(job, status) {
      if (status.phase !== 'failed') {
        times.delete(job.id);
        return status;
      }
      const count = (times.get(job.id) ?? 0) + 1;
      if (!patient || count > mostHolds || !troubles[status.error.code]?.passes(job, disk)) return status;
      times.set(job.id, count);
      return { phase: 'waiting', held: status.error };
    },
    isOver: (job, code) => troubles[code]?.isOver(job, disk) ?? true,
  };
}

const realDisk: DiskLook = {
  exists: existsSync,
  free(path) {
    try {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    } catch {
      return null;
    }
  },
};

/** A folder that is still to be made lies on its parent's disk. */
function nearest(folder: string, disk: DiskLook): string {
  let path = folder;
  while (!disk.exists(path) && dirname(path) !== path) path = dirname(path);
  return path;
}
