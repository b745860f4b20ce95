/** Watch folders at work: each file that comes to rest becomes one job, once, and goes where it belongs when the job has ended. */
import { randomUUID } from 'node:crypto';
import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { JobStatus, State } from '../../contract/contract.ts';
import { StudioError } from '../../contract/errors.ts';
import type { StateOwner } from '../../contract/state.ts';
import { type WatchFolder, type WatchSetup, watchSchema } from '../../contract/watch.ts';
import type { Queue } from '../queue.ts';
import type { Storage } from '../storage.ts';
import { createRest, type FoundFile, look, type Rest } from './look.ts';
import { moveInto } from './move.ts';

export interface WatchFolders {
  saveWatch(input: { id?: string | undefined; setup: WatchSetup }): { id: string };
  removeWatch(input: { id: string }): void;
  close(): Promise<void>;
}

export interface WatchDeps {
  state: StateOwner<State>;
  storage: Storage;
  queue: Pick<Queue, 'addJobs' | 'startQueue' | 'sourceMoved'>;
  /** Throws unknown-preset. */
  findPreset(id: string): unknown;
  pace?: WatchPace;
}

export interface WatchPace {
  /** How often a folder is looked at, also where the system tells of changes: over a network it does not, ms. */
  everyMs: number;
  /** How long a file must have kept its size and time, ms. */
  restMs: number;
}

/** A share that goes away may lose its files one by one, and bring them back: what was taken is known for so long, ms. */
const forgetMs = 600_000;

const usualPace: WatchPace = { everyMs: 3000, restMs: 4000 };

/** A file that is no news: a source that was taken, or a result that lies there, too. Kept until it is gone from the folder. */
interface Taken {
  watch: string;
  what: 'source' | 'result';
  path: string;
  bytes: number;
  modified: number;
  job: string;
}

/** Records are named by the folder's id and the file's path. */
const recordId = (id: string, path: string) => `${id} ${path}`;

type EndedPhase = Extract<JobStatus['phase'], 'done' | 'failed'>;
const endOf = (status: JobStatus | undefined): EndedPhase | null =>
  status?.phase === 'done' || status?.phase === 'failed' ? status.phase : null;

