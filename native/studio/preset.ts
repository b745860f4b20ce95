/** The presets that come with Muxwell: small deltas over one template, checked against the schema when they are loaded. */
import { StudioError } from '../contract/errors.ts';
import { type Preset, type PresetSettings, presetSchema, presetVersion } from '../contract/preset.ts';
import archive from './presets/archive.json' with { type: 'json' };
import audio from './presets/audio.json' with { type: 'json' };
import editing from './presets/editing.json' with { type: 'json' };
import general from './presets/general.json' with { type: 'json' };
import web from './presets/web.json' with { type: 'json' };

/** What a preset is where it says nothing else: H.264 and AAC in MP4 at the source's size and rate. */
const template: PresetSettings = {
  container: 'mp4',
  video: {
    codec: 'h264',
    rate: { mode: 'quality', value: 22 },
    speed: 'fast',
    maxWidth: null,
    maxHeight: null,
    anamorphic: 'keep',
    crop: { mode: 'off' },
    rotate: 0,
    flip: false,
    frameRate: { mode: 'source', fps: null },
    bitDepth: 8,
    hdr: 'tonemap',
    deinterlace: 'auto',
    deinterlaceTo: 'frames',
    denoise: 'off',
    denoiser: 'hqdn3d',
    sharpen: 'off',
    deband: 'off',
    grayscale: false,
    watermark: null,
    profile: null,
    tune: null,
    gopSeconds: null,
    bFrames: null,
    options: {},
  },
  audio: {
    codec: 'aac',
    kbps: 160,
    mixdown: 'stereo',
    sampleRate: null,
    gain: 0,
    passthrough: [],
    tracks: 'all',
    languages: [],
    loudness: null,
    more: [],
  },
  subtitles: { tracks: 'all', languages: [], forcedOnly: false, burn: 'none' },
  muxerOptions: {},
};

/** The one to take when nobody chose. */
export const defaultPresetId = 'fast-1080p30';

const files: { group: string; presets: Record<string, unknown>[] }[] = [general, web, editing, archive, audio];

/** All built-in presets, in the order they are shown. */
export const builtInPresets: readonly Preset[] = files.flatMap(({ group, presets }) =>
  presets.map((delta) => presetSchema.parse({ version: presetVersion, group, ...(merge(template, delta) as object) })),
);

/** A preset by its id, or by its name in any case. Throws unknown-preset with the names there are. */
export function findPreset(nameOrId: string): Preset {
  const wanted = nameOrId.toLowerCase();
  const found = builtInPresets.find((preset) => preset.id === wanted || preset.name.toLowerCase() === wanted);
  if (found) return found;
  throw new StudioError(
    'unknown-preset',
    `There is no preset “${nameOrId.slice(0, 80)}”. There are: ${builtInPresets.map((preset) => preset.name).join(', ')}.`,
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects are merged key by key; anything else, and a rate (whose keys depend on its mode), is replaced. */
function merge(base: unknown, delta: unknown): unknown {
  if (!isPlain(base) || !isPlain(delta) || 'mode' in delta) return delta;
  return { ...base, ...Object.fromEntries(Object.entries(delta).map(([key, value]) => [key, merge(base[key], value)])) };
}
