/** Which subtitles of a file are kept, and as what. */
import type { MediaInfo, SubtitleStream } from '../contract/media.ts';
import type { Note } from '../contract/plan.ts';
import type { PresetSettings } from '../contract/preset.ts';
import { inLanguages, languagesInWords } from './languages.ts';
import { describeTrack } from './plan-words.ts';

/** Only signs and foreign speech: marked by the file, or told by the track's title. */
export const isForced = ({ disposition, title }: SubtitleStream): boolean =>
  disposition.includes('forced') || /\bforced\b/i.test(title ?? '');

/** The tracks that the settings ask for, the most wanted first, whatever the container holds. */
export function chosenSubtitles(media: MediaInfo, { tracks, languages, forcedOnly }: PresetSettings['subtitles']): SubtitleStream[] {
  if (tracks === 'none') return [];
  const all = media.streams.filter((stream) => stream.kind === 'subtitle').filter((stream) => !forcedOnly || isForced(stream));
  return tracks === 'all' ? all : inLanguages(all, languages);
}

/** Says of each track that is not kept, why. */
export function tellLeftOut(
  all: SubtitleStream[],
  kept: SubtitleStream[],
  { tracks, languages, forcedOnly }: PresetSettings['subtitles'],
  notes: Note[],
): void {
  const whyOf = (stream: SubtitleStream) => {
    if (tracks === 'none') return 'as the preset says';
    return forcedOnly && !isForced(stream) ? 'only forced ones are kept' : `only ${languagesInWords(languages)} is kept`;
  };
  for (const left of all)
    if (!kept.includes(left)) notes.push({ kind: 'loss', text: `${describeTrack(left)} is left out: ${whyOf(left)}.` });
}
