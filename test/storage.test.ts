/** The queue's file: what every version left behind opens, is copied before it is changed, and survives being killed meanwhile. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JobStatus } from '../native/contract/contract.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { openStorage } from '../native/studio/storage.ts';
import { storageSteps } from '../native/studio/storage-steps.ts';
import { version } from '../native/studio/storage-upgrade.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import { shortClip } from './fixtures/sources.ts';
import { untilState } from './fixtures/wait.ts';

const kept = (number: number) => fileURLToPath(new URL(`fixtures/queues/version-${number}.db`, import.meta.url));

let folder: string;
let data: string;
let storage: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-storage-'));
  data = join(folder, 'data');
  storage = join(data, 'studio.db');
  mkdirSync(data);
});
const studios: Studio[] = [];
afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.close();
  rmSync(folder, { recursive: true, force: true });
});

/** All that is in a file, and its version. */
function contents(path: string) {
  const db = new DatabaseSync(path, { readOnly: true });
  const found = [db.prepare('SELECT * FROM record ORDER BY kind, id').all(), db.prepare('PRAGMA user_version').get()];
  db.close();
  return structuredClone(found);
}

function change(path: string, ...statements: string[]): void {
  const db = new DatabaseSync(path);
  for (const statement of statements) db.exec(statement);
  db.close();
}

/** A kept queue with its films in the test's own folder. */
function takeKept(number: number, films: string[]): void {
  const clip = shortClip(join(folder, films[0] ?? ''));
  for (const name of films.slice(1)) copyFileSync(clip, join(folder, name));
  copyFileSync(kept(number), storage);
  const place = JSON.stringify(folder).slice(1, -1);
  change(storage, `UPDATE record SET id = replace(id, '/films', '${place}'), body = replace(body, '/films', '${place}')`);
}

function open(): Studio {
  const studio = createStudio({ spawn: childWorkers(), storage });
  studios.push(studio);
  return studio;
}

/** Jobs by the names of their sources, in the order of the list. */
const jobs = (studio: Studio, name: string) =>
  Object.values(studio.state.all('jobs'))
    .filter(({ source }) => basename(source) === name)
    .sort((a, b) => a.order - b.order);
const status = (studio: Studio, name: string, at = 0): JobStatus | undefined =>
  studio.state.get('statuses', jobs(studio, name)[at]?.id ?? '');
const allDone = (studio: Studio, names: string[]) =>
  untilState(studio, () => names.every((name) => status(studio, name)?.phase === 'done'), `${names.join(', ')} are done`);
const out = () => readdirSync(join(folder, 'out')).sort();

