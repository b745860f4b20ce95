/** What is told of a trouble: the application log and the report, whole where it helps and without what is nobody's business. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JobStatus } from '../native/contract/contract.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { type LogFile, openLog } from '../native/log/log-file.ts';
import { openRotatingFile } from '../native/log/rotating-file.ts';
import { createRedactor } from '../native/studio/redact.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import { freePort } from './fixtures/live-kit.ts';
import { quick, shortClip } from './fixtures/sources.ts';
import { untilState } from './fixtures/wait.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const oddWorker = fileURLToPath(new URL('./fixtures/odd-worker.ts', import.meta.url));

interface Line {
  time: string;
  level: string;
  pid: number;
  what: string;
  data?: Record<string, unknown>;
}

let folder: string;
/** A home with a name in it that must not be told. */
let home: string;
let data: string;
const studios: Studio[] = [];
const logs: LogFile[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-report-'));
  home = join(folder, 'people', 'annalena');
  data = join(home, '.muxwell');
  mkdirSync(join(home, 'Videos'), { recursive: true });
  vi.stubEnv('HOME', home);
  vi.stubEnv('USERPROFILE', home);
});
afterEach(async () => {
  await Promise.all(studios.splice(0).map((studio) => studio.close()));
  for (const log of logs.splice(0)) log.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const open = (more: Partial<Parameters<typeof openLog>[0]> = {}) => {
  const log = openLog({ data, door: 'test', version: '0.1.0', ...more });
  logs.push(log);
  return log;
};
const start = (log: LogFile, program?: string) => {
  const studio = createStudio({ spawn: childWorkers(program), storage: ':memory:', version: '0.1.0', log, patient: false });
  studios.push(studio);
  return studio;
};
const written = () =>
  readdirSync(join(data, 'logs'))
    .map((name) => readFileSync(join(data, 'logs', name), 'utf8'))
    .join('');
const lines = (log: LogFile) => log.tail(100_000).map((line) => JSON.parse(line) as Line);
const ended = (studio: Studio, id: string) =>
  untilState(
    studio,
    () => {
      const status = studio.state.get('statuses', id) as JobStatus | undefined;
      return status && ['done', 'failed'].includes(status.phase) && status;
    },
    'the job has ended',
  );

describe('what is taken out of a text', () => {
  const linux = createRedactor({ home: '/home/anna', user: 'anna' });
  const windows = createRedactor({ home: 'C:\\Users\\Anna Maria', user: 'amaria' });
  linux.hide('live_123_aBcDeF?bandwidthtest=true');
  linux.hide('tok&n/with ö signs');
  linux.hide('abc');
  linux.hide('half\ud800');
  linux.hide('ftp://me:100%25%zz@a.example/');
  linux.hide('rtsp://viewer:camera-secret@10.0.0.9/stream?session=0123456789');

  test.each([
    ['Named /home/anna/Videos/a film.mov.', 'Named ~/Videos/a film.mov.'],
    ['at file:///home/anna/app/main.js:3', 'at file://~/app/main.js:3'],
    ['--out=/home/anna', '--out=~'],
    ['/home/annabelle/b.mov and /Users/bert/c.mov', '~/b.mov and ~/c.mov'],
    ['/media/anna/disk/anna.mov', '/media/user/disk/anna.mov'],
    ['in /run/media/Anna.', 'in /run/media/user.'],
    ['anna.mov stays, as does susanna/x', 'anna.mov stays, as does susanna/x'],
    ['rtmp://live.example/app/xyz could not', 'rtmp://live.example/app/•••• could not'],
    ['“rtmps://a.example:443/app/one/two?x=y”', '“rtmps://a.example:443/app/••••”'],
    ['srt://a.example:9000?mode=caller&passphrase=0123456789&streamid=me', 'srt://a.example:9000?••••'],
    ['https://me:pass@a.example/x.m3u8?sig=1', 'https://••••@a.example/x.m3u8?••••'],
    ['http://127.0.0.1:7390/?token=0123456789abcdef', 'http://127.0.0.1:7390/?••••'],
    ['authorization: Bearer 0123456789', 'authorization: Bearer ••••'],
    ["passphrase='0123456789' latency=120", "passphrase='••••' latency=120"],
    ['serve --token 0123456789abcdef --open', 'serve --token •••• --open'],
    ['key live_123_aBcDeF?bandwidthtest=true refused', 'key •••• refused'],
    ['x-live_123_aBcDeF%3Fbandwidthtest%3Dtrue-y', 'x-••••-y'],
    ['"tok&n/with ö signs"', '"••••"'],
    ['half\ufffd is written, 100%25%zz as well', '•••• is written, •••• as well'],
    ['abc is one word, abcd another', '•••• is one word, abcd another'],
    ['the password was camera-secret and the session 0123456789', 'the password was •••• and the session ••••'],
    ['holiday.mov: 1280×720, keyint=60, monkey=1', 'holiday.mov: 1280×720, keyint=60, monkey=1'],
  ])('%s', (text, cleaned) => expect(linux.clean(text)).toBe(cleaned));

  test.each([
    ['C:\\Users\\Anna Maria\\Videos\\a.mov', '~\\Videos\\a.mov'],
    ['c:/users/anna maria/Videos/a.mov', '~/Videos/a.mov'],
    ['{"path":"C:\\\\Users\\\\Anna Maria\\\\a.mov"}', '{"path":"~\\\\a.mov"}'],
    ['C:\\Users\\ANNAMA~1\\AppData\\Local\\Temp', '~\\AppData\\Local\\Temp'],
    ['file:///C:/Users/Anna%20Maria/main.js', 'file:///~/main.js'],
    ['D:\\work\\amaria\\a.mov', 'D:\\work\\user\\a.mov'],
  ])('%s', (text, cleaned) => expect(windows.clean(text)).toBe(cleaned));

  test('every text inside of data, and all that is called a secret; a home that is the whole disk is none', () => {
    expect(linux.cleanData({ token: 'x', key: 'y', bytes: 1, list: ['/home/anna/a', null, { passphrase: 'z' }] })).toEqual({
      ...{ token: '••••', key: '••••', bytes: 1 },
      list: ['~/a', null, { passphrase: '••••' }],
    });
    expect(createRedactor({ home: '/', user: '' }).clean('/srv/films/a.mov')).toBe('/srv/films/a.mov');
  });
});

describe('the log', () => {
  test('is kept in a few files of a bounded size, the oldest goes, and the newest lines are told across files', async () => {
    const log = open({ bounds: { bytes: 4000, files: 3 } });
    for (let number = 0; number < 200; number++) {
      log.info('line', { number });
      if (number % 7 === 0) await Promise.resolve();
    }
    expect(lines(log).at(-1)?.data).toEqual({ number: 199 });
    const names = readdirSync(join(data, 'logs'));
    expect(names).toHaveLength(3);
    for (const name of names) {
      const { size, mode } = statSync(join(data, 'logs', name));
      expect(size).toBeLessThanOrEqual(4000);
      if (process.platform !== 'win32') expect(mode & 0o077).toBe(0);
    }
    const numbers = lines(log).map((line) => line.data?.['number']);
    expect(numbers.length).toBeGreaterThan(60);
    expect(numbers).toEqual(numbers.map((_, index) => 200 - numbers.length + index));
    expect(log.tail(50)).toHaveLength(50);
  });

  test('is shared by two that write and turn over at once, and no line is lost or torn', () => {
    const both = [0, 1].map(() => openRotatingFile(join(data, 'logs'), { bytes: 2000, files: 1000 }));
    const wanted: string[] = [];
    for (let number = 0; number < 300; number++) {
      const file = both[number % 2];
      file?.write(`${number} ${'x'.repeat(50)}\n`);
      file?.flush();
      wanted.push(`${number} ${'x'.repeat(50)}`);
    }
    expect(both[0]?.tail(1000).sort()).toEqual(wanted.sort());
    expect(readdirSync(join(data, 'logs')).length).toBeGreaterThan(5);
  });

  test('that another process is just putting away loses nothing of what is written then', () => {
    const file = openRotatingFile(join(data, 'logs'), { bytes: 100, files: 3 });
    const names = () => readdirSync(join(data, 'logs')).length;
    file.write(`${'a'.repeat(80)}\n`);
    file.flush();
    const rename = vi.spyOn(fs, 'renameSync').mockImplementation(() => {
      throw Object.assign(new Error('busy'), { code: 'EBUSY' });
    });
    syncBuiltinESMExports();
    file.write(`${'b'.repeat(80)}\n`);
    file.flush();
    expect([rename.mock.calls.length, names(), file.tail(5).length]).toEqual([1, 1, 2]);
    rename.mockRestore();
    syncBuiltinESMExports();
    file.write('c\n');
    file.flush();
    expect([names(), file.tail(5).at(-1)]).toEqual([2, 'c']);
  });

  test('cannot be written: the host is told once and goes on', () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const file = openRotatingFile(join(data, 'logs'));
    mkdirSync(join(data, 'logs', 'muxwell.log'));
    for (const line of ['a\n', 'b\n']) {
      file.write(line);
      file.flush();
    }
    writeFileSync(join(home, 'taken'), '');
    const log = open({ data: join(home, 'taken') });
    log.info('nowhere');
    expect([log.folder, log.tail(5)]).toEqual([null, []]);
    expect(said.mock.calls.map(([text]) => String(text).split(':')[0])).toEqual(['The log cannot be written', 'There is no log']);
    said.mockRestore();
  });

  test('a data folder that is not there is not made for a single run', () => {
    const log = open({ makes: false });
    log.info('nowhere');
    expect([log.folder, existsSync(data)]).toEqual([null, false]);
  });

  test('tells what ended a host, before it ends', async () => {
    const program = fileURLToPath(new URL('./fixtures/log-host.ts', import.meta.url));
    const failure = await promisify(execFile)(process.execPath, [program, data]).catch((error: { code: number }) => error);
    expect(failure).toMatchObject({ code: 1 });
    const told = written()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(told.map(({ what, level }) => `${level} ${what}`)).toEqual(['info started', 'info about-to-fall', 'error uncaught']);
    expect(told[2]?.data?.['detail']).toContain('~/Videos/film.mov was the last');
    expect(written()).not.toContain('annalena');
  });

  test('has every step and every line of a job under its id', async () => {
    const log = open();
    const studio = start(log);
    const [one, two] = ['one.mp4', 'two.mp4'].map((name) => shortClip(join(home, 'Videos', name)));
    const { ids } = await studio.call('addJobs', { sources: [one, two], ...quick, output: { folder: join(home, 'out') } });
    await studio.call('startQueue', {});
    for (const id of ids) expect((await ended(studio, id)).phase).toBe('done');
    for (const [index, id] of ids.entries()) {
      const mine = lines(log).filter((line) => line.data?.['job'] === id);
      const steps = mine.map(({ what }) => what).filter((what) => what !== 'job-log');
      expect(steps).toEqual(['job-added', 'job-planned', 'job-started', 'job-done']);
      expect(mine[0]?.data?.['source']).toBe(
        `~/Videos/${['one.mp4', 'two.mp4'][index]}`.replaceAll('/', process.platform === 'win32' ? '\\' : '/'),
      );
      const texts = mine.filter(({ what }) => what === 'job-log').map(({ data: told }) => told?.['text']);
      expect(texts).toEqual((await studio.call('jobLog', { id })).map(({ text }) => log.clean(text)));
      expect(texts.length).toBeGreaterThan(3);
    }
    expect(written()).not.toContain('annalena');
  });

  test('tells of a worker that ended, with its last words, and of refused commands without what was sent', async () => {
    const log = open();
    const studio = start(log, oddWorker);
    await expect(studio.call('probe', { path: '/x/exit.mov' })).rejects.toThrow('stopped unexpectedly');
    await expect(studio.call('saveLive', { setup: { source: { kind: 'pull', url: 'no address hunter2-hunter2' } } })).rejects.toThrow();
    await expect(studio.call('no-such' as 'probe', {})).rejects.toThrow();
    const called = new AbortController();
    const polite = studio.call('probe', { path: '/x/polite.mov' }, called.signal);
    called.abort();
    await expect(polite).rejects.toThrow();
    const told = lines(log);
    expect(told.find(({ what }) => what === 'worker-ended')).toMatchObject({
      level: 'error',
      data: { code: 3, signal: null, lastWords: 'the driver gave up\n' },
    });
    const refused = told.filter(({ what }) => what === 'command-refused').map(({ data: one }) => [one?.['command'], one?.['code']]);
    expect(refused).toEqual([
      ['probe', 'worker-crashed'],
      ['saveLive', 'bad-input'],
      ['no-such', 'unknown-command'],
    ]);
    await Promise.all(studios.splice(0).map((one) => one.close()));
    expect(lines(log).filter(({ what }) => what === 'worker-ended')).toHaveLength(1); // those that were let go are no trouble
    expect(written()).not.toContain('hunter2');
  });

  test('tells a live session’s events, and neither it nor a report has a key, a passphrase or an address that is a secret', async () => {
    const log = open();
    const studio = start(log);
    const port = await freePort(); // where nobody listens
    const keys = { stream: 'live_987_sEcReT', srt: 'a-passphrase-of-16', short: 'k7', pull: 'camera-key-4711' };
    const { place } = await studio.call('keepKey', { key: keys.stream });
    const { place: short } = await studio.call('keepKey', { key: keys.short });
    const targets = [
      { id: 'a', name: 'A', service: 'custom', url: `rtmp://127.0.0.1:${port}/live`, key: place },
      { id: 'b', name: 'B', service: 'custom', url: `srt://127.0.0.1:${port}?passphrase=${keys.srt}&streamid=${keys.short}` },
      { id: 'c', name: 'C', service: 'custom', url: `rtmp://127.0.0.1:${port}/live`, key: short },
    ];
    const { id } = await studio.call('saveLive', {
      setup: { source: { kind: 'test-card' }, encode: { height: 144, videoKbps: 200 }, targets },
    });
    await studio.call('goLive', { id });
    const troubled = () => new Set(Object.values(studio.state.all('liveEvents')).flatMap(({ target }) => target ?? []));
    await untilState(studio, () => troubled().size === 3, 'every target has told its trouble');
    const url = `rtmp://127.0.0.1:${port}/app/${keys.pull}`;
    const pulled = await studio.call('saveLive', { setup: { source: { kind: 'pull', url }, targets: [] } });
    await studio.call('previewLive', { id: pulled.id });
    await untilState(
      studio,
      () => {
        const status = studio.state.get('live', pulled.id);
        return status?.phase === 'failed' || (status?.phase === 'preview' && status.health?.sourceWords);
      },
      'the source has told its trouble',
    );
    await studio.call('endLive', { id });
    // Somebody calls a file so: what the log is told of it has the keys in it.
    const sources = [keys.stream, keys.pull].map((key) => join(home, 'Videos', `${key}.mov`));
    const { ids } = await studio.call('addJobs', { sources, ...quick });
    for (const one of ids) await ended(studio, one);
    const events = lines(log).filter(({ what, data: one }) => what === 'live-event' && one?.['session'] === id);
    expect(events.map(({ data: one }) => one?.['text'])).toEqual(
      Object.values(studio.state.all('liveEvents'))
        .filter(({ session }) => session === id)
        .map(({ text }) => log.clean(text)),
    );
    expect(events.length).toBeGreaterThan(3);
    const { text } = await studio.call('report', {});
    for (const key of [keys.stream, keys.srt, keys.pull, keys.stream.slice(0, 10)]) {
      expect(written()).not.toContain(key);
      expect(text).not.toContain(key);
    }
    for (const told of [written(), text]) expect(told).not.toMatch(new RegExp(`\\b${keys.short}\\b`));
    expect(text).toContain('live-event');
    expect(text).toContain('••••.mov');
  });
});

describe('the report', () => {
  test('of a job that failed: what it is, what was to be done with it, what happened, and nobody’s name', async () => {
    const log = open();
    const studio = start(log);
    const source = shortClip(join(home, 'Videos', 'summer `film`.mp4'));
    writeFileSync(join(home, 'taken'), '');
    await studio.call('changeSettings', { parallel: 3, folder: join(home, 'out') });
    const output = { folder: join(home, 'taken', 'out') };
    const overrides = { 'audio.kbps': 96 } as const;
    const { ids } = await studio.call('addJobs', { sources: [source], preset: 'fast-1080p30', overrides, output });
    await studio.call('startQueue', {});
    const [id = ''] = ids;
    expect((await ended(studio, id)).phase).toBe('failed');
    const { text } = await studio.call('report', { job: id });
    const parts = new Map(text.split('\n## ').map((part) => [part.split('\n', 1)[0] ?? '', part]));
    expect([...parts.keys()]).toEqual([
      ...['# Muxwell report', 'System', 'Graphics cards', 'Settings that are not the usual ones'],
      ...['Job', 'Its source', 'Its plan', 'How it goes', 'Its log', 'The end of the application log'],
    ]);
    expect(parts.get('System')).toMatch(
      /- Muxwell 0\.1\.0\n- Node 2\d\.\S+\n- FFmpeg 8\.\S+ \(node-av \d\S+\)\n- \w+ \S+ \w+\n- .+ cores, .+ of memory/,
    );
    expect(parts.get('Settings that are not the usual ones')).toMatch(/^Settings.+\n\n- parallel: 3\n- folder: "~[\\/]+out"\n\n?$/);
    expect(parts.get('Job')).toContain(`id: ${id}`);
    expect(parts.get('Job')).toContain('- preset: Fast 1080p30\n- changed: {"audio.kbps":96}');
    expect(parts.get('Its source')).toMatch(/``\n~.Videos.summer `film`\.mp4\n.+, 0:01, .+\n.+video {5}h264.+320×240/);
    expect(parts.get('How it goes')).toMatch(/- output-unwritable: The folder ~.taken could not be made\.\n```\nError: /);
    expect(parts.get('Its log')).toMatch(/Z Plan: mp4.*\n.*Stream 0: video, libx264/);
    expect(parts.get('The end of the application log')).toContain('"what":"job-failed"');
    expect(text).not.toContain(home);
    expect(text.toLowerCase()).not.toContain('annalena');
    await expect(studio.call('report', { job: 'no-such' })).rejects.toMatchObject({ code: 'unknown-job' });
  });

  test('where no worker can tell its FFmpeg it says so; and what the page shows of the versions has no home in it', async () => {
    const log = open();
    const about = await start(log).call('about', {});
    expect(about).toMatchObject({ muxwell: '0.1.0', ffmpeg: expect.stringMatching(/^FFmpeg 8/), logs: join('~', '.muxwell', 'logs') });
    const { text } = await start(log, oddWorker).call('report', {});
    expect(text).toMatch(/- FFmpeg: .+\n/);
    expect(text).toContain('Settings that are not the usual ones\n\nNone.');
  });
});

describe('from a terminal', () => {
  const muxwell = join(root, 'dist', 'muxwell.js');
  const token = 'a-token-of-my-own-0815';
  beforeAll(() => {
    if (!existsSync(muxwell)) execFileSync(process.execPath, [join(root, 'native', 'build.mjs')], { cwd: root, stdio: 'inherit' });
  });
  const hosts: ReturnType<typeof spawn>[] = [];
  afterAll(() => {
    for (const host of hosts) if (host.exitCode === null) host.kill('SIGKILL');
  });
  const env = (more = {}) => ({ ...process.env, MUXWELL_DATA: data, ...more });
  const run = async (...args: string[]) =>
    promisify(execFile)(process.execPath, [muxwell, ...args], { cwd: home, env: env() }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
    );

  test('of the studio that runs, of one of its jobs, and of the machine alone; the host’s token is nowhere', async () => {
    const host = spawn(process.execPath, [muxwell, 'serve', '--port', '0'], {
      env: env({ MUXWELL_TOKEN: token }),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    hosts.push(host);
    const address = await new Promise<string>((resolve) => {
      host.stdout?.setEncoding('utf8').on('data', (text: string) => {
        const [, found] = /(http:\/\/[^/]+)\//.exec(text) ?? [];
        if (found) resolve(found);
      });
    });
    const file = `${token}.mov`; // what the log is told of it has the token in it
    writeFileSync(join(home, 'Videos', file), 'no film');
    const at = ['--host', address, '--token', token];
    const added = await run('queue', 'add', `Videos/${file}`, ...at);
    const job = added.stdout.slice(0, 8);
    const whole = await run('report', ...at);
    expect(whole.code).toBe(0);
    expect(whole.stdout).toContain('# Muxwell report');
    expect(whole.stdout).toContain('"what":"listening"');
    const one = await run('report', job, ...at);
    expect(one.stdout).toContain(`- id: ${job}`);
    expect((await run('report', 'zzz', ...at)).code).toBe(1);
    expect((await run('report', '--host', address, '--token', 'not-the-token-at-all')).code).toBe(2);
    const gone = new Promise((resolve) => host.once('exit', resolve));
    host.kill('SIGTERM');
    await gone;
    const alone = await run('report');
    expect(alone).toMatchObject({ code: 0, stderr: '' });
    expect(alone.stdout).toMatch(/^> .+ settings and jobs are not looked at\.\n\n# Muxwell report/);
    expect(alone.stdout).toContain('"what":"job-failed"');
    expect((await run('report', job)).code).toBe(2);
    const doors = written()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(doors.filter(({ what }) => what === 'started').map((line) => line.data?.['door'])).toEqual(['serve', 'report']);
    expect(doors.filter(({ what }) => what === 'ended').map((line) => line.data)).toEqual([{ code: 0 }, { code: 0 }]);
    for (const text of [written(), whole.stdout, one.stdout, alone.stdout]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain('annalena');
    }
  });

  test('a command that runs by itself logs where there is a data folder already', async () => {
    shortClip(join(home, 'Videos', 'film.mp4'));
    const encode = () => run('encode', 'Videos/film.mp4', '--preset', 'very-fast-720p30', '--out', 'out/');
    expect((await encode()).code).toBe(0);
    expect(existsSync(data)).toBe(false);
    mkdirSync(data);
    expect((await encode()).code).toBe(0);
    const whats = written()
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Line).what);
    expect(whats).toEqual(expect.arrayContaining(['started', 'job-added', 'job-planned', 'job-started', 'job-log', 'job-done', 'ended']));
  });
});
