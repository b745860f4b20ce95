/** Tags of the file: which go over, and which the target has no place for. */
import type { LosslessOrder, TargetId } from '../../contract/lossless.ts';
import type { MediaInfo } from '../../contract/media.ts';
import { marks } from '../container-marks.ts';
import type { TakenTrack } from './choose-tracks.ts';
import { wordsOf } from './result-track.ts';

/** What the new muxer writes of itself, and counts that other muxers left behind. */
const bookkeeping = /^(major_brand|minor_version|compatible_brands|encoder|duration|number_of_.*|bps|bps-.*|_statistics_.*)$/i;
const appleLocation = 'com.apple.quicktime.location.ISO6709';

/** The result's tags and the names of those that are lost. */
export function fileTags(media: MediaInfo, order: LosslessOrder, taken: TakenTrack[], target: TargetId) {
  const wanted = order.tags ?? ownTags(media);
  const { tags: known, languages } = marks[target];
  const isHeld = (key: string) => known === 'any' || known.includes(key.toLowerCase());
  const entries = Object.entries(wanted);
  const tags = Object.fromEntries(entries.filter(([key]) => isHeld(key)));
  const only = taken.find(({ stream }) => stream.kind === 'audio');
  const language = only && wordsOf(only.stream, only.choice).language;
  if (languages === 'file' && language) tags['language'] ??= language;
  return { tags, lost: entries.flatMap(([key]) => (isHeld(key) ? [] : [key.toLowerCase()])) };
}

/** The source's tags, each once, and its place under the name that all containers know. */
function ownTags({ tags }: MediaInfo): Record<string, string> {
  const own = Object.fromEntries(
    Object.entries(tags).filter(
      ([key, value]) => !bookkeeping.test(key) && tags[key.replace(/-[a-z]{3}$/, '')] !== (key.includes('-') ? value : null),
    ),
  );
  const location = own[appleLocation];
  return location && !own['location'] ? { ...own, location } : own;
}
