/** What FFmpeg's muxers leave out of MP4 and QuickTime files, to be put into their index when they are finished. */
import { boxOf, u32 } from './boxes.ts';

export interface Extras {
  /** All tags of the file; those that the muxer has a place for are its own. */
  tags: Record<string, string>;
  /** JPEG or PNG. */
  covers: Buffer[];
  /** By the file's tracks, in order. */
  tracks: TrackExtras[];
}

export interface TrackExtras {
  /** Subtitles that are not shown by default: FFmpeg switches the first ones on where none are. */
  off: boolean;
  /** Three letters; null for none. FFmpeg writes none but a few old ones into QuickTime. */
  language: string | null;
  /** Dolby Vision's configuration as FFmpeg keeps it (AVDOVIDecoderConfigurationRecord), which it does not write into QuickTime. */
  dolbyVision: Buffer | null;
  /** Two views in one picture, side by side or one over the other, which FFmpeg only says half of. */
  packing: 'side' | 'over' | null;
}

const texts = ['title', 'artist', 'album', 'comment', 'date', 'genre', 'copyright', 'location', 'creation_time', 'encoder'];
const iTunes = [
  ...['album_artist', 'composer', 'grouping', 'lyrics', 'description', 'synopsis', 'show', 'episode_id', 'network', 'keywords'],
  ...texts,
];
const camera = ['make', 'model'];
/** Tags that iTunes keeps as numbers: other values have no place there. */
const numbers: Record<string, RegExp> = {
  track: /^\d+(\/\d+)?$/,
  disc: /^\d+(\/\d+)?$/,
  ...Object.fromEntries(
    ['episode_sort', 'season_number', 'media_type', 'hd_video', 'gapless_playback', 'compilation'].map((key) => [key, /^\d+$/]),
  ),
};

/** Tags that the muxer has no place for. Those that others know by FFmpeg's names are called so, in small letters. */
export function freeTags(tags: Record<string, string>, quickTime: boolean): [key: string, value: string][] {
  const isWritten = (key: string, value: string) =>
    quickTime ? [...texts, ...camera].includes(key) : iTunes.includes(key) || (numbers[key]?.test(value) ?? false);
  const isNamed = (key: string) => [...iTunes, ...camera].includes(key) || Object.hasOwn(numbers, key);
  return Object.entries(tags).flatMap(([key, value]): [string, string][] => {
    const small = key.toLowerCase();
    return value === '' || isWritten(small, value) ? [] : [[isNamed(small) ? small : key, value]];
  });
}

/** Kinds of values in lists of tags. */
const kinds = { text: 1, jpeg: 13, png: 14 };
const dataOf = (kind: number, value: Buffer): Buffer[] => boxOf('data', u32(kind, 0), value);
const textOf = (value: string) => dataOf(kinds.text, Buffer.from(value));
const pictureOf = (picture: Buffer) => dataOf(picture[0] === 0x89 ? kinds.png : kinds.jpeg, picture);

/** Entries for the list of an MP4 file: tags in the way of iTunes for those it has no name for, and covers. */
export function iTunesEntries(tags: [string, string][], covers: Buffer[]): Buffer[] {
  const named = (type: string, text: string) => boxOf(type, u32(0), Buffer.from(text));
  const free = tags.flatMap(([key, value]) => boxOf('----', ...named('mean', 'com.apple.iTunes'), ...named('name', key), ...textOf(value)));
  return [...free, ...(covers.length > 0 ? boxOf('covr', ...covers.flatMap(pictureOf)) : [])];
}

/** A new list of an MP4 file. */
export const iTunesList = (entries: Buffer[]): Buffer[] =>
  boxOf('meta', u32(0), ...handlerOf('mdir', 'appl'), ...boxOf('ilst', ...entries));

/** The list of a QuickTime file: names, and values by the numbers of the names. */
export function quickTimeList(tags: [string, string][], covers: Buffer[]): Buffer[] {
  const rows = [
    ...tags.map(([key, value]) => ({ key, value: textOf(value) })),
    ...covers.map((cover) => ({ key: 'com.apple.quicktime.artwork', value: pictureOf(cover) })),
  ];
  const keys = rows.flatMap(({ key }) => boxOf('mdta', Buffer.from(key)));
  const values = rows.flatMap(({ value }, index) => boxOf(u32(index + 1).toString('latin1'), ...value));
  return boxOf('meta', ...handlerOf('mdta', ''), ...boxOf('keys', u32(0, rows.length), ...keys), ...boxOf('ilst', ...values));
}

const handlerOf = (type: string, maker: string): Buffer[] =>
  boxOf('hdlr', u32(0, 0), Buffer.from(type), Buffer.from(maker.padEnd(4, '\0')), Buffer.alloc(9));

/** Dolby Vision's box: its name says how far the profile is known. */
export function dolbyVisionBox(record: Buffer): Buffer[] {
  const [major = 1, minor = 0, profile = 0, level = 0, rpu = 0, el = 0, bl = 0, compatibility = 0, compression = 0] = record;
  const bytes = Buffer.alloc(24);
  bytes.set([major, minor]);
  bytes.writeUInt16BE((profile << 9) | (level << 3) | (rpu << 2) | (el << 1) | bl, 2);
  bytes[4] = (compatibility << 4) | (compression << 2);
  return boxOf(profile > 10 ? 'dvwC' : profile > 7 ? 'dvvC' : 'dvcC', bytes);
}

/** How two views share a picture, inside of `vexu`. */
export const packingBox = (packing: 'side' | 'over'): Buffer[] => boxOf('pack', ...boxOf('pkin', u32(0), Buffer.from(packing)));

/** Three letters in fifteen bits. */
export const packLanguage = (code: string): number => [...code].reduce((bits, letter) => (bits << 5) | (letter.charCodeAt(0) - 0x60), 0);
