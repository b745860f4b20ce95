/** Live sources against programs that nobody here wrote: what they publish comes in, and what they serve is fetched. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { closeHeard, type Heard, hear } from './fixtures/live-heard.ts';

/** ffmpeg on PATH, and another one that FFMPEG names. */
const ffmpegs = [...new Set(['ffmpeg', process.env['FFMPEG'] ?? 'ffmpeg'])];
const has = (program: string, ...words: string[]) => spawnSync(program, words, { stdio: 'ignore' }).status === 0;
const encodes = (program: string, encoder: string) =>
  spawnSync(program, ['-v', 'quiet', '-h', `encoder=${encoder}`], { encoding: 'utf8' }).stdout?.startsWith('Encoder') ?? false;
/** Enhanced RTMP came with FFmpeg 6.1. */
const isEnhanced = (program: string) => {
  const [, major = '0', minor = '0'] =
    /version n?(\d+)\.(\d+)/.exec(spawnSync(program, ['-version'], { encoding: 'utf8' }).stdout ?? '') ?? [];
  return Number(major) > 6 || (Number(major) === 6 && Number(minor) > 0);
};
const gstreamer = has('gst-inspect-1.0', 'rtmp2sink') && has('gst-inspect-1.0', 'x264enc') && has('gst-inspect-1.0', 'voaacenc');

const children = new Set<ChildProcess>();
function start(program: string, words: string[]): ChildProcess {
  const child = spawn(program, words, { stdio: 'ignore' });
  children.add(child);
  return child;
}
afterEach(async () => {
  await closeHeard();
  await Promise.all(
    [...children].map((child) => {
      if (child.exitCode !== null || child.signalCode !== null) return null;
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      return exited;
    }),
  );
  children.clear();
});

