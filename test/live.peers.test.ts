/** Broadcasts held against programs that are not ours: nginx as a server, ffmpeg as a server, a viewer and a judge of recordings. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { cardSource, endAll, endShows, freePort, livePlan, show, target } from './fixtures/live-kit.ts';
import { eventually } from './fixtures/wait.ts';

const has = (program: string) => spawnSync(program, ['-version']).status === 0;
const rtmpModule = ['/usr/lib/nginx/modules/ngx_rtmp_module.so', '/usr/share/nginx/modules/ngx_rtmp_module.so'].find(existsSync);
const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync);
const hasNginx = rtmpModule !== undefined && nginx !== undefined;
const hasFfmpeg = has('ffmpeg') && has('ffprobe');

let folder: string;
const children = new Set<ChildProcess>();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-live-peers-'));
  Log.setLevel(AV_LOG_QUIET);
});
afterEach(async () => {
  await endShows();
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  endAll();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(program: string, args: string[]): ChildProcess {
  const child = spawn(program, args, { stdio: 'ignore' });
  children.add(child);
  return child;
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** nginx with one application, `live`, in a single process that can be killed. */
async function nginxServer(): Promise<{ port: number; process: ChildProcess; again(): Promise<void> }> {
  const port = await freePort();
  const home = join(folder, `nginx-${port}`);
  mkdirSync(home);
  const config = join(home, 'nginx.conf');
  writeFileSync(
    config,
    `load_module ${rtmpModule}; daemon off; master_process off; pid ${home}/pid; error_log ${home}/error.log;
events { worker_connections 64; }
rtmp { server { listen 127.0.0.1:${port}; ack_window 200000; application live { live on; } } }
`,
  );
  const run = async () => {
    const child = start(nginx as string, ['-c', config, '-p', home]);
    for (let up = false; !up; ) up = await answers(port);
    return child;
  };
  const server = {
    port,
    process: await run(),
    async again() {
      const gone = new Promise((resolve) => server.process.once('exit', resolve));
      server.process.kill('SIGKILL');
      await gone;
      server.process = await run();
    },
  };
  return server;
}

interface Probed {
  frames: { media_type: string; pts_time: string; key_frame: number }[];
}

/** Every frame that ffprobe decodes. */
function frames(source: string, ...more: string[]): Probed['frames'] {
  const text = execFileSync(
    'ffprobe',
    ['-v', 'error', ...more, '-show_entries', 'frame=media_type,pts_time,key_frame', '-of', 'json', source],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  );
  return (JSON.parse(text) as Probed).frames;
}

const times = (all: Probed['frames'], kind: string) => all.filter((one) => one.media_type === kind).map((one) => Number(one.pts_time));
const largestGap = (at: number[]) => Math.max(...at.slice(1).map((one, n) => one - (at[n] ?? 0)));

test.skipIf(!hasNginx || !hasFfmpeg)(
  'nginx takes the stream, acknowledges it, and has it again after it was killed; ffmpeg sees every frame',
  async () => {
    const server = await nginxServer();
    const url = `rtmp://127.0.0.1:${server.port}/live/one`;
    const live = await show(livePlan([target('one', url)]), cardSource());
    await live.until(() => live.target('one')?.state === 'live', 'it is live');
    const file = join(folder, 'seen.flv');
    const viewer = start('ffmpeg', ['-v', 'error', '-y', '-rw_timeout', '5000000', '-i', url, '-t', '5', '-c', 'copy', file]);
    await new Promise((resolve) => viewer.once('exit', resolve));
    const seen = frames(file);
    expect(largestGap(times(seen, 'video'))).toBeLessThan(1 / 30 + 0.002);
    expect(largestGap(times(seen, 'audio'))).toBeLessThan(0.025);
    await server.again();
    await live.until(() => live.events.some((event) => event.text.startsWith('one was lost')), 'the loss is noticed');
    await live.until(() => live.events.some((event) => event.text.startsWith('one is live again')), 'it is live again', 8000);
  },
);

test.skipIf(!hasNginx)('a second publisher of one key, and a wrong application, are told in the words of nginx', async () => {
  const server = await nginxServer();
  const url = (path: string) => `rtmp://127.0.0.1:${server.port}/${path}`;
  const live = await show(livePlan([target('one', url('live/secret-key'))]), cardSource());
  await live.until(() => live.target('one')?.state === 'live', 'it is live');
  await live.change({ do: 'start-target', target: target('two', url('live/secret-key')) });
  await live.change({ do: 'start-target', target: target('wrong', url('other/secret-key')) });
  await live.until(() => ['two', 'wrong'].every((id) => live.target(id)?.state === 'refused'), 'both are refused');
  expect(live.target('two')?.trouble).toContain('NetStream.Publish.BadName: Already publishing');
  expect(live.target('wrong')?.trouble).toMatch(/^The server /);
  expect(live.target('one')).toMatchObject({ state: 'live', droppedFrames: 0 });
  expect(JSON.stringify([live.events, live.all])).not.toContain('secret-key');
});

test.skipIf(!hasFfmpeg)('ffmpeg takes the stream as a server, and reads recordings of either kind', async () => {
  const port = await freePort();
  const file = join(folder, 'listened.flv');
  const url = `rtmp://127.0.0.1:${port}/live/one`;
  const listener = start('ffmpeg', ['-v', 'error', '-y', '-listen', '1', '-i', url, '-t', '3', '-c', 'copy', file]);
  const ended = new Promise((resolve) => listener.once('exit', resolve));
  const recording = (container: 'mp4' | 'mkv') => ({ path: join(folder, `peer.${container}`), container });
  const live = await show(livePlan([target('one', url)], { recording: recording('mp4') }), cardSource());
  await ended;
  expect(times(frames(file), 'video').length).toBeGreaterThan(80);
  await live.change({ do: 'record', recording: recording('mkv') });
  const from = live.health()?.frames ?? 0;
  await live.until(() => (live.health()?.frames ?? 0) > from + 90, 'three seconds are recorded');
  await live.end();
  for (const container of ['mp4', 'mkv'] as const) {
    const { path } = recording(container);
    const seen = frames(path);
    expect(times(seen, 'video').length).toBeGreaterThan(60);
    expect(largestGap(times(seen, 'video'))).toBeLessThan(1 / 30 + 0.002);
    const [video, audio] = [times(seen, 'video').at(-1) ?? 0, times(seen, 'audio').at(-1) ?? 0];
    expect(Math.abs(video - audio)).toBeLessThan(0.15);
  }
  await eventually(() => existsSync(file), 'the file is there');
});
