/** The programme's pictures as the second encode takes them: scaled where its size differs, left out where its rate is lower. */
import type { Frame } from 'node-av/lib';
import type { LiveVideo } from '../../contract/live-plan.ts';
import { createChain } from '../filter-chain.ts';
import { pictureShape } from '../video-filters.ts';

export interface SecondPicture {
  /** Hands on the programme's frame `n` as one of the second encode, unless that has had one for this time. It is only valid during the call. */
  fit(frame: Frame, n: number, cut: boolean, take: (frame: Frame, n: number, cut: boolean) => void): void;
  /** The programme's frame, perhaps between two, that is due with the second encode's frame `n`. */
  due(n: number): number;
  close(): void;
}

export function createSecondPicture(from: LiveVideo, to: LiveVideo): SecondPicture {
  const sameSize = from.width === to.width && from.height === to.height;
  const timeBase = { num: from.fps.den, den: from.fps.num };
  const chain = createChain(
    'the second encode',
    (frame) => pictureShape(frame, timeBase, from.fps),
    () => (sameSize ? null : `scale=${to.width}:${to.height}:flags=bicubic`),
  );
  /** Frames of the second encode to those of the programme, as a fraction that is exact. */
  const slower = { num: to.fps.num * from.fps.den, den: to.fps.den * from.fps.num };
  let last = -1;
  let cutSkipped = false;
  return {
    fit(frame, n, cut, take) {
      const at = Math.floor((n * slower.num) / slower.den);
      const isCut = cut || cutSkipped;
      cutSkipped = at === last && isCut;
      if (at === last) return;
      last = at;
      if (!sameSize) frame.pts = BigInt(n);
      chain.process(frame, (out) => take(out, at, isCut));
    },
    due: (n) => (n * slower.den) / slower.num,
    close: chain.close,
  };
}
