/** Which subtitles of a file are kept, and as what. */
import type { MediaInfo, SubtitleStream } from '../contract/media.ts';
import type { PresetSettings } from '../contract/preset.ts';
import { inLanguages } from './languages.ts';

/** Only signs and foreign speech: marked by the file, or told by the track's title. */
export const isForced = ({ disposition, title }: SubtitleStream): boolean =>
  disposition.includes('forced') || /\bforced\b/i.test(title ?? '');

/** The tracks that the settings ask for, the most wanted first, whatever the container holds. */
export function chosenSubtitles(media: MediaInfo, { tracks, languages, forcedOnly }: PresetSettings['subtitles']): SubtitleStream[] {
  if (tracks === 'none') return [];
  const all = media.streams.filter((stream) => stream.kind === 'subtitle').filter((stream) => !forcedOnly || isForced(stream));
  return tracks === 'all' ? all : inLanguages(all, languages);
}
