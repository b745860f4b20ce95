/** A small picture of what is being encoded, renewed every few seconds, for whoever watches. */
import { renameSync, writeFileSync } from 'node:fs';
import type { Frame } from 'node-av/lib';
import { usualPeak } from '../contract/hdr.ts';
import type { VideoEncode } from '../contract/plan.ts';
import { inMemory } from './devices.ts';
import { pictureOf, toJpeg } from './picture.ts';
import { createVideoChain } from './video-filters.ts';

const width = 480;
/** Transfer characteristics (ITU-T H.273) of PQ and HLG, which a page would show too dark. */
export const hdrTransfers = [16, 18];

export interface Preview {
  /** For one stream's frames as they go to the encoder; they come back as they were. */
  watch(plan: VideoEncode, subject: string): (frame: Frame) => void;
  /** How many have been put so far. */
  count(): number;
}

/** One takes about 6 ms at 1080p: every two seconds that is a third of a percent of one core. */
export function createPreview(path: string, everyMs = 2000): Preview {
  let next = -Infinity;
  let count = 0;
  let broken = false;

  function put(frame: Frame, picture: VideoEncode, subject: string): void {
    const memory = inMemory(frame);
    const chain = createVideoChain(picture, { num: 1, den: 1000 }, subject);
    let jpeg: Buffer | null = null;
    try {
      chain.process(memory.frame, (small) => {
        jpeg ??= toJpeg(small, picture);
      });
      if (!jpeg) return;
      writeFileSync(`${path}.new`, jpeg);
      renameSync(`${path}.new`, path); // a reader never sees half of one
      count++;
    } catch {
      broken = true; // a picture to look at is no reason to lose an export
    } finally {
      chain.close();
      memory.done();
    }
  }

  return {
    watch(plan, subject) {
      const toneMap = hdrTransfers.includes(plan.color.transfer) ? { peak: usualPeak } : null;
      const picture = pictureOf({ ...plan, rotation: 0, flip: false, toneMap }, width);
      return (frame) => {
        const now = performance.now();
        if (broken || now < next) return;
        next = now + everyMs;
        put(frame, picture, subject);
      };
    },
    count: () => count,
  };
}
