/** Lossless jobs in the studio's queue: drafts that wait, orders that change, parts that become files, with real files and workers. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CommandInputs, Job, JobStatus } from '../native/contract/contract.ts';
import { complement } from '../native/contract/segments.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import { fiveSecondsOfMatroska, quick, shortClip } from './fixtures/sources.ts';
import { untilState } from './fixtures/wait.ts';

let clips: string;
let clip: string;
let five: string;
beforeAll(() => {
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  clip = shortClip(join(clips, 'short.mp4'));
  five = fiveSecondsOfMatroska(join(clips, 'five.mkv'));
});
afterAll(() => rmSync(clips, { recursive: true, force: true }));

let folder: string;
let out: string;
const studios: Studio[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-lossless-'));
  out = join(folder, 'out');
});
afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): Studio {
  const studio = createStudio({ spawn: childWorkers(), storage: join(folder, 'data', 'studio.db') });
  studios.push(studio);
  return studio;
}

async function close(studio: Studio): Promise<void> {
  studios.splice(studios.indexOf(studio), 1);
  await studio.close();
}

function copy(name: string, of = clip): string {
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  copyFileSync(of, path);
  return path;
}

const add = async (studio: Studio, sources: string[], more: Partial<CommandInputs['addLossless']> = {}) =>
  (await studio.call('addLossless', { sources, output: { folder: out }, ...more })).ids;
const job = (studio: Studio, id = ''): Job => studio.state.get('jobs', id) as Job;
const status = (studio: Studio, id = ''): JobStatus | undefined => studio.state.get('statuses', id);
const planned = (studio: Studio, id = '', look: (found: Job) => boolean = () => true) =>
  untilState(studio, () => job(studio, id).outline !== null && look(job(studio, id)), 'the outline is there');
const ended = (studio: Studio, ids: string[]) =>
  untilState(studio, () => ids.every((id) => ['done', 'failed', 'cancelled'].includes(status(studio, id)?.phase ?? '')), 'all have ended');
const files = () => (existsSync(out) ? readdirSync(out).sort() : []);
/** Phases with what went wrong, so that a failure shows itself. */
const results = (studio: Studio, ids: string[]) =>
  ids.map((id) => {
    const now = status(studio, id);
    return now?.phase === 'failed' ? `${now.error.code}: ${now.error.message}` : now?.phase;
  });

