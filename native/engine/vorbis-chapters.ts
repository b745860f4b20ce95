/** Chapters of FLAC and Ogg files, which are tags: CHAPTER001=00:00:00.000 and CHAPTER001NAME=… (xiph.org). */
import type { Chapter } from '../contract/media.ts';
import { type FoundChapters, mostTitleBytes, type Source } from './chapters.ts';

/** Tags that say the same. */
export function chapterTags(chapters: Chapter[]): Record<string, string> {
  return Object.fromEntries(
    chapters.flatMap(({ start, title }, index) => {
      const key = `CHAPTER${String(index + 1).padStart(3, '0')}`;
      return [
        [key, timeOf(start)],
        [`${key}NAME`, title],
      ];
    }),
  );
}

function timeOf(seconds: number): string {
  const whole = Math.round(seconds * 1000);
  const digits = (value: number, length: number) => String(value).padStart(length, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3_600_000), Math.floor(whole / 60_000) % 60, whole % 60_000];
  return `${digits(hours, 2)}:${digits(minutes, 2)}:${digits(Math.floor(rest / 1000), 2)}.${digits(rest % 1000, 3)}`;
}

export const readFlacChapters = (source: Source): FoundChapters => chaptersIn(flacComments(source));
export const readOggChapters = (source: Source): FoundChapters => chaptersIn(oggComments(source));

function chaptersIn(comments: Buffer | null): FoundChapters {
  const tags = comments ? readComments(comments) : new Map<string, string>();
  const chapters = [...tags].flatMap(([key, value]) => {
    const time = /^CHAPTER\d{3,5}$/.test(key) ? /^(\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(value) : null;
    if (!time) return [];
    const start = Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3]);
    return [{ start, end: null, title: tags.get(`${key}NAME`) ?? '' }];
  });
  return { chapters, duration: 0 };
}

/** Who wrote it, and then every tag with its length before it. */
function readComments(bytes: Buffer): Map<string, string> {
  const tags = new Map<string, string>();
  let at = 4 + bytes.readUInt32LE(0);
  const count = bytes.readUInt32LE(at);
  at += 4;
  for (let index = 0; index < count && at + 4 <= bytes.length; index++) {
    const end = at + 4 + bytes.readUInt32LE(at);
    const text = bytes.toString('utf8', at + 4, Math.min(end, bytes.length));
    const equals = text.indexOf('=');
    if (equals > 0) tags.set(text.slice(0, equals).toUpperCase(), text.slice(equals + 1));
    at = end;
  }
  return tags;
}

const commentBlock = 4;

/** Blocks follow one another until one says that it is the last. */
function flacComments(source: Source): Buffer | null {
  let at = 4;
  for (;;) {
    const head = source.read(at, 4);
    if (head.length < 4) return null;
    const kind = head.readUInt8(0);
    const length = head.readUIntBE(1, 3);
    if ((kind & 0x7f) === commentBlock) return source.read(at + 4, Math.min(length, mostTitleBytes));
    if (kind & 0x80) return null;
    at += 4 + length;
  }
}

/** How the second packet of a track begins, where its tags are. Speex has nothing before them. */
const oggHeads = [Buffer.from('OpusTags'), Buffer.from('\x03vorbis', 'latin1')];

function oggComments(source: Source): Buffer | null {
  const packet = secondPacket(source);
  if (!packet) return null;
  const head = oggHeads.find((one) => packet.subarray(0, one.length).equals(one));
  // FLAC's block has its own four bytes before it.
  const before = head?.length ?? ((packet[0] ?? 0) % 0x80 === commentBlock && source.read(0, 64).includes('FLAC') ? 4 : 0);
  return packet.subarray(before);
}

/** The second packet of the file's first track, put together from its pages. */
function secondPacket(source: Source): Buffer | null {
  const serial = source.read(14, 4);
  const parts: Buffer[] = [];
  let packets = 0;
  let size = 0;
  for (let at = 0; size < mostTitleBytes; ) {
    const head = source.read(at, 27);
    if (head.length < 27 || head.toString('latin1', 0, 4) !== 'OggS') return null;
    const lengths = source.read(at + 27, head.readUInt8(26));
    let body = at + 27 + lengths.length;
    for (const length of lengths) {
      if (head.subarray(14, 18).equals(serial)) {
        if (packets === 1) parts.push(source.read(body, length));
        size += length;
        // A piece that is not full ends its packet.
        if (length < 255 && ++packets === 2) return Buffer.concat(parts);
      }
      body += length;
    }
    at = body;
  }
  return null;
}
