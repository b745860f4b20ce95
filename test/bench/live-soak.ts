/** Ten minutes on air to two servers with a recording: what is lost, how far sound and picture drift, and whether memory grows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { ordinaryClip } from '../fixtures/clips.ts';
import { endAll, rtmpServer } from '../fixtures/live-kit.ts';
import { broadcast } from './live.ts';

export interface SoakFigure {
  seconds: number;
  /** Part of one core; null where the system does not tell. */
  core: number | null;
  dropped: number;
  /** Farthest apart that sound and picture were, in ms. */
  avOffsetMs: number;
  /** Resident memory of the worker in MB once a second, after the first minute. */
  rss: number[];
  /** How fast that grew, in MB per minute, as a line through all of it, and through its second half: warming up takes some minutes. */
  slope: number;
  lateSlope: number;
}

const warmUp = 60;

export async function measureSoak(folder: string, quick: boolean): Promise<SoakFigure> {
  Log.setLevel(AV_LOG_QUIET);
  const seconds = quick ? warmUp + 10 : 600;
  const film = ordinaryClip(join(folder, 'soak.mp4'), 20, '1280x720');
  const server = await rtmpServer();
  const samples: number[] = [];
  try {
    const air = await broadcast(join(folder, 'soak.mkv'), film, ['one', 'two'].map(server.url), seconds, (pid) => {
      const timer = setInterval(() => samples.push(residentMegabytes(pid)), 1000);
      return () => clearInterval(timer);
    });
    const rss = samples.slice(warmUp);
    const core = air.cpu === null ? null : air.cpu / air.wall;
    return {
      seconds,
      core,
      dropped: air.dropped,
      avOffsetMs: air.avOffsetMs,
      rss,
      slope: slopeOf(rss) * 60,
      lateSlope: slopeOf(rss.slice(rss.length / 2)) * 60,
    };
  } finally {
    endAll();
  }
}

/** NaN where the system has no /proc. */
function residentMegabytes(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1000;
}

/** Of the least squares line through values that are one apart. */
function slopeOf(values: number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const along = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
  return along / values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
}

export function soakTable({ seconds, core, dropped, avOffsetMs, rss, slope, lateSlope }: SoakFigure): string {
  const cpu = core === null ? 'unknown' : `${(core * 100).toFixed(0)} % of a core (bar: 50)`;
  const memory = `${rss[0]?.toFixed(0)} MB to ${rss.at(-1)?.toFixed(0)} MB, ${slope.toFixed(2)} MB a minute (bar: 1), ${lateSlope.toFixed(2)} in the second half`;
  return `live-soak: 720p30 veryfast to two servers and a recording, ${seconds} s on air\n  ${dropped} pictures dropped, sound and picture at most ${avOffsetMs.toFixed(0)} ms apart (bar: 33), ${cpu}\n  memory after the first minute ${memory}`;
}
