/** Which job runs next, groups, pauses that outlive the studio, and sources that may go: a real studio with real workers. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CommandInputs, Job, JobStatus } from '../native/contract/contract.ts';
import type { Proof } from '../native/contract/plan.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { openStorage } from '../native/studio/storage.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import { moveInto } from '../native/studio/watch/move.ts';
import { makeClip, tone } from './fixtures/clips.ts';
import { longClip, quick, shortClip, slow } from './fixtures/sources.ts';
import { seeded, untilState } from './fixtures/wait.ts';

let clips: string;
let short: string;
let long: string;
/** With a title in a subtitle track that MP3 cannot hold. */
let titled: string;
beforeAll(() => {
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  short = shortClip(join(clips, 'short.mp4'));
  long = longClip(join(clips, 'long.mp4'));
  titled = makeClip(join(clips, 'titled.mkv'), {
    muxer: 'matroska',
    streams: [{ source: 'testsrc2=s=320x240:r=25:d=1,format=yuv420p', encoder: 'libx264', options: { preset: 'ultrafast' } }, tone(1)],
    subtitles: [
      { tags: { language: 'eng' }, lines: [{ at: 0.2, seconds: 0.5, text: 'Hello' }] },
      { tags: { language: 'nor' }, lines: [{ at: 0.2, seconds: 0.5, text: 'Hei' }] },
    ],
  });
});
afterAll(() => rmSync(clips, { recursive: true, force: true }));

let folder: string;
const studios: Studio[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-order-'));
});
afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: Partial<Parameters<typeof createStudio>[0]> = {}): Studio {
  const studio = createStudio({ spawn: childWorkers(), storage: join(folder, 'library.db'), ...options });
  studios.push(studio);
  return studio;
}

async function close(studio: Studio): Promise<void> {
  studios.splice(studios.indexOf(studio), 1);
  await studio.close();
}

function sources(names: string[], clip = short): string[] {
  return names.map((name) => {
    const path = join(folder, name);
    copyFileSync(clip, path);
    return path;
  });
}

async function add(studio: Studio, paths: string[], more: Partial<CommandInputs['addJobs']> = {}): Promise<string[]> {
  const order: CommandInputs['addJobs'] = { sources: paths, ...quick, output: { folder: join(folder, 'out') }, ...more };
  return (await studio.call('addJobs', order)).ids;
}

const statusOf = (studio: Studio, id = '') => studio.state.get('statuses', id);
const jobOf = (studio: Studio, id = '') => studio.state.get('jobs', id) as Job;
const reach = (studio: Studio, ids: string[], ...phases: JobStatus['phase'][]) =>
  untilState(studio, () => ids.every((id) => phases.includes(statusOf(studio, id)?.phase as never)), `all ${phases.join(' or ')}`);
/** Names in the order in which the jobs began to run. */
function watchStarts(studio: Studio): string[] {
  const started: string[] = [];
  studio.state.subscribe(({ put }) => {
    for (const [id, status] of Object.entries((put['statuses'] ?? {}) as Record<string, JobStatus>)) {
      const name = basename(jobOf(studio, id)?.source ?? '', '.mp4');
      if ((status.phase === 'running' || status.phase === 'done') && !started.includes(name)) started.push(name);
    }
  });
  return started;
}

