/** Exactly the picture that is shown at a time. Pictures around the last one are kept, so that steps by one, also back, cost nothing. */
import { type Frame, Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { Control } from '../control.ts';
import { createDecoder } from '../decoder.ts';
import { baseOf, frameTime, goTo, openSight, placesBefore, type Sight } from './source.ts';

export interface Pictures {
  source: Sight;
  /** The picture shown at `ms`; before the first one that one. Only valid until the next call. */
  at(ms: number, control: Control): Promise<Frame>;
  close(): void;
}

/** Memory for pictures that are kept, bytes: 30 of 1080p. */
const mostKept = 96e6;
/** A time that is further ahead is reached by a seek, ms. */
const farMs = 1500;

export function openPictures(path: string): Pictures {
  const source = openSight(path);
  const { input, video, start } = source;
  const base = baseOf(input, video.index);
  const decoder = createDecoder(input, video.index, 0);
  const packet = new Packet();
  packet.alloc();
  input.use([video.index]);
  const bytes = video.width * video.height * (video.bitDepth > 8 ? 3 : 1.5);
  const most = Math.max(3, Math.min(60, Math.floor(mostKept / bytes)));
  /** One after the other as they are shown, without a gap. */
  let kept: { ms: number; frame: Frame }[] = [];
  let isOver = false;
  const usual = video.frameRate ? video.frameRate.den / video.frameRate.num : 1 / 25;
  /** When the next picture comes where pictures carry no times: they are counted, which can only be done from the beginning. */
  let counted = start;

  function forget(): void {
    for (const { frame } of kept) frame.free();
    kept = [];
  }

  function take(frame: Frame): void {
    const at = frameTime(frame, base) ?? counted;
    counted = at + usual;
    const copy = frame.clone();
    if (!copy) return;
    // Times in addresses are whole milliseconds: a picture that comes within one is shown in it.
    kept.push({ ms: Math.floor(at * 1000 + 1e-6), frame: copy });
    if (kept.length > most) kept.shift()?.frame.free();
  }

  async function read(control: Control): Promise<void> {
    if (!input.read(packet)) {
      isOver = true;
      decoder.decode(null, take);
    } else {
      if (packet.streamIndex === video.index) decoder.decode(packet, take);
      packet.unref();
    }
    if (control.due()) await control.turn();
  }

  async function seek(ms: number, control: Control): Promise<void> {
    for (const place of placesBefore(ms / 1000, start)) {
      forget();
      decoder.flush();
      isOver = false;
      counted = place <= start ? start : Infinity;
      goTo(source, place, video.index);
      while (!isOver && kept.length === 0) await read(control);
      if (kept[0] && kept[0].ms <= ms) return;
    }
  }

  return {
    source,
    async at(ms, control) {
      const [first, last] = [kept[0], kept.at(-1)];
      if (!first || !last || ms < first.ms || (!isOver && ms > last.ms + farMs)) await seek(ms, control);
      while (!isOver && (kept.at(-1)?.ms ?? -Infinity) <= ms) await read(control);
      const shown = kept.findLast((one) => one.ms <= ms) ?? kept[0];
      if (!shown) throw new StudioError('source-damaged', `No picture of ${input.name} could be decoded.`);
      return shown.frame;
    },
    close() {
      forget();
      packet.free();
      decoder.close();
      input.close();
    },
  };
}
