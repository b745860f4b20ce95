/** The command line from outside: the built command in a process of its own, judged by its exit code, its words and its files. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
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
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MediaInfo } from '../native/contract/media.ts';
import { builtInPresets } from '../native/studio/preset.ts';
import { longClip, shortClip } from './fixtures/sources.ts';
import { eventually, isAlive } from './fixtures/wait.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const muxwell = join(root, 'dist', 'muxwell.js');

let clips: string;
let short: string;
let long: string;
beforeAll(() => {
  if (!existsSync(muxwell)) execFileSync(process.execPath, [join(root, 'native', 'build.mjs')], { cwd: root, stdio: 'inherit' });
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  short = shortClip(join(clips, 'short.mp4'));
  long = longClip(join(clips, 'long.mp4'));
});
afterAll(() => rmSync(clips, { recursive: true, force: true }));

let folder: string;
const started: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-cli-'));
});
afterEach(() => {
  for (const child of started.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  rmSync(`${folder}-data`, { recursive: true, force: true });
});

/** What `--json` prints, as far as it is looked at here. */
interface Event {
  event: 'planned' | 'progress' | 'done' | 'failed' | 'cancelled' | 'end';
  id?: string;
  source?: string;
  output?: string;
  fraction?: number;
  code?: string;
  message?: string;
  bytes?: number;
  duration?: number;
  warnings?: string[];
  notes?: string[];
  done?: number;
  failed?: number;
}

interface Run {
  child: ChildProcess;
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Calls at every whole line of standard output. */
  onLine(listener: (line: string) => void): void;
}

