/** What a studio does for pages alone: patches at a bounded pace, folders to choose from, and pictures. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, parse, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyState, type Job, type State } from '../native/contract/contract.ts';
import type { AudioStream, MediaInfo, VideoStream } from '../native/contract/media.ts';
import { applyPatch, createState, type Patch, type Tables } from '../native/contract/state.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import type { Viewer } from '../native/studio/assets/viewer.ts';
import { createAssets } from '../native/studio/assets.ts';
import { browse, collectFiles, findFiles } from '../native/studio/browse.ts';
import { createPace } from '../native/studio/pace.ts';
import type { Prober } from '../native/studio/prober.ts';
import { createStudio } from '../native/studio/studio.ts';
import { makeClip, tone } from './fixtures/clips.ts';
import { longClip, slow } from './fixtures/sources.ts';
import { eventually, seeded, untilState } from './fixtures/wait.ts';

let folder: string;
const cleanups: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-pages-'));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  vi.useRealTimers();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes files (or folders, by a slash at the end) below the test's folder. */
function make(...names: string[]): string[] {
  return names.map((name) => {
    const path = join(folder, name);
    mkdirSync(name.endsWith('/') ? path : join(path, '..'), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, name);
    return path;
  });
}

/** Runs something as somebody who is bound by permissions, which root is not. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('the pace of patches', () => {
  const put = (id: string, value: number): Patch => ({ put: { jobs: { [id]: { value } } }, remove: {} });
  const many = (count: number, value = 0): Patch => ({
    put: { jobs: Object.fromEntries(Array.from({ length: count }, (_, index) => [`job-${index}`, { value }])) },
    remove: {},
  });

  function open(backlog: () => number = () => 0) {
    vi.useFakeTimers();
    const sent: { at: number; patch: Patch }[] = [];
    const began = Date.now();
    const pace = createPace((patch) => sent.push({ at: Date.now() - began, patch }), backlog);
    return { pace, sent, times: () => sent.map(({ at }) => at) };
  }

  test('the first goes at once, those that follow wait and become one that holds only how they ended', () => {
    const { pace, sent, times } = open();
    for (const value of [1, 2, 3]) pace.push(put('a', value));
    pace.push(put('b', 1));
    expect(sent.map(({ patch }) => patch)).toEqual([put('a', 1)]);
    vi.advanceTimersByTime(1000);
    expect(times()).toEqual([0, 40]);
    expect(sent[1]?.patch.put).toEqual({ jobs: { a: { value: 3 }, b: { value: 1 } } });
    pace.push(put('a', 4));
    expect(times()).toEqual([0, 40, 1000]); // after a quiet time at once again
  });

  test.each([
    [1, 40],
    [8, 320],
    [25, 1000],
    [10_000, 1000],
  ])('after %i records the next patch comes %i ms later', (records, ms) => {
    const { pace, times } = open();
    pace.push(many(records));
    pace.push(put('a', 1));
    vi.advanceTimersByTime(ms - 1);
    expect(times()).toEqual([0]);
    vi.advanceTimersByTime(1);
    expect(times()).toEqual([0, ms]);
  });

  test('what is removed counts as well', () => {
    const { pace, times } = open();
    pace.push({ put: {}, remove: { jobs: ['a', 'b', 'c'], statuses: ['a', 'b', 'c'] } });
    pace.push(put('a', 1));
    vi.advanceTimersByTime(1000);
    expect(times()).toEqual([0, 240]);
  });

  test('a client that takes nothing is sent nothing, and when it has caught up it gets one patch', () => {
    let backlog = 256_001;
    const { pace, sent, times } = open(() => backlog);
    for (let value = 0; value < 1000; value++) {
      pace.push(put(`job-${value % 10}`, value));
      vi.advanceTimersByTime(10);
    }
    expect(times()).toEqual([]);
    backlog = 256_000;
    vi.advanceTimersByTime(1000);
    expect(times()).toEqual([11_000]); // looked at every second
    expect(Object.values(sent[0]?.patch.put['jobs'] ?? {})).toEqual(Array.from({ length: 10 }, (_, index) => ({ value: 990 + index })));
  });

  test('after stop nothing is sent any more, and nothing waits', () => {
    const { pace, times } = open();
    pace.push(put('a', 1));
    pace.push(put('a', 2));
    pace.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(5000);
    expect(times()).toEqual([0]);
  });

  test('whatever is merged on the way, the mirror ends like the state (seeded)', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = seeded(seed);
      let [truth, mirror]: Tables[] = [
        { jobs: {}, queue: {} },
        { jobs: {}, queue: {} },
      ];
      vi.useFakeTimers();
      const pace = createPace(
        (patch) => (mirror = applyPatch(mirror as Tables, patch)),
        () => (random() < 0.2 ? 1e6 : 0),
      );
      for (let step = 0; step < 300; step++) {
        const [table, id] = [random() < 0.7 ? 'jobs' : 'queue', `id-${Math.floor(random() * 6)}`];
        const change: Patch = random() < 0.6 ? { put: { [table]: { [id]: step } }, remove: {} } : { put: {}, remove: { [table]: [id] } };
        const patch = random() < 0.02 ? { ...change, whole: true as const } : change;
        truth = applyPatch(truth as Tables, patch);
        pace.push(patch);
        vi.advanceTimersByTime(Math.floor(random() * 60));
      }
      vi.advanceTimersByTime(60_000);
      expect({ seed, mirror }).toEqual({ seed, mirror: truth });
      pace.stop();
    }
  });
});

describe('folders to choose from', () => {
  const names = (entries: { name: string }[]) => entries.map(({ name }) => name);

  test('folders first, then files, each as people count; hidden ones and links to nowhere are left out', async () => {
    make('b10.mov', 'b9.MOV', 'a.txt', '.hidden.mov', '.config/', 'zebra/', 'Äpfel/', 'apfel/', 'elsewhere/deep/');
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.mov'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'link to a folder'));
    symlinkSync(join(folder, 'b9.MOV'), join(folder, 'link to a film.mov'));
    const found = await browse(folder, []);
    expect([found.path, found.parent, found.more]).toEqual([folder, join(folder, '..'), 0]);
    expect(names(found.entries)).toEqual([
      'apfel',
      'Äpfel',
      'elsewhere',
      'link to a folder',
      'zebra',
      'a.txt',
      'b9.MOV',
      'b10.mov',
      'link to a film.mov',
    ]);
    const film = found.entries.find(({ name }) => name === 'b9.MOV');
    expect(film).toEqual({
      name: 'b9.MOV',
      path: join(folder, 'b9.MOV'),
      kind: 'media',
      bytes: 6,
      modified: statSync(join(folder, 'b9.MOV')).mtimeMs,
    });
    expect(found.entries.find(({ name }) => name === 'a.txt')?.kind).toBe('other');
    expect(found.entries.find(({ name }) => name === 'link to a film.mov')).toMatchObject({ kind: 'media', bytes: 6 });
  });

  test('a folder that is missing, that is a file, or that may not be opened, is a sentence with a code', async () => {
    const [file = ''] = make('film.mov', 'closed/');
    const closed = join(folder, 'closed');
    const cases: [path: string, code: string, message: string][] = [
      [join(folder, 'gone'), 'source-missing', `The folder ${join(folder, 'gone')} is not there.`],
      [file, 'source-missing', `${file} is not a folder.`],
      [join(file, 'below'), 'source-missing', `${join(file, 'below')} is not a folder.`],
      [join(folder, 'null\0byte'), 'source-missing', `The folder ${join(folder, 'null\0byte')} is not there.`],
      [join(folder, 'x'.repeat(5000)), 'source-missing', `The folder ${join(folder, 'x'.repeat(5000))} is not there.`],
    ];
    for (const [path, code, message] of cases) await expect(browse(path, [])).rejects.toMatchObject({ code, message });
    if (process.platform === 'win32') return;
    chmodSync(closed, 0);
    await asNobody(() =>
      expect(browse(closed, [])).rejects.toMatchObject({
        code: 'source-unreadable',
        message: `You have no permission to open ${closed}.`,
      }),
    );
  });

  test('what may be listed and not looked into is left out, entry by entry', async () => {
    if (process.platform === 'win32') return;
    make('half/film.mov');
    chmodSync(join(folder, 'half'), 0o444);
    const { entries } = await asNobody(() => browse(join(folder, 'half'), []));
    expect(entries).toEqual([]);
  });

  test('of more than 5000 entries the rest is counted', async () => {
    make(...Array.from({ length: 5003 }, (_, index) => `film-${index}.mov`), '.hidden');
    const { entries, more } = await browse(folder, []);
    expect([entries.length, more]).toEqual([5000, 3]);
    expect(entries.every(({ kind, bytes }) => kind === 'media' && bytes > 0)).toBe(true);
  });

  test('without a folder it opens where files were last, and the first of those that is still there', async () => {
    make('older/');
    expect((await browse(null, [join(folder, 'gone'), join(folder, 'older'), folder])).path).toBe(join(folder, 'older'));
    expect((await browse(null, [])).path).toBe(homedir());
    const top = await browse(parse(folder).root, []);
    expect(top.parent).toBe(null);
    expect((await browse(relative('.', folder), [])).path).toBe(folder);
  });

  test('the places are home, what was used, and the whole machine: each once, and only those that are there', async () => {
    make('used/');
    const used = join(folder, 'used');
    const { places } = await browse(folder, [used, join(folder, 'gone'), used, homedir()]);
    const paths = places.map(({ path }) => path);
    expect(places[0]).toEqual({ name: 'Home', path: homedir() });
    expect(places.find(({ path }) => path === used)).toEqual({ name: 'used', path: used });
    expect(places.at(-1)).toEqual({ name: 'This computer', path: parse(homedir()).root });
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).not.toContain(join(folder, 'gone'));
  });
});

describe('files of a folder', () => {
  test('a folder gives the media files inside it at any depth, in order; a file stays what it is, even one that is not there', async () => {
    make(
      'films/b.mkv',
      'films/a10.mov',
      'films/a9.mov',
      'films/notes.txt',
      'films/.hidden.mov',
      'films/.git/x.mov',
      'films/deep/er/c.MP4',
      'text.txt',
    );
    const at = (name: string) => join(folder, name);
    const { files } = await collectFiles([at('text.txt'), at('films'), at('gone.mov')]);
    const inside = ['films/a9.mov', 'films/a10.mov', 'films/b.mkv', 'films/deep/er/c.MP4'];
    expect(files).toEqual(['text.txt', ...inside, 'gone.mov'].map(at));
  });

  test('a link that leads back up is not followed, and a folder that may not be read has nothing to give', async () => {
    make('films/a.mov', 'films/closed/b.mov');
    symlinkSync(folder, join(folder, 'films', 'up'));
    if (process.platform !== 'win32') chmodSync(join(folder, 'films', 'closed'), 0);
    const { files } = await asNobody(() => collectFiles([join(folder, 'films')]));
    expect(files).toEqual([join(folder, 'films', 'a.mov')]);
  });

  test('nothing in it is an error with a sentence, and 10,000 files are enough', async () => {
    make('empty/notes.txt', 'empty/deeper/');
    await expect(collectFiles([join(folder, 'empty')])).rejects.toMatchObject({
      code: 'nothing-found',
      message: 'There is no media file in there.',
    });
    make(...Array.from({ length: 10_005 }, (_, index) => `many/${index % 20}/${index}.mov`));
    expect((await collectFiles([join(folder, 'many')])).files).toHaveLength(10_000);
  });
});

describe('a file that a browser knows by name, size and time', () => {
  test('is found in the folders that were used, and only the very same one', async () => {
    const [film = ''] = make('used/film.mov', 'also/film.mov');
    const time = new Date('2026-03-04T05:06:07.891Z');
    for (const name of ['used', 'also']) utimesSync(join(folder, name, 'film.mov'), time, time);
    const recent = [join(folder, 'gone'), join(folder, 'used'), join(folder, 'also')];
    const bytes = statSync(film).size;
    const asked = [
      { name: 'film.mov', bytes, modified: time.getTime() },
      { name: 'film.mov', bytes: bytes + 1, modified: time.getTime() },
      { name: 'film.mov', bytes, modified: time.getTime() + 1000 },
      { name: 'other.mov', bytes, modified: time.getTime() },
    ];
    expect(await findFiles({ files: asked }, recent)).toEqual({ paths: [film, null, null, null] });
    expect(await findFiles({ files: asked.slice(0, 1) }, [])).toEqual({ paths: [null] });
  });

  test('a name that is a path finds nothing', async () => {
    const [film = ''] = make('used/film.mov');
    const { size: bytes, mtimeMs } = statSync(film);
    const like = (name: string) => ({ name, bytes, modified: Math.floor(mtimeMs) });
    const recent = [join(folder, 'used')];
    expect(await findFiles({ files: [like('film.mov')] }, recent)).toEqual({ paths: [film] });
    const tricks = ['../used/film.mov', './film.mov', '/film.mov', film, '..', '.', 'film.mov/', 'film.mov\0', 'x/../film.mov'];
    const { paths } = await findFiles({ files: tricks.map(like) }, recent);
    expect(paths).toEqual(tricks.map(() => null));
  });
});

const picture: VideoStream = {
  ...({ index: 0, kind: 'video', codec: 'h264', decodable: true } as VideoStream),
};
const sound = { index: 1, kind: 'audio', codec: 'aac', decodable: true } as AudioStream;

function jobOf(id: string, streams: MediaInfo['streams'] | null, source = `/films/${id}.mov`): Job {
  const media: MediaInfo | null = streams && {
    path: source,
    bytes: 1000,
    modified: 1,
    format: 'mov',
    formatName: 'QuickTime',
    duration: 100,
    durationIsExact: true,
    bitRate: null,
    streams,
    chapters: [],
    tags: {},
  };
  const output = { template: '{name}', overwrite: false };
  const planned = { lossless: null, outline: null, notes: [], estimatedBytes: null, device: null, chosen: '' };
  const standing = { priority: 'normal' as const, group: null, paused: false };
  return { id, order: 1, source, preset: 'fast-1080p30', overrides: {}, output, media, ...planned, ...standing, added: 0 };
}

describe('pictures', () => {
  /** Assets over a prober that only writes what it was asked; `hold` keeps it from answering. */
  function open() {
    const state = createState<State>(emptyState);
    const asked: Parameters<Prober['thumbnail']>[0][] = [];
    let release = () => {};
    let failing = false;
    let held: Promise<void> | null = null;
    const prober = {
      async thumbnail(order: Parameters<Prober['thumbnail']>[0]) {
        asked.push(order);
        await held;
        if (failing) throw new Error('no picture could be decoded');
        writeFileSync(order.out, `picture of ${order.path} at ${order.at}`);
        return { width: order.width, height: 270 };
      },
    } as Prober;
    const assets = createAssets(state, prober, {} as Viewer, join(folder, 'pictures'));
    const get = (path: string, init?: RequestInit) => assets.respond(new Request(`http://localhost${path}`, init));
    return {
      ...{ state, assets, asked, get, release: () => release(), fail: (value: boolean) => (failing = value) },
      hold() {
        held = new Promise((resolve) => (release = resolve));
      },
    };
  }

  test('a thumbnail is made once for all who ask at once, and not again after that', async () => {
    const { state, asked, get, hold, release } = open();
    state.put('jobs', 'a', jobOf('a', [picture, sound]));
    state.put('jobs', 'same file', jobOf('same file', [picture], '/films/a.mov'));
    hold();
    const answers = [...Array.from({ length: 20 }, () => get('/assets/thumbnail/a')), get('/assets/thumbnail/same%20file')];
    await eventually(() => asked.length > 0, 'the prober is asked');
    release();
    const [first, ...others] = await Promise.all(answers);
    expect([first?.status, first?.headers.get('content-type'), await first?.text()]).toEqual([
      200,
      'image/jpeg',
      'picture of /films/a.mov at 10',
    ]);
    expect(others.slice(0, -1).map(({ status }) => status)).toEqual(Array.from({ length: 19 }, () => 200));
    expect(asked).toHaveLength(1);
    expect((await get('/assets/thumbnail/a')).status).toBe(200);
    expect(asked).toHaveLength(1);
    // The file is another now.
    const changed = jobOf('a', [picture]);
    state.put('jobs', 'a', { ...changed, media: { ...(changed.media as MediaInfo), modified: 2 } });
    expect((await get('/assets/thumbnail/a')).status).toBe(200);
    expect(asked).toHaveLength(2);
  });

  test('one that could not be made is 404 and is tried again', async () => {
    const { state, asked, get, fail } = open();
    state.put('jobs', 'a', jobOf('a', [picture]));
    fail(true);
    const refused = await get('/assets/thumbnail/a');
    expect([refused.status, refused.headers.get('cache-control')]).toEqual([404, 'no-store']);
    fail(false);
    expect((await get('/assets/thumbnail/a')).status).toBe(200);
    expect(asked).toHaveLength(2);
  });

  test('what has no picture, is not read yet, or is no job has none; nobody is asked for it', async () => {
    const { state, asked, get } = open();
    state.put('jobs', 'sound', jobOf('sound', [sound]));
    state.put('jobs', 'unread', jobOf('unread', null));
    state.put('jobs', 'strange', jobOf('strange', [{ ...picture, decodable: false }]));
    state.put('jobs', 'a', jobOf('a', [picture]));
    for (const id of ['sound', 'unread', 'strange', 'unknown', ''])
      expect([id, (await get(`/assets/thumbnail/${id}`)).status]).toEqual([id, 404]);
    for (const path of [
      '/assets/preview/a',
      '/assets/a',
      '/assets/',
      '/assets/constructor/a',
      '/assets/thumbnail/a/',
      '/assets/thumbnail/a/b',
      '/x/thumbnail/a',
    ])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    for (const method of ['POST', 'PUT', 'DELETE']) expect((await get('/assets/thumbnail/a', { method })).status).toBe(404);
    expect(asked).toEqual([]);
  });

  test('no id reaches a file: paths, escapes and names that every object has', async () => {
    const { get, asked } = open();
    make('pictures/secret.jpg', 'pictures/previews/secret.jpg');
    const ids = [
      '..%2fsecret',
      '../secret',
      '%2e%2e/secret.jpg',
      '..%5csecret',
      'secret',
      'secret.jpg',
      `${folder}/pictures/secret`,
      '%00',
      '__proto__',
      'constructor',
      'toString',
    ];
    for (const kind of ['thumbnail', 'preview'])
      for (const id of ids) expect([id, (await get(`/assets/${kind}/${id}`)).status]).toEqual([id, 404]);
    expect(asked).toEqual([]);
  });

  test('the newest 5000 thumbnails are kept from run to run, previews are not', () => {
    make(...Array.from({ length: 5003 }, (_, index) => `pictures/thumbnails/${index}.jpg`), 'pictures/previews/old.jpg');
    const old = new Date('2020-01-01');
    for (const index of [7, 700, 4000]) utimesSync(join(folder, 'pictures', 'thumbnails', `${index}.jpg`), old, old);
    open();
    const kept = new Set(readdirSync(join(folder, 'pictures', 'thumbnails')));
    expect(kept.size).toBe(5000);
    expect([7, 700, 4000].filter((index) => kept.has(`${index}.jpg`))).toEqual([]);
    expect(readdirSync(join(folder, 'pictures', 'previews'))).toEqual([]);
  });

  test('of real files: a thumbnail is a JPEG of 480 pixels, sound has none, and a running job’s preview goes on and is gone after it', async () => {
    const pictures = join(folder, 'pictures');
    const studio = createStudio({ spawn: childWorkers(), storage: ':memory:', pictures });
    cleanups.push(() => studio.close());
    const get = (path: string) => studio.respond(new Request(`http://localhost${path}`));
    const film = longClip(join(folder, 'film.mp4'));
    const song = makeClip(join(folder, 'song.m4a'), { muxer: 'ipod', streams: [tone(1)] });
    const { ids } = await studio.call('addJobs', { sources: [film, song], ...slow, output: { folder: join(folder, 'out') } });
    const [id = '', songId = ''] = ids;
    await untilState(studio, () => ids.every((one) => studio.state.get('jobs', one)?.media), 'both are read');
    const thumbnail = await get(`/assets/thumbnail/${id}`);
    expect(sizeOfJpeg(new Uint8Array(await thumbnail.arrayBuffer()))).toEqual({ width: 480, height: 270 });
    expect((await get(`/assets/thumbnail/${songId}`)).status).toBe(404);
    expect((await get(`/assets/preview/${id}`)).status).toBe(404);

    await studio.call('removeJobs', { ids: [songId] });
    await studio.call('startQueue', {});
    const preview = () => {
      const status = studio.state.get('statuses', id);
      return status?.phase === 'running' ? status.preview : 0;
    };
    const seen: string[] = [];
    for (const number of [1, 2, 3]) {
      await untilState(studio, () => preview() >= number, `preview ${number}`);
      const answer = await get(`/assets/preview/${id}?${number}`);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      expect(sizeOfJpeg(bytes)).toEqual({ width: 480, height: 270 });
      seen.push(Buffer.from(bytes).toString('base64'));
    }
    expect(new Set(seen).size).toBe(3);
    await studio.call('cancelJobs', { ids: [id] });
    await untilState(studio, () => studio.state.get('statuses', id)?.phase === 'cancelled', 'it is cancelled');
    expect((await get(`/assets/preview/${id}`)).status).toBe(404);
    expect(existsSync(join(pictures, 'previews'))).toBe(true);
    expect(readdirSync(join(pictures, 'previews'))).toEqual([]);
  });
});

/** Reads the frame header (SOF0 or SOF2). */
function sizeOfJpeg(bytes: Uint8Array): { width: number; height: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at < bytes.length; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker === 0xffc0 || marker === 0xffc2) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
  }
  return null;
}
