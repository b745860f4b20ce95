/** Puts pictures and sound in the order of their times: pictures go out at once, sound waits until they have come as far. */
import type { Packet } from 'node-av/lib';
import type { Kind } from './packager.ts';

export interface Interleaver {
  /** `seconds` is the packet's decoding time. The packet is the caller's again afterwards. */
  take(kind: Kind, packet: Packet, seconds: number): void;
  /** Hands on all that waits. */
  flush(): void;
}

/** Sound does not wait for pictures that never come, seconds: an encoder that has failed is replaced in less. */
const longestWait = 3;

export function createInterleaver(onPacket: (kind: Kind, packet: Packet, seconds: number) => void): Interleaver {
  const sound: { packet: Packet; seconds: number }[] = [];
  let pictures: number | null = null;
  /** Sound from before the first picture is left out: muxers want the smallest time first. */
  let begin = -Infinity;

  function letGo(until: number): void {
    while (sound[0] && sound[0].seconds <= until) {
      const { packet, seconds } = sound.shift() as (typeof sound)[number];
      if (pictures !== null && seconds >= begin) onPacket('audio', packet, seconds);
      packet.free();
    }
  }

  return {
    take(kind, packet, seconds) {
      if (kind === 'video') {
        if (pictures === null) begin = seconds;
        else letGo(seconds);
        pictures = seconds;
        return onPacket('video', packet, seconds);
      }
      const own = packet.clone();
      if (own) sound.push({ packet: own, seconds });
      letGo(Math.max(pictures ?? -Infinity, seconds - longestWait));
    },
    flush: () => letGo(Infinity),
  };
}
