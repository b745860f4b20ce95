/**
 * What of a source could not be read, in sentences. FFmpeg takes a file that was cut off for one that ends, and steps over
 * damage without a word to its caller. What says otherwise: its log, the container's own lengths, and times that jump. A jump
 * alone proves nothing (a slide show is made of them): it only tells how much is missing where something else says that it is.
 */
import { watchLog } from '../av-error.ts';
import type { Input } from '../input.ts';
import { guessedDurations } from '../probe.ts';
import { type FileEnd, fileEnd, unknownEnd } from './file-end.ts';
import type { Gap, Meter } from './meter.ts';

/** What a piece of a source met. Times in seconds of the source. */
export interface Part {
  pictures: Meter[];
  sounds: Meter[];
  /** Where it was to end; Infinity for the end of the file. */
  to: number;
  /** The file had no more. */
  ended: boolean;
  /** All pictures and sound of the file were read: its whole length was to be met. */
  whole: boolean;
}

export interface LossWatch {
  add(part: Part): void;
  /** Reading failed in the middle. */
  broke(): void;
  /** Complete when the log's lines have come in. */
  sentences(): string[];
  close(): void;
}

/** FFmpeg's words, each of which is one place. */
const damageWords = /invalid as first byte of an EBML number|exceeds containing master element|Packet mismatch/;
/** A picture whose parts do not fit into it. */
const pictureWords = /Invalid NAL unit size/;
const endWords = /File ended prematurely|partial file/;
const corruptWords = /Packet corrupt \(stream = (\d+), dts = (-?\d+)\)/;
const allWords = [damageWords, pictureWords, endWords, corruptWords];

/** Lines that are kept apart; a file that gives more is damaged all over. */
const mostLines = 10_000;
/** Corrupt packets so near to one another are one place, seconds. */
const samePlace = 1;
/** A picture track with more jumps than this has its own ways. */
const mostJumps = 20;
/** Places that are named one by one. */
const mostNamed = 4;
/** A whole file may end by so much earlier than its header says, seconds; one that was cut off is held to less. */
const tolerance = (seconds: number) => Math.max(1, seconds * 0.02);
const leastTold = 0.1;
/** Of a file that is there to its end, seconds: headers may count a few pictures too many. */
const leastMissed = 0.25;

