/** Finds what a Matroska or WebM file has besides its media, without reading the media. */
import type { Source } from '../chapters.ts';
import { bodyOf, type Element, elementAt, elements, ids, numberIn } from './elements.ts';

export interface MatroskaMap {
  webm: boolean;
  /** As long as it says it is, which may be more than there is. */
  segment: Element;
  /** Where it ends in the file. */
  end: number;
  /** The first index of the other elements, which is the one players read. */
  seekHead: Element | null;
  info: Element | null;
  chapters: Element | null;
  /** Unused places before the media. */
  voids: Element[];
}

const mostBytesOfSeekHead = 1e6;
/** Elements that may stand before the Segment. */
const mostBefore = 16;

/** null when the file is no Matroska at all. */
export function mapMatroska(source: Source): MatroskaMap | null {
  const header = elementAt(source, 0, source.size);
  if (header?.id !== ids.ebml) return null;
  const docType = [...elements(source, header.body, header.end)].find((element) => element.id === ids.docType);
  const segment = findSegment(source, header.end);
  if (!segment) return null;
  const webm = docType !== undefined && bodyOf(source, docType, 16).toString('latin1').startsWith('webm');
  const end = Math.min(segment.end, source.size);
  const map: MatroskaMap = { webm, segment, end, seekHead: null, info: null, chapters: null, voids: [] };
  for (const element of elements(source, segment.body, end)) {
    if (element.id === ids.cluster) {
      // Where an index tells what is behind the media, nothing else is there; without one every cluster is stepped over.
      if (map.seekHead || element.open) break;
    } else if (element.id === ids.seekHead) map.seekHead ??= element;
    else if (element.id === ids.info) map.info ??= element;
    else if (element.id === ids.chapters) map.chapters ??= element;
    else if (element.id === ids.void) map.voids.push(element);
    if (map.chapters && map.info && !map.seekHead) break;
  }
  map.chapters ??= chaptersByIndex(source, map);
  return map;
}

function findSegment(source: Source, from: number): Element | null {
  let at = from;
  for (let count = 0; count < mostBefore; count++) {
    const element = elementAt(source, at, Infinity);
    if (!element) return null;
    if (element.id === ids.segment) return element;
    at = element.end;
  }
  return null;
}

/** What an index says of other elements: their marks, and their places in the file. */
function seekEntries(source: Source, segment: Element, seekHead: Element): { id: number; at: number }[] {
  const entries = [...elements(source, seekHead.body, Math.min(seekHead.end, seekHead.body + mostBytesOfSeekHead))];
  return entries.flatMap((seek) => {
    if (seek.id !== ids.seek) return [];
    const parts = [...elements(source, seek.body, seek.end)];
    const value = (id: number) => parts.find((part) => part.id === id);
    const [id, position] = [value(ids.seekId), value(ids.seekPosition)];
    if (!id || !position) return [];
    return [{ id: numberIn(bodyOf(source, id, 8)), at: segment.body + numberIn(bodyOf(source, position, 8)) }];
  });
}

/** An index may name a second one, which lists the rest. */
function chaptersByIndex(source: Source, { segment, end, seekHead }: MatroskaMap): Element | null {
  if (!seekHead) return null;
  const first = seekEntries(source, segment, seekHead);
  const further = first.filter((entry) => entry.id === ids.seekHead).map((entry) => elementAt(source, entry.at, end));
  const second = further.find((element) => element?.id === ids.seekHead);
  for (const entry of [...first, ...(second ? seekEntries(source, segment, second) : [])]) {
    if (entry.id !== ids.chapters) continue;
    const element = elementAt(source, entry.at, end);
    if (element?.id === ids.chapters) return element;
  }
  return null;
}