describe('priorities', () => {
  test('the urgent go first, the low when nothing else waits, within each the list counts; a change counts at once', async () => {
    const studio = open();
    await studio.call('changeSettings', { parallel: 1 });
    const low = await add(studio, sources(['low-1.mp4', 'low-2.mp4']), { priority: 'low' });
    const normal = await add(studio, sources(['normal-1.mp4', 'normal-2.mp4']));
    const urgent = await add(studio, sources(['urgent-1.mp4', 'urgent-2.mp4']), { priority: 'urgent' });
    const late = await add(studio, sources(['changed.mp4']), { priority: 'low' });
    await reach(studio, [...low, ...normal, ...urgent, ...late], 'waiting');
    const started = watchStarts(studio);
    await studio.call('prioritizeJobs', { ids: late, priority: 'urgent' });
    await studio.call('moveJobs', { ids: [urgent[1] ?? ''], before: urgent[0] ?? '' });
    await studio.call('startQueue', {});
    await reach(studio, [...low, ...normal, ...urgent, ...late], 'done');
    expect(started).toEqual(['urgent-2', 'urgent-1', 'changed', 'normal-1', 'normal-2', 'low-1', 'low-2']);
  });

  test('what runs is not stopped for an urgent one, which is the next', async () => {
    const studio = open();
    await studio.call('changeSettings', { parallel: 1 });
    await studio.call('startQueue', {});
    const [running = ''] = await add(studio, sources(['running.mp4'], long), slow);
    const waiting = await add(studio, sources(['waiting.mp4']));
    await reach(studio, [running], 'running');
    const started = watchStarts(studio);
    const urgent = await add(studio, sources(['urgent.mp4']), { priority: 'urgent' });
    await reach(studio, [...urgent, ...waiting], 'waiting');
    expect(statusOf(studio, running)?.phase).toBe('running');
    await studio.call('cancelJobs', { ids: [running] });
    await reach(studio, [...urgent, ...waiting], 'done');
    expect(started).toEqual(['running', 'urgent', 'waiting']);
  });

  test('an urgent file is read before those that were added before it', async () => {
    const studio = open();
    const read: string[] = [];
    studio.state.subscribe(({ put }) => {
      for (const [id, status] of Object.entries((put['statuses'] ?? {}) as Record<string, JobStatus>))
        if (status.phase === 'waiting') read.push(basename(jobOf(studio, id).source));
    });
    const all = await add(studio, sources(Array.from({ length: 12 }, (_, index) => `${index}.mp4`)));
    all.push(...(await add(studio, sources(['urgent.mp4']), { priority: 'urgent' })));
    await reach(studio, all, 'waiting');
    expect(read.indexOf('urgent.mp4')).toBeLessThan(3);
  });

  test('a job of an earlier version is a normal one by itself, and a watch folder of one adds low ones', async () => {
    const studio = open();
    const [id = ''] = await add(studio, sources(['a.mp4']), { priority: 'urgent', group: 'Wedding' });
    await reach(studio, [id], 'waiting');
    await close(studio);
    mkdirSync(join(folder, 'inbox'));
    const storage = openStorage(join(folder, 'library.db'));
    const { priority, group, paused, ...earlier } = storage.get<Job>('job', id) as Job;
    expect([priority, group, paused]).toEqual(['urgent', 'Wedding', false]);
    storage.put('job', id, earlier);
    storage.put('watch', 'w', { folder: join(folder, 'inbox'), subfolders: false, preset: quick.preset, results: join(folder, 'out') });
    storage.close();
    const again = open({ watchPace: { everyMs: 50, restMs: 100 } });
    expect(jobOf(again, id)).toMatchObject({ priority: 'normal', group: null, paused: false });
    expect(again.state.get('watches', 'w')?.setup).toMatchObject({ priority: 'low', group: null });
    await again.call('pauseQueue', {});
    copyFileSync(short, join(folder, 'inbox', 'new.mp4'));
    const found = await untilState(again, () => Object.values(again.state.all('jobs')).find((job) => job.id !== id), 'it is taken');
    expect(found).toMatchObject({ priority: 'low', group: null });
  });
});

