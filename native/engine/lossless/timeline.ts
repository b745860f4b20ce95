/** Keyframes and length of a file, for cutting. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { Stream } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { Timeline } from '../../contract/lossless.ts';
import { type Film, openFilm } from './film.ts';

/** Rates that differ by more than this share do not tell how long a picture is shown. */
const mostVariation = 0.1;

export async function timeline(path: string): Promise<Timeline> {
  const film = openFilm(path);
  if (!film) throw new StudioError('not-media', 'There is neither a picture nor sound in this file to be cut.');
  try {
    const { start, end } = lengthOf(film);
    const keyframes = film.intraOnly ? [start] : [...film.keyframes()].map(({ pts }) => pts * film.tick).filter((time) => time >= start);
    return {
      stream: film.sound ? null : film.stream.index,
      keyframes: film.sound ? [] : keyframes,
      intraOnly: film.intraOnly,
      start,
      end,
      frame: frameOf(film),
    };
  } finally {
    film.close();
  }
}

/** From the first that is seen or heard to the last, seconds. */
export function lengthOf({ input: { context, streams } }: Film): { start: number; end: number } {
  const start = context.startTime === AV_NOPTS_VALUE ? 0 : Number(context.startTime) / 1e6;
  const ends = streams.flatMap((stream) => endOf(stream) ?? []);
  const whole = context.duration > 0n ? start + Number(context.duration) / 1e6 : start;
  return { start, end: Math.max(whole, ...ends) };
}

function endOf({ startTime, duration, timeBase }: Stream): number | null {
  if (startTime === AV_NOPTS_VALUE || duration === AV_NOPTS_VALUE || duration <= 0n) return null;
  return (Number(startTime + duration) * timeBase.num) / timeBase.den;
}

function frameOf({ sound, stream: { avgFrameRate, rFrameRate } }: Film): number | null {
  if (sound || avgFrameRate.num <= 0 || rFrameRate.num <= 0) return null;
  const [average, usual] = [avgFrameRate.num / avgFrameRate.den, rFrameRate.num / rFrameRate.den];
  return Math.abs(average / usual - 1) > mostVariation ? null : 1 / usual;
}