const picture = ['-v', 'quiet', '-re', '-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=30', '-f', 'lavfi', '-i', 'sine=r=48000'];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '30', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
const hevc = ['-c:v', 'libx265', '-preset', 'ultrafast', '-g', '30', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
const twoSeconds = (heard: Heard) =>
  heard.until('2 seconds of both', () => (heard.video.at(-1)?.seconds ?? 0) > 2 && (heard.audio.at(-1)?.seconds ?? 0) > 2);

async function listening() {
  const heard = hear({ kind: 'rtmp-listen', port: 0, key: 'k' }, { k: 'peer-key' });
  await heard.reaches('waiting');
  return { heard, url: `rtmp://127.0.0.1:${heard.port()}/live/peer-key` };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Rising by one picture at a time, and sound that keeps up with it. `longest` gap in seconds. */
function expectGood({ video, audio }: Heard, longest = 0.07): void {
  const gaps = video.slice(1).map(({ seconds }, index) => seconds - (video[index]?.seconds ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(0);
  expect(Math.max(...gaps)).toBeLessThan(longest);
  expect(Math.abs((video.at(-1)?.seconds ?? 0) - (audio.at(-1)?.seconds ?? 0))).toBeLessThan(0.5);
}

describe.each(ffmpegs.filter((program) => has(program, '-version')))('%s', (program) => {
  test('publishes H.264 with B-frames and AAC, and its end is told', async () => {
    const { heard, url } = await listening();
    const child = start(program, [...picture, ...h264, '-f', 'flv', url]);
    await twoSeconds(heard);
    expectGood(heard);
    expect(heard.facts.at(-1)).toMatchObject({
      width: 640,
      height: 360,
      fps: 30,
      videoCodec: 'h264',
      audioCodec: 'aac',
      sampleRate: 48_000,
    });
    child.kill('SIGTERM');
    await heard.reaches('waiting');
    expect(heard.states.at(-2)?.words).toContain('ended');
  });

  test.skipIf(!isEnhanced(program) || !encodes(program, 'libx265'))('publishes HEVC', async () => {
    const { heard, url } = await listening();
    start(program, [...picture, ...hevc, '-f', 'flv', url]);
    await twoSeconds(heard);
    expectGood(heard);
    expect(heard.facts.at(-1)?.videoCodec).toBe('hevc');
  });

  test('is refused with a wrong key and ends with an error', async () => {
    const { heard, url } = await listening();
    const child = start(program, [...picture, ...h264, '-f', 'flv', `${url}s`]);
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).not.toBe(0);
    expect(heard.video).toEqual([]);
  });

  test.each([
    ['RTMP', 'flv', (port: number) => `rtmp://127.0.0.1:${port}/live/x`],
    ['HTTP', 'mpegts', (port: number) => `http://127.0.0.1:${port}/x.ts`],
  ])('serves %s, which is fetched', async (_name, format, address) => {
    const url = address(await freePort());
    start(program, [...picture, ...h264, '-listen', '1', '-f', format, url]);
    const heard = hear({ kind: 'pull', url, address: null });
    await twoSeconds(heard);
    expectGood(heard);
  });

  test('that stops answering is told, though its connection stands', async () => {
    const url = `rtmp://127.0.0.1:${await freePort()}/live/x`;
    const child = start(program, [...picture, ...h264, '-listen', '1', '-f', 'flv', url]);
    const heard = hear({ kind: 'pull', url, address: null });
    await heard.until('pictures', () => heard.video.length > 30);
    child.kill('SIGSTOP');
    await heard.until(
      'the loss',
      () => heard.states.findLast(({ state }) => state === 'lost')?.words.includes('gave nothing for 3 seconds'),
      8000,
    );
  });
});

describe.skipIf(!gstreamer)('GStreamer', () => {
  test('publishes H.264 and AAC', async () => {
    const { heard, url } = await listening();
    const pipeline = `flvmux name=m streamable=true ! rtmp2sink location=${url}
      videotestsrc is-live=true ! video/x-raw,width=640,height=360,framerate=30/1 ! x264enc tune=zerolatency key-int-max=30 ! m.
      audiotestsrc is-live=true ! audio/x-raw,rate=48000 ! voaacenc ! m.`;
    start('gst-launch-1.0', ['-q', ...pipeline.split(/\s+/)]);
    await twoSeconds(heard);
    expectGood(heard, 0.3); // its live sources leave pictures out while it starts
    expect(heard.facts.at(-1)).toMatchObject({ width: 640, videoCodec: 'h264', audioCodec: 'aac' });
  });
});

const python = '/usr/bin/python3';
const rtspServer = `
import sys, gi
gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gst, GstRtspServer, GLib
Gst.init(None)
server = GstRtspServer.RTSPServer(service=sys.argv[1], address='127.0.0.1')
factory = GstRtspServer.RTSPMediaFactory(launch='( videotestsrc is-live=true ! video/x-raw,width=640,height=360,framerate=30/1 ! x264enc tune=zerolatency key-int-max=30 ! rtph264pay name=pay0 pt=96 audiotestsrc is-live=true ! audio/x-raw,rate=48000 ! voaacenc ! rtpmp4gpay name=pay1 pt=97 )')
server.get_mount_points().add_factory('/test', factory)
server.attach(None)
GLib.MainLoop().run()`;
const servesRtsp =
  gstreamer && has(python, '-c', "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer");

describe.skipIf(!servesRtsp)('an RTSP server', () => {
  test('is fetched from over TCP, tried until it is there, and told when it is gone', async () => {
    const port = await freePort();
    const heard = hear({ kind: 'pull', url: `rtsp://127.0.0.1:${port}/test` });
    await heard.reaches('lost');
    const server = start(python, ['-c', rtspServer, String(port)]);
    await twoSeconds(heard);
    expectGood(heard, 0.3);
    expect(heard.facts.at(-1)).toMatchObject({ width: 640, height: 360, videoCodec: 'h264', audioCodec: 'aac' });
    server.kill('SIGKILL');
    await heard.reaches('lost');
  });
});