describe('groups', () => {
  /** Jobs by one letter each, in groups by the letter behind it: `a b:W c:W`. Their files are not there, which is no matter here. */
  async function list(studio: Studio, words: string): Promise<Record<string, string>> {
    const ids: Record<string, string> = {};
    for (const word of words.split(' ')) {
      const [name = '', group] = word.split(':');
      [ids[name] = ''] = await add(studio, [join(folder, name)], { group: group ?? null });
    }
    return ids;
  }
  const shown = (studio: Studio) =>
    Object.values(studio.state.all('jobs'))
      .sort((one, other) => one.order - other.order)
      .map(({ source, group }) => `${basename(source)}${group ? `:${group}` : ''}`)
      .join(' ');
  const pick = (ids: Record<string, string>, names: string) => [...names].map((name) => ids[name] ?? '');

  const cases: [what: string, list: string, move: string, before: string | null, then: string][] = [
    ['within its group', 'a b:W c:W d:W', 'd', 'b', 'a d:W b:W c:W'],
    ['to the group’s own edge', 'a b:W c:W d', 'b', 'd', 'a c:W b:W d'],
    ['away from it', 'a b:W c:W d', 'b', 'a', 'b a c:W d'],
    ['into another', 'a b:W c:W d:X e:X', 'c', 'e', 'a b:W d:X c:X e:X'],
    ['into one from nowhere', 'a b:W c:W', 'a', 'c', 'b:W a:W c:W'],
    ['between two of them', 'a:W b:W c:X d:X e', 'e', 'c', 'a:W b:W e c:X d:X'],
    ['all of one', 'a b:W c:W d', 'bc', 'a', 'b:W c:W a d'],
    ['to the end', 'a:W b:W c', 'a', null, 'b:W c a'],
  ];
  test.each(cases)('a job that is moved %s', async (_what, before, moved, to, then) => {
    const studio = open({ storage: ':memory:' });
    const ids = await list(studio, before);
    await studio.call('moveJobs', { ids: pick(ids, moved), before: to === null ? null : (ids[to] ?? '') });
    expect(shown(studio)).toBe(then);
  });

  const regroups: [what: string, list: string, jobs: string, group: string | null, then: string][] = [
    ['into a group that is there: behind its last', 'a b:W c:W d e', 'ae', 'W', 'b:W c:W a:W e:W d'],
    ['into a new one: where the first of them stands', 'a b c d', 'bd', 'N', 'a b:N d:N c'],
    ['into a new one, from within another', 'a:W b:W c:W d', 'bd', 'N', 'a:W c:W b:N d:N'],
    ['out of all', 'a:W b:W c:W d', 'b', null, 'a:W c:W b d'],
    ['out of all, the whole group', 'a:W b:W c', 'ab', null, 'a b c'],
    ['out of several', 'a:W b:W c:X d:X', 'ac', null, 'b:W a d:X c'],
    ['under another name', 'a b:W c:W d', 'bc', 'N', 'a b:N c:N d'],
  ];
  test.each(regroups)('jobs go %s', async (_what, before, jobs, group, then) => {
    const studio = open({ storage: ':memory:' });
    const ids = await list(studio, before);
    await studio.call('groupJobs', { ids: pick(ids, jobs), group });
    expect(shown(studio)).toBe(then);
  });

  test('a page may say which group jobs join where they are dropped', async () => {
    const studio = open({ storage: ':memory:' });
    const ids = await list(studio, 'a b:W c');
    await studio.call('moveJobs', { ids: pick(ids, 'c'), before: ids['b'] ?? '', group: 'W' });
    expect(shown(studio)).toBe('a c:W b:W');
  });

  test('new jobs of a group that is there stand behind its others, and parts of a split job in its group', async () => {
    const studio = open();
    const wedding = await add(studio, [join(folder, 'a'), join(folder, 'b')], { group: 'W' });
    await add(studio, [join(folder, 'c')]);
    await add(studio, [join(folder, 'd')], { group: 'W' });
    expect(shown(studio)).toBe('a:W b:W d:W c');
    const segments = [
      { start: 0, end: 0.4 },
      { start: 0.5, end: 0.9 },
    ];
    const [film = ''] = sources(['film.mp4']);
    const [draft = ''] = (await studio.call('addLossless', { sources: [film], order: { segments, split: true }, draft: true })).ids;
    await studio.call('groupJobs', { ids: [draft], group: 'W' });
    await studio.call('submitJobs', { ids: [draft] });
    expect(shown(studio)).toBe('a:W b:W d:W film.mp4:W film.mp4:W c');
    await studio.call('removeJobs', { ids: wedding });
    expect(shown(studio)).toBe('d:W film.mp4:W film.mp4:W c');
  });

  test('however often one more comes to a group, it finds room behind the others', async () => {
    const studio = open({ storage: ':memory:' });
    await list(studio, 'a:W z');
    for (let count = 0; count < 80; count++) await add(studio, [join(folder, String(count))], { group: 'W' });
    const names = Array.from({ length: 80 }, (_, index) => `${index}:W`);
    expect(shown(studio)).toBe(['a:W', ...names, 'z'].join(' '));
  });

  test('whatever is moved and regrouped one by one, a group is never torn apart (seeded)', async () => {
    const studio = open({ storage: ':memory:' });
    const ids = Object.values(await list(studio, 'a b:W c:W d e:X f:X g:X h i:W j'));
    const random = seeded(7);
    const any = <T>(items: T[]) => items[Math.floor(random() * items.length)] as T;
    for (let step = 0; step < 300; step++) {
      const id = any(ids);
      if (random() < 0.6) await studio.call('moveJobs', { ids: [id], before: random() < 0.1 ? null : any(ids) });
      else await studio.call('groupJobs', { ids: [id, any(ids)], group: any(['W', 'X', null]) });
      const runs = shown(studio)
        .split(' ')
        .map((word) => word.split(':')[1] ?? word)
        .filter((group, index, all) => group !== all[index - 1]);
      expect(runs, shown(studio)).toEqual([...new Set(runs)]);
    }
  });

  test('files are collected with the folder that was asked for, at any depth', async () => {
    const studio = open();
    mkdirSync(join(folder, 'Wedding', 'church'), { recursive: true });
    const paths = ['Wedding/a.mp4', 'Wedding/church/b.mp4', 'loose.mp4'].map((name) => join(folder, name));
    for (const path of paths) writeFileSync(path, 'x');
    const { files, folders } = await studio.call('collectFiles', { paths: [join(folder, 'Wedding'), join(folder, 'loose.mp4')] });
    expect(files.map((file, index) => [basename(file), folders[index]])).toEqual([
      ['a.mp4', 'Wedding'],
      ['b.mp4', 'Wedding'],
      ['loose.mp4', null],
    ]);
  });
});

