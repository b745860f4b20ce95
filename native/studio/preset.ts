/** The presets that come with Muxwell: small deltas over one template, checked against the schema when they are loaded. */
import { StudioError } from '../contract/errors.ts';
import { type Preset, presetSchema, presetVersion } from '../contract/preset.ts';
import { presetTemplate } from '../contract/preset-template.ts';
import { nearestNames } from './nearest-names.ts';
import archive from './presets/archive.json' with { type: 'json' };
import audio from './presets/audio.json' with { type: 'json' };
import devices from './presets/devices.json' with { type: 'json' };
import editing from './presets/editing.json' with { type: 'json' };
import general from './presets/general.json' with { type: 'json' };
import matroska from './presets/matroska.json' with { type: 'json' };
import web from './presets/web.json' with { type: 'json' };

/** The one to take when nobody chose. */
export const defaultPresetId = 'fast-1080p30';

const files: { group: string; presets: Record<string, unknown>[] }[] = [general, web, devices, editing, archive, audio, matroska];

/** All built-in presets, in the order they are shown. */
export const builtInPresets: readonly Preset[] = files.flatMap(({ group, presets }) =>
  presets.map((delta) => presetSchema.parse({ version: presetVersion, group, ...(merge(presetTemplate, delta) as object) })),
);

/** A preset by its id, or by its name in any case, among those that there are. Throws unknown-preset with the nearest names. */
export function findPreset(nameOrId: string, presets: readonly Preset[] = builtInPresets): Preset {
  const wanted = nameOrId.toLowerCase();
  const found =
    presets.find((preset) => preset.id === nameOrId) ??
    presets.find((preset) => preset.id.toLowerCase() === wanted || preset.name.toLowerCase() === wanted);
  if (found) return found;
  const nearest = nearestNames(
    nameOrId,
    presets.map(({ name }) => name),
  );
  throw new StudioError('unknown-preset', `There is no preset “${nameOrId.slice(0, 80)}”. The nearest are: ${nearest.join(', ')}.`);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects are merged key by key; anything else, and a rate (whose keys depend on its mode), is replaced. */
function merge(base: unknown, delta: unknown): unknown {
  if (!isPlain(base) || !isPlain(delta) || 'mode' in delta) return delta;
  return { ...base, ...Object.fromEntries(Object.entries(delta).map(([key, value]) => [key, merge(base[key], value)])) };
}
