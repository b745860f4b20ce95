/** Colour tables of DVB subtitles: one for each number of bits, with the standard's own colours until others are sent. */
import { fromYcc } from './bitmap.ts';

/** Bits per pixel. */
export type Depth = 2 | 4 | 8;

const depths: Depth[] = [2, 4, 8];
/** The flag by which an entry belongs to a table. */
const flags: Record<Depth, number> = { 2: 0x80, 4: 0x40, 8: 0x20 };

export class Clut {
  private readonly tables = new Map<Depth, Uint8Array>(depths.map((depth) => [depth, usual(depth)]));

  /** Four bytes for each colour. */
  colors(depth: Depth): Uint8Array {
    return this.tables.get(depth) ?? usual(depth);
  }

  /** Entries as they are sent: with whole bytes, or with 6, 4, 4 and 2 bits. */
  read(entries: Buffer): void {
    for (let at = 0; at + 4 <= entries.length; ) {
      const entry = entries.readUInt8(at);
      const kind = entries.readUInt8(at + 1);
      const isWhole = (kind & 1) !== 0;
      const packed = entries.readUInt16BE(at + 2);
      const [y, cr, cb, transparency] = isWhole
        ? [entries.readUInt8(at + 2), entries.readUInt8(at + 3), entries.readUInt8(at + 4), entries.readUInt8(at + 5)]
        : [(packed >> 8) & 0xfc, (packed >> 2) & 0xf0, (packed << 2) & 0xf0, (packed & 3) * 0x55];
      const color = [...fromYcc(y, cb, cr, false), y === 0 ? 0 : 255 - transparency];
      for (const depth of depths) if (kind & flags[depth] && entry < 1 << depth) this.colors(depth).set(color, entry * 4);
      at += isWhole ? 6 : 4;
    }
  }
}

/** The standard's colours (EN 300 743, 10): bits of an entry say how much of red, green and blue, and how transparent. */
function usual(depth: Depth): Uint8Array {
  const table = new Uint8Array(4 << depth);
  for (let entry = 1; entry < 1 << depth; entry++) table.set(colorOf[depth](entry), entry * 4);
  return table;
}

const bit = (entry: number, place: number) => (entry >> place) & 1;
/** Red, green and blue from three bits, the lowest for red. */
const rgb = (value: (part: number) => number): number[] => [0, 1, 2].map((part) => Math.round(value(part)));

const colorOf: Record<Depth, (entry: number) => number[]> = {
  2: (entry) =>
    [
      [255, 255, 255, 255],
      [0, 0, 0, 255],
      [127, 127, 127, 255],
    ][entry - 1] ?? [],
  4: (entry) => [...rgb((part) => bit(entry, part) * (entry < 8 ? 255 : 127)), 255],
  8(entry) {
    if (entry < 8) return [...rgb((part) => bit(entry, part) * 255), 63];
    const [low, high] = [(part: number) => bit(entry, part), (part: number) => bit(entry, part + 4)];
    switch (entry & 0x88) {
      case 0x00:
        return [...rgb((part) => low(part) * 85 + high(part) * 170), 255];
      case 0x08:
        return [...rgb((part) => low(part) * 85 + high(part) * 170), 127];
      case 0x80:
        return [...rgb((part) => 127 + low(part) * 43 + high(part) * 85), 255];
      default:
        return [...rgb((part) => low(part) * 43 + high(part) * 85), 255];
    }
  },
};
