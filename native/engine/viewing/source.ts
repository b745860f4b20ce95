/** Sources that are looked at: opened with what there is to see and hear of them, and kept open for a while, because the next request is near. */
import { statSync } from 'node:fs';
import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { Frame, Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { AudioStream, Rational, VideoStream } from '../../contract/media.ts';
import { type Viewed, viewed } from '../../contract/viewing.ts';
import { type Input, openInput } from '../input.ts';
import { describe } from '../probe.ts';

export interface Source extends Viewed {
  input: Input;
}

export function openSource(path: string): Source {
  const input = openInput(path);
  try {
    return { input, ...viewed(describe(input, path, statSync(path))) };
  } catch (error) {
    input.close();
    throw error;
  }
}

export type Sight = Source & { video: VideoStream };
export type Sound = Source & { audio: AudioStream };

/** The same for what has a picture. */
export function openSight(path: string): Sight {
  const { video, ...source } = openSource(path);
  if (video) return { ...source, video };
  source.input.close();
  throw new StudioError('nothing-to-export', `There is no picture in ${source.input.name}.`);
}

export function openSound(path: string): Sound {
  const { audio, ...source } = openSource(path);
  if (audio) return { ...source, audio };
  source.input.close();
  throw new StudioError('nothing-to-export', `There is no sound in ${source.input.name}.`);
}

export const baseOf = (input: Input, index: number): Rational => input.streams[index]?.timeBase ?? { num: 1, den: 1 };

/** When a frame is shown or heard, seconds on the source's clock; null where neither container nor codec tell. */
export function frameTime(frame: Frame, { num, den }: Rational): number | null {
  const best = frame.bestEffortTimestamp;
  return best === AV_NOPTS_VALUE ? null : (Number(best) * num) / den;
}

export function packetTime({ pts, dts }: Packet, { num, den }: Rational): number | null {
  const ticks = pts === AV_NOPTS_VALUE ? dts : pts;
  return ticks === AV_NOPTS_VALUE ? null : (Number(ticks) * num) / den;
}

/**
 * Where to seek to for what is shown at a time, seconds, one place after the other until one is early enough: containers
 * without an index land on any packet, also on one behind the keyframe that is needed. The last is the beginning.
 */
export function* placesBefore(time: number, start: number): Generator<number> {
  for (const back of [0, 2, 8, 30, 120]) {
    if (time - back <= start) break;
    yield time - back;
  }
  yield start;
}

/** Goes to one of those places. */
export function goTo({ input, start }: Source, place: number, streamIndex: number): void {
  if (place <= start) input.rewind();
  else input.jump(place, streamIndex);
}

/** How long an unused source stays open, ms. */
const idleMs = 10_000;

/** Keeps what was opened last until another is wanted, it is idle for ten seconds, or its file has changed. */
export function createKeeper<T extends { close(): void }>(open: (path: string) => T) {
  let kept: { key: string; thing: T; timer: NodeJS.Timeout } | null = null;

  function take(key: string): T | null {
    const last = kept;
    kept = null;
    clearTimeout(last?.timer);
    if (last?.key === key) return last.thing;
    last?.thing.close();
    return null;
  }

  function keep(key: string, thing: T): void {
    const timer = setTimeout(() => {
      kept = null;
      thing.close();
    }, idleMs);
    kept = { key, thing, timer };
  }

  return async <R>(path: string, work: (thing: T) => Promise<R>): Promise<R> => {
    const file = statSync(path, { throwIfNoEntry: false });
    if (!file) throw new StudioError('source-missing', `${path} does not exist.`);
    const key = `${path}|${file.size}|${file.mtimeMs}`;
    const thing = take(key) ?? open(path);
    try {
      const result = await work(thing);
      keep(key, thing);
      return result;
    } catch (error) {
      // Who has only been told to stop is as good as before.
      if (error instanceof StudioError && error.code === 'cancelled') keep(key, thing);
      else thing.close();
      throw error;
    }
  };
}