describe('a queue of an earlier version', () => {
  test('every version so far has a file that is kept, and every earlier one a step', () => {
    for (let number = 1; number <= version; number++) {
      copyFileSync(kept(number), storage); // a look leaves files behind
      expect(contents(storage)[1]).toEqual({ user_version: number });
      if (number < version) expect(storageSteps[number]?.length, `a step from version ${number}`).toBeGreaterThan(0);
    }
    expect(existsSync(kept(version + 1))).toBe(false);
  });

  test('version 1 opens, runs on as it was meant, and stays behind as a copy', async () => {
    takeKept(1, ['holiday.mp4', 'talk.mp4', 'clip.mp4']);
    const before = contents(storage);
    const studio = open();
    expect(['holiday.mp4', 'talk.mp4', 'clip.mp4', 'gone.mp4'].map((name) => status(studio, name)?.phase)).toEqual([
      'waiting',
      'waiting',
      'done',
      'failed',
    ]);
    expect(status(studio, 'talk.mp4', 1)).toEqual({ phase: 'draft', problem: null });
    expect(jobs(studio, 'holiday.mp4')[0]?.overrides).toEqual({
      container: 'mkv',
      'video.rate': { mode: 'quality', value: 18 },
      'video.speed': 'slow',
      'video.maxHeight': 720,
      'video.maxWidth': null,
      'audio.kbps': 96,
      'subtitles.tracks': 'none',
    });
    expect(jobs(studio, 'talk.mp4')[0]?.overrides).toEqual({ 'video.rate': { mode: 'size', megabytes: 5 } });
    expect(studio.state.get('settings', 'studio')).toMatchObject({
      ...{ preset: 'hq-720p30', template: '{name} {height}', parallel: 3, favourites: [] },
    });
    await studio.call('startQueue', {});
    await allDone(studio, ['holiday.mp4', 'talk.mp4']);
    expect(out()).toEqual(['holiday.mkv', 'talk.mp4']);

    const copy = `${storage}.version-1`;
    expect(statSync(copy).mode & 0o77).toBe(0);
    expect(contents(copy)).toEqual(before);
    await studios.pop()?.close();
    expect(jobs(open(), 'holiday.mp4')[0]?.overrides).toMatchObject({ 'video.maxHeight': 720 }); // a step is run once
  });

  test('version 2, killed while it worked, opens and goes on by itself; nothing was to be copied', async () => {
    takeKept(2, ['holiday.mp4', 'talk.mp4', 'cut.mp4', 'long.mp4', 'clip.mp4']);
    mkdirSync(join(folder, 'out'));
    const partial = join(folder, 'out', '.long.fafced71.part.mp4');
    writeFileSync(partial, 'what was written until then');
    const studio = open();
    expect(existsSync(partial)).toBe(false);
    expect(['clip.mp4', 'post.mp4', 'broken.mp4', 'gone.mp4'].map((name) => status(studio, name)?.phase)).toEqual([
      ...['done', 'done', 'failed', 'failed'],
    ]);
    expect(status(studio, 'away.mp4')).toMatchObject({ phase: 'waiting', held: { code: 'source-missing' } });
    expect(jobs(studio, 'talk.mp4').map(({ lossless }) => lossless === null)).toEqual([true, false]);
    expect(status(studio, 'talk.mp4', 1)).toEqual({ phase: 'draft', problem: null });
    expect(jobs(studio, 'talk.mp4')[0]?.overrides).toEqual({
      'video.rate': { mode: 'size', megabytes: 5 },
      trim: { start: 0, end: 0.5 },
    });
    expect(studio.state.get('settings', 'studio')).toMatchObject({ language: 'de', welcomed: true, favourites: ['fast-1080p30'] });
    expect(Object.values(studio.state.all('watches'))).toMatchObject([{ setup: { folder: join(folder, 'inbox'), enabled: true } }]);
    const [session] = Object.values(studio.state.all('sessions'));
    expect([session?.setup.name, Object.values(session?.keys ?? {})]).toEqual(['Evening', ['••••••-key']]);

    await allDone(studio, ['long.mp4', 'holiday.mp4', 'talk.mp4', 'cut.mp4']);
    expect(jobs(studio, 'long.mp4')[0]?.order).toBeLessThan(jobs(studio, 'holiday.mp4')[0]?.order ?? 0);
    expect(out()).toEqual(['cut.mkv', 'holiday.mkv', 'long.mp4', 'talk.mp4']); // clip.mp4 was done before, and taken away since
    expect(await studio.call('jobLog', { id: jobs(studio, 'clip.mp4')[0]?.id })).toContainEqual(
      expect.objectContaining({ text: expect.stringMatching(/^Named .*clip\.mp4\.$/) }),
    );
    expect(readdirSync(data).filter((name) => name.includes('version'))).toEqual([]);
  });
});

