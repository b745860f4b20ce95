/** Reads one piece of a main input. */
import { statSync } from 'node:fs';
import { AV_NOPTS_VALUE, AVMEDIA_TYPE_AUDIO } from 'node-av/constants';
import type { Packet, Stream } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { Rational } from '../../contract/media.ts';
import type { RemuxPlan, RemuxStream } from '../../contract/remux-plan.ts';
import type { Input } from '../input.ts';
import { dispositions } from '../output.ts';
import { type Adapt, createAdapter } from './adapter.ts';
import type { Joint } from './joints.ts';
import { coverLane, type Lane, type MakeLane, pictureLane, type ResultTrack, soundLane, textLane, wholeLane } from './lanes.ts';
import type { LossWatch } from './losses.ts';
import { NOT_YET, OVER } from './packets.ts';
import type { Place } from './place.ts';
import { createSmartLane } from './smart-lane.ts';
import type { StretchCoder } from './stretch.ts';

/** Times that differ by less are the same, seconds: containers' clocks are rounded. */
const clockError = 1e-4;
/** Packets of different tracks are not farther apart in a file than this, seconds: a track that ended early keeps no piece open. */
const mostSpread = 10;

const makers: Record<string, MakeLane> = { video: pictureLane, audio: soundLane, subtitle: textLane };

export interface PieceOrder {
  plan: RemuxPlan;
  /** Of the piece in the plan. */
  index: number;
  place: Place;
  /** Is told what was met of the source, and what was not. */
  watch: LossWatch;
  /** When it begins in the result, seconds. */
  at: number;
  /** By the plan's streams; null for those that are not read here. */
  results: (ResultTrack | null)[];
  /** What makes the pictures of films fit together; null for everything else. */
  fits: (Fit | null)[];
}

export interface Fit {
  /** The first file's. */
  stream: Stream;
  joint: Joint;
  /** null where nothing is encoded. */
  coder: StretchCoder | null;
  /** The encoder's parameter sets have the numbers of the source's. */
  sameNumbers: boolean;
  /** The parameter sets of files that follow one another differ. */
  mixed: boolean;
}

export interface PieceReader {
  next(packet: Packet): number;
  /** When the piece is over in the result, seconds; known at the end. */
  end(): number;
  close(): void;
}

/** One stream of the source, and the tracks it goes to. */
interface Route {
  lanes: [Lane, ...Lane[]];
  /** Where the file's clock for this stream is not the first file's. */
  rescale: { from: Rational; to: Rational } | null;
  adapt: Adapt | null;
}