describe('pauses', () => {
  test('a waiting job that is paused is passed by, also by the next studio, until it is resumed; a change does not wake it', async () => {
    const studio = open();
    const [held = '', other = ''] = await add(studio, sources(['held.mp4', 'other.mp4']));
    await reach(studio, [held, other], 'waiting');
    await studio.call('pauseJobs', { ids: [held] });
    await studio.call('startQueue', {});
    await reach(studio, [other], 'done');
    expect(statusOf(studio, held)).toEqual({ phase: 'waiting' });
    await studio.call('changeJobs', { ids: [held], overrides: { 'video.speed': 'fast' } });
    await close(studio);
    const again = open();
    const [news = ''] = await add(again, sources(['news.mp4']));
    await reach(again, [news], 'done');
    expect([statusOf(again, held)?.phase, jobOf(again, held).paused]).toEqual(['waiting', true]);
    await again.call('resumeJobs', { ids: [held] });
    await reach(again, [held], 'done');
  });

  test('a running job that is paused waits paused in the next studio; trying it again wakes it', async () => {
    const studio = open();
    await studio.call('startQueue', {});
    const [id = ''] = await add(studio, sources(['a.mp4'], long), slow);
    await reach(studio, [id], 'running');
    await studio.call('pauseJobs', { ids: [id] });
    expect(statusOf(studio, id)).toMatchObject({ phase: 'running', paused: true });
    await close(studio);
    const again = open();
    const [other = ''] = await add(again, sources(['b.mp4']));
    await reach(again, [other], 'done');
    expect(statusOf(again, id)).toEqual({ phase: 'waiting' });
    await again.call('cancelJobs', { ids: [id] });
    await again.call('retryJobs', { ids: [id], preset: 'audio-mp3' });
    await reach(again, [id], 'done');
    expect(jobOf(again, id)).toMatchObject({ paused: false, preset: 'audio-mp3' });
  });

  test('the whole queue stands still, takes what is added, outlives a restart, and leaves single pauses as they were', async () => {
    const studio = open();
    await studio.call('changeSettings', { parallel: 2 });
    await studio.call('startQueue', {});
    const [one = '', two = ''] = await add(studio, sources(['one.mp4', 'two.mp4'], long), slow);
    await reach(studio, [one, two], 'running');
    await studio.call('pauseJobs', { ids: [two] });
    await studio.call('pauseQueue', {});
    const pausedOf = (id: string) => {
      const status = statusOf(studio, id);
      return status?.phase === 'running' && status.paused;
    };
    await untilState(studio, () => pausedOf(one) && pausedOf(two), 'both stand still');
    const [late = ''] = await add(studio, sources(['late.mp4']));
    await reach(studio, [late], 'waiting');
    expect(studio.state.get('queue', 'studio')).toMatchObject({ started: true, paused: true });
    await studio.call('resumeQueue', {});
    await untilState(studio, () => !pausedOf(one), 'the first goes on');
    await reach(studio, [late], 'done');
    expect([pausedOf(one), pausedOf(two)]).toEqual([false, true]);
    await studio.call('pauseQueue', {});
    await close(studio);
    const again = open();
    const [last = ''] = await add(again, sources(['last.mp4']));
    await reach(again, [last], 'waiting');
    await untilState(again, () => again.state.get('queue', 'studio')?.waiting === 3, 'the totals are told');
    expect(again.state.get('queue', 'studio')).toMatchObject({ started: true, paused: true, running: 0 });
    await again.call('cancelJobs', { ids: [one] });
    await again.call('resumeQueue', {});
    await reach(again, [last], 'done');
    expect(statusOf(again, two)).toEqual({ phase: 'waiting' });
  });

  test('a running job that is paused lets the next one have its place, and goes on at once when it is resumed', async () => {
    const studio = open();
    await studio.call('changeSettings', { parallel: 1 });
    await studio.call('startQueue', {});
    const [first = '', second = '', third = ''] = await add(studio, sources(['a.mp4', 'b.mp4', 'c.mp4'], long), slow);
    const running = () => [first, second, third].filter((id) => statusOf(studio, id)?.phase === 'running');
    await reach(studio, [first], 'running');
    await studio.call('pauseJobs', { ids: [first] });
    await reach(studio, [second], 'running');
    await studio.call('resumeJobs', { ids: [first] });
    expect(statusOf(studio, first)).toMatchObject({ phase: 'running', paused: false });
    await studio.call('cancelJobs', { ids: [second] });
    await reach(studio, [second], 'cancelled');
    await studio.call('startQueue', {});
    expect(running()).toEqual([first]);
    await studio.call('pauseJobs', { ids: [first] });
    await studio.call('cancelJobs', { ids: [first] });
    await reach(studio, [third], 'running');
    await reach(studio, [first], 'cancelled');
    expect(running()).toEqual([third]);
  });

  test('a job that is paused between its start and its first picture stands still as soon as it can', async () => {
    const studio = open();
    const [id = ''] = await add(studio, sources(['a.mp4'], long), slow);
    await reach(studio, [id], 'waiting');
    utimesSync(join(folder, 'a.mp4'), new Date(), new Date(1e12)); // it is read once more before it runs
    await studio.call('startQueue', {});
    await studio.call('pauseJobs', { ids: [id] });
    expect(statusOf(studio, id)).toEqual({ phase: 'waiting' });
    const paused = () => {
      const status = statusOf(studio, id);
      return status?.phase === 'running' && status.paused;
    };
    await untilState(studio, paused, 'it stands still');
  });
});