/** Starts the command in the test's folder, in a process group of its own, as a terminal does. */
function begin(args: string[], node = process.execPath): Run {
  const env = { ...process.env, MUXWELL_DATA: `${folder}-data` };
  const child = spawn(node, [muxwell, ...args], { cwd: folder, detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let [stdout, stderr, seen] = ['', '', 0];
  const listeners: ((line: string) => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const lines = stdout.slice(seen).split('\n');
    seen = stdout.length - (lines.pop()?.length ?? 0);
    for (const line of lines) for (const listener of listeners) listener(line);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, ended, onLine: (listener) => listeners.push(listener) };
}

const run = (...args: string[]) => begin(args).ended;

/** Every line must be one JSON object: anything else throws. */
const parse = (stdout: string): Event[] => {
  expect(stdout.endsWith('\n')).toBe(true);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
};
const of = (events: Event[], kind: Event['event']) => events.filter(({ event }) => event === kind);

const copies = (names: string[], clip = short) =>
  names.map((name) => {
    copyFileSync(clip, join(folder, name));
    return name;
  });
const files = (name = '.') => (existsSync(join(folder, name)) ? readdirSync(join(folder, name)).sort() : []);
const quick = ['--preset', 'very-fast-720p30'];

async function probe(path: string): Promise<MediaInfo> {
  const { code, stdout } = await run('probe', path, '--json');
  expect(code).toBe(0);
  return JSON.parse(stdout) as MediaInfo;
}

describe('encode', () => {
  test('four files, two at a time: exit 0, a line for each, all results good, nothing else left behind', async () => {
    const names = copies(['a.mp4', 'b.mp4', 'c.mp4', 'd.mp4']);
    const { code, stdout, stderr } = await run('encode', ...names, ...quick, '--jobs', '2', '--out', 'made/here');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    for (const name of names) expect(stderr).toMatch(new RegExp(`^✓ ${name} → .*${name}  .*B, 0:01 in 0:`, 'm'));
    expect(stderr).toMatch(/^4 of 4 exported, in 0:\d\d\.$/m);
    expect(stderr).not.toContain('\u001b'); // no drawing where there is no terminal
    expect(files('made/here')).toEqual(names);
    expect(files()).toEqual([...names, 'made']);
    for (const name of names) expect((await probe(`made/here/${name}`)).duration).toBeCloseTo(1, 1);
  });

  test('--json tells planned, progress, done, failed and one end, each a JSON object on its line; exit 1 when one failed', async () => {
    copies(['good.mp4', 'better.mp4']);
    writeFileSync(join(folder, 'text.mp4'), 'not a film\n'.repeat(50));
    const { code, stdout, stderr } = await run(
      'encode',
      'good.mp4',
      'text.mp4',
      'missing.mp4',
      'better.mp4',
      ...quick,
      '--out',
      'out',
      '--json',
      '-j',
      '2',
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const events = parse(stdout);
    const source = (name: string) => join(folder, name);
    expect(
      of(events, 'planned')
        .map((event) => event.source)
        .sort(),
    ).toEqual([source('better.mp4'), source('good.mp4')]);
    for (const { notes } of of(events, 'planned')) expect(Array.isArray(notes)).toBe(true);
    expect(of(events, 'failed')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ source: source('text.mp4'), code: 'not-media', message: expect.stringContaining('text.mp4') }),
        expect.objectContaining({ source: source('missing.mp4'), code: 'source-missing', message: expect.stringContaining('missing.mp4') }),
      ]),
    );
    expect(of(events, 'failed')).toHaveLength(2);
    const done = of(events, 'done');
    expect(done).toHaveLength(2);
    for (const { output = '', bytes, duration, warnings } of done) {
      expect(statSync(output).size).toBe(bytes);
      expect(duration).toBeCloseTo(1, 1);
      expect(warnings).toEqual([]);
    }
    for (const id of done.map((event) => event.id)) {
      const fractions = of(events, 'progress').flatMap((event) => (event.id === id ? (event.fraction ?? -1) : []));
      expect(fractions.length).toBeGreaterThan(0);
      expect(fractions).toEqual([...fractions].sort((one, two) => one - two)); // never falls
      expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    }
    expect(of(events, 'end')).toEqual([expect.objectContaining({ done: 2, failed: 2 })]);
    expect(events.at(-1)?.event).toBe('end');
    expect(files('out')).toEqual(['better.mp4', 'good.mp4']);
  });

  test('without --json a failed file is told in its own sentence, the others are exported', async () => {
    copies(['good.mp4']);
    const { code, stderr } = await run('encode', 'missing.mp4', 'good.mp4', ...quick, '--out', 'out');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^✗ missing\.mp4: .*missing\.mp4.*\.$/m);
    expect(stderr).toMatch(/^1 of 2 exported, 1 not, in /m);
    expect(stderr).not.toMatch(/\n\s+at /); // no stack for a person
    expect(files('out')).toEqual(['good.mp4']);
  });

  test('--out names a folder, an existing folder with a dot, or one file whose ending chooses the container', async () => {
    copies(['film.mp4']);
    mkdirSync(join(folder, 'v1.2'));
    expect((await run('encode', 'film.mp4', ...quick, '--out', 'v1.2')).code).toBe(0);
    expect((await run('encode', 'film.mp4', ...quick, '--out', 'new.folder/')).code).toBe(0);
    expect((await run('encode', 'film.mp4', ...quick, '--out', 'deep/renamed.MKV')).code).toBe(0);
    expect(files('v1.2')).toEqual(['film.mp4']);
    expect(files('new.folder')).toEqual(['film.mp4']);
    expect(files('deep')).toEqual(['renamed.MKV']);
    expect((await probe('deep/renamed.MKV')).format).toContain('matroska');
  });

  test('an existing result gets “ (2)” beside it; with --overwrite it is replaced; a source never is', async () => {
    copies(['film.mp4']);
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'out', 'film.mp4'), 'old');
    expect((await run('encode', 'film.mp4', ...quick, '--out', 'out')).code).toBe(0);
    expect(files('out')).toEqual(['film (2).mp4', 'film.mp4']);
    expect(readFileSync(join(folder, 'out', 'film.mp4'), 'utf8')).toBe('old');
    expect((await run('encode', 'film.mp4', ...quick, '--out', 'out', '--overwrite')).code).toBe(0);
    expect(files('out')).toEqual(['film (2).mp4', 'film.mp4']);
    expect((await probe('out/film.mp4')).duration).toBeCloseTo(1, 1);
    const own = await run('encode', 'film.mp4', ...quick, '--overwrite');
    expect(own.code).toBe(1);
    expect(own.stderr).toContain('would replace a source');
    expect(readFileSync(join(folder, 'film.mp4')).equals(readFileSync(short))).toBe(true);
  });

  test('a preset is found by its name in any case', async () => {
    copies(['film.mp4']);
    expect((await run('encode', 'film.mp4', '-p', 'AAC AUDIO')).code).toBe(0);
    expect(files()).toEqual(['film.m4a', 'film.mp4']);
  });
});

