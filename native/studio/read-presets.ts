/** Presets out of the text of any file that holds some: Muxwell's own, or HandBrake's. */
import { StudioError } from '../contract/errors.ts';
import { fitted } from '../contract/fitted.ts';
import { presetVersion } from '../contract/preset.ts';
import { checkPreset } from '../contract/preset-check.ts';
import type { PresetImport } from '../contract/preset-import.ts';
import { presetTemplate } from '../contract/preset-template.ts';
import { convertHandBrake, type PresetDraft } from './handbrake/convert.ts';
import { type FoundEntry, readHandBrake } from './handbrake/read.ts';
import { isPresetFile, type ReadPreset, type ReadPresets, readPresetFile } from './preset-files.ts';

/** Throws bad-input for a text that holds no presets. */
export function readPresets(text: string): ReadPresets & { format: PresetImport['format'] } {
  let file: unknown;
  try {
    file = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new StudioError('bad-input', 'This is not a file of presets: it is not JSON.', String(error));
  }
  if (isPresetFile(file)) return { format: 'muxwell', ...readPresetFile(file) };
  const entries = readHandBrake(file);
  if (entries) return { format: 'handbrake', ...fromHandBrake(entries) };
  throw new StudioError('bad-input', 'This is not a file of presets: neither of Muxwell nor of HandBrake.');
}

function fromHandBrake(entries: FoundEntry[]): ReadPresets {
  const read: ReadPresets = { presets: [], refused: [] };
  for (const entry of entries) {
    const made = convertHandBrake(entry, presetTemplate);
    if ('why' in made) read.refused.push(made);
    else {
      const checked = madePossible(made.draft);
      if (typeof checked === 'string') read.refused.push({ name: made.draft.name, why: checked });
      else read.presets.push({ ...checked, unmapped: [...made.unmapped, ...checked.unmapped] });
    }
  }
  return read;
}

/** What another program could combine and Muxwell cannot gives way, and is named; or why nothing can be made of it. */
function madePossible(draft: PresetDraft): ReadPreset | string {
  const { settings, moved } = fitted(draft, 'container', draft.container);
  const preset = checkPreset({ ...draft, ...settings, version: presetVersion });
  if (typeof preset === 'string') return preset;
  const shown = (value: unknown) => JSON.stringify(value).slice(0, 80);
  const unmapped = moved.map(({ key, from, to }) => ({
    setting: key,
    value: shown(from),
    why: `it does not go with the rest, and was made ${shown(to)}`,
  }));
  return { preset, unmapped };
}
