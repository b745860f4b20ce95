/** The keyframe at or before a time, alone: the fastest picture there is. */
import { type Frame, Packet } from 'node-av/lib';
import type { Control } from '../control.ts';
import { createDecoder } from '../decoder.ts';
import { baseOf, goTo, openSight, packetTime, placesBefore, type Sight } from './source.ts';

export interface Keyframes {
  source: Sight;
  /** Hands on the keyframe at or before `ms` (before the first one that one), which is only valid during the call; false where there is none. */
  at(ms: number, control: Control, onFrame: (frame: Frame) => void): Promise<boolean>;
  close(): void;
}

export function openKeyframes(path: string): Keyframes {
  const source = openSight(path);
  const { input, video, start } = source;
  const base = baseOf(input, video.index);
  const decoder = createDecoder(input, video.index, 1);
  const packet = new Packet();
  packet.alloc();
  const key = new Packet();
  key.alloc();
  input.use([video.index]);

  /**
   * Reads on from `place` to the last keyframe until `ms` (or, from the beginning, the first at all) and puts it into `key`.
   * `isDirect`: where the very first packet is a keyframe, an index has led to it, and there is none behind it.
   */
  async function find(place: number, ms: number, isDirect: boolean, control: Control): Promise<boolean> {
    goTo(source, place, video.index);
    let found = false;
    for (let reads = 0; input.read(packet); packet.unref()) {
      if (control.due()) await control.turn();
      if (packet.streamIndex !== video.index) continue;
      const at = Math.floor((packetTime(packet, base) ?? start) * 1000 + 1e-6);
      const isPast = at > ms;
      if (packet.isKeyframe && (!isPast || (!found && place <= start))) {
        key.unref();
        key.ref(packet);
        found = true;
        if ((isDirect && reads === 0) || isPast) break;
      } else if (isPast && (found || place > start)) break;
      reads++;
    }
    packet.unref();
    return found;
  }

  return {
    source,
    async at(ms, control, onFrame) {
      for (const place of placesBefore(ms / 1000, start)) {
        if (!(await find(place, ms, place === ms / 1000, control))) continue;
        let decoded = false;
        const take = (frame: Frame) => {
          if (!decoded) onFrame(frame);
          decoded = true;
        };
        decoder.flush();
        decoder.decode(key, take);
        decoder.decode(null, take);
        return decoded;
      }
      return false;
    },
    close() {
      packet.free();
      key.free();
      decoder.close();
      input.close();
    },
  };
}
