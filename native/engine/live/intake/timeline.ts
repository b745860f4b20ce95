/** One rising timeline for the packets of a live source, whatever their clocks do: restart, wrap, or jump after a gap. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { Packet } from 'node-av/lib';
import type { Rational } from '../../../contract/media.ts';

/** A clock that goes further than this from packet to packet was set anew: seconds ahead, and seconds back. */
const jump = { ahead: 10, back: 0.5 };

export interface Timeline {
  /** Shifts a packet to its place and gives that in seconds (of its decoding time); `lane` tells streams apart. */
  place(packet: Packet, lane: number, timeBase: Rational): number;
  /** What comes next begins where the longest lane ended: another file, whose own clock begins at `origin` seconds. */
  join(origin: number): void;
}

/** `begin` says where the first packet lies whose own clock is at that second. */
export function createTimeline(begin: (own: number) => number = () => 0): Timeline {
  /** Where each lane's next packet is due. */
  const due = new Map<number, number>();
  let shift: number | null = null;
  let end = 0;

  return {
    place(packet, lane, timeBase) {
      const tick = timeBase.num / timeBase.den;
      const stamp = packet.dts === AV_NOPTS_VALUE ? packet.pts : packet.dts;
      const expected = due.get(lane);
      if (stamp === AV_NOPTS_VALUE) return expected ?? end;
      const own = Number(stamp) * tick;
      shift ??= begin(own) - own;
      const off = own + shift - (expected ?? own + shift);
      if (expected !== undefined && (off > jump.ahead || off < -jump.back)) shift = expected - own;
      const ticks = BigInt(Math.round(shift / tick));
      if (packet.dts !== AV_NOPTS_VALUE) packet.dts += ticks;
      if (packet.pts !== AV_NOPTS_VALUE) packet.pts += ticks;
      const at = own + shift;
      const seconds = Number(packet.duration) * tick;
      due.set(lane, at + seconds);
      end = Math.max(end, packet.pts === AV_NOPTS_VALUE ? at + seconds : Number(packet.pts) * tick + seconds);
      return at;
    },
    join(origin) {
      due.clear();
      shift = end - origin;
    },
  };
}