describe('remux', () => {
  test('another container beside the source, with its date; exit 0 and a line with what was written', async () => {
    const [name = ''] = copies(['a.mp4']);
    const date = new Date('2012-03-04T05:06:07Z');
    utimesSync(join(folder, name), date, date);
    const { code, stdout, stderr } = await run('remux', name, '--to', 'mkv');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^✓ a\.mp4 → .*a\.mkv {2}.*B, 0:01 in 0:/m);
    expect(statSync(join(folder, 'a.mkv')).mtime).toEqual(date);
    const [before, after] = [await probe('a.mp4'), await probe('a.mkv')];
    expect(after.streams.map(({ codec }) => codec)).toEqual(before.streams.map(({ codec }) => codec));
  });

  test('the extension of --out chooses the container; tracks by their numbers, in a new order; a subtitle file put in', async () => {
    copies(['a.mp4']);
    writeFileSync(join(folder, 'a.en.srt'), '1\n00:00:00,100 --> 00:00:00,900\nHello\n');
    expect((await run('remux', 'a.mp4', '--out', 'turned.mkv', '--streams', '1,0')).code).toBe(0);
    expect((await probe('turned.mkv')).streams.map(({ kind }) => kind)).toEqual(['audio', 'video']);
    expect((await run('remux', 'a.mp4', '-o', 'text.mkv', '--add', 'a.en.srt')).code).toBe(0);
    expect((await probe('text.mkv')).streams.at(-1)).toMatchObject({ kind: 'subtitle', codec: 'subrip', language: 'eng' });
    expect((await run('remux', 'text.mkv', '--to', 'srt', '-o', 'out.srt')).code).toBe(0);
    expect(readFileSync(join(folder, 'out.srt'), 'utf8')).toMatch(/00:00:00,100 --> 00:00:00,900\s+Hello/);
  });

  test('a cut that cannot fall where it was asked is told before; --smart falls there; --split makes files; --join joins', async () => {
    copies(['a.mp4']);
    const plain = await run('remux', 'a.mp4', '--cut', '0.5-', '-o', 'plain.mp4');
    expect(plain.code).toBe(0);
    expect(plain.stderr).toMatch(/^a\.mp4: A part begins at 0\.00 s instead of 0\.50 s, at the keyframe before it\. --smart/m);
    const smart = await run('remux', 'a.mp4', '--cut', '0.5-', '--smart', '-o', 'smart.mp4');
    expect(smart.stderr).not.toContain('A part begins');
    expect((await probe('smart.mp4')).duration).toBeCloseTo(0.5, 1);
    expect((await run('remux', 'a.mp4', '--remove', '0.4-0.6', '--split', '--smart', '--out', 'parts/')).code).toBe(0);
    expect(files('parts')).toEqual(['a 1.mp4', 'a 2.mp4']);
    expect((await run('remux', 'a.mp4', 'a.mp4', '--join', '-o', 'both.mkv')).code).toBe(0);
    expect((await probe('both.mkv')).duration).toBeCloseTo(2, 1);
  });

  test('--json tells what will be kept before, and bytes on the way; a file that cannot go in is told in words', async () => {
    copies(['a.mp4', 'b.mp4']);
    const { code, stdout } = await run('remux', 'a.mp4', 'b.mp4', '--to', 'webm', '--json');
    expect(code).toBe(1);
    const told = parse(stdout);
    expect(of(told, 'failed').map(({ message }) => message)).toEqual([expect.stringContaining('WebM'), expect.stringContaining('WebM')]);
    const good = parse((await run('remux', 'a.mp4', '--to', 'mov', '--json')).stdout) as (Event & { outline?: { tracks: unknown[] } })[];
    expect(good.map(({ event }) => event)).toEqual(expect.arrayContaining(['planned', 'progress', 'done', 'end']));
    expect(good.find(({ event }) => event === 'planned')?.outline?.tracks).toHaveLength(2);
  });
});

