/** Chapters as MP4 and QuickTime files hold them: a text track of titles for most players, and Nero's list for the others. */
import type { Chapter } from '../../contract/media.ts';
import { boxOf, u32, u64 } from './boxes.ts';

export interface ChapterTrack {
  /** The titles as samples, one after the other. */
  samples: Buffer;
  /** The `trak` box, when the samples lie at `at`. Its length is the same for any place below 4 GiB. */
  trak(id: number, at: number): Buffer[];
  /** The `chpl` box. */
  list: Buffer[];
}

/** Of the film: ticks per second, and how many. */
export interface Clock {
  scale: number;
  ticks: number;
}

const mostTicks = 0xffffffff;
/** Titles have a length of two bytes in the track, of one byte in the list; the list's count has one byte too. */
const most = { title: 0xffff, listedTitle: 255, listed: 255 };

/**
 * Makes the track and the list, or null when no chapter starts within the film. A chapter reaches to the next one, the last
 * to its end: the track has no gaps. Nero's list takes the first 255 chapters and 255 bytes of each title, the track takes
 * all. `quickTime` is for files of that brand, whose handlers are told in another way.
 */
export function makeChapterTrack(chapters: Chapter[], film: Clock, quickTime: boolean): ChapterTrack | null {
  // Times of a track are 32 bits wide: a film of days is counted in milliseconds.
  const scale = film.ticks > mostTicks ? 1000 : film.scale;
  const end = Math.min(mostTicks, Math.floor((film.ticks * scale) / film.scale));
  const ticks = (seconds: number) => Math.round(seconds * scale);
  const kept = chapters.filter((chapter) => ticks(chapter.start) < end);
  const [first] = kept;
  const last = kept.at(-1);
  if (!first || !last) return null;
  const lead = ticks(first.start);
  // Before the first chapter there is a sample that the edit list leaves out.
  const titles = [...(lead > 0 ? [''] : []), ...kept.map((chapter) => chapter.title)].map(sampleOf);
  const stop = Math.min(end, Math.max(ticks(last.end), ticks(last.start) + 1));
  const times = [...(lead > 0 ? [0] : []), ...kept.map((chapter) => ticks(chapter.start)), stop];
  const sameLanguage = kept.every((chapter) => chapter.language === first.language);
  const timing: Timing = {
    ...{ scale, lead, stop, titles },
    durations: titles.map((_, index) => (times[index + 1] ?? stop) - (times[index] ?? stop)),
    inFilm: (time) => Math.round((time * film.scale) / scale),
    language: packLanguage(sameLanguage ? first.language : 'und'),
  };
  return {
    samples: Buffer.concat(titles),
    trak: (id, at) => trakOf(id, at, timing, quickTime),
    list: listOf(kept.slice(0, most.listed)),
  };
}

/** Times in ticks of the track. */
interface Timing {
  scale: number;
  /** Where the first chapter starts. */
  lead: number;
  /** Where the last one ends. */
  stop: number;
  titles: Buffer[];
  durations: number[];
  /** A time in ticks of the film. */
  inFilm(time: number): number;
  language: number;
}

/** As much of a text as goes into some bytes of UTF-8, without half a letter at the end. */
function cut(text: string, length: number): Buffer {
  const bytes = Buffer.from(text);
  let end = Math.min(length, bytes.length);
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

/** Length, text, and FFmpeg's `encd` box, which says that the text is UTF-8. */
function sampleOf(title: string): Buffer {
  const text = cut(title, most.title);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([length, text, ...boxOf('encd', u32(0x100))]);
}

function listOf(chapters: Chapter[]): Buffer[] {
  const rows = chapters.flatMap((chapter) => {
    const title = cut(chapter.title, most.listedTitle);
    return [u64(Math.round(chapter.start * 1e7)), Buffer.of(title.length), title];
  });
  return boxOf('chpl', u32(0x01000000, 0), Buffer.of(chapters.length), ...rows);
}

/** Three letters of five bits; `und` when there are not three. */
function packLanguage(language = 'und'): number {
  const code = /^[a-z]{3}$/.test(language) ? language : 'und';
  return [...Buffer.from(code)].reduce((packed, letter) => (packed << 5) | (letter - 0x60), 0);
}

const unity = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
/** In the film, but not enabled: players that do not know chapters would show it as subtitles. */
const trackFlags = 2;

/** The description of text that FFmpeg writes: no place, no size, one font without a name. */
const textEntry = [u32(1), Buffer.alloc(18), Buffer.of(0, 1), Buffer.alloc(6), ...boxOf('ftab', Buffer.of(0, 1, 0, 1, 0))];

function trakOf(id: number, at: number, timing: Timing, quickTime: boolean): Buffer[] {
  const { scale, lead, stop, titles, durations, inFilm } = timing;
  const wide = inFilm(stop) > mostTicks || lead > mostTicks / 2;
  const time = wide ? u64 : u32;
  const version = wide ? 1 << 24 : 0;
  const nothing = wide ? u32(0xffffffff, 0xffffffff) : u32(0xffffffff);
  const edits = [
    ...(lead > 0 ? [time(inFilm(lead)), nothing, u32(0x10000)] : []),
    ...[time(inFilm(stop) - inFilm(lead), lead), u32(0x10000)],
  ];
  const stbl = boxOf(
    'stbl',
    ...boxOf('stsd', u32(0, 1), ...boxOf('text', u32(0, 1), ...textEntry)),
    ...boxOf('stts', u32(0, durations.length), ...durations.map((duration) => u32(1, duration))),
    ...boxOf('stsc', u32(0, 1, 1, titles.length, 1)),
    ...boxOf('stsz', u32(0, 0, titles.length, ...titles.map((title) => title.length))),
    ...(at > 0xffffffff ? boxOf('co64', u32(0, 1), u64(at)) : boxOf('stco', u32(0, 1, at))),
  );
  const minf = boxOf(
    'minf',
    ...boxOf('gmhd', ...boxOf('gmin', u32(0, 0x00408000, 0x80008000, 0)), ...boxOf('text', u32(...unity))),
    ...(quickTime ? handler('dhlr', 'url ', 'DataHandler') : []),
    ...boxOf('dinf', ...boxOf('dref', u32(0, 1), ...boxOf('url ', u32(1)))),
    ...stbl,
  );
  return boxOf(
    'trak',
    ...boxOf('tkhd', u32(version | trackFlags), time(0, 0), u32(id, 0), time(inFilm(stop)), u32(0, 0, 0, 0), u32(...unity), u32(0, 0)),
    ...boxOf('edts', ...boxOf('elst', u32(version, lead > 0 ? 2 : 1), ...edits)),
    ...boxOf(
      'mdia',
      ...boxOf('mdhd', u32(0, 0, 0, scale, stop), u32(timing.language << 16)),
      ...handler(quickTime ? 'mhlr' : '\0\0\0\0', 'text', 'SubtitleHandler'),
      ...minf,
    ),
  );
}

/** QuickTime tells the length of a name before it, MP4 ends it with a zero. */
function handler(component: string, type: string, name: string): Buffer[] {
  const text = component === '\0\0\0\0' ? `${name}\0` : `${String.fromCharCode(name.length)}${name}`;
  return boxOf('hdlr', u32(0), Buffer.from(`${component}${type}`, 'latin1'), u32(0, 0, 0), Buffer.from(text, 'latin1'));
}
