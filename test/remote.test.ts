/** A studio that runs, told what to do from a terminal: `muxwell queue` against `muxwell serve`, both as processes of their own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JobStatus, QueueInfo } from '../native/contract/contract.ts';
import { longClip, shortClip } from './fixtures/sources.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const muxwell = join(root, 'dist', 'muxwell.js');

let clips: string;
beforeAll(() => {
  if (!existsSync(muxwell)) execFileSync(process.execPath, [join(root, 'native', 'build.mjs')], { cwd: root, stdio: 'inherit' });
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  shortClip(join(clips, 'short.mp4'));
  longClip(join(clips, 'long.mp4'));
});
afterAll(() => rmSync(clips, { recursive: true, force: true }));

let folder: string;
let host: string;
let serving: ChildProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-remote-'));
  serving = begin(['serve', '--port', '0']);
  const [line] = (await once(serving.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  host = new URL(/http:\S+/.exec(String(line))?.[0] ?? '').origin;
});
afterEach(async () => {
  serving.kill('SIGTERM');
  if (serving.exitCode === null) await once(serving, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

function begin(args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const own = { ...process.env, MUXWELL_DATA: join(folder, 'data'), ...env };
  return spawn(process.execPath, [muxwell, ...args], { cwd: folder, env: own, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** `muxwell queue …` to its end. */
async function queue(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = begin(['queue', ...args], env);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
}

interface Listed {
  queue: QueueInfo;
  jobs: { id: string; source: string; preset: string; priority: string; group: string | null; paused: boolean; status: JobStatus }[];
}
const list = async () => JSON.parse((await queue(['list', '--host', host, '--json'])).stdout) as Listed;
const phases = async () => (await list()).jobs.map(({ status }) => status.phase);
const copy = (clip: string, ...names: string[]) => {
  for (const name of names) copyFileSync(join(clips, clip), join(folder, name));
};
const patience = { timeout: 30_000, interval: 100 };
const quick = ['--preset', 'very-fast-720p30'];

