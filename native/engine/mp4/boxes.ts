/** The boxes that MP4 and QuickTime files are made of: walking them without reading what is inside, and making new ones. */
import type { Source } from '../chapters.ts';

/** Where a box lies in its source. */
export interface Box {
  type: string;
  at: number;
  /** After the header. */
  body: number;
  end: number;
}

/** The boxes between two places. Ends at the first that does not fit. */
export function* boxes(source: Source, from: number, to: number): Generator<Box> {
  let at = from;
  while (at + 8 <= to) {
    const head = source.read(at, 16);
    if (head.length < 8) return;
    const type = head.toString('latin1', 4, 8);
    const short = head.readUInt32BE(0);
    const body = at + (short === 1 ? 16 : 8);
    // A size of 1 stands for a long one behind the type, 0 for all that is left.
    const end = short === 0 ? to : at + (short === 1 ? (head.length === 16 ? readLong(head, 8) : 0) : short);
    if (end > to || end < body) return;
    yield { type, at, body, end };
    at = end;
  }
}

/** The first box along a path of types, or null. */
export function findBox(source: Source, within: { body: number; end: number }, ...path: string[]): Box | null {
  const [type, ...further] = path;
  for (const box of boxes(source, within.body, within.end)) {
    if (box.type === type) return further.length > 0 ? findBox(source, box, ...further) : box;
  }
  return null;
}

/** Inside of a box, at most `most` bytes. */
export const readBody = (source: Source, box: Box, most: number): Buffer => source.read(box.body, Math.min(most, box.end - box.body));

/** A 64-bit number. Beyond 2^53 it is not exact, and beyond any file. */
export const readLong = (bytes: Buffer, at: number): number => bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);

export function writeLong(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  bytes.writeUInt32BE(value % 2 ** 32, at + 4);
}

/** 32-bit numbers in a row. */
export function u32(...values: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

/** 64-bit numbers in a row. */
export function u64(...values: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 8);
  for (const [index, value] of values.entries()) writeLong(bytes, value, index * 8);
  return bytes;
}

/** A box as pieces, so that large ones are not copied at every level. */
export function boxOf(type: string, ...parts: Buffer[]): Buffer[] {
  const size = parts.reduce((sum, part) => sum + part.length, 8);
  return [u32(size), Buffer.from(type, 'latin1'), ...parts];
}