export function createWatchFolders({ state, storage, queue, findPreset, pace = usualPace }: WatchDeps): WatchFolders {
  const running = new Map<string, { rest: Rest; watcher: FSWatcher | null; looking: Promise<void> | null; again: boolean }>();
  const taken = new Map(storage.all<Taken>('watched'));
  /** Since when files that were taken are not seen any more. */
  const absent = new Map<string, number>();
  let closed = false;

  const change = (id: string, next: Partial<WatchFolder>) => {
    const now = state.get('watches', id);
    if (!now) return;
    const changed = { ...now, ...next };
    if (JSON.stringify(changed) !== JSON.stringify(now)) state.put('watches', id, changed);
  };

  function keep(record: Taken): void {
    const id = recordId(record.watch, record.path);
    taken.set(id, record);
    storage.put('watched', id, record);
  }

  function forget(id: string): void {
    taken.delete(id);
    absent.delete(id);
    storage.remove('watched', id);
  }

  /** Results of jobs, which are no sources, wherever they lie. */
  const results = () => new Set(Object.values(state.all('statuses')).flatMap((status) => ('output' in status ? [status.output] : [])));

  /** One look at a folder: what is new and at rest becomes jobs, what has ended is put away. */
  async function turn(id: string): Promise<void> {
    const { setup } = state.get('watches', id) ?? {};
    const entry = running.get(id);
    if (!setup || !entry) return;
    let files: FoundFile[];
    try {
      const without = [setup.results, setup.done, setup.failed].flatMap((path) => (path === null ? [] : [resolve(path)]));
      files = await look(resolve(setup.folder), { subfolders: setup.subfolders, without: new Set(without) });
    } catch (error) {
      change(id, { problem: `The folder cannot be read at the moment: ${inWords(error)}.`, growing: 0 });
      return;
    }
    if (running.get(id) !== entry) return;
    const made = results();
    const news = files.filter((file) => !made.has(file.path) && isNew(id, file));
    const settled = entry.rest.settled(news, Date.now());
    const problems: string[] = [];
    for (const file of settled) {
      try {
        take(id, setup, file);
      } catch (error) {
        problems.push(`Files cannot be added: ${inWords(error)}.`);
        break;
      }
    }
    const there = new Set(files.map(({ path }) => path));
    for (const [record, one] of [...taken]) {
      if (one.watch !== id) continue;
      if (!there.has(one.path)) {
        const since = absent.get(record) ?? Date.now();
        absent.set(record, since);
        if (isThrough(one.job) && Date.now() - since > forgetMs) forget(record);
        continue;
      }
      absent.delete(record);
      if (one.what === 'source')
        await putAway(one, setup).catch((error) => problems.push(`A file could not be put away: ${inWords(error)}.`));
    }
    const count = (state.get('watches', id)?.taken ?? 0) + (problems.length > 0 ? 0 : settled.length);
    change(id, { growing: news.length - settled.length, problem: problems[0] ?? null, taken: count });
  }

  /** A file that was not taken, or that is another one by now. */
  function isNew(id: string, { path, bytes, modified }: FoundFile): boolean {
    const known = taken.get(recordId(id, path));
    if (!known) return true;
    if (known.bytes === bytes && known.modified === modified) return false;
    return isThrough(known.job);
  }

  const isThrough = (job: string) => endOf(state.get('statuses', job)) !== null || !state.get('jobs', job);

  /** The job and the note that it was made are kept together or not at all. */
  function take(id: string, setup: WatchSetup, { path, bytes, modified }: FoundFile): void {
    storage.together(() => {
      const output = { template: setup.template, overwrite: false, ...(setup.results !== null && { folder: resultsFor(setup, path) }) };
      const { preset, overrides, priority, group } = setup;
      const [job = ''] = queue.addJobs({ sources: [path], preset, overrides, output, priority, group }).ids;
      keep({ watch: id, what: 'source', path, bytes, modified, job });
    });
    queue.startQueue();
  }

  /** A source goes where its job's end sends it. */
  async function putAway(one: Taken, setup: WatchSetup): Promise<void> {
    const status = state.get('statuses', one.job);
    const end = endOf(status);
    const folder = end && setup[end];
    if (!end || folder === null) return;
    const to = join(resolve(folder), relative(resolve(setup.folder), dirname(one.path)));
    const moved = await moveInto(one.path, to);
    storage.together(() => {
      queue.sourceMoved(one.job, moved);
      forget(recordId(one.watch, one.path));
    });
  }

  function run(id: string): void {
    const entry = running.get(id);
    if (!entry || closed) return;
    entry.again = entry.looking !== null;
    entry.looking ??= turn(id).finally(() => {
      entry.looking = null;
      if (entry.again && running.get(id) === entry) run(id);
    });
  }

  const timer = setInterval(() => {
    for (const id of running.keys()) run(id);
  }, pace.everyMs);

  function begin(id: string): void {
    end(id);
    const setup = state.get('watches', id)?.setup;
    if (!setup?.enabled) return;
    running.set(id, { rest: createRest(pace.restMs), watcher: tell(setup, () => run(id)), looking: null, again: false });
    run(id);
  }

  function end(id: string): void {
    running.get(id)?.watcher?.close();
    running.delete(id);
  }

  const show = (id: string, setup: WatchSetup) => state.put('watches', id, { id, setup, growing: 0, taken: 0, problem: null });

  for (const [id, setup] of storage.all<Partial<WatchSetup>>('watch')) {
    show(id, watchSchema.parse(setup)); // earlier versions kept less of it
    begin(id);
  }
  // A result that appears in a watched folder is noted before the job that made it may be taken off the list.
  const unsubscribe = state.subscribe(({ put }) => {
    for (const [job, status] of Object.entries((put['statuses'] ?? {}) as Record<string, JobStatus>)) {
      if (status.phase === 'done') for (const id of running.keys()) noteResult(id, job, status);
      if (endOf(status)) for (const one of taken.values()) if (one.job === job) run(one.watch);
    }
  });

  function noteResult(id: string, job: string, { output }: Extract<JobStatus, { phase: 'done' }>): void {
    const folder = state.get('watches', id)?.setup.folder;
    if (!folder || relative(resolve(folder), output).startsWith('..') || taken.has(recordId(id, output))) return;
    const file = statSync(output, { throwIfNoEntry: false });
    if (file) keep({ watch: id, what: 'result', path: output, bytes: file.size, modified: file.mtimeMs, job });
  }

  return {
    saveWatch({ id = randomUUID(), setup }) {
      findPreset(setup.preset);
      checkFolders(setup);
      storage.put('watch', id, setup);
      show(id, setup);
      begin(id);
      return { id };
    },
    removeWatch({ id }) {
      end(id);
      storage.together(() => {
        storage.remove('watch', id);
        for (const [record, one] of [...taken]) if (one.watch === id) forget(record);
      });
      state.remove('watches', id);
    },
    async close() {
      closed = true;
      clearInterval(timer);
      unsubscribe();
      const turns = [...running.values()].map(({ looking }) => looking);
      for (const id of [...running.keys()]) end(id);
      await Promise.all(turns);
    },
  };
}

/** Under the results' folder as it lay in the watched one. */
const resultsFor = ({ folder, results }: WatchSetup, path: string) =>
  join(resolve(results ?? ''), relative(resolve(folder), dirname(path)));

/** Throws bad-input for folders that would go round in circles. */
function checkFolders({ folder, done, failed }: WatchSetup): void {
  for (const other of [done, failed])
    if (other !== null && resolve(other) === resolve(folder))
      throw new StudioError('bad-input', 'Files that are through must go to another folder than the one that is watched.');
}

/** null where the system cannot tell of changes there: then only the clock does. */
function tell({ folder, subfolders }: WatchSetup, changed: () => void): FSWatcher | null {
  try {
    return watch(resolve(folder), { recursive: subfolders, persistent: false }, changed).on('error', () => {});
  } catch {
    return null;
  }
}

function inWords(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ENOENT: 'it is not there',
    EACCES: 'permission is missing',
    EPERM: 'permission is missing',
    ENOTDIR: 'it is not a folder',
    ENOSPC: 'the disk is full',
    EROFS: 'the disk is read-only',
  };
  return words[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
}
