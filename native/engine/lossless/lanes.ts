/** What a piece of a main input takes of each track, and when that plays in the result. All times in ticks of the track's time base. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { Packet } from 'node-av/lib';
import type { Rational } from '../../contract/media.ts';
import { createMeter, type Meter } from './meter.ts';

/** One track of the result while its pieces are read. */
export interface ResultTrack {
  index: number;
  timeBase: Rational;
  /** Pictures the decoder holds back to put them in order. */
  delay: number;
  /** For pictures whose length the source does not tell. */
  usualDuration: number;
  /** Of the last packet handed out. */
  lastDts: number;
  /** When what was handed out is over; -Infinity before anything was. */
  end: number;
}

/** Where a piece lies. */
export interface Stretch {
  /** On the source's timeline; -Infinity and Infinity where nothing is cut off. */
  from: number;
  to: number;
  /** What makes a source's time one of the result. */
  delta: number;
}

/** Takes the packets of one track that are in a piece. */
export interface Lane {
  track: ResultTrack;
  /** Gives a packet its time in the result; false: it is not in this piece. */
  take(packet: Packet): boolean;
  /** What was met in the source, by its time of decoding. */
  meter: Meter;
  /** A lane that makes pictures hands them out on its own. While it is at work it takes no packet. */
  working?(): boolean;
  /** Does a part of the work. */
  work?(): void;
  /** Nothing of this piece comes any more; true where that gave it work to do. */
  finish?(): boolean;
  close?(): void;
}

/** `begin` sees the first picture of the piece, and hears whether a keyframe before it was left out. */
export type MakeLane = (track: ResultTrack, stretch: Stretch, begin?: (packet: Packet, leftKeyframe: boolean) => void) => Lane;

/** A whole file and nothing else: packets only move. */
export const wholeLane: MakeLane = (track, { delta }) => {
  const moved = BigInt(delta);
  const meter = createMeter(track.timeBase);
  return {
    track,
    take(packet) {
      const { dts } = packet;
      if (dts !== AV_NOPTS_VALUE) meter.meet(Number(dts));
      // Every look at a packet is a call into FFmpeg.
      if (moved === 0n) return true;
      const { pts } = packet;
      if (dts !== AV_NOPTS_VALUE) packet.dts = dts + moved;
      if (pts !== AV_NOPTS_VALUE) packet.pts = pts + moved;
      return true;
    },
    meter,
  };
};

/** Pictures that are shown in the piece; those before its first keyframe that need an earlier one are not. */
export const pictureLane: MakeLane = (track, { from, to, delta }, begin) => {
  const meter = createMeter(track.timeBase);
  let begun = false;
  let leftKeyframe = false;
  return {
    track,
    take(packet) {
      const hasDts = packet.dts !== AV_NOPTS_VALUE;
      const dts = hasDts ? Number(packet.dts) : Number.NaN;
      const pts = packet.pts === AV_NOPTS_VALUE ? dts : Number(packet.pts);
      const duration = Number(packet.duration) || track.usualDuration;
      if (hasDts) meter.meet(dts);
      if (pts < from || pts >= to) {
        if (!begun) leftKeyframe ||= packet.isKeyframe;
        return false;
      }
      if (!begun) begin?.(packet, leftKeyframe);
      begun = true;
      setTimes(track, packet, pts + delta, dueDts(track, hasDts ? dts + delta : -Infinity, pts + delta, duration), duration);
      return true;
    },
    meter,
  };
};

/**
 * Sound by its nearest packet borders. A piece's sound goes on where the last one's ended, at most half a packet from its own
 * time, so that there is neither a gap nor an overlap.
 */
export const soundLane: MakeLane = (track, { from, to, delta }) => {
  let shift: number | null = from === -Infinity ? 0 : null;
  const meter = createMeter(track.timeBase);
  return {
    track,
    take(packet) {
      const time = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts;
      const pts = Number(time);
      const duration = Number(packet.duration);
      const at = pts + delta;
      const middle = pts + duration / 2;
      meter.meet(middle);
      if (middle + (shift ?? 0) >= to) return false;
      if (shift === null) {
        const start = from + delta;
        const due = track.end < start - duration ? start : track.end;
        if (at + duration / 2 < due) return false;
        shift = Math.abs(due - at) <= duration / 2 ? due - at : 0;
      }
      if (at + shift < track.lastDts) return false;
      setTimes(track, packet, at + shift, at + shift, duration);
      return true;
    },
    meter,
  };
};

/** Texts that are to be read in the piece, as long as they are. */
export const textLane: MakeLane = (track, { from, to, delta }) => ({
  track,
  take(packet) {
    const time = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts;
    const start = Number(time);
    // 0: it stays until the next one, or the container does not tell.
    const duration = Number(packet.duration);
    const end = start + duration;
    if (start >= to || (duration > 0 ? end <= from : start < from)) return false;
    const shown = Math.max(start, from);
    const length = duration > 0 ? Math.min(end, to) - shown : 0;
    setTimes(track, packet, shown + delta, shown + delta, length);
    return true;
  },
  meter: createMeter(track.timeBase),
});

/** A cover is there once, at the start. */
export const coverLane: MakeLane = (track) => ({
  track,
  take(packet) {
    if (track.end !== -Infinity) return false;
    setTimes(track, packet, 0, 0, 0);
    return true;
  },
  meter: createMeter(track.timeBase),
});

/**
 * When a picture is decoded: after the one before it. `due` is -Infinity where the source does not say so, as some containers
 * do not of the first pictures after a seek.
 */
export function dueDts(track: ResultTrack, due: number, pts: number, duration: number): number {
  const first = due === -Infinity && track.lastDts === -Infinity;
  return first ? pts - track.delay * duration : Math.max(due, track.lastDts + 1);
}

export function setTimes(track: ResultTrack, packet: Packet, pts: number, dts: number, duration: number): void {
  packet.pts = BigInt(Math.round(pts));
  packet.dts = BigInt(Math.round(dts));
  packet.duration = BigInt(Math.round(duration));
  track.lastDts = Math.round(dts);
  track.end = Math.max(track.end, pts + duration);
}
