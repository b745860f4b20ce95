/** A DVD's subtitles (VobSub): one picture of four colours in each packet, with commands for its place, its colours and its times. */
import { type BitmapDecoder, mostPixels, paint, type Show } from './bitmap.ts';

/** One step of a command's delay, milliseconds: 1024 ticks of 90 kHz. */
const delayStep = 1024 / 90;
/** Colours of a picture; those of a palette. */
const inks = 4;
const paletteSize = 16;

/** What the commands of a packet come to. */
interface Orders {
  start: number;
  stop: number | null;
  forced: boolean;
  /** Places in the palette and opacity from 0 to 15, of the background first. */
  colors: number[];
  alphas: number[];
  box: { x: number; y: number; width: number; height: number } | null;
  /** Where the even and the odd lines begin. */
  fields: [number, number] | null;
}

/** The header that goes with the pictures in Matroska and MP4: lines such as `size: 720x576` and `palette: 000000, ffffff, …`. */
export function readIdx(extradata: Buffer | null): { size: { width: number; height: number } | null; palette: number[] | null } {
  const text = extradata?.toString('latin1') ?? '';
  const size = /^size:\s*(\d+)x(\d+)/m.exec(text);
  const colors = /^palette:\s*(.+)/m.exec(text)?.[1]?.split(',') ?? [];
  const palette = colors.map((color) => Number.parseInt(color.trim(), 16));
  return {
    size: size && { width: Number(size[1]), height: Number(size[2]) },
    palette: palette.length >= paletteSize && palette.every(Number.isFinite) ? palette : null,
  };
}

/** `shape` is the canvas where the header does not tell. */
export function vobsubDecoder(extradata: Buffer | null, shape: { width: number; height: number }): BitmapDecoder {
  const { size, palette } = readIdx(extradata);
  const canvas = size ?? (shape.width > 0 ? shape : { width: 720, height: 576 });
  return {
    read({ data, pts, duration }) {
      try {
        const orders = readOrders(data);
        const { box, fields, start, stop, forced } = orders;
        if (!box || !fields || box.width <= 0 || box.height <= 0 || box.width * box.height > mostPixels) return [];
        const rgba = paint(readLines(data, box, fields), inkColors(orders, palette));
        const until = stop !== null && stop > start ? pts + stop : duration > 0 ? pts + duration : Infinity;
        const show: Show = { at: pts + start, until, canvas, bitmaps: [{ ...box, rgba, forced }] };
        return [show];
      } catch (error) {
        if (error instanceof RangeError) return []; // read beyond the end of a damaged packet
        throw error;
      }
    },
  };
}

function readOrders(data: Buffer): Orders {
  const orders: Orders = { start: 0, stop: null, forced: false, colors: [0, 0, 0, 0], alphas: [0, 0, 0, 0], box: null, fields: null };
  const nibbles = (at: number) => {
    const pair = data.readUInt16BE(at);
    return [pair & 15, (pair >> 4) & 15, (pair >> 8) & 15, pair >> 12];
  };
  let sequence = data.readUInt16BE(2);
  for (;;) {
    const delay = data.readUInt16BE(sequence) * delayStep;
    const next = data.readUInt16BE(sequence + 2);
    /** Each command's length behind its own byte, and what it does. */
    const commands: Record<number, { length: number; run(at: number): void }> = {
      0: {
        length: 0,
        run() {
          orders.forced = true;
          orders.start = delay;
        },
      },
      1: {
        length: 0,
        run() {
          orders.start = delay;
        },
      },
      2: {
        length: 0,
        run() {
          orders.stop = delay;
        },
      },
      3: {
        length: 2,
        run(at) {
          orders.colors = nibbles(at);
        },
      },
      4: {
        length: 2,
        run(at) {
          orders.alphas = nibbles(at);
        },
      },
      5: {
        length: 6,
        run(at) {
          const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = data.subarray(at, at + 6);
          const [x, right, y, bottom] = [(a << 4) | (b >> 4), ((b & 15) << 8) | c, (d << 4) | (e >> 4), ((e & 15) << 8) | f];
          orders.box = { x, y, width: right - x + 1, height: bottom - y + 1 };
        },
      },
      6: {
        length: 4,
        run(at) {
          orders.fields = [data.readUInt16BE(at), data.readUInt16BE(at + 2)];
        },
      },
    };
    for (let at = sequence + 4; at < data.length; ) {
      const command = commands[data.readUInt8(at)];
      if (!command) break; // 0xff ends; changes within a picture (7) come last and are not followed
      command.run(at + 1);
      at += 1 + command.length;
    }
    if (next <= sequence) return orders;
    sequence = next;
  }
}

/** Runs of 4 to 16 bits: the length, and in the last two bits the colour; no length goes on to the line's end. Lines begin at whole bytes. */
function readLines(data: Buffer, { width, height }: { width: number; height: number }, fields: [number, number]): Uint8Array {
  const out = new Uint8Array(width * height);
  for (const [parity, start] of fields.entries()) {
    let nibble = start * 2;
    const take = () => {
      const byte = data.readUInt8(nibble >> 1);
      return nibble++ & 1 ? byte & 15 : byte >> 4;
    };
    for (let line = parity; line < height; line += 2) {
      for (let column = 0; column < width; ) {
        let code = take();
        for (let least = 4; least <= 64 && code < least; least *= 4) code = (code << 4) | take();
        const run = code >> 2 || width - column;
        out.fill(code & 3, line * width + column, line * width + Math.min(width, column + run));
        column += run;
      }
      nibble += nibble & 1;
    }
  }
  return out;
}

/** Four bytes for each of the four colours. Without a palette those that are seen go from black to white. */
function inkColors({ colors, alphas }: Orders, palette: number[] | null): Uint8Array {
  const seen = [...new Set(colors.filter((_, ink) => (alphas[ink] ?? 0) > 0))];
  const gray = (color: number) => (seen.length < 2 ? 255 : Math.round((seen.indexOf(color) * 255) / (seen.length - 1))) * 0x010101;
  const out = new Uint8Array(inks * 4);
  for (let ink = 0; ink < inks; ink++) {
    const [color = 0, alpha = 0] = [colors[ink], alphas[ink]];
    const rgb = palette ? (palette[color] ?? 0) : alpha > 0 ? gray(color) : 0;
    out.set([rgb >> 16, (rgb >> 8) & 255, rgb & 255, alpha * 17], ink * 4);
  }
  return out;
}
