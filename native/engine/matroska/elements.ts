/** The elements that Matroska and WebM files are made of: walking them without reading what is inside, and making new ones. */
import type { Source } from '../chapters.ts';

/** Elements by their marks, as RFC 8794 and RFC 9559 list them. */
export const ids = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  crc: 0xbf,
  void: 0xec,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  cluster: 0x1f43b675,
  chapters: 0x1043a770,
  edition: 0x45b9,
  editionHidden: 0x45bd,
  editionDefault: 0x45db,
  atom: 0xb6,
  chapterUid: 0x73c4,
  timeStart: 0x91,
  timeEnd: 0x92,
  chapterHidden: 0x98,
  chapterEnabled: 0x4598,
  segmentUuid: 0x6e67,
  display: 0x80,
  title: 0x85,
  language: 0x437c,
} as const;

/** Where an element lies in its source. */
export interface Element {
  id: number;
  at: number;
  /** After mark and size. */
  body: number;
  end: number;
  /** It does not say how long it is: it goes on to the end. */
  open: boolean;
}

/** The element at a place, or null where there is none that ends before `to`. */
export function elementAt(source: Source, at: number, to: number): Element | null {
  const head = source.read(at, 12);
  const idLength = Math.clz32(head[0] ?? 0) - 23;
  const sizeLength = Math.clz32(head[idLength] ?? 0) - 23;
  if (idLength > 4 || sizeLength > 8 || head.length < idLength + sizeLength) return null;
  const bytes = head.subarray(idLength, idLength + sizeLength);
  const mask = 0xff >> sizeLength;
  const size = bytes.subarray(1).reduce((sum, byte) => sum * 256 + byte, (bytes[0] ?? 0) & mask);
  const open = ((bytes[0] ?? 0) & mask) === mask && bytes.subarray(1).every((byte) => byte === 0xff);
  const body = at + idLength + sizeLength;
  const end = open ? to : body + size;
  return end > to || body > to ? null : { id: head.readUIntBE(0, idLength), at, body, end, open };
}

/** The elements between two places. Ends at the first that does not fit. */
export function* elements(source: Source, from: number, to: number): Generator<Element> {
  let at = from;
  while (at < to) {
    const element = elementAt(source, at, to);
    if (!element) return;
    yield element;
    at = element.end;
  }
}

/** Inside of an element, at most `most` bytes. */
export const bodyOf = (source: Source, element: Element, most: number): Buffer =>
  source.read(element.body, Math.min(most, element.end - element.body));

/** A number of up to eight bytes; none stand for 0. Beyond 2^53 it is not exact. */
export const numberIn = (bytes: Buffer): number => bytes.subarray(0, 8).reduce((sum, byte) => sum * 256 + byte, 0);

/** A whole number in as few bytes as it takes. */
export function numberOf(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}

/** A size in as few bytes as it takes, and not fewer than `width`. */
export function sizeOf(size: number, width = 1): Buffer {
  let length = width;
  // All ones would mean that the size is not known.
  while (size >= 2 ** (7 * length) - 1) length++;
  const bytes = Buffer.alloc(length);
  numberOf(size).copy(bytes, length - numberOf(size).length);
  bytes[0] = (bytes[0] ?? 0) | (0x100 >> length);
  return bytes;
}

/** A new element. */
export function elementOf(id: number, content: Buffer | Buffer[], sizeWidth = 1): Buffer {
  const body = Buffer.concat([content].flat());
  return Buffer.concat([numberOf(id), sizeOf(body.length, sizeWidth), body]);
}

/** Bytes that say nothing, two of them at least. */
export function voidOf(length: number): Buffer {
  const width = length - 2 < 127 ? 1 : 8;
  return elementOf(ids.void, Buffer.alloc(length - 1 - width), width);
}

/** An element that takes up exactly `room` bytes, with unused ones behind it; null when it does not fit. */
export function elementIn(room: number, id: number, content: Buffer): Buffer | null {
  const plain = elementOf(id, content);
  const left = room - plain.length;
  if (left < 0) return null;
  if (left === 0) return plain;
  // One byte is too few for a void: the size of the element takes it up.
  if (left === 1) return elementOf(id, content, sizeOf(content.length).length + 1);
  return Buffer.concat([plain, voidOf(left)]);
}
