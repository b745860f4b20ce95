/** Puts chapters into a finished Matroska or WebM file, in place: only they and the index are written, the media stays. */
import { crc32 } from 'node:zlib';
import { StudioError } from '../../contract/errors.ts';
import type { Chapter } from '../../contract/media.ts';
import { forWriting, type OpenFile, openFile } from '../chapters.ts';
import { bodyOf, type Element, elementAt, elementIn, elementOf, elements, ids, numberIn, numberOf, sizeOf, voidOf } from './elements.ts';
import { type MatroskaMap, mapMatroska } from './map.ts';

/**
 * Writes the chapters of a file that FFmpeg has finished, in place of those it had; an empty list takes them away. `name`
 * stands in the sentences. Throws muxer-failed when the file has no index with room for them, disk-full, write-failed.
 */
export function writeMatroskaChapters(path: string, chapters: Chapter[], name?: string): void {
  const wanted = forWriting(chapters);
  const file = openFile(path, 'r+', name);
  try {
    const map = mapMatroska(file);
    if (!map) throw refuse(file, 'it is not a Matroska file');
    if (wanted.length === 0 && !map.chapters) return;
    const { seekHead, segment } = map;
    if (!seekHead) throw refuse(file, 'it has no index');
    if (!segment.open && segment.end > file.size) throw refuse(file, 'it has no proper end');
    if (segment.end < file.size) throw refuse(file, 'something follows the film');
    const indexed = { ...map, seekHead };
    // Made once with the longest place, so that nothing is written when it does not fit.
    indexBytes(file, indexed, file.size);
    const at = wanted.length > 0 ? placeChapters(file, map, chaptersElement(wanted, map.webm)) : null;
    if (map.chapters && map.chapters.at !== at) file.write(map.chapters.at, voidOf(map.chapters.end - map.chapters.at));
    file.write(seekHead.at, indexBytes(file, indexed, at));
  } finally {
    file.close();
  }
}

const refuse = (file: OpenFile, why: string) =>
  new StudioError('muxer-failed', `Chapters could not be written into the result of ${file.name}: ${why}.`);

/** What stands inside of the Chapters element. WebM knows no flags of editions. */
function chaptersElement(chapters: Chapter[], webm: boolean): Buffer {
  const atoms = chapters.map((chapter, index) => {
    const language = /^[a-z]{3}$/.test(chapter.language ?? '') ? chapter.language : 'und';
    const display = [elementOf(ids.title, Buffer.from(chapter.title)), elementOf(ids.language, Buffer.from(language ?? 'und'))];
    const named = chapter.title === '' ? [] : [elementOf(ids.display, display)];
    return elementOf(ids.atom, [
      elementOf(ids.chapterUid, numberOf(index + 1)),
      elementOf(ids.timeStart, numberOf(nanoseconds(chapter.start))),
      elementOf(ids.timeEnd, numberOf(nanoseconds(chapter.end))),
      ...named,
    ]);
  });
  const flags = webm ? [] : [elementOf(ids.editionDefault, numberOf(1))];
  return elementOf(ids.edition, [...flags, ...atoms]);
}

const nanoseconds = (seconds: number) => Math.round(seconds * 1e9);

/** Writes the chapters into the first unused place that is large enough, else at the end, and returns where. */
function placeChapters(file: OpenFile, { segment, seekHead, chapters, voids }: MatroskaMap, content: Buffer): number {
  // The place behind the index is the index's own.
  const free = [...(chapters ? [withVoid(file, chapters)] : []), ...voids].filter((place) => place.at !== seekHead?.end);
  for (const place of free) {
    const bytes = elementIn(place.end - place.at, ids.chapters, content);
    if (!bytes) continue;
    file.write(place.at, bytes);
    return place.at;
  }
  const bytes = elementOf(ids.chapters, content);
  if (!segment.open) {
    const width = segment.body - segment.at - numberOf(ids.segment).length;
    const size = sizeOf(file.size + bytes.length - segment.body, width);
    if (size.length > width) throw refuse(file, 'its header has no room for its size');
    file.write(segment.body - width, size);
  }
  file.write(file.size, bytes);
  return file.size;
}

/** The place of an element together with unused bytes right behind it. */
function withVoid(file: OpenFile, element: Element): { at: number; end: number } {
  const next = elementAt(file, element.end, file.size);
  return { at: element.at, end: next?.id === ids.void ? next.end : element.end };
}

/** The index with the chapters' place entered, or without it (null). FFmpeg leaves unused bytes behind the index for this. */
function indexBytes(file: OpenFile, map: MatroskaMap & { seekHead: Element }, at: number | null): Buffer {
  const { segment, seekHead, voids } = map;
  const room = (voids.find((place) => place.at === seekHead.end) ?? seekHead).end - seekHead.at;
  const parts = [...elements(file, seekHead.body, seekHead.end)];
  const kept = parts.filter((part) => part.id === ids.seek && !isChapters(file, part));
  const entries = kept.map((part) => file.read(part.at, part.end - part.at));
  if (at !== null) entries.push(seekEntry(ids.chapters, at - segment.body));
  const body = Buffer.concat(entries);
  const checked = parts.some((part) => part.id === ids.crc);
  const bytes = elementIn(room, ids.seekHead, checked ? Buffer.concat([checksum(body), body]) : body);
  if (!bytes) throw refuse(file, 'its index is full');
  return bytes;
}

function isChapters(file: OpenFile, seek: Element): boolean {
  const id = [...elements(file, seek.body, seek.end)].find((part) => part.id === ids.seekId);
  return id !== undefined && numberIn(bodyOf(file, id, 8)) === ids.chapters;
}

const seekEntry = (id: number, position: number): Buffer =>
  elementOf(ids.seek, [elementOf(ids.seekId, numberOf(id)), elementOf(ids.seekPosition, numberOf(position))]);

/** The checksum of what follows it in the same element, lowest byte first. */
function checksum(content: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(crc32(content));
  return elementOf(ids.crc, bytes);
}
