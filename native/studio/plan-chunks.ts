/** Where a long film's picture is encoded anew, so that what is encoded is kept when the job is interrupted. */

import type { RateMode } from '../contract/codec-facts.ts';
import type { MediaInfo } from '../contract/media.ts';
import type { Note, Plan, VideoEncode } from '../contract/plan.ts';
import { clock } from '../contract/words.ts';
import { softwareVideoEncoders } from './encoders.ts';

/** About so much is lost at most, seconds: a keyframe more in so long hardly weighs anything. */
const longest = 30;
const shortest = 15;
/** Towards its end a film is shared out among about so many. */
const placesInMind = 3;
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
  return chunkStarts(duration, film);
}

/**
 * The last chunks are shorter, so that all places have work to the end. A chunk begins half a picture early: no clock's rounding
 * moves a picture across.
 */
function chunkStarts(duration: number, film: VideoEncode): number[] {
  const gop = gopSeconds(film);
  const whole = (seconds: number) => Math.max(1, Math.round(seconds / gop)) * gop;
  const [most, least] = [whole(longest), whole(shortest)];
  const early = film.frameRate ? film.frameRate.den / film.frameRate.num / 2 : 0;
  const starts = [0];
  for (let at = 0, left = duration; ; left = duration - at) {
    at += Math.min(most, Math.max(least, whole(left / placesInMind)));
    if (duration - at < least) return starts;
    starts.push(at - early);
  }
}

/** Whole GOPs, so that a film without cuts has its keyframes where it would have them anyway. */
function gopSeconds({ encoder, options, frameRate }: VideoEncode): number {
  const row = softwareVideoEncoders.find(({ name }) => name === encoder);
  const gop = Number(options['g']) || row?.usualGop || 1;
  return frameRate ? (gop * frameRate.den) / frameRate.num : 1;
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
