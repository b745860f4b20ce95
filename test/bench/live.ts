/** One encode for three servers and a recording, against one ffmpeg that pushes the same film once: CPU seconds for the same time on air. */
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { LiveReport } from '../../native/contract/live-plan.ts';
import { connect } from '../../native/contract/wire.ts';
import { childWorkers } from '../../native/hosts/child-worker.ts';
import { ordinaryClip } from '../fixtures/clips.ts';
import { endAll, livePlan, type RtmpServer, rtmpServer, target } from '../fixtures/live-kit.ts';
import { onlyChildren, timed } from './measure.ts';
import { type Ffmpeg, runProgram } from './program.ts';

export interface LiveFigure {
  /** On air, and of CPU: of Muxwell for all four, of ffmpeg for one. null where the system does not tell, or there is no ffmpeg. */
  seconds: number;
  ours: number | null;
  theirs: number | null;
  /** Pictures that did not reach a target or were not encoded in time. */
  dropped: number;
}

const size = { width: 1280, height: 720 };
const kbps = 3000;
const gop = 60;
const framesPerSecond = 30;
const x264 = `filler=1:scenecut=0:keyint=${gop}:min-keyint=${gop}`;

export async function measureLive(folder: string, ffmpeg: Ffmpeg | null, quick: boolean): Promise<LiveFigure> {
  Log.setLevel(AV_LOG_QUIET);
  const seconds = quick ? 5 : 30;
  const film = ordinaryClip(join(folder, 'live.mp4'), seconds + 2, `${size.width}x${size.height}`);
  const server = await rtmpServer();
  try {
    const theirs = ffmpeg && (await timed(() => push(ffmpeg, film, server, seconds), onlyChildren)).cpu;
    const { cpu, dropped } = await broadcast(join(folder, 'live.mkv'), film, ['one', 'two', 'three'].map(server.url), seconds);
    return { ours: cpu, theirs, seconds, dropped };
  } finally {
    endAll();
  }
}

async function push({ program }: Ffmpeg, film: string, server: RtmpServer, seconds: number): Promise<void> {
  const rate = `${kbps}k`;
  const video = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-b:v', rate, '-maxrate', rate, '-bufsize', rate, '-g', String(gop)];
  const to = ['-x264-params', x264, '-c:a', 'aac', '-b:a', '128k', '-f', 'flv', server.url('theirs')];
  await runProgram(program, ['-nostdin', '-v', 'error', '-re', '-i', film, '-t', String(seconds), ...video, ...to]);
}

/** One broadcast in a worker of its own: what it cost from the start of the process on, and what was lost. */
export async function broadcast(
  recording: string,
  film: string,
  urls: string[],
  seconds: number,
  watch: (pid: number) => () => void = () => () => {},
) {
  const worker = childWorkers()();
  const connection = connect(worker.port);
  const abort = new AbortController();
  let dropped = 0;
  let avOffsetMs = 0;
  let enough = () => {};
  connection.onPush('live', (data) => {
    const report = data as LiveReport;
    if (!('health' in report)) return;
    dropped = report.health.encoderDropped + report.health.targets.reduce((sum, { droppedFrames }) => sum + droppedFrames, 0);
    avOffsetMs = Math.max(avOffsetMs, Math.abs(report.health.avOffsetMs));
    if (report.health.frames >= seconds * framesPerSecond) enough();
  });
  const plan = livePlan(
    urls.map((url, number) => target(String(number), url)),
    { source: { kind: 'files', paths: [film], loop: true }, recording: { path: recording, container: 'mkv' } },
    {
      ...size,
      kbps,
      gop,
      encoders: [{ encoder: 'libx264', options: { preset: 'veryfast', bf: '2' }, pixelFormat: 'yuv420p', device: null }],
    },
  );
  const pid = worker.pid ?? 0;
  const onAir = async () => {
    const reached = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const ended = connection.call('live', { plan }, abort.signal);
    await connection.call('changeLive', { change: { do: 'go-live' } });
    const stopWatching = watch(pid);
    await Promise.race([reached, ended]);
    stopWatching();
  };
  const cost = await timed(onAir, { host: false, living: () => [pid] });
  abort.abort();
  worker.kill();
  await worker.exited;
  return { cpu: cost.cpu, wall: cost.wall, dropped, avOffsetMs };
}

export function liveTable({ seconds, ours, theirs, dropped }: LiveFigure): string {
  const cpu = (value: number | null) => (value === null ? 'unknown' : `${value.toFixed(1)} s`);
  const ratio = ours !== null && theirs ? `, ratio ${(ours / theirs).toFixed(2)} (bar: 1.3)` : '';
  return `live: 720p30 veryfast, ${seconds} s on air\n  CPU of one encode for three servers and a recording ${cpu(ours)}, of one ffmpeg push ${cpu(theirs)}${ratio}; ${dropped} pictures dropped`;
}
