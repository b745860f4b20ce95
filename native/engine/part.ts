/** What of a stream lies in the part that is exported. Times are the output's: it begins at 0. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { Packet } from 'node-av/lib';
import type { Rational } from '../contract/media.ts';
import type { Plan } from '../contract/plan.ts';
import { toSeconds, toTicks } from './legs.ts';

export interface Part {
  /** The film is cut at 0, so that something of it lies before. */
  isCut: boolean;
  /** Seconds; Infinity where the film is not cut at its end. */
  end: number;
}

export const partOf = ({ part, origin }: Plan): Part => ({
  isCut: part.start !== null,
  end: part.end === null ? Infinity : part.end - origin,
});

/** Whether most of a picture or packet lies in it: no cut is further from where it was asked than half of one. */
export const holdsMost = ({ isCut, end }: Part, at: number, length: number): boolean =>
  at + length / 2 < end && (!isCut || at + length / 2 > 0);

/** A text's packet, its times in `base` after the source's `origin`: cut to the part; false where nothing of it is seen in there. */
export function clipText({ isCut, end }: Part, packet: Packet, base: Rational, origin: bigint): boolean {
  if (packet.pts === AV_NOPTS_VALUE) return true;
  const from = packet.pts - origin;
  const to = from + packet.duration;
  const last = end === Infinity ? null : toTicks(end, base);
  if (last !== null && from >= last) return false;
  if (isCut && (packet.duration > 0n ? to <= 0n : from < 0n)) return false;
  const first = isCut && from < 0n ? 0n : from;
  packet.pts = packet.dts = origin + first;
  if (packet.duration > 0n) packet.duration = (last !== null && to > last ? last : to) - first;
  return true;
}

/** Samples of a frame that lie before the end. */
export const samplesBefore = ({ end }: Part, ticks: bigint, base: Rational, samples: number, rate: number): number =>
  end === Infinity ? samples : Math.max(0, Math.min(samples, Math.round((end - toSeconds(ticks, base)) * rate)));
