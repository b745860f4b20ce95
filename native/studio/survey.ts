/** Asks for a look at a film's pictures where its settings need one. */
import type { MediaInfo, Survey } from '../contract/media.ts';
import { applyOverrides } from '../contract/overrides.ts';
import type { Overrides, PresetSettings } from '../contract/preset.ts';
import { filmOf } from './plan-words.ts';
import type { Prober } from './prober.ts';

/** What is known already, or what a look finds; nothing where no look is needed, or where there is no picture. */
export async function surveyFor(
  prober: Pick<Prober, 'survey'>,
  media: MediaInfo,
  preset: PresetSettings,
  overrides: Overrides,
  known: Partial<Survey>,
  signal: AbortSignal,
): Promise<Partial<Survey>> {
  const film = filmOf(media);
  const needed = applyOverrides(preset, overrides).video?.crop.mode === 'auto';
  if (!needed || !film?.decodable) return {};
  const { crop, fields } = known;
  return crop && fields !== undefined ? { crop, fields } : prober.survey(media, film.index, signal);
}