/** Watches what is read of `input` from now on. `origin` is the time of the file that a player shows as 0. */
export function watchLosses(input: Input, path: string, origin: number): LossWatch {
  const { context, name, streams } = input;
  const format = context.iformat?.name ?? '';
  const ticks = streams.map(({ timeBase }) => timeBase.num / timeBase.den);
  const header = context.duration > 0n && !guessedDurations.test(format) ? Number(context.startTime + context.duration) / 1e6 : null;
  const lines = new Set<string>();
  const ignore = watchLog((line) => {
    if (lines.size < mostLines && allWords.some((words) => words.test(line))) lines.add(line);
  });
  const parts: Part[] = [];
  let broken = false;

  const said = (words: RegExp) => [...lines].filter((line) => words.test(line));
  const shown = (seconds: number) => Math.max(0, seconds - origin);

  function sentences(): string[] {
    const meters = parts.flatMap(({ pictures, sounds }) => [...pictures, ...sounds]);
    const met = Math.max(...meters.map((meter) => meter.end()));
    if (!Number.isFinite(met)) return [];
    const end = endOf(path, format);
    const corrupt = said(corruptWords).flatMap((line) => {
      const [, stream, dts] = corruptWords.exec(line) ?? [];
      const tick = ticks[Number(stream)];
      return tick === undefined ? [] : [Number(dts) * tick];
    });
    const atEnd = corrupt.filter((at) => at >= met - samePlace).length > 0;
    const cutOff = end.cutOff || said(endWords).length > 0 || (atEnd && parts.some((part) => part.ended));
    const inside = corrupt.filter((at) => !(cutOff && at >= met - samePlace));
    const told = parts.some((part) => part.ended) ? [...atTheEnd(met, end, cutOff)] : [];
    return [...told, ...inTheMiddle(inside, cutOff)];
  }

  /** What is missing at the end. */
  function* atTheEnd(met: number, end: FileEnd, cutOff: boolean): Generator<string> {
    const due = end.openEnded ? null : (end.promised ?? header);
    const to = parts.at(-1)?.to ?? Infinity;
    const missing = due === null ? 0 : Math.min(due, to) - met;
    const whole = parts.every((part) => part.whole);
    if (due === null) {
      if (cutOff && to === Infinity)
        yield `${name} was cut off: it ends at ${secondsOf(shown(met))}, in the middle of its media. All that comes before is in the result.`;
    } else if (cutOff ? missing > leastTold : end.unknown && whole && missing > tolerance(due)) {
      const ends = `${name} ends at ${secondsOf(shown(met))} of the ${secondsOf(shown(due))} that its header promises`;
      yield `${ends}: the last ${secondsOf(missing)} are not in the result.`;
    } else if (end.promised !== null && whole && missing > leastMissed) {
      // Without times of their own, packets close ranks over what is missing.
      yield `${name} holds ${secondsOf(shown(met))} of the ${secondsOf(shown(due))} that its header promises: ${secondsOf(missing)} could not be read.`;
    }
    if (broken) yield `${name} is damaged: what comes after ${secondsOf(shown(met))} could not be read.`;
    else if (end.unreadable > 0)
      yield `${name} is damaged at ${clockOf(shown(met))}: the ${(end.unreadable / 1e6).toFixed(1)} MB behind it could not be read.`;
  }

  /** What is missing or broken before. */
  function* inTheMiddle(corrupt: number[], cutOff: boolean): Generator<string> {
    const places = said(damageWords).length + clustersOf(corrupt).length;
    if (places > 0) {
      const pictures = parts.flatMap((part) => part.pictures.flatMap(gapsOfPicture));
      const sounds = parts.flatMap((part) => part.sounds.flatMap((meter) => meter.gaps()));
      const lost = [
        ...(pictures.length > 0 ? [`${secondsOf(total(pictures))} of picture`] : []),
        ...(sounds.length > 0 ? [`${secondsOf(total(sounds))} of sound`] : []),
      ];
      const where = clustersOf([...pictures, ...sounds].map((gap) => gap.at)).map(shown);
      const known = clustersOf(corrupt).map(shown);
      if (lost.length > 0) yield `${name} is damaged: ${lost.join(' and ')} are missing ${placesOf(where)}.`;
      else
        yield `${name} is damaged ${known.length > 0 ? placesOf(known) : countOf(places, 'in one place', 'places', 'in ')}. What could be read there was copied.`;
    }
    // The picture that a cut goes through is told by the cut.
    const broken = said(pictureWords).length - (cutOff ? 1 : 0);
    if (broken > 0) yield `${countOf(broken, 'One picture', 'pictures')} of ${name} ${broken === 1 ? 'is' : 'are'} damaged.`;
  }

  return {
    add: (part) => void parts.push(part),
    broke() {
      broken = true;
    },
    sentences,
    close: ignore,
  };
}

/** The end of a file that is gone by now tells nothing. */
function endOf(path: string, format: string): FileEnd {
  try {
    return fileEnd(path, format);
  } catch {
    return unknownEnd;
  }
}

const gapsOfPicture = (meter: Meter): Gap[] => {
  const gaps = meter.gaps();
  return gaps.length > mostJumps ? [] : gaps;
};

const total = (gaps: Gap[]) => gaps.reduce((sum, { length }) => sum + length, 0);

/** The first of each group of times that are near to one another. */
function clustersOf(times: number[]): number[] {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted.filter((time, index) => index === 0 || time - (sorted[index - 1] as number) > samePlace);
}

const countOf = (count: number, one: string, many: string, before = '') => (count === 1 ? one : `${before}${count} ${many}`);
const secondsOf = (seconds: number) => `${seconds.toFixed(1)} s`;

/** "at 0:12 and 1:05:00", the first few of them. */
function placesOf(times: number[]): string {
  const named = times.slice(0, mostNamed).map(clockOf);
  const more = times.length - named.length;
  const all = more > 0 ? [...named, `${more} more places`] : named;
  return `at ${all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1)}` : all[0]}`;
}

/** "1:02:03". */
function clockOf(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
