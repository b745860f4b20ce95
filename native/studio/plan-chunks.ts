/** Where a long film's picture is encoded anew, so that what is encoded is kept when the job is interrupted. */

import type { RateMode } from '../contract/codec-facts.ts';
import type { MediaInfo } from '../contract/media.ts';
import type { Note, Plan, VideoEncode } from '../contract/plan.ts';
import { clock } from '../contract/words.ts';
import { softwareVideoEncoders } from './encoders.ts';

/** About so much is lost at most, seconds: a keyframe more in so long hardly weighs anything. */
const aboutSeconds = 30;
/** A film whose work would be missed; that it begins anew is then said beforehand, seconds. */
const longSeconds = 600;
/** By the rates that say of each picture alone how good it is. */
const lastingRates: RateMode[] = ['quality', 'target', 'fixed'];

type Unchunked = Pick<Plan, 'duration' | 'durationIsExact' | 'sizeLimit'>;

/** The times at which chunks begin, seconds of the result. What stands against chunks is noted where the film is long. */
export function planChunks(plan: Unchunked, films: VideoEncode[], rate: RateMode | null, media: MediaInfo, notes: Note[]): number[] {
  const { duration } = plan;
  const [film] = films;
  if (!film || duration === null) return [0];
  const why = whyNot(plan, films, film, rate, media);
  if (why) {
    if (duration >= longSeconds) notes.push({ kind: 'info', text: `Should it be interrupted, its ${clock(duration)} begin anew: ${why}.` });
    return [0];
  }
  const { pictures, seconds } = lengthOf(film);
  const count = Math.floor(duration / seconds);
  // Half a picture early, so that no clock's rounding moves one across.
  const early = film.frameRate ? film.frameRate.den / film.frameRate.num / 2 : 0;
  return Array.from({ length: Math.max(1, count) }, (_, number) => (number === 0 ? 0 : number * seconds - early)).map((at) =>
    pictures === null ? at : Math.round(at * 1e6) / 1e6,
  );
}

/** Whole GOPs, so that a film without cuts has its keyframes where it would have them anyway. */
function lengthOf({ encoder, options, frameRate }: VideoEncode): { pictures: number | null; seconds: number } {
  if (!frameRate) return { pictures: null, seconds: aboutSeconds };
  const perSecond = frameRate.num / frameRate.den;
  const gop = Number(options['g']) || softwareVideoEncoders.find(({ name }) => name === encoder)?.usualGop || 1;
  const pictures = Math.max(1, Math.round((aboutSeconds * perSecond) / gop)) * gop;
  return { pictures, seconds: pictures / perSecond };
}

function whyNot(
  { sizeLimit, durationIsExact }: Unchunked,
  films: VideoEncode[],
  film: VideoEncode,
  rate: RateMode | null,
  media: MediaInfo,
) {
  const stream = media.streams.find(({ index }) => index === film.input);
  const uneven = stream?.kind === 'video' && stream.variableRate;
  const reasons: [isSo: boolean, words: string][] = [
    [films.length > 1, 'it has several pictures'],
    [film.device !== null, 'it is encoded by a device'],
    [sizeLimit !== null || rate === null || !lastingRates.includes(rate), 'its bitrate is shared out over the whole film'],
    [!durationIsExact, 'it is not known for certain how long it is'],
    [film.burn !== null, 'subtitles are drawn into its picture'],
    [film.timing === 'peak' && uneven, 'its pictures come unevenly, and some of them are left out'],
  ];
  return reasons.find(([isSo]) => isSo)?.[1] ?? null;
}