describe('wrong usage exits with 2, says what is wrong, and makes nothing', () => {
  const rows: [string, string[], RegExp][] = [
    ['no subcommand', [], /Usage: muxwell/],
    ['an unknown subcommand', ['transcode', 'a.mp4'], /unknown command/],
    ['no files', ['encode'], /missing required argument/],
    ['an unknown option', ['encode', 'a.mp4', '--fast'], /unknown option/],
    ['an unknown preset', ['encode', 'a.mp4', '--preset', 'Betamax'], /no preset “Betamax”\. The nearest are: (.+, ){4}.+\./],
    ['--jobs 0', ['encode', 'a.mp4', '--jobs', '0'], /whole number from 1 to 64/],
    ['--jobs many', ['encode', 'a.mp4', '--jobs', 'many'], /whole number from 1 to 64/],
    ['--out one file for two sources', ['encode', 'a.mp4', 'b.mp4', '--out', 'one.mp4'], /must be a folder/],
    ['an unknown container', ['encode', 'a.mp4', '--out', 'film.xyz'], /no container “\.xyz”.*mkv/],
    ['a container there is none of', ['remux', 'a.mp4', '--to', 'exe'], /no container “exe”.*mkv/],
    ['a time that is none', ['remux', 'a.mp4', '--cut', '1:99x-'], /no part of a film.*hours:minutes:seconds/],
    ['a part that ends before it begins', ['remux', 'a.mp4', '--cut', '9-3'], /no part of a film/],
    ['--cut with --remove', ['remux', 'a.mp4', '--cut', '1-2', '--remove', '3-4'], /exclude each other/],
    ['--join with --cut', ['remux', 'a.mp4', 'b.mp4', '--join', '--cut', '1-2'], /not cut in the same go/],
    ['a rule for tracks that is none', ['remux', 'a.mp4', '--streams', 'sound=english'], /audio=eng,jpn/],
    ['probe without a file', ['probe'], /missing required argument/],
    ['probe with two files', ['probe', 'a.mp4', 'b.mp4'], /too many arguments/],
  ];
  test.each(rows)('%s', async (_name, args, words) => {
    copies(['a.mp4', 'b.mp4']);
    const { code, stdout, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(files()).toEqual(['a.mp4', 'b.mp4']);
  });

  test('--help and --version are no mistakes', async () => {
    const [help, encode, version] = await Promise.all([run('--help'), run('encode', '--help'), run('--version')]);
    expect([help.code, encode.code, version.code]).toEqual([0, 0, 0]);
    expect(help.stdout).toMatch(/encode[\s\S]*probe[\s\S]*presets/);
    expect(encode.stdout).toMatch(/--preset[\s\S]*--out[\s\S]*--jobs[\s\S]*--overwrite[\s\S]*--json/);
    expect(encode.stdout).not.toMatch(/default: (false|\[\])/);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('Ctrl-C', () => {
  const slowly = ['--preset', 'hq-1080p30', '--jobs', '2'];

  test.each([
    ['SIGINT to the whole group, as a terminal sends it', (pid: number) => process.kill(-pid, 'SIGINT')],
    ['SIGTERM to the command alone, as a service manager sends it', (pid: number) => process.kill(pid, 'SIGTERM')],
  ])('%s: ends within seconds with exit 1, no partial, no output, no process', async (_name, send) => {
    const names = copies(['a.mp4', 'b.mp4', 'c.mp4'], long);
    const { child, ended, onLine } = begin(['encode', ...names, ...slowly, '--out', 'out', '--json']);
    const pid = child.pid ?? 0;
    const atWork = new Set<string>();
    await new Promise<void>((resolve, reject) => {
      onLine((line) => {
        const { event, fraction = 0, id = '' } = JSON.parse(line) as Event;
        if (event === 'progress' && fraction > 0) atWork.add(id);
        if (atWork.size === 2) resolve();
      });
      void ended.then(({ stdout, stderr }) => reject(new Error(`it ended too soon: ${stdout}${stderr}`)));
    });
    expect(files('out').filter((name) => name.includes('.part'))).toHaveLength(2);
    const began = performance.now();
    send(pid);
    const { code, stdout, stderr } = await ended;
    expect(performance.now() - began).toBeLessThan(4000);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(files('out')).toEqual([]);
    const events = parse(stdout);
    expect(
      of(events, 'cancelled')
        .map(({ source = '' }) => source.slice(-5))
        .sort(),
    ).toEqual(names);
    expect(of(events, 'end')).toEqual([expect.objectContaining({ done: 0, failed: 3 })]);
    await eventually(() => !isGroupAlive(pid), 'the whole process group is gone');
  });
});

/** Whether any process of a group is left. */
function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
  } catch {
    return false;
  }
  return isAlive(pid) || process.platform !== 'linux' || readdirSync('/proc').some((entry) => isMember(entry, pid));
}

function isMember(entry: string, group: number): boolean {
  if (!/^\d+$/.test(entry)) return false;
  try {
    const [state, , owner] = readFileSync(`/proc/${entry}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(owner) === group && state !== 'Z';
  } catch {
    return false;
  }
}

describe('probe and presets', () => {
  test('probe describes a file in words and as JSON', async () => {
    copies(['film.mp4']);
    const words = await run('probe', 'film.mp4');
    expect(words).toMatchObject({ code: 0, stderr: '' });
    expect(words.stdout).toMatch(
      /film\.mp4\n {2}QuickTime \/ MOV, 0:01, [\d.]+ kB\n {2}0 {2}video {5}h264 .*320×240, 30 fps, 8 bit.*\n {2}1 {2}audio {5}aac/,
    );
    const media = await probe('film.mp4');
    expect(media.path).toBe(join(folder, 'film.mp4'));
    expect(media.streams.map(({ kind, codec }) => `${kind} ${codec}`)).toEqual(['video h264', 'audio aac']);
  });

  test('probe of what is no film exits with 1: a sentence on standard error, or the error as JSON', async () => {
    const [words, json] = await Promise.all([run('probe', 'nowhere.mp4'), run('probe', 'nowhere.mp4', '--json')]);
    expect(words).toMatchObject({ code: 1, stdout: '' });
    expect(words.stderr).toMatch(/^.*nowhere\.mp4 does not exist\.\n$/);
    expect(json).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(json.stdout)).toEqual({ error: expect.objectContaining({ code: 'source-missing' }) });
  });

  test('presets lists all of them by group with the default marked, and as JSON', async () => {
    const [words, json] = await Promise.all([run('presets'), run('presets', '--json')]);
    expect([words.code, json.code]).toEqual([0, 0]);
    for (const { name, group, description } of builtInPresets) {
      expect(words.stdout).toContain(`${name} `);
      expect(words.stdout).toMatch(new RegExp(`^${group}$`, 'm'));
      expect(words.stdout).toContain(description);
    }
    expect(words.stdout.match(/\(default\)/g)).toHaveLength(1);
    expect(JSON.parse(json.stdout)).toEqual(JSON.parse(JSON.stringify(builtInPresets)));
  });
});

describe("presets of one's own", () => {
  const handbrake = (more: object) =>
    JSON.stringify({
      PresetList: [
        {
          PresetName: 'Telly',
          VideoEncoder: 'x265',
          FileFormat: 'av_mkv',
          VideoQualitySlider: 20,
          AudioList: [{ AudioEncoder: 'opus' }],
          ...more,
        },
      ],
    });

  test('are imported from a file of HandBrake with what is not mapped named, used for an export, exported and removed', async () => {
    writeFileSync(join(folder, 'hb.json'), handbrake({ VideoPreset: 'ultrafast', PictureSparkle: 3 }));
    const dry = await run('presets', 'import', 'hb.json', '--dry-run');
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringMatching(/Would import “Telly”\n {2}PictureSparkle = 3: /) });
    expect((await run('presets', 'show', 'telly')).code).toBe(2);
    const imported = await run('presets', 'import', 'hb.json');
    expect(imported).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Imported “Telly”\n {2}PictureSparkle = 3: /) });
    const [shown, json] = await Promise.all([run('presets', 'show', 'telly'), run('presets', 'show', 'TELLY', '--json')]);
    expect(shown.stdout).toMatch(/^ {2}video\.codec +hevc$/m);
    expect(JSON.parse(json.stdout)).toMatchObject({ name: 'Telly', video: { codec: 'hevc', rate: { mode: 'quality', value: 20 } } });

    copies(['a.mp4']);
    expect((await run('encode', 'a.mp4', '--preset', 'Telly')).code).toBe(0);
    expect((await probe('a.mkv')).streams.map(({ codec }) => codec)).toEqual(['hevc', 'opus']);

    expect((await run('presets', 'export', 'Telly', 'Fast 1080p30', '--out', 'two.json')).code).toBe(0);
    expect(await run('presets', 'export', 'Telly', '--out', 'two.json')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('exists already'),
    });
    const again = await run('presets', 'import', 'two.json', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      format: 'muxwell',
      refused: [],
      presets: [{ name: 'Telly 2' }, { name: 'Fast 1080p30 2' }],
    });
    expect((await run('presets')).stdout).toContain('Telly 2');
    expect((await run('presets', 'remove', 'Telly', 'Telly 2')).code).toBe(0);
    expect((await run('presets')).stdout).not.toContain('Telly');
    expect(await run('presets', 'remove', 'Fast 1080p30')).toMatchObject({ code: 2, stderr: expect.stringContaining('came with Muxwell') });
  });

  test('what is no file of presets, or has entries that cannot be used, ends with a sentence', async () => {
    writeFileSync(join(folder, 'text.json'), 'hello');
    writeFileSync(join(folder, 'half.json'), handbrake({ VideoEncoder: 'cinepak' }));
    const [missing, text, half] = await Promise.all([
      run('presets', 'import', 'none.json'),
      run('presets', 'import', 'text.json'),
      run('presets', 'import', 'half.json'),
    ]);
    expect(missing).toMatchObject({ code: 1, stderr: 'none.json does not exist.\n' });
    expect(text).toMatchObject({ code: 2, stderr: expect.stringContaining('not JSON') });
    expect(half).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Not imported: “Telly”: .*cinepak/) });
  });
});

describe('settings of an export', () => {
  test('are taken by their names, and are what the result is made by', async () => {
    copies(['a.mp4']);
    const set = ['video.codec=hevc', 'container=mkv', 'video.speed=ultrafast', 'video.maxHeight=120', 'audio.codec=opus', 'audio.kbps=64'];
    const { code, stderr } = await run('encode', 'a.mp4', ...quick, ...set.flatMap((one) => ['--set', one]), '--quality', '50');
    expect({ code, words: stderr }).toMatchObject({ code: 0, words: expect.stringContaining('✓ a.mp4 → ') });
    const { streams } = await probe('a.mkv');
    expect(streams).toMatchObject([{ codec: 'hevc', width: 160, height: 120 }, { codec: 'opus' }]);
  });

  test('what gives way to them is told', async () => {
    copies(['a.mp4']);
    const { code, stderr } = await run('encode', 'a.mp4', ...quick, '--set', 'video.codec=av1', '--set', 'video.speed=ultrafast');
    expect({ code, words: stderr }).toMatchObject({
      code: 0,
      words: expect.stringMatching(/^video\.rate becomes .*"value":\d+.*to go with the rest\.$/m),
    });
    expect((await probe('a (2).mp4')).streams[0]?.codec).toBe('av1');
  });

  test.each([
    [['--set', 'video.sped=slow'], /no setting “video\.sped”.*video\.speed/],
    [['--set', 'video.speed=warp'], /video\.speed cannot be “warp”\. It can be ultrafast,/],
    [['--set', 'video.maxHeight=9'], /from 16 to 16384 px, or none/],
    [['--set', 'video.flip=maybe'], /on or off/],
    [['--set', 'audio.languages=german'], /three letters/],
    [['--set', 'video.rate={"mode":"quality"'], /not JSON/],
    [['--set', 'video.rate={"mode":"quality","value":99}'], /video\.rate cannot be/],
    [['--set', 'slow'], /must look like video\.speed=slow/],
    [['--crop', '1:2:3'], /TOP:BOTTOM:LEFT:RIGHT/],
    [['--size', 'small'], /10MB/],
    [['--quality', '101'], /0 to 100/],
    [['--quality', 'psnr=40'], /xpsnr=40/],
    [['--quality', '50', '--size', '10MB'], /exclude each other/],
    [['--trim', '3-2'], /no part of a film/],
    [['--size', '10MB', '--set', 'video.rate={"mode":"fixed"}'], /exclude each other/],
  ])('%s is refused with a sentence, and nothing is made', async (args, words) => {
    copies(['a.mp4']);
    const { code, stderr } = await run('encode', 'a.mp4', ...quick, ...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(words) });
    expect(files()).toEqual(['a.mp4']);
  });
});

test('on a Node older than 24 the command refuses with a sentence that says what to do', async ({ skip }) => {
  const old = oldNode();
  if (!old) {
    console.log('skipped: there is no node older than 24 on PATH');
    skip();
    return;
  }
  copies(['film.mp4']);
  const { code, stdout, stderr } = await begin(['encode', 'film.mp4'], old).ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^Muxwell needs Node 24 or newer and this is Node \d+\. .*install Node 24.*\n$/);
  expect(files()).toEqual(['film.mp4']);
});

/** A `node` on PATH that is not the project's own and too old for Muxwell. */
function oldNode(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((path) => path && !path.includes('node_modules'));
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return folders
    .map((path) => join(path, name))
    .filter((path) => existsSync(path))
    .find((path) => Number(/^v(\d+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[1]) < 24);
}
