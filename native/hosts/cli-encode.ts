/** `muxwell encode`: files through a preset. */
import { resolve } from 'node:path';
import type { CommandInputs } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import { type ContainerId, containerIds } from '../contract/preset.ts';
import { type RunOptions, readOut, runJobs } from './cli-run.ts';

export interface EncodeOptions extends RunOptions {
  preset: string;
  out?: string;
  overwrite: boolean;
}

/** Returns the exit code: 0 when every file was exported, else 1. */
export async function runEncode(files: string[], options: EncodeOptions, version: string): Promise<number> {
  const order = orderOf(files, options);
  const words = {
    done: 'exported',
    speed: ({ fps, speed }: { fps: number; speed: number }) => [`${fps.toFixed(0)} fps`, `${speed.toFixed(1)}×`],
  };
  return runJobs(options, words, version, (studio) => studio.call('addJobs', order));
}

/** Throws bad-input for an `--out` that cannot be meant. */
function orderOf(files: string[], { preset, out, overwrite }: EncodeOptions): CommandInputs['addJobs'] {
  const sources = files.map((file) => resolve(file));
  const { folder, file, extension } = readOut(out, files.length);
  if (!file) return { sources, preset, output: { overwrite, ...(folder && { folder: resolve(folder) }) } };
  const container = extension as ContainerId;
  if (!containerIds.includes(container))
    throw new StudioError('bad-input', `There is no container “.${extension}”. There are: ${containerIds.join(', ')}.`);
  return { sources, preset, overrides: { container }, output: { file: resolve(file), overwrite } };
}
