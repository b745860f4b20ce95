/** The card that is shown while there is no source: the person's words on a dark ground. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709 } from 'node-av/constants';
import { Frame } from 'node-av/lib';
import { createChain } from '../filter-chain.ts';
import { scratch } from '../scratch.ts';
import { pictureShape } from '../video-filters.ts';
import { letter } from './lettering.ts';

/** Y, Cb and Cr of the ground, and Y of the text: a dark blue grey, and nearly white. */
const ground = [30, 132, 126] as const;
const ink = 225;
const lettersInLine = 26;

/** Breaks text at spaces. */
export function wrap(text: string, most = lettersInLine): string[] {
  return text.split(/\n/).flatMap((line) => {
    const rows = [''];
    for (const word of line.split(/\s+/).filter(Boolean)) {
      const last = rows.at(-1) ?? '';
      if (last !== '' && last.length + word.length >= most) rows.push(word);
      else rows[rows.length - 1] = last === '' ? word : `${last} ${word}`;
    }
    return rows;
  });
}

/** A picture of even sides. It is the caller's to free. */
export function createCard(text: string, width: number, height: number): Frame {
  const lines = wrap(text);
  const blank = () => paint(width, height);
  const written = write(lines, blank(), height);
  if (written) return written;
  const pixels = blank();
  letter(lines, pixels.subarray(0, width * height), width, height, ink);
  return asFrame(pixels, width, height);

  /** With the system's fonts; null where there are none. */
  function write(rows: string[], ground: Buffer, high: number): Frame | null {
    const file = join(scratch(), `muxwell-card-${process.pid}-${Date.now()}.txt`);
    const base = asFrame(ground, width, height);
    const quoted = file.replaceAll('\\', '/').replaceAll(':', '\\\\:').replaceAll("'", "\\\\\\'");
    const size = Math.round(high / 11);
    const filter = `drawtext=textfile=${quoted}:font=Sans:expansion=none:fontsize=${size}:fontcolor=0xEDEFF2:text_align=C:line_spacing=${Math.round(size / 3)}:x=(w-text_w)/2:y=(h-text_h)/2`;
    const chain = createChain(
      'the card',
      (frame) => pictureShape(frame, { num: 1, den: 25 }, null),
      () => filter,
    );
    let drawn: Frame | null = null;
    try {
      writeFileSync(file, rows.join('\n'));
      chain.process(base, (out) => {
        drawn ??= out.clone();
      });
    } catch {
      return null;
    } finally {
      chain.close();
      base.free();
      rmSync(file, { force: true });
    }
    return drawn;
  }
}

function paint(width: number, height: number): Buffer {
  const [y, cb, cr] = ground;
  const luma = width * height;
  const pixels = Buffer.alloc(luma * 1.5, y);
  pixels.fill(cb, luma, luma * 1.25);
  return pixels.fill(cr, luma * 1.25);
}

function asFrame(pixels: Buffer, width: number, height: number): Frame {
  const frame = Frame.fromVideoBuffer(pixels, { width, height, format: AV_PIX_FMT_YUV420P, timeBase: { num: 1, den: 25 }, pts: 0n });
  frame.colorSpace = AVCOL_SPC_BT709;
  frame.colorRange = AVCOL_RANGE_MPEG;
  return frame;
}
