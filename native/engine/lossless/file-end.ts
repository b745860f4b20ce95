/** Whether a file ends where its container says: what FFmpeg reads as a short file may be one that was cut off. */
import { openFile, type Source } from '../chapters.ts';
import { elementAt, ids } from '../matroska/elements.ts';
import { boxes, findBox } from '../mp4/boxes.ts';

export interface FileEnd {
  /** It ends in the middle of something. */
  cutOff: boolean;
  /** Its last bytes, which belong to nothing that can be told; 0 for none. */
  unreadable: number;
  /** Seconds its header promises, where FFmpeg goes by what is there; null where FFmpeg's word is good. */
  promised: number | null;
  /** It is made of parts that promise nothing of the rest. */
  openEnded: boolean;
  /** Nothing could be told: what remains is the length that the header promises. */
  unknown: boolean;
}

const good: FileEnd = { cutOff: false, unreadable: 0, promised: null, openEnded: false, unknown: false };
export const unknownEnd: FileEnd = { ...good, unknown: true };

/** By FFmpeg's names of demuxers. */
const checks: [RegExp, (file: Source) => FileEnd][] = [
  [/\bmp4\b/, endOfMp4],
  [/matroska/, endOfMatroska],
  [/mpegts/, endOfTransportStream],
  [/^(avi|wav)$/, endOfRiff],
];

/** Reads a few bytes for every part of the file. Throws as openFile does. */
export function fileEnd(path: string, format: string): FileEnd {
  const check = checks.find(([pattern]) => pattern.test(format))?.[1];
  if (!check) return unknownEnd;
  const file = openFile(path, 'r');
  try {
    return check(file);
  } finally {
    file.close();
  }
}

/** The types of boxes that films are made of, wherever they stand alone. */
const boxType = /^[a-z0-9 ]{4}$/i;

function endOfMp4(file: Source): FileEnd {
  const all = [...boxes(file, 0, file.size)];
  const moov = all.find((box) => box.type === 'moov');
  const openEnded = all.some((box) => box.type === 'moof') || (moov !== undefined && findBox(file, moov, 'mvex') !== null);
  const last = all.at(-1);
  // A box without a size goes on to the end, and so does anything that begins with zeros.
  const end = last && boxType.test(last.type) ? last.end : (last?.at ?? 0);
  const head = file.read(end, 8);
  if (head.length === 0) return { ...good, openEnded };
  // Zeros and the like behind a film that is whole do no harm.
  const isBox = head.length < 8 || (boxType.test(head.toString('latin1', 4)) && head.readUInt32BE(0) !== 0);
  if (isBox) return { ...good, openEnded, cutOff: true };
  return { ...good, openEnded, unreadable: openEnded ? file.size - end : 0 };
}

/** A segment of unknown length promises nothing: there FFmpeg says itself when the last cluster is not whole. */
function endOfMatroska(file: Source): FileEnd {
  let at = 0;
  for (let count = 0; count < 16; count++) {
    const element = elementAt(file, at, Infinity);
    if (!element) return unknownEnd;
    if (element.id === ids.segment) return { ...good, cutOff: !element.open && element.end > file.size, openEnded: element.open };
    at = element.end;
  }
  return unknownEnd;
}

/** Lengths of packets: plain, with a time before them (M2TS), with parity behind them; and where in them they begin. */
const packets = [
  { size: 188, sync: 0 },
  { size: 192, sync: 4 },
  { size: 204, sync: 0 },
];
const syncByte = 0x47;
/** So many packets in a row are no chance. */
const inRow = 5;

function endOfTransportStream(file: Source): FileEnd {
  const isWhole = packets.some(({ size, sync }) => {
    const tail = file.read(file.size - size * inRow, size * inRow);
    return (
      tail.length === size * inRow &&
      Array.from({ length: inRow }, (_, index) => tail[index * size + sync]).every((byte) => byte === syncByte)
    );
  });
  return { ...good, openEnded: true, cutOff: !isWhole };
}

/** A recorder writes the lengths last: none or all ones is a recording that was not finished. */
function endOfRiff(file: Source): FileEnd {
  let at = 0;
  let cutOff = false;
  while (at + 8 <= file.size) {
    const head = file.read(at, 8);
    if (head.toString('latin1', 0, 4) !== 'RIFF') break;
    const size = head.readUInt32LE(4);
    cutOff = size === 0 || at + 8 + size > file.size;
    if (size === 0) break;
    at += 8 + size + (size % 2);
  }
  const header = file.read(0, 52);
  const isAvi = header.length === 52 && header.toString('latin1', 24, 28) === 'avih';
  const promised = isAvi ? (header.readUInt32LE(32) / 1e6) * header.readUInt32LE(48) : 0;
  return { ...good, cutOff, promised: promised > 0 ? promised : null };
}
