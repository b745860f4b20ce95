/** `muxwell encode`: files through a preset. */
import { resolve } from 'node:path';
import type { CommandInputs } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import { type ContainerId, containerIds, type Preset } from '../contract/preset.ts';
import { findPreset } from '../studio/preset.ts';
import { type RunOptions, readOut, runJobs } from './cli-run.ts';
import { readSettings, type SettingOptions } from './cli-settings.ts';

export interface EncodeOptions extends RunOptions, SettingOptions {
  preset: string;
  out?: string;
  overwrite: boolean;
}

/** Returns the exit code: 0 when every file was exported, else 1. */
export async function runEncode(files: string[], options: EncodeOptions, version: string): Promise<number> {
  const words = {
    command: 'encode',
    done: 'exported',
    speed: ({ fps, speed }: { fps: number; speed: number }) => [`${fps.toFixed(0)} fps`, `${speed.toFixed(1)}×`],
  };
  readOut(options.out, files.length); // refused before a studio is started for it
  return runJobs(options, words, version, (studio) => {
    const preset = findPreset(options.preset, Object.values(studio.state.all('presets')));
    return studio.call('addJobs', orderOf(files, options, preset));
  });
}

/** Throws bad-input for an option that cannot be meant. */
function orderOf(files: string[], options: EncodeOptions, chosen: Preset): CommandInputs['addJobs'] {
  const { out, overwrite } = options;
  const preset = chosen.id;
  const { overrides, moved } = readSettings(chosen, options);
  for (const { key, to } of moved) console.error(`${key} becomes ${JSON.stringify(to)}, to go with the rest.`);
  const sources = files.map((file) => resolve(file));
  const { folder, file, extension } = readOut(out, files.length);
  if (!file) return { sources, preset, overrides, output: { overwrite, ...(folder && { folder: resolve(folder) }) } };
  const container = extension as ContainerId;
  if (!containerIds.includes(container))
    throw new StudioError('bad-input', `There is no container “.${extension}”. There are: ${containerIds.join(', ')}.`);
  return { sources, preset, overrides: { ...overrides, container }, output: { file: resolve(file), overwrite } };
}
