/** Watch folders: files that are put into one are exported, each once, by real studios and by `muxwell watch` as a process. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CommandInputs } from '../native/contract/contract.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import { makeClip } from './fixtures/clips.ts';
import { seeded, untilState } from './fixtures/wait.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const muxwell = join(root, 'dist', 'muxwell.js');

let clip: string;
let clips: string;
beforeAll(() => {
  if (!existsSync(muxwell)) execFileSync(process.execPath, [join(root, 'native', 'build.mjs')], { cwd: root, stdio: 'inherit' });
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  clip = join(clips, 'tone.wav');
  makeClip(clip, { muxer: 'wav', streams: [{ source: 'sine=f=440:d=0.2:r=48000', encoder: 'pcm_s16le', sampleFormat: 's16' }] });
});
afterAll(() => rmSync(clips, { recursive: true, force: true }));

let folder: string;
let inbox: string;
let studios: Studio[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-watch-'));
  inbox = join(folder, 'inbox');
  mkdirSync(inbox);
  studios = [];
});
afterEach(async () => {
  await Promise.all(studios.map((studio) => studio.close()));
  rmSync(folder, { recursive: true, force: true });
});

function open(): Studio {
  const watchPace = { everyMs: 50, restMs: 250 };
  const studio = createStudio({ spawn: childWorkers(), storage: join(folder, 'studio.db'), watchPace });
  studios.push(studio);
  return studio;
}

async function close(studio: Studio): Promise<void> {
  studios.splice(studios.indexOf(studio), 1);
  await studio.close();
}

const put = (path: string, from = clip) => {
  mkdirSync(join(inbox, path, '..'), { recursive: true });
  copyFileSync(from, join(inbox, path));
};
const files = (path: string): string[] =>
  existsSync(join(folder, path))
    ? readdirSync(join(folder, path), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.\w+$/.test(name))
        .sort()
    : [];
const watchIt = (studio: Studio, more: Partial<CommandInputs['saveWatch']['setup']> = {}) =>
  studio.call('saveWatch', { setup: { folder: inbox, preset: 'audio-flac', ...more } });
const done = (studio: Studio) => Object.values(studio.state.all('statuses')).filter(({ phase }) => phase === 'done').length;
const allDone = (studio: Studio, count: number) => untilState(studio, () => done(studio) === count, `${count} are done`);
const watchOf = (studio: Studio) => Object.values(studio.state.all('watches'))[0];

describe('a watched folder', () => {
  test('takes a file when nobody writes to it any more, and only media; what it makes there itself is no source', async () => {
    const studio = open();
    await watchIt(studio);
    const whole = readFileSync(clip);
    writeFileSync(join(inbox, 'slow.wav'), whole.subarray(0, 1000));
    writeFileSync(join(inbox, 'notes.txt'), 'no film');
    writeFileSync(join(inbox, '.hidden.wav'), whole);
    await untilState(studio, () => watchOf(studio)?.growing === 1, 'it is seen');
    // A copy in steps, each before the file has come to rest.
    const step = Math.ceil((whole.length - 1000) / 4);
    for (let at = 1000; at < whole.length; at += step) {
      await untilState(studio, () => watchOf(studio)?.growing === 1, 'it grows');
      appendFileSync(join(inbox, 'slow.wav'), whole.subarray(at, at + step));
      expect(Object.keys(studio.state.all('jobs'))).toEqual([]);
    }
    await allDone(studio, 1);
    expect(files('inbox')).toEqual(['.hidden.wav', 'notes.txt', 'slow.flac', 'slow.wav']);
    put('second.wav');
    await allDone(studio, 2);
    expect(files('inbox')).toContain('second.flac');
    expect(watchOf(studio)).toMatchObject({ taken: 2, growing: 0, problem: null });
    expect(Object.keys(studio.state.all('jobs'))).toHaveLength(2);
  });

  test('sources go to the folders for what is done and what failed, subfolders as they were, never over another file', async () => {
    const studio = open();
    const [results, through, failed] = [join(folder, 'results'), join(inbox, 'done'), join(folder, 'failed')];
    mkdirSync(join(through, 'day 1'), { recursive: true });
    writeFileSync(join(through, 'day 1', 'a.wav'), 'an older one');
    await watchIt(studio, { subfolders: true, results, done: through, failed });
    put('day 1/a.wav');
    put('b.wav');
    put('broken.wav', muxwell);
    await untilState(studio, () => files('failed').length === 1 && files('inbox/done').length === 3, 'all are put away');
    expect(files('inbox')).toEqual(['done/b.wav', 'done/day 1/a (2).wav', 'done/day 1/a.wav']);
    expect(files('results')).toEqual(['b.flac', 'day 1/a.flac']);
    expect(files('failed')).toEqual(['broken.wav']);
    expect(readFileSync(join(through, 'day 1', 'a.wav'), 'utf8')).toBe('an older one');
    // A job knows where its source lies now.
    const failure = Object.entries(studio.state.all('statuses')).find(([, { phase }]) => phase === 'failed');
    expect(studio.state.get('jobs', failure?.[0] ?? '')?.source).toBe(join(failed, 'broken.wav'));
    // What is there under the same name already, from a move that was cut short, is not put there twice.
    const [from, to] = [join(inbox, 'c.wav'), join(through, 'c.wav')];
    copyFileSync(clip, to);
    linkSync(to, from);
    await untilState(studio, () => files('results').includes('c.flac') && !existsSync(from), 'only one is left');
    expect(files('inbox')).toEqual(['done/b.wav', 'done/c.wav', 'done/day 1/a (2).wav', 'done/day 1/a.wav']);
    // The same name again is another file.
    put('b.wav');
    await untilState(studio, () => files('inbox/done').includes('b (2).wav'), 'it is put away, too');
    expect(files('results')).toEqual(['b (2).flac', 'b.flac', 'c.flac', 'day 1/a.flac']);
  });

  test('what was taken is not taken again by the next studio; a file that was replaced is', async () => {
    const first = open();
    await watchIt(first, { results: join(folder, 'results') });
    for (const name of ['a.wav', 'b.wav']) put(name);
    await allDone(first, 2);
    await first.call('removeJobs', { ids: Object.keys(first.state.all('jobs')) });
    await close(first);
    const second = open();
    put('c.wav');
    await allDone(second, 1);
    expect(Object.values(second.state.all('jobs')).map(({ source }) => source)).toEqual([join(inbox, 'c.wav')]);
    put('a.wav');
    utimesSync(join(inbox, 'a.wav'), new Date(), new Date(2020, 1, 1));
    await allDone(second, 2);
    expect(files('results')).toEqual(['a (2).flac', 'a.flac', 'b.flac', 'c.flac']);
    const id = Object.keys(second.state.all('watches'))[0] ?? '';
    await second.call('removeWatch', { id });
    expect(second.state.all('watches')).toEqual({});
    await close(second);
    expect(open().state.all('watches')).toEqual({});
  });

  test('a folder that goes away is told, and watched again when it is back', async () => {
    const studio = open();
    await watchIt(studio, { results: join(folder, 'results') });
    put('a.wav');
    await allDone(studio, 1);
    renameSync(inbox, join(folder, 'away'));
    await untilState(studio, () => watchOf(studio)?.problem?.includes('it is not there'), 'it is told');
    renameSync(join(folder, 'away'), inbox);
    put('b.wav');
    await allDone(studio, 2);
    await untilState(studio, () => watchOf(studio)?.problem === null, 'all is well');
    expect(files('results')).toEqual(['a.flac', 'b.flac']);
  });

  test('what cannot be meant is refused: an unknown preset, sources that are put away where they came from', async () => {
    const studio = open();
    await expect(watchIt(studio, { preset: 'none' })).rejects.toMatchObject({ code: 'unknown-preset' });
    await expect(watchIt(studio, { done: join(inbox, '.') })).rejects.toMatchObject({ code: 'bad-input' });
    expect(studio.state.all('watches')).toEqual({});
  });
});

describe('muxwell watch', () => {
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  });

  function begin() {
    const args = ['watch', inbox, '--preset', 'audio-flac', '--done', join(folder, 'done'), '--jobs', '2', '--json'];
    const env = { ...process.env, MUXWELL_DATA: join(folder, 'data') };
    const child = spawn(process.execPath, [muxwell, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    started.push(child);
    let made = 0;
    const waiting: (() => void)[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      made += text.split('"event":"done"').length - 1;
      for (const look of waiting) look();
    });
    const reaches = (count: number) =>
      new Promise<void>((resolve) => {
        waiting.push(() => made >= count && resolve());
      });
    return { child, reaches };
  }

  test('200 files are fed while it is killed twice: each is exported exactly once', async () => {
    const random = seeded(7);
    let fed = 0;
    const feed = (upTo: number) => {
      for (; fed < upTo; fed++) put(`${String(fed).padStart(3, '0')}.wav`);
    };
    feed(60);
    for (const upTo of [130, 200]) {
      const one = begin();
      await one.reaches(10 + Math.floor(random() * 20));
      feed(upTo);
      one.child.kill('SIGKILL');
      await once(one.child, 'exit');
    }
    const last = begin();
    const all = Array.from({ length: 200 }, (_, number) => String(number).padStart(3, '0'));
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (files('done').length < 200) return;
        clearInterval(timer);
        resolve();
      }, 100);
    });
    last.child.kill('SIGTERM');
    expect(await once(last.child, 'exit')).toEqual([0, null]);
    expect(files('done')).toEqual(all.map((name) => `${name}.wav`));
    expect(files('inbox')).toEqual(all.map((name) => `Exported/${name}.flac`));
  });
});
