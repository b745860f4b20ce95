/** Gives a packet other bytes. */
import type { Packet } from 'node-av/lib';

/** node-av's own setter makes the packet blank: times and marks are put back here. */
export function replaceData(packet: Packet, data: Buffer): void {
  const { pts, dts, duration, flags, streamIndex } = packet;
  packet.data = data;
  packet.pts = pts;
  packet.dts = dts;
  packet.duration = duration;
  packet.flags = flags;
  packet.streamIndex = streamIndex;
}
