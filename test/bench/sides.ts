/** The two sides of every comparison: ways to encode the same sources with the same settings. */
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Overrides } from '../../native/contract/preset.ts';
import { findPreset } from '../../native/studio/preset.ts';
import { type Cost, onlyChildren, type Peaks, timed } from './measure.ts';
import { runProgram } from './program.ts';

/** What is to be encoded, and where to. */
export interface Task {
  sources: string[];
  folder: string;
  preset: string;
  /** What differs from the preset. */
  overrides: Overrides;
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
export const outputOf = ({ folder }: Task, source: string) => join(folder, basename(source));

/** Bytes of all results. */
export const bytesOf = (task: Task) => task.sources.reduce((sum, source) => sum + statSync(outputOf(task, source)).size, 0);

/** One program per source, some at a time. */
export function programs(task: Task, program: string, argsOf: (source: string) => string[]): Side {
  return {
    async run() {
      let peaks: Peaks | null = null;
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

/** ffmpeg, told in its own words what the preset and the overrides mean. */
export function ffmpegSide(task: Task, program: string): Side {
  const { video, audio } = findPreset(task.preset);
  const quality = task.overrides.quality ?? (video?.rate.mode === 'quality' ? video.rate.value : 0);
  const picture = ['-c:v', 'libx264', '-preset', task.overrides.speed ?? video?.speed ?? '', '-crf', String(quality)];
  const sound = ['-c:a', 'aac', '-b:a', `${audio?.kbps}k`];
  return programs(task, program, (source) => [
    ...['-nostdin', '-v', 'error', '-y', '-i', source],
    ...picture,
    ...sound,
    ...['-movflags', '+faststart', outputOf(task, source)],
  ]);
}
