/** Which subtitles of a file are kept, and as what. */
import type { MediaInfo, SubtitleStream } from '../contract/media.ts';
import type { Note, StreamPlan } from '../contract/plan.ts';
import type { PresetSettings } from '../contract/preset.ts';
import { containers, holds } from './containers.ts';
import { inLanguages } from './languages.ts';
import { common, describeTrack, tagFor } from './plan-words.ts';
import { conversionNote, convertedTo } from './text-subtitles.ts';

/** Only signs and foreign speech: marked by the file, or told by the track's title. */
export const isForced = ({ disposition, title }: SubtitleStream): boolean =>
  disposition.includes('forced') || /\bforced\b/i.test(title ?? '');

/** The tracks that the settings ask for, the most wanted first, whatever the container holds. */
export function chosenSubtitles(media: MediaInfo, { tracks, languages, forcedOnly }: PresetSettings['subtitles']): SubtitleStream[] {
  if (tracks === 'none') return [];
  const all = media.streams.filter((stream) => stream.kind === 'subtitle').filter((stream) => !forcedOnly || isForced(stream));
  return tracks === 'all' ? all : inLanguages(all, languages);
}

/** The chosen tracks as they are where the container holds them, as its own text where they can become that; else a note. `subtitles` are all of the file. */
export function planSubtitles(
  subtitles: SubtitleStream[],
  chosen: SubtitleStream[],
  { container: id, subtitles: settings }: PresetSettings,
  notes: Note[],
): StreamPlan[] {
  const container = containers[id];
  const leave = (stream: SubtitleStream, why: string) =>
    notes.push({ kind: 'loss', text: `${describeTrack(stream)} is left out: ${why}.` });
  for (const stream of subtitles) if (!chosen.includes(stream)) leave(stream, whyNot(stream, settings));
  return chosen.flatMap((stream): StreamPlan[] => {
    if (!subtitles.includes(stream)) return [];
    const { codec } = stream;
    const to = convertedTo(stream, container);
    if (holds(container.subtitle, codec))
      return [{ action: 'copy', kind: 'subtitle', codec, ...common(stream), codecTag: tagFor(id, codec) }];
    if (to === null) {
      leave(stream, `${container.title} cannot hold ${codec} subtitles`);
      return [];
    }
    notes.push(conversionNote(stream, to));
    return [{ action: 'convert', kind: 'subtitle', codec, to, ...common(stream), codecTag: tagFor(id, to) }];
  });
}

function whyNot(stream: SubtitleStream, { tracks, languages, forcedOnly }: PresetSettings['subtitles']): string {
  if (tracks === 'none') return 'as the preset says';
  if (tracks === 'language' && inLanguages([stream], languages).length === 0) return 'its language is not asked for';
  return forcedOnly ? 'only forced ones are kept' : 'as the preset says';
}
