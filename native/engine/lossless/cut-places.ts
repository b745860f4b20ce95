/** Where segments really fall: at keyframes, or at any picture with the ones next to it encoded again. */
import { StudioError } from '../../contract/errors.ts';
import type { CutPlace, Segment } from '../../contract/lossless.ts';
import type { WorkerCommands } from '../../contract/worker-contract.ts';
import { type Film, openFilm, type Picture } from './film.ts';
import { checkRecipe, impossible } from './recipe.ts';
import { lengthOf } from './timeline.ts';

/** Longer stretches are no cut any more but an export, seconds. */
const mostEncoded = 60;

export async function cutPlaces({ path, segments, cut }: WorkerCommands['cutPlaces']): Promise<CutPlace[]> {
  const film = openFilm(path);
  if (!film) throw new StudioError('not-media', 'There is neither a picture nor sound in this file to be cut.');
  try {
    const smart = cut === 'smart' && !film.intraOnly;
    const within = segments.filter((segment) => isWithin(film, segment, smart));
    if (within.length === 0) throw nothingWithin(film);
    const places = within.map((segment) => (smart ? smartPlace(film, segment) : keyframePlace(film, segment)));
    const stretches = places.flatMap(({ encoded }) => encoded);
    if (stretches.length > 0) checkRecipe(film);
    for (const { from, to } of stretches)
      if (to - from > mostEncoded)
        throw impossible(`${Math.round(to - from)} s in one piece would have to be encoded again, so far apart are its keyframes`);
    return places;
  } finally {
    film.close();
  }
}

/** Sound that goes on for less than this after the last picture is no part of its own, seconds. */
const shortestTail = 0.5;
/** Pictures at the end that are not worth going back to a keyframe for: they are left by rounding. */
const fewest = 2;

/** Whether there is anything of the film in it: what is left of one when its start or end is taken away may be before or after all. */
function isWithin(film: Film, asked: Segment, smart: boolean): boolean {
  const { start, end } = lengthOf(film);
  const picture = film.usual * film.tick;
  if (asked.end !== null && asked.end < start + picture / 2) return false;
  if (asked.start === null || end <= start || asked.start < end - shortestTail) return true;
  const ticks = asTicks(film, asked.start) + film.usual * (smart || film.intraOnly ? 0.5 : fewest);
  return film.around(ticks).some(({ pts, duration }) => pts + (duration || film.usual) > ticks);
}

function nothingWithin(film: Film): StudioError {
  const { start, end } = lengthOf(film);
  return new StudioError(
    'bad-input',
    `Nothing lies in the parts that are to be kept: the file runs from ${start.toFixed(2)} s to ${end.toFixed(2)} s.`,
  );
}

const asTicks = (film: Film, seconds: number) => Math.round(seconds / film.tick);
const asSeconds = (film: Film, ticks: number) => (ticks * film.stream.timeBase.num) / film.stream.timeBase.den;

/** Nothing that was asked for is missing: it begins at a keyframe before, and ends at the first clean place after. */
function keyframePlace(film: Film, asked: Segment): CutPlace {
  const { start, end } = lengthOf(film);
  const place: CutPlace = { asked: { start: asked.start, end: asked.end }, start, end, encoded: [] };
  if (asked.start !== null && asked.start > start) {
    const ticks = asTicks(film, asked.start);
    const begin = lastOf(film.around(ticks), (picture) => film.begins(picture) && picture.pts <= ticks + film.usual / 2);
    if (begin) place.start = asSeconds(film, begin.pts);
  }
  if (asked.end !== null && asked.end < end) {
    const ticks = asTicks(film, asked.end);
    const clean = cleanPlaces(film.around(ticks)).find((at) => at >= ticks - film.usual / 2 && asSeconds(film, at) > place.start);
    if (clean !== undefined) place.end = Math.min(end, asSeconds(film, clean));
  }
  return place;
}

/** Exactly the pictures that were asked for. What cannot be copied is encoded again: before the first begin, and after the last clean place. */
function smartPlace(film: Film, asked: Segment): CutPlace {
  const { start, end } = lengthOf(film);
  const place: CutPlace = { asked: { start: asked.start, end: asked.end }, start, end, encoded: [] };
  const last = asked.end === null || asked.end >= end ? Infinity : asTicks(film, asked.end);
  let [from, to] = [-Infinity, last];
  let copied = -Infinity;
  if (asked.start !== null && asked.start > start) {
    const ticks = asTicks(film, asked.start);
    const pictures = film.around(ticks, last);
    from = nearest(film, pictures, ticks);
    copied = pictures.find((picture) => picture.clean && picture.pts >= from)?.pts ?? Infinity;
    place.start = asSeconds(film, from);
  }
  let clean = Infinity;
  if (last !== Infinity) {
    const pictures = film.around(last);
    to = nearest(film, pictures, last);
    if (to <= from) throw new StudioError('cut-impossible', 'A segment is shorter than one picture. Make it longer.');
    // Pictures before a begin that are shown after what precedes it are encoded, where it is the first that is copied.
    const begin = pictures.findIndex((picture) => picture.pts === copied);
    const kept = begin < 0 ? pictures : pictures.slice(begin).filter(({ pts }) => pts >= copied);
    clean = lastOf(cleanPlaces(kept), (at) => at <= to) ?? -Infinity;
    place.end = Math.min(end, asSeconds(film, to));
  }
  const stretch = (a: number, b: number) => ({
    from: Math.max(place.start, asSeconds(film, a)),
    to: b === Infinity ? (place.end ?? end) : asSeconds(film, b),
  });
  // Without anything to copy all of it is encoded.
  if (copied >= Math.min(to, clean)) place.encoded = [stretch(from, to)];
  else {
    if (copied > from) place.encoded.push(stretch(from, copied));
    if (clean < to) place.encoded.push(stretch(clean, to));
  }
  return place;
}

/** Times at which all pictures decoded so far are shown before all that follow: ends that leave none out. */
function cleanPlaces(pictures: Picture[]): number[] {
  const after: number[] = [];
  let least = Infinity;
  for (let index = pictures.length - 1; index >= 0; index--) {
    const picture = pictures[index] as Picture;
    least = Math.min(least, picture.pts);
    after[index] = least;
  }
  const places: number[] = [];
  let most = -Infinity;
  for (const [index, picture] of pictures.entries()) {
    const next = after[index] as number;
    if (most < next) places.push(next);
    most = Math.max(most, picture.pts);
  }
  const end = pictures.reduce((last, { pts, duration }) => Math.max(last, pts + duration), -Infinity);
  return end === -Infinity ? places : [...places, end];
}

/** The border between two pictures that is nearest to a time. */
function nearest(film: Film, pictures: Picture[], ticks: number): number {
  const end = pictures.reduce((last, { pts, duration }) => Math.max(last, pts + (duration || film.usual)), -Infinity);
  const borders = [...pictures.map(({ pts }) => pts), end];
  return borders.reduce((best, border) => (Math.abs(border - ticks) < Math.abs(best - ticks) ? border : best), Infinity);
}

function lastOf<T>(of: T[], wanted: (one: T) => boolean): T | undefined {
  return of.filter(wanted).at(-1);
}
