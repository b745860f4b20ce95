/** Presets out of the text of any file that holds some. */
import { StudioError } from '../contract/errors.ts';
import type { PresetImport } from '../contract/preset-import.ts';
import { isPresetFile, type ReadPresets, readPresetFile } from './preset-files.ts';

/** Throws bad-input for a text that holds no presets. */
export function readPresets(text: string): ReadPresets & { format: PresetImport['format'] } {
  let file: unknown;
  try {
    file = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new StudioError('bad-input', 'This is not a file of presets: it is not JSON.', String(error));
  }
  if (isPresetFile(file)) return { format: 'muxwell', ...readPresetFile(file) };
  throw new StudioError('bad-input', 'This is not a file of presets.');
}
