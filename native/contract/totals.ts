/** How it goes with many jobs: what a status bar says of the whole queue, and a heading of its group. */
import type { Job, JobStatus, JobTotals } from './contract.ts';

/** Sums over jobs. Time left counts media seconds, because jobs differ in length more than in speed. */
export function totals(entries: Iterable<{ job: Job; status: JobStatus }>): JobTotals {
  const info: JobTotals = { total: 0, waiting: 0, running: 0, done: 0, failed: 0, cancelled: 0, fraction: 0, etaSeconds: null };
  let planned = 0;
  let finished = 0;
  let speed = 0;
  for (const { job, status } of entries) {
    const length = job.media?.duration ?? 1;
    if (status.phase === 'draft') continue;
    info.total++;
    if (status.phase === 'cancelled') {
      info.cancelled++;
      continue;
    }
    planned += length;
    if (status.phase === 'waiting' || status.phase === 'reading') info.waiting++;
    else if (status.phase === 'running') {
      info.running++;
      finished += length * status.fraction;
      // Two passes go over the same film twice.
      if (!status.paused) speed += status.planned ? (status.speed * length) / status.planned : status.speed;
    } else {
      info[status.phase]++;
      finished += length;
    }
  }
  info.fraction = planned > 0 ? finished / planned : 0;
  info.etaSeconds = speed > 0 ? (planned - finished) / speed : null;
  return info;
}
