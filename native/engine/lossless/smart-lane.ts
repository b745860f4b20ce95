/** The pictures of a piece whose ends lie between keyframes: some are encoded again, the others go over as they are. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { Joint } from './joints.ts';
import { dueDts, type Lane, type ResultTrack, type Stretch, setTimes } from './lanes.ts';
import { createMeter } from './meter.ts';
import type { StretchCoder } from './stretch.ts';

export interface SmartOrder {
  track: ResultTrack;
  stretch: Stretch;
  /** Encoded again, in ticks, in order. */
  encoded: { from: number; to: number }[];
  coder: StretchCoder;
  joint: Joint;
  /** The encoder's parameter sets have the numbers of the source's. */
  sameNumbers: boolean;
  /** Something plays before this piece. */
  follows: boolean;
  /** Takes what is ready. */
  give(packet: Packet): void;
}

interface Held {
  packet: Packet;
  pts: number;
  duration: number;
}

/** `take` keeps what it needs; packets come out through `give`, or, where nothing has to wait, as with any lane. */
export function createSmartLane({ track, stretch, encoded, coder, joint, sameNumbers, follows, give }: SmartOrder): Lane {
  const { from, to, delta } = stretch;
  const meter = createMeter(track.timeBase);
  const left = [...encoded];
  /** From the keyframe before the next stretch on, in decode order. */
  const backlog: Held[] = [];
  /** Copied pictures that wait for those that are encoded before them. */
  let held: Held[] = [];
  /** When pictures are decoded: in the order of the source's, whichever pictures take those times. */
  const slots: number[] = [];
  let work: Generator<void> | null = null;
  let begun = follows;
  /** The next copied picture is the first after others. */
  let joins = true;

  const isEncoded = (pts: number) => encoded.some((one) => pts >= one.from && pts < one.to);
  const free = (all: Held[]) => {
    for (const { packet } of all) packet.free();
  };

  function time(packet: Packet, pts: number, duration: number): void {
    const slot = slots.shift() ?? -Infinity;
    setTimes(track, packet, pts + delta, dueDts(track, slot + delta, pts + delta, duration), duration);
  }

  function copied({ packet, pts, duration }: Held): void {
    if (joins) joint.begin(packet, begun, begun && sameNumbers);
    joins = false;
    begun = true;
    time(packet, pts, duration);
  }

  function* encode({ from: first, to: last }: { from: number; to: number }): Generator<void> {
    const shown = backlog.filter(({ pts }) => pts >= Math.max(first, from) && pts < Math.min(last, to)).sort((a, b) => a.pts - b.pts);
    const packets = backlog.map(({ packet }) => packet);
    let index = 0;
    yield* coder.encode(
      packets,
      shown.map(({ pts }) => pts),
      (packet, pts) => {
        const made = copyOf(packet);
        time(made, pts, shown[index++]?.duration ?? track.usualDuration);
        give(made);
        begun = true;
        joins = true;
      },
    );
    for (const one of held) {
      copied(one);
      give(one.packet);
    }
    held = [];
    left.shift();
    const next = left[0];
    const keep = next
      ? Math.max(
          0,
          backlog.findLastIndex(({ packet, pts }) => packet.isKeyframe && pts <= next.from),
        )
      : backlog.length;
    free(backlog.splice(0, keep));
  }

  return {
    track,
    meter,
    take(packet) {
      const hasDts = packet.dts !== AV_NOPTS_VALUE;
      const pts = Number(packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts);
      const dts = hasDts ? Number(packet.dts) : -Infinity;
      const duration = Number(packet.duration) || track.usualDuration;
      const isShown = pts >= from && pts < to;
      const [next] = left;
      if (hasDts) meter.meet(dts);
      if (isShown) slots.push(dts);
      if (next) {
        if (packet.isKeyframe && pts <= next.from) free(backlog.splice(0));
        backlog.push({ packet: copyOf(packet), pts, duration });
      }
      let ready = false;
      if (isShown && !isEncoded(pts)) {
        const one = { packet, pts, duration };
        ready = !next || pts < next.from;
        if (ready) copied(one);
        else held.push({ ...one, packet: copyOf(packet) });
      }
      if (next && hasDts && dts >= next.to) work = encode(next);
      return ready;
    },
    working: () => work !== null,
    work() {
      if (work?.next().done) work = null;
    },
    finish() {
      const [next] = left;
      if (next) work = encode(next);
      return next !== undefined;
    },
    close() {
      work?.return(undefined);
      free(backlog.splice(0));
      free(held.splice(0));
    },
  };
}

function copyOf(packet: Packet): Packet {
  const copy = packet.clone();
  if (!copy) throw new StudioError('internal', 'There was not enough memory for a packet.');
  return copy;
}
