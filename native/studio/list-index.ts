/** What is asked of the whole list for every job, kept up with each change: among 10,000 jobs one costs no more than among ten. */
import type { Job, JobStatus } from '../contract/contract.ts';
import { priorities } from '../contract/priority.ts';

export interface ListIndex {
  /** A job is new, or what it is or does has changed. */
  update(job: Job, status: JobStatus): void;
  remove(id: string): void;
  /** Jobs that may be started, the next one first: those that a device is to encode, or the processor's. */
  waiting(onDevice: boolean): Iterable<string>;
  /** How many jobs have not been started. */
  ahead(): number;
  /** A file that some job reads. */
  isSource(path: string): boolean;
  /** The result of another job that runs; with `orDone` also of one that is done. */
  isResult(path: string, id: string, orDone: boolean): boolean;
}

/** What is known of one job. */
interface Entry {
  id: string;
  order: number;
  /** Of its priority: the lower, the more urgent. */
  rank: number;
  files: string[];
  phase: JobStatus['phase'];
  output: string | null;
  /** Where it waits; null while it does not. */
  lane: Lane | null;
}

/** Jobs that wait, by rank and order from `head` on. One that has left stays in its place until it is passed by. */
interface Lane {
  entries: Entry[];
  /** The same, from `head` on. */
  listed: Set<Entry>;
  head: number;
  isSorted: boolean;
}

const emptyLane = (): Lane => ({ entries: [], listed: new Set(), head: 0, isSorted: true });

/** All files a job reads. */
const filesOf = ({ source, lossless }: Job): string[] => [source, ...(lossless?.join ?? []), ...(lossless?.files ?? [])];
const outputOf = (status: JobStatus) => (status.phase === 'running' || status.phase === 'done' ? status.output : null);
const compare = (one: Entry, two: Entry) => one.rank - two.rank || one.order - two.order;
const same = (one: string[], two: string[]) => one.length === two.length && one.every((path, at) => path === two[at]);

export function createListIndex(): ListIndex {
  const entries = new Map<string, Entry>();
  const lanes = { device: emptyLane(), processor: emptyLane() };
  const readers = new Map<string, number>();
  const results = new Map<string, Set<Entry>>();
  let ahead = 0;

  const isAhead = ({ phase }: { phase: JobStatus['phase'] }) => phase === 'reading' || phase === 'waiting';
  const count = (files: string[], by: 1 | -1) => {
    for (const path of files) {
      const left = (readers.get(path) ?? 0) + by;
      if (left > 0) readers.set(path, left);
      else readers.delete(path);
    }
  };

  function setOutput(entry: Entry, output: string | null): void {
    if (entry.output === output) return;
    const before = entry.output === null ? undefined : results.get(entry.output);
    before?.delete(entry);
    if (entry.output !== null && before?.size === 0) results.delete(entry.output);
    entry.output = output;
    if (output === null) return;
    const after = results.get(output);
    if (after) after.add(entry);
    else results.set(output, new Set([entry]));
  }

  function enter(lane: Lane, entry: Entry): void {
    const last = lane.entries.at(-1);
    if (lane.listed.has(entry) || (last && compare(last, entry) > 0)) lane.isSorted = false;
    if (lane.listed.has(entry)) return;
    lane.listed.add(entry);
    lane.entries.push(entry);
  }

  /** Without those that have left. */
  function sort(lane: Lane): void {
    lane.entries = [...lane.listed].filter((entry) => entry.lane === lane).sort(compare);
    lane.listed = new Set(lane.entries);
    lane.head = 0;
    lane.isSorted = true;
  }

  /** Passes by those that have left. */
  function advance(lane: Lane): void {
    for (let entry = lane.entries[lane.head]; entry && entry.lane !== lane; entry = lane.entries[++lane.head]) lane.listed.delete(entry);
  }

  function forget(entry: Entry): void {
    count(entry.files, -1);
    setOutput(entry, null);
    if (isAhead(entry)) ahead--;
    entry.lane = null;
    entries.delete(entry.id);
  }

  return {
    update(job, status) {
      const { id, order, device, paused } = job;
      const rank = priorities.indexOf(job.priority);
      let entry = entries.get(id);
      if (!entry) {
        entry = { id, order, rank, files: [], phase: 'cancelled', output: null, lane: null };
        entries.set(id, entry);
      }
      const files = filesOf(job);
      if (!same(files, entry.files)) {
        count(files, 1);
        count(entry.files, -1);
        entry.files = files;
      }
      setOutput(entry, outputOf(status));
      ahead += Number(isAhead(status)) - Number(isAhead(entry));
      entry.phase = status.phase;
      const mayStart = status.phase === 'waiting' && !status.held && !paused;
      const lane = mayStart ? lanes[device === null ? 'processor' : 'device'] : null;
      if (lane && (order !== entry.order || rank !== entry.rank)) lane.isSorted = false;
      Object.assign(entry, { order, rank });
      if (lane === entry.lane) return;
      entry.lane = lane;
      if (lane) enter(lane, entry);
    },
    remove(id) {
      const entry = entries.get(id);
      if (entry) forget(entry);
    },
    *waiting(onDevice) {
      const lane = lanes[onDevice ? 'device' : 'processor'];
      if (!lane.isSorted || lane.head > lane.entries.length / 2) sort(lane);
      advance(lane);
      for (let at = lane.head; at < lane.entries.length; at++) {
        const entry = lane.entries[at];
        if (entry?.lane === lane) yield entry.id;
      }
    },
    ahead: () => ahead,
    isSource: (path) => readers.has(path),
    isResult(path, id, orDone) {
      for (const entry of results.get(path) ?? []) if (entry.id !== id && (orDone || entry.phase === 'running')) return true;
      return false;
    },
  };
}
