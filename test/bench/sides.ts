/** The two sides of every comparison: ways to do the same to the same sources. */
import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Overrides } from '../../native/contract/preset.ts';
import { findPreset } from '../../native/studio/preset.ts';
import { type Cost, onlyChildren, type Peaks, timed } from './measure.ts';
import { runProgram } from './program.ts';

/** Encoding by a preset, and what differs from it. */
export interface Encoding {
  preset: string;
  overrides: Overrides;
}

/** Every packet as it is, into another container. */
export interface Copying {
  target: 'mp4' | 'mkv';
  /** What ffmpeg is told besides; Muxwell's MP4 always has its index in front. */
  ffmpegOptions: string[];
}

/** What is to be done, and where to. */
export interface Task {
  sources: string[];
  folder: string;
  how: Encoding | Copying;
  /** Files at a time. */
  parallel: number;
  /** Memory is watched too, at the cost of a little CPU. */
  watched: boolean;
}

/** What one run took, and how large its results are together. */
export interface Run extends Cost {
  bytes: number;
  peaks: Peaks | null;
}

/** One way to do a task, ready to run as often as asked. */
export interface Side {
  run(): Promise<Run>;
  close(): Promise<void>;
}

/** Where the result of a source goes. */
export const outputOf = ({ folder, how }: Task, source: string) =>
  join(folder, 'target' in how ? `${basename(source, extname(source))}.${how.target}` : basename(source));

/**
 * Takes the last run's results away, and waits until the disk has what the other side has written: neither emptying a large
 * file nor another's bytes are this run's work.
 */
export function clear(task: Task): void {
  for (const source of task.sources) rmSync(outputOf(task, source), { force: true });
  spawnSync('sync', { stdio: 'ignore' });
}

/** Bytes of all results. */
export const bytesOf = (task: Task) => task.sources.reduce((sum, source) => sum + statSync(outputOf(task, source)).size, 0);

/** One program per source, some at a time. */
export function programs(task: Task, program: string, argsOf: (source: string) => string[]): Side {
  return {
    async run() {
      let peaks: Peaks | null = null;
      clear(task);
      const waiting = [...task.sources];
      const lane = async () => {
        for (let source = waiting.shift(); source; source = waiting.shift()) {
          peaks = await runProgram(program, argsOf(source), task.watched);
        }
      };
      const cost = await timed(async () => void (await Promise.all(Array.from({ length: task.parallel }, lane))), onlyChildren);
      return { ...cost, peaks, bytes: bytesOf(task) };
    },
    close: async () => {},
  };
}

/** ffmpeg, told in its own words what is to be done. */
export function ffmpegSide(task: Task, program: string): Side {
  const { how } = task;
  const options = 'target' in how ? ['-map', '0', '-c', 'copy', ...how.ffmpegOptions] : encodingOptions(how);
  return programs(task, program, (source) => ['-nostdin', '-v', 'error', '-y', '-i', source, ...options, outputOf(task, source)]);
}

function encodingOptions({ preset, overrides }: Encoding): string[] {
  const { video, audio } = findPreset(preset);
  const rate = overrides['video.rate'] ?? video?.rate;
  const quality = rate?.mode === 'quality' ? rate.value : 0;
  const picture = ['-c:v', 'libx264', '-preset', overrides['video.speed'] ?? video?.speed ?? '', '-crf', String(quality)];
  return [...picture, '-c:a', 'aac', '-b:a', `${audio?.kbps}k`, '-movflags', '+faststart'];
}