describe('a draft', () => {
  test('is read and planned, waits while the queue runs, counts in no total, and runs when it is submitted', async () => {
    const studio = open();
    await studio.call('startQueue', {});
    const [draft = ''] = await add(studio, [copy('holiday.mp4')], { order: { target: 'mkv' }, draft: true });
    await planned(studio, draft);
    const [other = ''] = await add(studio, [copy('other.mp4')], { order: { target: 'mkv' } });
    await ended(studio, [other]);
    expect(status(studio, draft)).toEqual({ phase: 'draft', problem: null });
    expect(job(studio, draft).outline).toMatchObject({
      target: 'mkv',
      extension: 'mkv',
      tracks: [{ outcome: 'kept' }, { outcome: 'kept' }],
    });
    await untilState(studio, () => studio.state.get('queue', 'studio')?.done === 1, 'the totals say so');
    expect(studio.state.get('queue', 'studio')).toMatchObject({ total: 1, done: 1, waiting: 0 });
    expect((await studio.call('submitJobs', { ids: [draft] })).ids).toEqual([draft]);
    await ended(studio, [draft]);
    expect(results(studio, [draft, other])).toEqual(['done', 'done']);
    expect(files()).toEqual(['holiday.mkv', 'other.mkv']);
  });

  test('is planned anew when its order changes, says what is wrong with it, and stays a draft', async () => {
    const studio = open();
    const [id = ''] = await add(studio, [copy('holiday.mp4')], { draft: true });
    await planned(studio, id);
    await studio.call('changeJobs', { ids: [id], order: { target: 'm4a' } });
    await planned(studio, id, ({ outline }) => outline?.target === 'm4a');
    expect(job(studio, id).notes.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^Picture 0 .*left out: M4A/));
    await studio.call('changeJobs', { ids: [id], order: { target: 'srt' } });
    const wrong = await untilState(
      studio,
      () => {
        const now = status(studio, id);
        return now?.phase === 'draft' && now.problem;
      },
      'the problem is told',
    );
    expect(wrong.code).toBe('nothing-to-export');
    await studio.call('changeJobs', { ids: [id], order: { target: 'mkv' } });
    await untilState(
      studio,
      () => status(studio, id)?.phase === 'draft' && (status(studio, id) as { problem: unknown }).problem === null,
      'it is well',
    );
    expect(status(studio, id)?.phase).toBe('draft');
  });

  test('outlives the studio with its order, and what ended can be made one again', async () => {
    const source = copy('holiday.mp4');
    const first = open();
    const [id = ''] = await add(first, [source], { order: { target: 'mov', layout: 'fragmented' }, draft: true });
    await planned(first, id);
    await close(first);
    const second = open();
    expect(status(second, id)).toMatchObject({ phase: 'draft' });
    expect(job(second, id).lossless).toMatchObject({ target: 'mov', layout: 'fragmented' });
    await second.call('submitJobs', { ids: [id] });
    await second.call('startQueue', {});
    await ended(second, [id]);
    expect(results(second, [id])).toEqual(['done']);
    await second.call('draftJobs', { ids: [id] });
    expect(status(second, id)).toEqual({ phase: 'draft', problem: null });
    await second.call('changeJobs', { ids: [id], order: { target: 'mkv' } });
    await second.call('submitJobs', { ids: [id] });
    await ended(second, [id]);
    expect(files()).toEqual(['holiday.mkv', 'holiday.mov']);
  });

  test('an order that makes no sense is refused before anything is changed', async () => {
    const studio = open();
    const [id = ''] = await add(studio, [copy('holiday.mp4')], { draft: true });
    const wrong = [{ target: 'exe' }, { segments: [{ start: 2, end: 1 }] }, { tracks: [] }, { rules: { audio: ['english language'] } }];
    for (const order of wrong) await expect(studio.call('changeJobs', { ids: [id], order })).rejects.toMatchObject({ code: 'bad-input' });
    expect(job(studio, id).lossless).toMatchObject({ target: 'same', tracks: null });
    const exported = await studio.call('addJobs', { sources: [copy('export.mp4')], ...quick, output: { folder: out } });
    await studio.call('draftJobs', { ids: exported.ids });
    expect(status(studio, exported.ids[0])?.phase).not.toBe('draft');
  });
});

describe('parts of a film', () => {
  test('a file each: numbered or by their titles, in place of the draft, one behind the other', async () => {
    const studio = open();
    const segments = [
      { start: 0, end: 1 },
      { start: 1, end: 2, title: 'Middle: part/two' },
      { start: 3, end: null },
    ];
    const [draft = ''] = await add(studio, [copy('five.mkv', five)], { order: { segments, split: true }, draft: true });
    const [last = ''] = await add(studio, [copy('last.mp4')], { order: { target: 'mkv' }, draft: true });
    await planned(studio, draft);
    const { ids } = await studio.call('submitJobs', { ids: [draft] });
    expect(ids[0]).toBe(draft);
    const order = Object.values(studio.state.all('jobs')).sort((a, b) => a.order - b.order);
    expect(order.map(({ id }) => id)).toEqual([...ids, last]);
    await studio.call('startQueue', {});
    await ended(studio, ids);
    expect(results(studio, ids)).toEqual(['done', 'done', 'done']);
    expect(files()).toEqual(['five 1.mkv', 'five 3.mkv', 'five Middle_ part_two.mkv']);
  });

  test('one file: as long as its parts together', async () => {
    const studio = open();
    const segments = [
      { start: 3, end: 4 },
      { start: 0, end: 1 },
    ];
    const [id = ''] = await add(studio, [copy('five.mkv', five)], { order: { segments } });
    await studio.call('startQueue', {});
    await ended(studio, [id]);
    expect(results(studio, [id])).toEqual(['done']);
    const now = status(studio, id) as Extract<JobStatus, { phase: 'done' }>;
    const { cuts = [] } = job(studio, id).outline ?? {};
    const length = cuts.reduce((sum, cut) => sum + (cut.end ?? 0) - cut.start, 0);
    expect(now.proof.duration).toBeCloseTo(length, 0);
  });

  test('what is left when parts are taken away', () => {
    const cut = (start: number | null, end: number | null) => ({ start, end });
    expect(complement([], 0, 10)).toEqual([cut(0, 10)]);
    expect(complement([cut(2, 3), cut(5, 6)], 0, 10)).toEqual([cut(0, 2), cut(3, 5), cut(6, 10)]);
    expect(complement([cut(5, 8), cut(null, 2), cut(1, 6)], null, null)).toEqual([cut(8, null)]);
    expect(complement([cut(null, 1), cut(9, null)], 0, 10)).toEqual([cut(1, 9)]);
    expect(complement([cut(null, null)], 0, 10)).toEqual([]);
  });
});

