/** What a result will be called by a template, told before anything is made. */
import type { Job } from '../../native/contract/contract.ts';
import { fillName } from '../../native/contract/name-template.ts';
import type { Preset } from '../../native/contract/preset.ts';
import { fileName } from '../format.ts';

/** For an export of a file by a preset, with its extension. A name that is taken may get a number in the end. */
export function nameExample(source: string, preset: Preset, overrides: Job['overrides']): (template: string) => string {
  const name = fileName(source).replace(/(?<=.)\.[^.]*$/, '');
  const values = { name, preset: preset.name, height: String(preset.video?.maxHeight ?? '') };
  const container = overrides['container'] ?? preset.container;
  return (template) => `${fillName(template.trim() || '{name}', values)}.${container}`;
}
