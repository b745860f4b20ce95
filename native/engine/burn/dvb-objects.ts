/** The pixels of DVB's objects: runs of 2, 4 or 8 bits, the even lines first and then the odd ones. */
import type { Depth } from './dvb-clut.ts';

/** Where an object is drawn into. */
interface Canvas {
  width: number;
  height: number;
  depth: Depth;
  pixels: Uint8Array;
}

/** How a line is coded, by the byte before it; and tables that spread few colours over more. */
const kinds: Record<number, Depth> = { 16: 2, 17: 4, 18: 8 };
const maps: Record<number, { from: Depth; to: Depth; entries: number; bits: number }> = {
  32: { from: 2, to: 4, entries: 4, bits: 4 },
  33: { from: 2, to: 8, entries: 4, bits: 8 },
  34: { from: 4, to: 8, entries: 16, bits: 8 },
};
const endOfLine = 0xf0;

/** `body` is the whole segment. Text coded as characters is not drawn: nobody sends it. */
export function drawObject(body: Buffer, canvas: Canvas, x: number, y: number): void {
  const flags = body.readUInt8(2);
  if (((flags >> 2) & 3) !== 0) return;
  const keepsOne = (flags & 2) !== 0;
  const [even, odd] = [body.readUInt16BE(3), body.readUInt16BE(5)];
  const top = body.subarray(7, 7 + even);
  // Without odd lines of its own an object shows the even ones twice.
  const bottom = odd > 0 ? body.subarray(7 + even, 7 + even + odd) : top;
  drawField(top, canvas, x, y, keepsOne);
  drawField(bottom, canvas, x, y + 1, keepsOne);
}

function drawField(data: Buffer, canvas: Canvas, left: number, top: number, keepsOne: boolean): void {
  const bits = createBits(data);
  const spread = new Map<string, number[]>();
  let [column, line] = [left, top];
  const put = (depth: Depth) => (run: number, color: number) => {
    const table = spread.get(`${depth} ${canvas.depth}`);
    const at = line * canvas.width;
    const isSeen = line >= 0 && line < canvas.height && !(keepsOne && color === 1);
    if (isSeen)
      canvas.pixels.fill(table?.[color] ?? usualColor(color, depth, canvas.depth), at + column, at + Math.min(canvas.width, column + run));
    column = Math.min(canvas.width, column + run);
    return column === canvas.width;
  };
  while (bits.left() >= 8) {
    const kind = bits.take(8);
    const depth = kinds[kind];
    const map = maps[kind];
    if (depth) {
      runs[depth](bits, put(depth));
      bits.align();
    } else if (map) {
      spread.set(
        `${map.from} ${map.to}`,
        Array.from({ length: map.entries }, () => bits.take(map.bits)),
      );
    } else if (kind === endOfLine) {
      line += 2;
      column = left;
    }
  }
}

/** The standard's own spreading (EN 300 743, 10.4 to 10.6): the bits at the upper end. */
function usualColor(color: number, from: Depth, to: Depth): number {
  if (from >= to) return color;
  if (from === 2 && to === 4) return [0, 7, 8, 15][color] ?? 0;
  if (from === 2) return [0, 0x77, 0x88, 0xff][color] ?? 0;
  return color * 17;
}

interface Bits {
  take(count: number): number;
  /** Whether the next byte is 0; it stays to be taken. */
  isZero(): boolean;
  left(): number;
  align(): void;
}

/** Beyond the end there are zeros, which end every string. */
function createBits(data: Buffer): Bits {
  let at = 0;
  return {
    left: () => data.length * 8 - at,
    isZero: () => data[at >> 3] === 0,
    align() {
      at = Math.ceil(at / 8) * 8;
    },
    take(count) {
      let value = 0;
      for (let n = 0; n < count; n++, at++) value = (value << 1) | (((data[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
      return value;
    },
  };
}

/** Draws a run; whether the line is full then. */
type Put = (run: number, color: number) => boolean;

/** Strings of pixels by their bits, to their end (EN 300 743, 7.2.5.2). */
const runs: Record<Depth, (bits: Bits, put: Put) => void> = {
  2(bits, put) {
    for (;;) {
      const color = bits.take(2);
      if (color !== 0) {
        put(1, color);
        continue;
      }
      const isRun = bits.take(1) === 1;
      if (isRun) putRun(bits, put, 3, 3, 2);
      else {
        const isSingle = bits.take(1) === 1;
        const kind = isSingle ? 0 : bits.take(2);
        if (isSingle) put(1, 0);
        else if (kind === 0) return;
        else if (kind === 1) put(2, 0);
        else if (kind === 2) putRun(bits, put, 4, 12, 2);
        else putRun(bits, put, 8, 29, 2);
      }
    }
  },
  4(bits, put) {
    for (;;) {
      const color = bits.take(4);
      if (color !== 0) {
        put(1, color);
        continue;
      }
      const isColored = bits.take(1) === 1;
      if (!isColored) {
        const run = bits.take(3);
        if (run === 0) return;
        put(run + 2, 0);
        continue;
      }
      const isLong = bits.take(1) === 1;
      const kind = isLong ? bits.take(2) : -1;
      if (kind < 0) putRun(bits, put, 2, 4, 4);
      else if (kind < 2) put(kind + 1, 0);
      else if (kind === 2) putRun(bits, put, 4, 9, 4);
      else putRun(bits, put, 8, 25, 4);
    }
  },
  8(bits, put) {
    for (let isFull = false; ; ) {
      const color = bits.take(8);
      if (color !== 0) {
        isFull = put(1, color);
        continue;
      }
      // FFmpeg ends a full line with one zero where the standard has two.
      if (isFull && !bits.isZero()) return;
      const isColored = bits.take(1) === 1;
      if (isColored) isFull = putRun(bits, put, 7, 0, 8);
      else {
        const run = bits.take(7);
        if (run === 0) return;
        isFull = put(run, 0);
      }
    }
  },
};

/** A run's length in some bits, beyond the least there is, and then its colour. */
function putRun(bits: Bits, put: Put, lengthBits: number, least: number, colorBits: number): boolean {
  const run = bits.take(lengthBits) + least;
  return put(run, bits.take(colorBits));
}
