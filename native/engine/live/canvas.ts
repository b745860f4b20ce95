/** The picture of a broadcast: whatever a source gives is brought to its size, shape and colours, letterboxed and never stretched. */
import { AV_FRAME_FLAG_INTERLACED, type AVPixelFormat } from 'node-av/constants';
import { avGetPixFmtName, type Frame } from 'node-av/lib';
import { usualPeak } from '../../contract/hdr.ts';
import type { LiveVideo } from '../../contract/live-plan.ts';
import { createChain } from '../filter-chain.ts';
import { hdrTransfers } from '../preview.ts';
import { toneMap } from '../tone-map.ts';
import { pictureShape } from '../video-filters.ts';

export interface Canvas {
  /** Draws a picture. It is only valid during the call; what is drawn stays until the next. */
  draw(frame: Frame): void;
  /** What was drawn last; null before the first. Its times may be changed, nothing else. */
  picture(): Frame | null;
  close(): void;
}

type Size = Pick<LiveVideo, 'width' | 'height' | 'fps'>;

export function createCanvas(size: Size, pixelFormat: string, subject: string): Canvas {
  let drawn: Frame | null = null;
  let count = 0n;
  const timeBase = { num: size.fps.den, den: size.fps.num };
  const interlaced = (frame: Frame) => frame.hasFlags(AV_FRAME_FLAG_INTERLACED);
  const chain = createChain(
    subject,
    (frame) => {
      const { sampleAspectRatio: sar, colorTrc } = frame;
      const shape = pictureShape(frame, timeBase, size.fps);
      return { ...shape, key: `${shape.key} ${sar.num}/${sar.den} ${colorTrc} ${interlaced(frame)}` };
    },
    (frame) => filters(frame, size, pixelFormat, interlaced(frame)),
  );
  return {
    draw(frame) {
      frame.pts = count++;
      chain.process(frame, (out) => {
        const kept = out.clone();
        if (!kept) return;
        drawn?.free();
        drawn = kept;
      });
    },
    picture: () => drawn,
    close() {
      chain.close();
      drawn?.free();
      drawn = null;
    },
  };
}

const even = (value: number) => Math.max(2, Math.round(value / 2) * 2);

/** The filters for one shape of picture; null when it is what is wanted already. */
function filters(frame: Frame, { width, height }: Size, pixelFormat: string, interlaced: boolean): string | null {
  const { num, den } = frame.sampleAspectRatio;
  const wide = num > 0 ? (frame.width * num) / den : frame.width;
  const fit = Math.min(width / wide, height / frame.height);
  const shown = { width: Math.min(width, even(wide * fit)), height: Math.min(height, even(frame.height * fit)) };
  const scaled = shown.width !== frame.width || shown.height !== frame.height;
  const format = avGetPixFmtName(frame.format as AVPixelFormat) ?? '';
  const fullRange = frame.colorRange === 2 || /^(yuvj|gbr|rgb|bgr|argb|abgr|0rgb|0bgr|pal8)/.test(format);
  const hdr = hdrTransfers.includes(frame.colorTrc);
  // Pictures that do not say are taken for what most are: BT.709 when large, BT.601 when small.
  const otherMatrix = frame.colorSpace === 2 ? frame.height < 720 : frame.colorSpace !== 1;
  const converted = scaled || fullRange || otherMatrix || hdr || format !== pixelFormat;
  const padded = shown.width !== width || shown.height !== height;
  const all = [
    ...(interlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    ...(hdr ? [toneMap(usualPeak)] : []),
    ...(converted
      ? [`scale=${shown.width}:${shown.height}:flags=bicubic:out_color_matrix=bt709:out_range=tv`, `format=${pixelFormat}`]
      : []),
    ...(padded ? [`pad=${width}:${height}:${even((width - shown.width) / 2 - 1)}:${even((height - shown.height) / 2 - 1)}:black`] : []),
    ...(num !== den ? ['setsar=1'] : []),
  ];
  return all.length > 0 ? all.join(',') : null;
}