describe('originals', () => {
  const same = { 'video.maxHeight': null, 'video.maxWidth': null, 'video.frameRate': { mode: 'source', fps: null } } as const;

  /** Exports to the end; a file in Matroska keeps everything. */
  async function exported(studio: Studio, clip: string, name: string, more: Partial<CommandInputs['addJobs']> = {}): Promise<string> {
    await studio.call('startQueue', {});
    const [id = ''] = await add(studio, sources([name], clip), { overrides: { container: 'mkv' }, ...more });
    await reach(studio, [id], 'done', 'failed');
    expect(statusOf(studio, id)?.phase).toBe('done');
    return id;
  }
  const ask = async (studio: Studio, id: string) => (await studio.call('originals', { ids: [id] }))[id];
  const outputOf = (studio: Studio, id: string) => (statusOf(studio, id) as Extract<JobStatus, { phase: 'done' }>).output;

  test('it can go when all of it is in a proved result that is there', async () => {
    const studio = open();
    const id = await exported(studio, titled, 'a.mkv');
    expect(await ask(studio, id)).toEqual({
      ...{ safe: true, lacks: [], path: join(folder, 'a.mkv'), bytes: readFileSync(titled).length },
      why: 'The original can go: all 4 tracks and 0:01 of it are in the result, checked, encoded as the preset says.',
    });
    const [copy = ''] = (await studio.call('addLossless', { sources: sources(['b.mkv'], titled), order: { target: 'mkv' } })).ids;
    await reach(studio, [copy], 'done');
    expect(await ask(studio, copy)).toMatchObject({ safe: true, why: expect.stringMatching(/as they were\.$/) });
  });

  test('what the result lacks is said, by tracks, time, picture and the plan’s own words', async () => {
    const studio = open();
    const sound = await exported(studio, titled, 'a.mkv', { preset: 'audio-mp3', overrides: {} });
    expect((await ask(studio, sound))?.why).toMatch(/^Keep the original: the picture is not in the result\. \(\d more\)$/);
    expect((await ask(studio, sound))?.lacks).toEqual(
      expect.arrayContaining(['The picture is not in the result.', '2 subtitle tracks are not in the result.']),
    );
    const cases: [name: string, overrides: CommandInputs['addJobs']['overrides'], lack: RegExp][] = [
      ['b.mkv', { trim: { start: 0, end: 0.5 } }, /^Only 0:0\d of 0:01 are in the result\.$/],
      ['c.mkv', { 'video.maxHeight': 120 }, /^The picture has 160×120 pixels instead of 320×240\.$/],
      ['d.mkv', { 'video.frameRate': { mode: 'peak', fps: 13 } }, /^12\.5 of 25 pictures a second are in the result\.$/],
      ['e.mkv', { 'subtitles.tracks': 'language', 'subtitles.languages': ['eng'] }, /^1 subtitle track is not in the result\.$/],
      ['f.mkv', { 'subtitles.tracks': 'none' }, /^Subtitle track 3 \(nor\) is left out: as the preset says\.$/],
    ];
    for (const [name, overrides, lack] of cases) {
      const id = await exported(studio, titled, name, { overrides: { ...same, container: 'mkv', ...overrides } });
      const verdict = await ask(studio, id);
      expect(verdict).toMatchObject({ safe: false, lacks: expect.arrayContaining([expect.stringMatching(lack)]) });
    }
  });

  test('it is kept when it or its result is not as it was, and while another job needs it', async () => {
    const studio = open();
    const why = async (id: string) => (await ask(studio, id))?.why;
    const changed = await exported(studio, titled, 'changed.mkv');
    utimesSync(join(folder, 'changed.mkv'), new Date(), new Date(1e12));
    expect(await why(changed)).toBe('Keep the original: it has changed since it was read.');
    const grown = await exported(studio, titled, 'grown.mkv');
    appendFileSync(outputOf(studio, grown), 'x');
    expect(await why(grown)).toMatch(/^Keep the original: the result grown\.mkv has changed since it was proved\.$/);
    rmSync(outputOf(studio, grown));
    expect(await why(grown)).toMatch(/is not where it was made any more\.$/);
    const linked = await exported(studio, titled, 'linked.mkv');
    rmSync(join(folder, 'linked.mkv'));
    expect(await why(linked)).toBe('Keep the original: it is not where it was any more.');
    symlinkSync(titled, join(folder, 'linked.mkv'));
    expect(await why(linked)).toBe('Keep the original: it is a link to a file elsewhere.');

    const twice = await exported(studio, titled, 'twice.mkv');
    await studio.call('stopQueue', {});
    const [again = ''] = await add(studio, [join(folder, 'twice.mkv')]);
    expect(await why(twice)).toBe('Keep the original: another job still needs it.');
    expect(await why(again)).toBe('Keep the original: there is no finished result of it.');
    await studio.call('removeJobs', { ids: [again] });
    const join2 = { join: [join(folder, 'twice.mkv')] };
    const draft = await studio.call('addLossless', { sources: sources(['first.mkv'], titled), order: join2, draft: true });
    expect(await why(twice)).toBe('Keep the original: another job still needs it.');
    await studio.call('removeJobs', { ids: draft.ids });
    expect(await ask(studio, twice)).toMatchObject({ safe: true });
  });

  test('a result that an earlier version proved, and one that is joined of several, speak for keeping', async () => {
    const studio = open();
    const id = await exported(studio, titled, 'a.mkv');
    const [joined = ''] = (
      await studio.call('addLossless', { sources: sources(['b.mkv'], titled), order: { join: sources(['c.mkv'], titled) } })
    ).ids;
    await reach(studio, [joined], 'done');
    expect((await ask(studio, joined))?.why).toBe('Keep the original: the result is made of several files.');
    await close(studio);
    const storage = openStorage(join(folder, 'library.db'));
    const status = storage.get<{ proof: Proof }>('status', id);
    const streams = status?.proof.streams.map(({ picture: _picture, ...stream }) => stream);
    storage.put('status', id, { ...status, proof: { ...status?.proof, streams } });
    storage.close();
    expect((await ask(open(), id))?.why).toMatch(/an earlier Muxwell proved the result/);
  });

  test('it goes to the trash where the host has one, and every job that came of it knows', async () => {
    const trashed: string[] = [];
    const trash = async (path: string) => {
      trashed.push(path);
      rmSync(path);
    };
    const studio = open({ trash });
    expect(studio.state.get('machine', 'studio')?.trash).toBe(true);
    const id = await exported(studio, titled, 'a.mkv');
    const answers = await studio.call('moveOriginals', { originals: [{ id }], folder: null });
    expect(answers[id]).toEqual({ moved: true, why: 'a.mkv is in the trash.' });
    expect(trashed).toEqual([join(folder, 'a.mkv')]);
    expect((await studio.call('jobLog', { id })).at(-1)?.text).toBe('The source was moved to the trash.');
    expect((await studio.call('moveOriginals', { originals: [{ id }], folder: null }))[id]).toMatchObject({ moved: false });
    const refused = open({ storage: ':memory:', trash: () => Promise.reject(new Error('The trash is full')) });
    const other = await exported(refused, titled, 'b.mkv', { output: { folder: join(folder, 'two') } });
    expect((await refused.call('moveOriginals', { originals: [{ id: other }], folder: null }))[other]).toEqual({
      ...{ moved: false, why: 'b.mkv could not be moved: The trash is full' },
    });
    expect(existsSync(join(folder, 'b.mkv'))).toBe(true);
  });

  test('without a trash it goes to a folder, looked at again right before, and only who has seen what is missing lets it go all the same', async () => {
    const studio = open();
    expect(studio.state.get('machine', 'studio')?.trash).toBe(false);
    const id = await exported(studio, titled, 'a.mkv');
    const to = join(folder, 'originals');
    const move = async (one: string, folder: string | null, seen: string[] = []) =>
      (await studio.call('moveOriginals', { originals: [{ id: one, seen }], folder }))[one];
    await expect(move(id, null)).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(/knows of no trash/) });
    appendFileSync(join(folder, 'a.mkv'), 'x');
    expect(await move(id, to)).toEqual({ moved: false, why: 'Keep the original: it has changed since it was read.' });

    const lacking = await exported(studio, titled, 'b.mkv', { overrides: { container: 'mkv', 'subtitles.tracks': 'none' } });
    const { lacks = [] } = (await ask(studio, lacking)) ?? {};
    expect(await move(lacking, to)).toMatchObject({ moved: false });
    expect(await move(lacking, to, lacks.slice(1))).toMatchObject({ moved: false });
    expect(existsSync(join(folder, 'b.mkv'))).toBe(true);
    expect(await move(lacking, to, lacks)).toEqual({ moved: true, why: `b.mkv lies in ${to}.` });
    expect(readFileSync(join(to, 'b.mkv'))).toEqual(readFileSync(titled));
    expect(existsSync(join(folder, 'b.mkv'))).toBe(false);
    expect(jobOf(studio, lacking)).toMatchObject({ source: join(to, 'b.mkv'), media: { path: join(to, 'b.mkv') } });

    const there = await exported(studio, titled, 'c.mkv');
    symlinkSync(folder, join(clips, 'by-another-name'));
    expect(await move(there, join(clips, 'by-another-name'))).toEqual({
      ...{ moved: false, why: 'c.mkv lies in that folder already.' },
    });
    expect(existsSync(join(folder, 'c.mkv'))).toBe(true);
  });

  test('moving into the folder that a file lies in leaves it alone, by whatever name the folder is called', async () => {
    const [file = ''] = sources(['a.mp4']);
    symlinkSync(folder, join(clips, 'here'));
    linkSync(file, join(folder, 'another.mp4'));
    for (const place of [folder, `${folder}/.`, join(clips, 'here')])
      await expect(moveInto(file, place)).rejects.toMatchObject({ code: 'bad-input' });
    expect(readFileSync(file)).toEqual(readFileSync(short));
  });
});