export function openPiece({ plan, index, place, watch, at, results, fits }: PieceOrder): PieceReader {
  const piece = plan.pieces[index] as RemuxPlan['pieces'][number];
  const origin = plan.inputs[piece.input]?.origin ?? 0;
  // A piece from the very start has what lies before it, too: an encoder's first packets of sound. What follows something else has no room for them.
  const cutOff = piece.start !== null && piece.start > origin + clockError ? piece.start : null;
  const start = cutOff ?? origin;
  const from = cutOff ?? (index > 0 ? origin : -Infinity);
  const to = piece.end ?? Infinity;
  const isWhole = plan.pieces.length === 1 && from === -Infinity && to === Infinity;
  const routes: (Route | undefined)[] = [];
  const timed: Lane[] = [];
  const lanes: Lane[] = [];
  const waiting: { packet: Packet; track: number }[] = [];
  let over = false;

  for (const [number, planned] of plan.streams.entries()) {
    const track = results[number];
    const source = streamIn(planned, piece.input);
    if (!track || planned.action === 'attach' || source < 0) continue;
    const stream = place.input().streams[source];
    if (!stream) throw changed(place.input());
    const ticks = (seconds: number) => Math.round((seconds * track.timeBase.den) / track.timeBase.num);
    const isCover = stream.hasDisposition(dispositions['attached_pic'] as never);
    const make = isCover ? coverLane : isWhole ? wholeLane : (makers[planned.kind] ?? coverLane);
    const stretch = { from: ticks(from), to: ticks(to), delta: ticks(at) - ticks(start) };
    const fit = fits[number];
    const follows = index > 0;
    const begin = (packet: Packet, leftKeyframe: boolean) => {
      if (cutOff === null && leftKeyframe && !packet.isKeyframe) throw hiddenStart(place.input());
      fit?.joint.begin(packet, follows, false);
    };
    const encoded = piece.encoded.map((one) => ({ from: ticks(one.from), to: ticks(one.to) }));
    const give = (packet: Packet) => waiting.push({ packet, track: number });
    const isSmart = encoded.length > 0 && fit?.coder;
    const lane = isSmart
      ? createSmartLane({ ...fit, coder: isSmart, track, stretch, encoded, follows, give })
      : make(track, stretch, begin);
    lanes.push(lane);
    if (!isCover && (planned.kind === 'video' || planned.kind === 'audio')) timed.push(lane);
    const { num, den } = stream.timeBase;
    const isSame = num === track.timeBase.num && den === track.timeBase.den;
    const route = routes[source];
    if (route) route.lanes.push(lane);
    else {
      const rescale = isSame ? null : { from: { num, den }, to: track.timeBase };
      routes[source] = { lanes: [lane], rescale, adapt: fit ? createAdapter(fit.stream, stream, fit.mixed) : null };
    }
  }
  const texts = plan.streams.some((stream) => stream.kind === 'subtitle');
  if (cutOff !== null) place.goTo(cutOff, texts);
  else place.restart();

  const seconds = (lane: Lane, ticks: number) => (ticks * lane.track.timeBase.num) / lane.track.timeBase.den;
  const met = (lane: Lane) => seconds(lane, lane.meter.met());
  /** Tracks whose first packet after a seek is still to be looked at. */
  const unseen = new Set(place.sought() ? timed : []);

  /** A read error is the end of what can be rescued, unless the file itself is gone. */
  function read(packet: Packet): boolean {
    try {
      return place.read(packet);
    } catch (error) {
      const path = plan.inputs[piece.input]?.path ?? '';
      if (!(error instanceof StudioError) || !statSync(path, { throwIfNoEntry: false })?.isFile()) throw error;
      watch.broke();
      return false;
    }
  }

  const kept = (kind: string) => timed.filter((lane) => plan.streams[lane.track.index]?.kind === kind).map((lane) => lane.meter);
  /** Tells what was met. */
  function tell(ended: boolean): void {
    const { streams } = place.input();
    const whole = streams.every((stream, number) => stream.codecpar.codecType > AVMEDIA_TYPE_AUDIO || routes[number] !== undefined);
    watch.add({ pictures: kept('video'), sounds: kept('audio'), to, ended, whole });
  }

  const isOver = () => timed.length > 0 && (timed.every((lane) => met(lane) >= to) || timed.some((lane) => met(lane) >= to + mostSpread));

  /** A stream that goes to several tracks: the further ones get copies, after this one. */
  function share(packet: Packet, lanes: Lane[]): void {
    for (const lane of lanes) {
      const copy = packet.clone();
      if (!copy) throw new StudioError('internal', 'There was not enough memory for a packet.');
      if (lane.take(copy)) waiting.push({ packet: copy, track: lane.track.index });
      else copy.free();
    }
  }

  /** True for the first packet of a track that lies behind the piece's start already: the seek came out too late. */
  function isLate(lane: Lane, packet: Packet): boolean {
    return unseen.delete(lane) && packet.pts !== AV_NOPTS_VALUE && seconds(lane, Number(packet.pts)) > start;
  }

  return {
    next(packet) {
      for (;;) {
        const first = waiting.shift();
        if (first) {
          packet.ref(first.packet);
          first.packet.free();
          return first.track;
        }
        const busy = lanes.find((lane) => lane.working?.());
        if (busy) {
          busy.work?.();
          if (waiting.length === 0) return NOT_YET;
          continue;
        }
        if (!over && to !== Infinity && isOver()) {
          over = true;
          tell(false);
        }
        if (!over && !read(packet)) {
          over = true;
          tell(true);
        }
        if (over) {
          if (lanes.some((lane) => lane.finish?.())) continue;
          return OVER;
        }
        const route = routes[packet.streamIndex];
        if (route) {
          route.adapt?.(packet);
          if (route.rescale) packet.rescaleTs(route.rescale.from, route.rescale.to);
          const [lane] = route.lanes;
          if (unseen.size > 0 && isLate(lane, packet)) {
            place.restart();
            unseen.clear();
          } else {
            if (route.lanes.length > 1) share(packet, route.lanes.slice(1));
            if (lane.take(packet)) return lane.track.index;
          }
        }
        packet.unref();
      }
    },
    end: () => (piece.end !== null ? at + piece.end - start : Math.max(at, ...timed.map((lane) => seconds(lane, lane.track.end)))),
    close() {
      for (const lane of lanes) lane.close?.();
      for (const { packet } of waiting.splice(0)) packet.free();
    },
  };
}

/** The stream of an input that a track of the result is made from; -1 for none. */
export const streamIn = ({ from }: RemuxStream, input: number): number => from.find((one) => one.input === input)?.stream ?? -1;

/** Behind another film there is no room to hide them in. */
const hiddenStart = ({ name }: Input) =>
  new StudioError(
    'join-mismatch',
    `${name} cannot follow another file: an editor hid its first pictures, and those after them cannot be shown without. Write it as MKV first, or cut it smartly at its start.`,
  );

const changed = (input: Input) =>
  new StudioError('source-vanished', `${input.name} has changed since it was added. Retry to read it anew.`);
