/** One leg per output stream: from a source's packets or frames to packets in the output. */
import type { Frame, Packet, Stream } from 'node-av/lib';
import type { Rational } from '../contract/media.ts';
import type { Drawn } from './burn/drawing.ts';
import type { ChunkGate } from './chunks/chunk-gate.ts';
import type { Clock } from './clock.ts';
import type { Extent, Output } from './output.ts';
import type { Part } from './part.ts';
import type { Preview } from './preview.ts';

/** What every leg is given. */
export interface LegContext {
  source: Stream;
  /** The source's name, for errors. */
  name: string;
  output: Output;
  /** Source time that becomes 0, seconds. */
  origin: number;
  part: Part;
  clock: Clock;
  /** Seconds already done in earlier passes. */
  clockOffset: number;
  /** null where nobody watches. */
  preview: Preview | null;
  /** What is drawn into the picture; absent for nothing. */
  drawn: Drawn | undefined;
  /** Which pictures are encoded; null for all. */
  gate: ChunkGate | null;
  threads: number;
  /** The container can say that an encoder's first samples are not to be heard; without, they are cut from the sound itself. */
  editLists: boolean;
}

export interface Leg {
  kind: 'video' | 'audio' | 'subtitle' | 'attachment';
  /** Legs that decode take frames, copying ones take packets. */
  onFrame?(frame: Frame): void;
  onPacket?(packet: Packet): void;
  /** It waits for something from elsewhere, and the others for it. */
  isBehind?(): boolean;
  /** The source has been read up to this time of its own, seconds. */
  onTime?(time: number): void;
  /** Called once after the header is written. */
  ready(): void;
  /** The source has ended: gives out what is left, packet by packet, so that the caller can look up between them. */
  finish(): Iterable<void>;
  written(): Extent;
  /** What could not be kept, in words that follow "lost:". */
  losses?(): string[];
  close(): void;
}

/** Seconds as whole ticks of a time base. */
export const toTicks = (seconds: number, base: Rational) => BigInt(Math.round((seconds * base.den) / base.num));
export const toSeconds = (ticks: bigint, base: Rational) => (Number(ticks) * base.num) / base.den;