describe('a queue of a newer version', () => {
  const files = () => readdirSync(data).map((name) => [name, readFileSync(join(data, name), 'base64')]);
  const refusal = { code: 'library-busy', message: expect.stringMatching(/newer Muxwell.*left as it is.*Update/) };

  test.each([
    ['with tables that nobody knows yet', ['ALTER TABLE record RENAME TO entry']],
    ['that is not written ahead any more', ['PRAGMA journal_mode = DELETE']],
  ])('%s is refused in words, and not a byte of it is touched', (_what, statements) => {
    copyFileSync(kept(version), storage);
    change(storage, ...statements, `PRAGMA user_version = ${version + 1}`);
    const before = files();
    expect(() => createStudio({ spawn: childWorkers(), storage })).toThrow(expect.objectContaining(refusal));
    expect(files()).toEqual(before);
  });

  test('one whose Muxwell was killed keeps all that it wrote', () => {
    const elsewhere = join(folder, 'running.db');
    copyFileSync(kept(version), elsewhere);
    const running = new DatabaseSync(elsewhere);
    running.exec(`PRAGMA journal_mode = WAL; UPDATE record SET body = 'news' WHERE kind = 'queue'; PRAGMA user_version = ${version + 1}`);
    for (const end of ['', '-wal']) copyFileSync(`${elsewhere}${end}`, `${storage}${end}`);
    running.close();
    expect(() => openStorage(storage)).toThrow(expect.objectContaining(refusal));
    expect(contents(storage)).toEqual(contents(elsewhere));
  });
});

describe('an upgrade that is killed', () => {
  const many = 3000;
  const host = fileURLToPath(new URL('fixtures/upgrade-host.ts', import.meta.url));
  const overrides = JSON.stringify({ maxHeight: 720, audioKbps: 96, note: 'x'.repeat(4000) });

  /** A queue of version 1 with so many jobs, 12 MB of them. */
  function takeLarge(): void {
    copyFileSync(kept(1), storage);
    const db = new DatabaseSync(storage);
    const add = db.prepare('INSERT INTO record VALUES (?, ?, ?)');
    db.exec("BEGIN; DELETE FROM record WHERE kind = 'job'");
    for (let n = 1; n <= many; n++) add.run('job', `job-${n}`, `{"id":"job-${n}","order":${n},"overrides":${overrides}}`);
    db.exec('COMMIT');
    db.close();
  }

  /** Nothing is lost, and all of it is of one version: this one, with the earlier one beside it. */
  function expectWhole(before: unknown): void {
    const records = openStorage(storage);
    const found = [...records.all<{ overrides: object }>('job').values()];
    records.close();
    expect(found).toHaveLength(many);
    for (const job of found) expect(job.overrides).toEqual({ 'video.maxHeight': 720, 'video.maxWidth': null, 'audio.kbps': 96 });
    expect(contents(storage)[1]).toEqual({ user_version: version });
    expect(contents(`${storage}.version-1`)).toEqual(before);
    expect(readdirSync(data).filter((name) => name.includes('version'))).toEqual(['studio.db.version-1']);
  }

  const killed = async (job: number, look: () => void = () => {}) => {
    const child = fork(host, [storage, String(job)], { execArgv: [] });
    const gone = once(child, 'exit');
    look();
    return { child, gone };
  };

  test.each([1, many / 2, many])('over job %i of 3000 leaves the queue as it was, and the next start brings it up to date', async (job) => {
    takeLarge();
    const before = contents(storage);
    const { gone } = await killed(job);
    expect((await gone)[1]).toBe('SIGKILL');
    expect(contents(storage)).toEqual(before);
    expectWhole(before);
  });

  test('while the copy is made leaves no half of one under its name', async () => {
    takeLarge();
    const before = contents(storage);
    const isBegun = new Promise((resolve) => {
      const watcher = watch(data, (_event, name) => {
        if (!name?.includes('version-1')) return;
        watcher.close();
        resolve(name);
      });
    });
    const { child, gone } = await killed(0);
    await isBegun;
    child.kill('SIGKILL');
    expect((await gone)[1]).toBe('SIGKILL');
    expect(existsSync(`${storage}.version-1`)).toBe(false);
    expect(contents(storage)).toEqual(before);
    expectWhole(before);
  });
});
