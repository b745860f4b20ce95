/**
 * Pictures as FFmpeg's measures can compare them: planar, of one format, their lines without gaps between them. XPSNR reads samples
 * of more than eight bits as if there were never gaps (FFmpeg 8.0): 854 pixels in ten bits came to 4 dB instead of 35.
 */
import type { AVPixelFormat } from 'node-av/constants';
import { avGetPixFmtName, Frame } from 'node-av/lib';
import { check } from '../av-error.ts';
import { createChain } from '../filter-chain.ts';
import { pictureShape, planar } from '../video-filters.ts';

export interface Comparable {
  /** The result is the caller's to free. */
  of(frame: Frame): Frame;
  close(): void;
}

const formatName = (format: number) => avGetPixFmtName(format as AVPixelFormat) ?? '';

/** All that come out have the planar format of what the first of them should be like. */
export function createComparable(like: number): Comparable {
  const wanted = planar[formatName(like)] ?? formatName(like);
  const chain = createChain(
    'the score',
    (frame) => pictureShape(frame, { num: 1, den: 1000 }, null),
    (frame) => (formatName(frame.format) === wanted ? null : `format=${wanted}`),
  );
  return {
    of(frame) {
      let made: Frame | null = null;
      chain.process(frame, (one) => {
        made = withoutGaps(one);
      });
      if (!made) throw new Error('format gives a picture for every picture');
      return made;
    },
    close: () => chain.close(),
  };
}

function withoutGaps(frame: Frame): Frame {
  const copy = new Frame();
  copy.alloc();
  const { format, width, height } = frame;
  Object.assign(copy, { format, width, height });
  check(copy.getBuffer(1), 'filter', 'the score');
  check(copy.copy(frame), 'filter', 'the score');
  check(copy.copyProps(frame), 'filter', 'the score');
  return copy;
}
