/** From an open input to the presenter: its best picture and its best sound, at once as they come or when they are due. */
import { AV_DISPOSITION_ATTACHED_PIC, AVDISCARD_ALL, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { CodecParameters, Packet, type Stream } from 'node-av/lib';
import { StudioError } from '../../../contract/errors.ts';
import type { Rational } from '../../../contract/media.ts';
import type { LiveInput } from './live-input.ts';
import type { Pacer } from './pacer.ts';
import type { Kind, Presenter } from './presenter.ts';
import type { Timeline } from './timeline.ts';

const types = { video: AVMEDIA_TYPE_VIDEO, audio: AVMEDIA_TYPE_AUDIO } as const;
const kinds = Object.keys(types) as Kind[];

/** The streams of an input that are shown. */
export interface Choice {
  /** What may come. */
  kinds: Kind[];
  find(index: number): { kind: Kind; stream: Stream } | null;
}

export interface Playing {
  presenter: Presenter;
  timeline: Timeline;
  /** null for what comes in real time by itself. */
  pacing: {
    pacer: Pacer;
    /** Told once when it cannot be shown, maybe long after it was read; nothing more of the input is. */
    failed(error: unknown): void;
  } | null;
}

/** Of each kind the best stream. Throws not-media where there is none. */
export function bestStreams(input: LiveInput): Choice {
  const chosen = new Map<number, { kind: Kind; stream: Stream }>();
  for (const kind of kinds) {
    const stream = input.best(types[kind]);
    if (stream && (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) === 0) chosen.set(stream.index, { kind, stream });
  }
  if (chosen.size === 0) throw new StudioError('not-media', `${input.name} has neither a picture nor sound.`);
  for (const stream of input.streams()) if (!chosen.has(stream.index)) stream.discard = AVDISCARD_ALL;
  return { kinds: [...chosen.values()].map(({ kind }) => kind), find: (index) => chosen.get(index) ?? null };
}

/** For an input that was not examined: of each kind the stream that the first packet comes of. */
export function firstStreams(input: LiveInput): Choice {
  const taken = new Map<Kind, number>();
  return {
    kinds,
    find(index) {
      const stream = input.streams()[index];
      const kind = kinds.find((one) => types[one] === stream?.codecpar.codecType);
      if (!stream || !kind || (taken.get(kind) ?? index) !== index) return null;
      taken.set(kind, index);
      return { kind, stream };
    },
  };
}

/** Reads the input to its end. Whether there was anything to show. */
export async function play(input: LiveInput, choice: Choice, playing: Playing): Promise<boolean> {
  const { presenter, timeline, pacing } = playing;
  const lanes = new Map<number, Lane>();
  let broken = false;
  const guarded = (show: (packet: Packet) => void) => (packet: Packet) => {
    if (broken) return;
    try {
      show(packet);
    } catch (error) {
      broken = true;
      if (!pacing) throw error;
      pacing.failed(error);
    }
  };

  function laneOf(index: number): Lane | null {
    const known = lanes.get(index);
    if (known) return known;
    const chosen = choice.find(index);
    if (!chosen) return null;
    const lane = openLane(chosen.kind, chosen.stream, presenter);
    lanes.set(index, { ...lane, out: guarded(lane.out) });
    return laneOf(index);
  }

  const catchUp = pacing ? () => {} : createCatchUp(presenter, choice.kinds);

  async function next(packet: Packet): Promise<'ended' | 'used' | 'kept'> {
    const began = performance.now();
    if (!(await input.read(packet))) return 'ended';
    catchUp(performance.now() - began);
    const lane = laneOf(packet.streamIndex);
    if (!lane) return 'used';
    const at = timeline.place(packet, packet.streamIndex, lane.timeBase);
    if (!pacing) lane.out(packet);
    else await pacing.pacer.put({ packet, lane: lane.kind, at, out: lane.out });
    return pacing ? 'kept' : 'used';
  }

  pacing?.pacer.expect(choice.kinds);
  while (!broken) {
    const packet = new Packet();
    packet.alloc();
    const what = await next(packet);
    if (what !== 'kept') packet.free();
    if (what === 'ended') break;
  }
  return lanes.size > 0;
}

/** A read that takes this long, in ms, waited for something new. */
const newsMs = 8;
/** A backlog that takes longer than this, in ms, is no backlog but the way the source sends. */
const longestBacklogMs = 3000;

/** What piled up while the input was examined is decoded and not shown: the show begins with what is new. */
function createCatchUp(presenter: Presenter, shown: Kind[]): (readMs: number) => void {
  const began = performance.now();
  let behind = true;
  presenter.quiet(shown, true);
  return (readMs) => {
    if (!behind || (readMs < newsMs && performance.now() - began < longestBacklogMs)) return;
    behind = false;
    presenter.quiet(shown, false);
  };
}

interface Lane {
  kind: Kind;
  timeBase: Rational;
  out(packet: Packet): void;
}

/** The decoder begins with the stream's first packet, when that goes out. */
function openLane(kind: Kind, { codecpar, timeBase: { num, den }, avgFrameRate }: Stream, presenter: Presenter): Lane {
  const parameters = new CodecParameters();
  parameters.alloc();
  codecpar.copy(parameters); // the input may be closed by then
  const fps = avgFrameRate.num > 0 && avgFrameRate.den > 0 ? avgFrameRate.num / avgFrameRate.den : null;
  const timeBase = { num, den };
  let shown = false;
  return {
    kind,
    timeBase,
    out(packet) {
      if (!shown) presenter.show(kind, { parameters, timeBase, fps });
      shown = true;
      presenter.packet(kind, packet);
    },
  };
}
