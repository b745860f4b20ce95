/** The index of the list against the list itself: whatever happens to jobs, in whatever order, both answer the same. */
import { expect, test } from 'vitest';
import type { Job, JobStatus } from '../native/contract/contract.ts';
import { priorities } from '../native/contract/priority.ts';
import { createListIndex } from '../native/studio/list-index.ts';
import { seeded } from './fixtures/wait.ts';

const result = { proof: { bytes: 1, duration: 1, streams: [], decodedAt: [] }, seconds: 1, warnings: [] };
const held = { code: 'disk-full', message: 'The disk is full.' } as const;

interface Entry {
  job: Job;
  status: JobStatus;
}

const makeJob = (id: string, order: number): Job => ({
  ...{ id, order, source: `/films/${id}`, lossless: null, preset: 'fast-1080p30', overrides: {} },
  ...{ output: { template: '{name}', overwrite: false }, media: null, notes: [], outline: null },
  ...{ estimatedBytes: null, device: null, chosen: '', added: 0, priority: 'normal', group: null, paused: false },
});

test('5,000 changes at random', () => {
  const random = seeded(31);
  const below = (count: number) => Math.floor(random() * count);
  const paths = Array.from({ length: 12 }, (_, n) => `/out/${n}`);
  const path = () => paths[below(paths.length)] as string;
  const index = createListIndex();
  const list = new Map<string, Entry>();

  const statuses: (() => JobStatus)[] = [
    () => ({ phase: 'reading' }),
    () => ({ phase: 'waiting' }),
    () => ({ phase: 'waiting' }),
    () => ({ phase: 'waiting', held }),
    () => ({ phase: 'running', output: path(), paused: false }) as JobStatus,
    () => ({ phase: 'done', output: path(), ...result }),
    () => ({ phase: 'failed', error: held }),
    () => ({ phase: 'cancelled' }),
    () => ({ phase: 'draft', problem: null }),
  ];
  const changes: ((entry: Entry) => void)[] = [
    (entry) => (entry.status = (statuses[below(statuses.length)] as () => JobStatus)()),
    (entry) => (entry.status = { phase: 'waiting' }),
    (entry) => (entry.job = { ...entry.job, order: random() }),
    (entry) => (entry.job = { ...entry.job, priority: priorities[below(3)] ?? 'normal' }),
    (entry) => (entry.job = { ...entry.job, paused: below(3) === 0 }),
    (entry) => (entry.job = { ...entry.job, device: below(2) ? 'vaapi' : null }),
    (entry) => (entry.job = { ...entry.job, source: path() }),
    (entry) => (entry.job = { ...entry.job, lossless: { join: [path()], files: [path(), path()] } as Job['lossless'] }),
  ];

  for (let step = 0; step < 5000; step++) {
    const ids = [...list.keys()];
    const isNew = list.size < 40 && below(4) === 0;
    const id = isNew ? `job-${step}` : (ids[below(ids.length)] ?? `job-${step}`);
    const entry: Entry = list.get(id) ?? { job: makeJob(id, random()), status: { phase: 'reading' } };
    if (list.has(id) && below(20) === 0) {
      list.delete(id);
      index.remove(id);
    } else {
      if (list.has(id)) changes[below(changes.length)]?.(entry);
      list.set(id, entry);
      index.update(entry.job, entry.status);
    }

    const all = [...list.values()];
    for (const onDevice of [true, false]) {
      const waiting = all.filter(
        ({ job, status }) => status.phase === 'waiting' && !status.held && !job.paused && (job.device !== null) === onDevice,
      );
      const rank = ({ job }: Entry) => priorities.indexOf(job.priority);
      const inOrder = waiting.sort((a, b) => rank(a) - rank(b) || a.job.order - b.job.order).map(({ job }) => job.id);
      // Whoever looks for the first one often takes no second look.
      if (below(2)) expect([...index.waiting(onDevice)], `step ${step}`).toEqual(inOrder);
      else expect(index.waiting(onDevice)[Symbol.iterator]().next().value, `step ${step}`).toBe(inOrder[0]);
    }
    expect(index.ahead()).toBe(all.filter(({ status }) => status.phase === 'waiting' || status.phase === 'reading').length);
    const one = path();
    const asked = all[below(all.length)]?.job.id ?? '';
    const results = (orDone: boolean) =>
      all.some(({ job, status: now }) => {
        const counts = now.phase === 'running' || (orDone && now.phase === 'done');
        return counts && now.output === one && job.id !== asked;
      });
    expect([index.isResult(one, asked, false), index.isResult(one, asked, true)]).toEqual([results(false), results(true)]);
    const isRead = ({ source, lossless }: Job) => [source, ...(lossless?.join ?? []), ...(lossless?.files ?? [])].includes(one);
    expect(index.isSource(one)).toBe(all.some(({ job }) => isRead(job)));
  }
});

test('a job that comes back is where its order says, not where it was', () => {
  const index = createListIndex();
  const waiting: JobStatus = { phase: 'waiting' };
  for (const [at, id] of ['a', 'b', 'c', 'd'].entries()) index.update(makeJob(id, at), waiting);
  expect([...index.waiting(false)]).toEqual(['a', 'b', 'c', 'd']);
  index.update(makeJob('b', 1), { phase: 'cancelled' });
  index.update(makeJob('b', 9), { phase: 'cancelled' });
  index.update(makeJob('b', 9), waiting);
  expect([...index.waiting(false)]).toEqual(['a', 'c', 'd', 'b']);
});
