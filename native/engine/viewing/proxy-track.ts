/** What picture and sound of a proxy have in common. Times are seconds on the proxy's clock, which is 0 at the source's start. */
import type { Packet } from 'node-av/lib';
import { chunkSeconds } from '../../contract/viewing.ts';
import type { Output } from '../output.ts';

export interface ProxyTrack {
  /** Of the source. */
  stream: number;
  /** Packets that were read already and are for later chunks. */
  held: Packet[];
  /** When what was decoded last is over. */
  reach(): number;
  /** When the first of what was decoded and not yet used begins, or null. */
  first(): number | null;
  decode(packet: Packet | null): void;
  /** Adds its stream to a chunk's file. What it returns is called when the file's header is written. */
  open(chunk: number, output: Output): () => void;
  /** It has all that the chunk needs. */
  full(): boolean;
  /** Writes what is left of the chunk, which ends at `until`. */
  finish(until: number): void;
  /** Lets go of the chunk's file, whatever came of it. */
  shut(): void;
  /** Forgets everything: what comes next is from another place, maybe from the beginning, for that chunk. */
  rewind(chunk: number, isBeginning: boolean): void;
  close(): void;
}

export const chunkStart = (chunk: number) => chunk * chunkSeconds;

export function freeAll(packets: Packet[]): void {
  for (const packet of packets.splice(0)) packet.free();
}