describe('results', () => {
  test('have the date of their source, unless that is not wanted; a source is never written over', async () => {
    const studio = open();
    const source = copy('old.mp4');
    const date = new Date('2001-02-03T04:05:06Z');
    utimesSync(source, date, date);
    const before = statSync(source);
    const ids = [
      ...(await add(studio, [source], { output: {} })),
      ...(await add(studio, [source], { order: { keepDates: false, target: 'mkv' } })),
    ];
    await studio.call('startQueue', {});
    await ended(studio, ids);
    expect(results(studio, ids)).toEqual(['done', 'done']);
    expect(statSync(join(folder, 'old (2).mp4')).mtime).toEqual(date);
    expect(statSync(join(out, 'old.mkv')).mtimeMs).toBeGreaterThan(Date.now() - 600_000);
    expect(statSync(source)).toMatchObject({ size: before.size, mtimeMs: before.mtimeMs, ino: before.ino });
    const over = await add(studio, [source], { output: { folder, overwrite: true } });
    await ended(studio, over);
    expect(results(studio, over)).toEqual([expect.stringMatching(/^output-is-source/)]);
  });

  test('an added file that is gone, or is no media, fails its job by name; the others go on', async () => {
    const studio = open();
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'nothing of a film');
    const ids = [
      ...(await add(studio, [copy('a.mp4')], { order: { files: [join(folder, 'gone.srt')] } })),
      ...(await add(studio, [copy('b.mp4')], { order: { files: [text] } })),
      ...(await add(studio, [copy('c.mp4')], { order: { target: 'mkv' } })),
    ];
    await studio.call('startQueue', {});
    await ended(studio, ids);
    expect(results(studio, ids)).toEqual([
      expect.stringMatching(/^source-missing: .*gone\.srt/),
      expect.stringMatching(/^not-media: notes\.txt/),
      'done',
    ]);
    expect(files()).toEqual(['c.mkv']);
  });

  test('joined files play one after the other', async () => {
    const studio = open();
    const [id = ''] = await add(studio, [copy('a.mp4')], { order: { join: [copy('b.mp4'), copy('c.mp4')], target: 'mkv' } });
    await studio.call('startQueue', {});
    await ended(studio, [id]);
    expect(results(studio, [id])).toEqual(['done']);
    const one = job(studio, id).media?.duration ?? 0;
    const now = status(studio, id) as Extract<JobStatus, { phase: 'done' }>;
    expect(now.proof.duration).toBeGreaterThan(one * 3 - 0.2);
    expect(now.proof.duration).toBeLessThan(one * 3 + 0.2);
  });

  test('progress is told in bytes, and a lossless job beside an export shares the pool', async () => {
    const studio = open();
    const seen: JobStatus[] = [];
    studio.state.subscribe(({ put }) => seen.push(...(Object.values(put['statuses'] ?? {}) as JobStatus[])));
    await studio.call('startQueue', {});
    const exported = await studio.call('addJobs', { sources: [copy('a.mp4')], ...quick, output: { folder: out } });
    const ids = [...exported.ids, ...(await add(studio, [copy('b.mkv', five)], { order: { target: 'mp4' } }))];
    await ended(studio, ids);
    expect(results(studio, ids)).toEqual(['done', 'done']);
    const stages = seen.flatMap((one) => (one.phase === 'running' ? [one.stage] : []));
    expect(new Set(stages)).toEqual(new Set(['encoding', 'copying', 'finishing', 'proving']));
    const copying = seen.filter((one) => one.phase === 'running' && one.plannedBytes !== null);
    expect(copying.length).toBeGreaterThan(0);
  });
});
