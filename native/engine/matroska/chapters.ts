/** Reads chapters of Matroska and WebM files: those of the edition a player would choose, without the hidden ones. */
import { type FoundChapters, inMemory, limited, mostChapters, mostTitleBytes, type Source } from '../chapters.ts';
import { bodyOf, type Element, elements, ids, numberIn } from './elements.ts';
import { mapMatroska } from './map.ts';

type Chapters = FoundChapters['chapters'];

const none: FoundChapters = { chapters: [], duration: 0 };
/** Chapters inside of chapters inside of…; films have two levels. */
const deepest = 8;

export function readMatroskaChapters(source: Source): FoundChapters {
  const map = mapMatroska(source);
  const place = map?.chapters;
  // Larger than all titles may be: nothing that a person has written.
  if (!place || place.end - place.body > mostTitleBytes) return none;
  const bytes = limited(inMemory(bodyOf(source, place, mostTitleBytes)));
  const editions = [...elements(bytes, 0, bytes.size)].flatMap((element) => (element.id === ids.edition ? [partsOf(bytes, element)] : []));
  const visible = editions.filter((edition) => !flag(bytes, edition, ids.editionHidden, false));
  const edition = visible.find((one) => flag(bytes, one, ids.editionDefault, false)) ?? visible[0];
  const chapters: Chapters = [];
  if (edition) collect(bytes, edition, chapters, 0);
  if (chapters[0] && visible.length > 1) chapters[0].simplified = true;
  return { chapters, duration: map.info ? readDuration(source, partsOf(source, map.info)) : 0 };
}

const partsOf = (source: Source, element: Element): Element[] => [...elements(source, element.body, element.end)];
const find = (parts: Element[], id: number): Element | undefined => parts.find((part) => part.id === id);

function flag(source: Source, parts: Element[], id: number, otherwise: boolean): boolean {
  const part = find(parts, id);
  return part ? numberIn(bodyOf(source, part, 8)) !== 0 : otherwise;
}

/**
 * The chapters of an edition or, where a chapter is only a bracket without a name, of that bracket. Chapters inside of named
 * ones are left out: players jump from one named chapter to the next, and times would overlap.
 */
function collect(source: Source, within: Element[], into: Chapters, depth: number): void {
  for (const atom of within) {
    if (into.length >= mostChapters) return;
    if (atom.id !== ids.atom) continue;
    const parts = partsOf(source, atom);
    if (flag(source, parts, ids.chapterHidden, false) || !flag(source, parts, ids.chapterEnabled, true)) continue;
    // Of an ordered edition: it is played from another file.
    if (find(parts, ids.segmentUuid)) continue;
    const { title, language, others } = readTitle(source, parts);
    const inner = find(parts, ids.atom);
    if (title === '' && depth < deepest && inner) {
      collect(source, parts, into, depth + 1);
      continue;
    }
    const start = find(parts, ids.timeStart);
    const end = find(parts, ids.timeEnd);
    if (!start) continue;
    const seconds = (element: Element) => numberIn(bodyOf(source, element, 8)) / 1e9;
    const simplified = (inner !== undefined || others) && { simplified: true as const };
    into.push({ start: seconds(start), end: end ? seconds(end) : null, title, ...(language && { language }), ...simplified });
  }
}

/** English first, then what has no language, then whatever comes first: what FFmpeg and most players show. */
function readTitle(source: Source, atom: Element[]): { title: string; language: string | undefined; others: boolean } {
  const titles = atom.flatMap((display) => {
    const parts = display.id === ids.display ? partsOf(source, display) : [];
    const title = find(parts, ids.title);
    if (!title) return [];
    const language = find(parts, ids.language);
    const code = language ? textIn(bodyOf(source, language, 16)) : 'eng';
    return [{ title: textIn(bodyOf(source, title, mostTitleBytes)), language: code }];
  });
  const chosen = titles.find((row) => row.language === 'eng') ?? titles.find((row) => row.language === 'und') ?? titles[0];
  const language = chosen && /^[a-z]{3}$/.test(chosen.language) && chosen.language !== 'und' ? chosen.language : undefined;
  return { title: chosen?.title ?? '', language, others: titles.some((row) => row.title !== chosen?.title) };
}

/** Text may be filled up with zeros. */
const textIn = (bytes: Buffer): string => new TextDecoder().decode(bytes).replace(/\0.*$/s, '');

function readDuration(source: Source, info: Element[]): number {
  const scale = find(info, ids.timestampScale);
  const duration = find(info, ids.duration);
  if (!duration) return 0;
  const bytes = bodyOf(source, duration, 8);
  const ticks = bytes.length === 8 ? bytes.readDoubleBE(0) : bytes.length === 4 ? bytes.readFloatBE(0) : 0;
  const seconds = (ticks * (scale ? numberIn(bodyOf(source, scale, 8)) : 1e6)) / 1e9;
  return Number.isFinite(seconds) ? seconds : 0;
}
