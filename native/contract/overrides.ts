/** A preset with a job's own settings put in. Apart from the schemas, which stay out of a page. */
import type { Overrides, PresetSettings } from './preset.ts';

/** The settings that a job runs with. What is set of a picture or sound that the preset leaves out has no effect. */
export function applyOverrides(settings: PresetSettings, overrides: Overrides): PresetSettings {
  const next = structuredClone(settings) as unknown as Record<string, unknown>;
  for (const [path, value] of Object.entries(overrides)) {
    const [room = '', name] = path.split('.');
    if (name === undefined) next[room] = value;
    else if (next[room]) next[room] = { ...next[room], [name]: value };
  }
  const { container, video, audio, subtitles, muxerOptions } = next as unknown as PresetSettings;
  return { container, video, audio, subtitles, muxerOptions };
}