describe('muxwell queue', () => {
  test('adds files by paths of the folder it is in, starts them, and lists what came of them', async () => {
    copy('short.mp4', 'a.mp4', 'b.mp4');
    writeFileSync(join(folder, 'broken.mp4'), 'no film');
    const added = await queue(['add', 'a.mp4', 'b.mp4', 'broken.mp4', ...quick, '--out', 'made/', '--start', '--host', host]);
    expect(added).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^[0-9a-f]{8} {2}a\.mp4\n[0-9a-f]{8} {2}b\.mp4\n[0-9a-f]{8} {2}broken\.mp4\n$/),
    });
    await vi.waitFor(async () => expect(await phases()).toEqual(['done', 'done', 'failed']), patience);
    expect(existsSync(join(folder, 'made', 'a.mp4'))).toBe(true);
    const { stdout } = await queue(['list', '--host', host]);
    expect(stdout).toMatch(/^Started: 2 done, 0 running, 0 waiting, 1 failed\.\n/);
    expect(stdout).toMatch(new RegExp(`^[0-9a-f]{8} {2}done, .* {2}${join(folder, 'a.mp4')} +Very Fast 720p30$`, 'm'));
    expect(stdout).toMatch(/failed: .*broken\.mp4/);

    writeFileSync(join(folder, 'broken.mp4'), readFileSync(join(clips, 'short.mp4')));
    expect(await queue(['retry', '--host', host])).toMatchObject({ code: 0, stdout: '1 job.\n' });
    await vi.waitFor(async () => expect(await phases()).toEqual(['done', 'done', 'done']), patience);
    expect(await queue(['clear', '--host', host])).toMatchObject({ code: 0, stdout: '3 jobs.\n' });
    expect((await list()).jobs).toEqual([]);
  });

  test('pauses, resumes and cancels jobs by the beginning of their ids', async () => {
    copy('long.mp4', 'long.mp4', 'other.mp4');
    await queue(['add', 'long.mp4', 'other.mp4', '--preset', 'hq-2160p60-hevc', '--host', host, '--start']);
    await vi.waitFor(async () => expect(await phases()).toContain('running'), patience);
    const [running] = (await list()).jobs.filter(({ status }) => status.phase === 'running');
    const id = running?.id.slice(0, 8) ?? '';
    expect(await queue(['pause', id, '--host', host])).toMatchObject({ code: 0, stdout: '1 job.\n' });
    await vi.waitFor(
      async () => expect((await queue(['list', '--host', host])).stdout).toMatch(new RegExp(`^${id} {2}paused`, 'm')),
      patience,
    );
    await queue(['resume', id, '--host', host]);
    await vi.waitFor(
      async () => expect((await queue(['list', '--host', host])).stdout).toMatch(new RegExp(`^${id} {2}running`, 'm')),
      patience,
    );
    expect(await queue(['pause', 'zz', '--host', host])).toMatchObject({ code: 1, stderr: 'No job has an id that begins with “zz”.\n' });
    expect(await queue(['stop', '--host', host])).toMatchObject({ code: 0 });
    await queue(['cancel', '--host', host]);
    await vi.waitFor(async () => expect(await phases()).toEqual(['cancelled', 'cancelled']), patience);
    expect((await list()).queue.started).toBe(false);
  });

  test('priorities, groups, a filtered list, another preset for another try, and a pause of everything', async () => {
    copy('short.mp4', 'a.mp4', 'b.mp4', 'c.mp4');
    const add = (...args: string[]) => queue(['add', ...args, '--preset', 'very-fast-720p30', '--out', 'made/', '--host', host]);
    await add('a.mp4', '--group', 'Wedding');
    await add('b.mp4', '--priority', 'low');
    writeFileSync(join(folder, 'broken.mp4'), 'no film');
    await add('broken.mp4', '--group', 'Wedding');
    await vi.waitFor(async () => expect((await phases()).sort()).toEqual(['failed', 'waiting', 'waiting']), patience);
    const [a, broken, b] = (await list()).jobs;
    expect([a?.group, broken?.group, b?.group, b?.priority]).toEqual(['Wedding', 'Wedding', null, 'low']);
    const name = (job: { id: string } | undefined) => job?.id.slice(0, 8) ?? '';

    expect(await queue(['priority', name(b), 'urgent', '--host', host])).toMatchObject({ code: 0, stdout: '1 job.\n' });
    expect(await queue(['priority', '--group', 'wedding', 'low', '--host', host])).toMatchObject({ code: 0, stdout: '2 jobs.\n' });
    expect(await queue(['priority', name(b), 'soon', '--host', host])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^The last word is one of urgent, normal, low\./),
    });
    expect(await queue(['priority', 'urgent', '--host', host])).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Name the jobs/) });
    const { stdout } = await queue(['list', '--host', host]);
    expect(stdout).toMatch(new RegExp(`^${name(b)} {2}waiting, urgent, about`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${name(a)} {2}waiting, low, about .* {2}Wedding$`, 'm'));

    const failed = JSON.parse((await queue(['list', '--state', 'failed', '--json', '--host', host])).stdout) as Listed;
    expect(failed.jobs.map(({ id }) => id)).toEqual([broken?.id]);
    const inGroup = JSON.parse((await queue(['list', '--group', 'Wedding', '--json', '--host', host])).stdout) as Listed;
    expect(inGroup.jobs.map(({ id }) => id)).toEqual([a?.id, broken?.id]);
    expect(await queue(['list', '--state', 'sleeping', '--host', host])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/sleeping/),
    });

    await queue(['pause', '--group', 'Wedding', '--host', host]);
    await queue(['start', '--host', host]);
    await vi.waitFor(async () => expect((await list()).jobs.at(-1)?.status.phase).toBe('done'), patience);
    expect((await list()).jobs[0]).toMatchObject({ paused: true, status: { phase: 'waiting' } });
    expect(await queue(['pause', '--host', host])).toMatchObject({ code: 0, stdout: 'The queue is paused.\n' });
    await queue(['resume', name(a), '--host', host]);
    expect((await queue(['list', '--host', host])).stdout).toMatch(/^Paused: 1 done, 0 running, 1 waiting, 1 failed\./);
    expect(await queue(['resume', '--host', host])).toMatchObject({ code: 0, stdout: 'The queue goes on.\n' });
    await vi.waitFor(async () => expect((await list()).jobs[0]?.status.phase).toBe('done'), patience);

    expect(await queue(['retry', name(b), '--preset', 'audio-mp3', '--host', host])).toMatchObject({ code: 0, stdout: '1 job.\n' });
    await vi.waitFor(
      async () => expect((await list()).jobs.at(-1)).toMatchObject({ preset: 'audio-mp3', status: { phase: 'done' } }),
      patience,
    );
    expect(await queue(['group', 'Party', name(a), name(b), '--host', host])).toMatchObject({ code: 0, stdout: '2 jobs.\n' });
    expect((await list()).jobs.map(({ group }) => group)).toEqual(['Wedding', 'Party', 'Party']);
    expect(await queue(['ungroup', '--group', 'Party', '--host', host])).toMatchObject({ code: 0, stdout: '2 jobs.\n' });
    expect(await queue(['clear', '--failed', '--group', 'Wedding', '--host', host])).toMatchObject({ code: 0, stdout: '1 job.\n' });
    expect((await list()).jobs.map(({ group }) => group)).toEqual([null, null]);
  });

  test('says which originals may go, and moves those alone', async () => {
    copy('short.mp4', 'whole.mp4', 'sound.mp4');
    const whole = ['--preset', 'hq-1080p30', '--out', 'made/', '--start', '--host', host];
    await queue(['add', 'whole.mp4', ...whole]);
    await queue(['add', 'sound.mp4', '--preset', 'audio-mp3', '--out', 'made/', '--host', host]);
    await vi.waitFor(async () => expect(await phases()).toEqual(['done', 'done']), patience);
    const told = await queue(['originals', '--host', host]);
    expect(told.stdout).toMatch(/whole\.mp4, .*: The original can go: both tracks and 0:01 of it are in the result/);
    expect(told.stdout).toMatch(/sound\.mp4, .*: Keep the original: the picture is not in the result\./);
    const moved = await queue(['originals', '--move-to', 'originals', '--host', host]);
    expect(moved.stdout).toMatch(/whole\.mp4 lies in .*originals\.\n[0-9a-f]{8} {2}Keep the original/);
    expect([existsSync(join(folder, 'originals', 'whole.mp4')), existsSync(join(folder, 'whole.mp4'))]).toEqual([true, false]);
    expect(existsSync(join(folder, 'sound.mp4'))).toBe(true);
  });

  test('says what is wrong: nobody there, somebody else there, a wrong token, a wrong address, an unknown preset', async () => {
    copy('short.mp4', 'a.mp4');
    const stranger = createServer((_request, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const strange = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    const away = { MUXWELL_DATA: join(folder, 'elsewhere') };
    const cases: [args: string[], env: NodeJS.ProcessEnv, code: number, words: RegExp][] = [
      [['list', '--host', 'http://127.0.0.1:1'], {}, 1, /^No Muxwell answers at http:\/\/127\.0\.0\.1:1\./],
      [['list', '--host', strange], {}, 1, /answers, but not as Muxwell does \(HTTP 404\)/],
      [['list', '--host', host], { MUXWELL_TOKEN: 'not-the-token-of-it' }, 2, /^The token does not open Muxwell at/],
      [['list', '--host', host], away, 2, /wants its token: give it with --token, or better in MUXWELL_TOKEN/],
      [['list', '--host', 'ftp://here'], {}, 2, /is not the address of a host/],
      [['add', 'a.mp4', '--preset', 'none', '--host', host], {}, 2, /has no preset “none”/],
    ];
    for (const [args, env, code, words] of cases) {
      const result = await queue(args, env);
      expect({ args, ...result }).toEqual({ args, code, stdout: '', stderr: expect.stringMatching(words) });
      expect(result.stderr).not.toContain('not-the-token');
    }
    stranger.close();
    const token = readFileSync(join(folder, 'data', 'token'), 'utf8').trim();
    expect(await queue(['list', '--host', host, '--token', token], away)).toMatchObject({ code: 0 });
  });
});
