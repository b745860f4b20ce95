/** Puts what comes from files beside the main ones, and texts that wait to be written, between the packets of the main ones. */
import { Packet } from 'node-av/lib';
import type { BesideFile } from './beside.ts';
import type { Track } from './tracks.ts';

export interface Merger {
  /** Everything of the main files before this time of the result is read, seconds. */
  reach(time: number): void;
  close(): void;
}

/** Main packets are looked at in steps of so many seconds: containers mix their tracks no finer. */
const step = 0.04;

/** null where there is nothing to put between. */
export function createMerger(tracks: Track[], beside: BesideFile[]): Merger | null {
  const waiting = tracks.filter((track) => track.advance);
  const files = beside.filter((file) => file.due() < Infinity);
  if (waiting.length + files.length === 0) return null;
  const packet = new Packet();
  packet.alloc();
  let reached = -Infinity;
  return {
    reach(time) {
      if (time < reached + step) return;
      reached = time;
      for (const file of files) {
        while (file.due() <= time && file.due() < Infinity) {
          tracks[file.next(packet)]?.take(packet);
          packet.unref();
        }
      }
      if (time < Infinity) for (const track of waiting) track.advance?.(time);
    },
    close: () => packet.free(),
  };
}
