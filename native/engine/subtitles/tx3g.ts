/** Timed text of MP4 (tx3g, FFmpeg's mov_text): the sample description, and samples of text with style records. */
import { bigEndian, decodeText } from './charset.ts';
import { colorBytes, rgbColor } from './colors.ts';
import { createTextBuilder, type Lose, type Loss, plainStyle, type StyledText, sameStyle, type TextRun, type TextStyle } from './text.ts';

const [bold, italic, underline] = [1, 2, 4];
const fontId = 1;
const fontSize = 18;
const font = 'Sans-Serif';
/** The text's length is written in two bytes. */
const mostBytes = 0xffff;
const recordBytes = 12;

/** How a track's text looks and where it stands, where a sample does not say. */
export interface TextDescription {
  look: TextStyle;
  position: number;
}

const plainDescription: TextDescription = { look: plainStyle, position: 2 };

/** What is lost with a sample's boxes. */
const losingBoxes: Record<string, Loss> = {
  hlit: 'highlights',
  hclr: 'highlights',
  krok: 'karaoke',
  blnk: 'effects',
  dlay: 'effects',
  tbox: 'positions',
};

/** A sample description that puts white text at the bottom, in the middle: what FFmpeg keeps as the track's extradata. */
export function tx3gDescription(): Buffer {
  const table = box('ftab', uint16(1), uint16(fontId), Buffer.from([font.length]), Buffer.from(font));
  const [flags, background, textBox] = [Buffer.alloc(4), Buffer.alloc(4), Buffer.alloc(8)];
  return Buffer.concat([flags, Buffer.from([1, 0xff]), background, textBox, record(0, 0, plainStyle), table]);
}

/**
 * Reads a sample description. Anything that is not one is taken for a plain one: QuickTime's own text tracks have another,
 * and FFmpeg gives both the same name.
 */
export function readDescription(extradata: Buffer | null): TextDescription {
  if (!extradata || extradata.length < 38 || extradata.toString('latin1', 34, 38) !== 'ftab') return plainDescription;
  const column = [0, 1, -1].indexOf(extradata.readInt8(4));
  const row = [-1, 1, 0].indexOf(extradata.readInt8(5));
  return { look: readLook(extradata, 18), position: Math.max(0, row) * 3 + (column < 0 ? 1 : column) + 1 };
}

/** The look in a style record of 12 bytes. */
function readLook(bytes: Buffer, at: number): TextStyle {
  const face = bytes.readUInt8(at + 6);
  return {
    bold: (face & bold) !== 0,
    italic: (face & italic) !== 0,
    underline: (face & underline) !== 0,
    color: rgbColor(bytes.subarray(at + 8, at + 11)),
  };
}

export function readTx3gText(sample: Buffer, description: TextDescription, lose: Lose): StyledText {
  const out = createTextBuilder(lose);
  if (sample.length < 2) return out.finish(null);
  const end = 2 + sample.readUInt16BE(0);
  if (end > sample.length) lose('damage');
  const characters = [...textOf(sample.subarray(2, Math.min(end, sample.length)))];
  let at = 0;
  const addTo = (to: number, style: TextStyle) => {
    if (to > at) out.add(characters.slice(at, to).join(''), style);
    at = Math.max(at, to);
  };
  for (const { from, to, look } of readRecords(sample.subarray(end), lose)) {
    addTo(from, description.look);
    addTo(to, look);
  }
  addTo(characters.length, description.look);
  return out.finish(description.position);
}

/** UTF-8, or UTF-16 with a byte order mark. */
function textOf(bytes: Buffer): string {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  if (mark === 0xfeff) return bigEndian(bytes.subarray(2));
  return mark === 0xfffe ? bytes.toString('utf16le', 2) : decodeText(bytes);
}

/** The style records of a sample, by rising place; characters are Unicode's, whatever the text is written in. */
function readRecords(boxes: Buffer, lose: Lose): { from: number; to: number; look: TextStyle }[] {
  const records: { from: number; to: number; look: TextStyle }[] = [];
  for (let at = 0; at + 8 <= boxes.length; ) {
    const size = boxes.readUInt32BE(at);
    const type = boxes.toString('latin1', at + 4, at + 8);
    if (size < 8 || at + size > boxes.length) {
      lose('damage');
      break;
    }
    const loss = Object.hasOwn(losingBoxes, type) ? losingBoxes[type] : undefined;
    if (loss) lose(loss);
    if (type === 'styl' && size >= 10) {
      const count = Math.min(boxes.readUInt16BE(at + 8), Math.floor((size - 10) / recordBytes));
      for (let index = 0; index < count; index++) {
        const place = at + 10 + index * recordBytes;
        records.push({ from: boxes.readUInt16BE(place), to: boxes.readUInt16BE(place + 2), look: readLook(boxes, place) });
      }
    }
    at += size;
  }
  return records.sort((a, b) => a.from - b.from);
}

/** A sample that shows the text; without runs, one that shows nothing. */
export function writeTx3gText(runs: TextRun[], lose: Lose): Buffer {
  const parts: Buffer[] = [];
  const records: Buffer[] = [];
  let bytes = 0;
  let at = 0;
  for (const run of runs) {
    const whole = Buffer.from(run.text);
    const part = whole.subarray(0, characterStart(whole, mostBytes - bytes));
    const from = at;
    for (const _character of part.toString()) at++;
    if (at > from && !sameStyle(run, plainStyle)) records.push(record(from, at, run));
    parts.push(part);
    bytes += part.length;
    if (part.length < whole.length) {
      lose('length');
      break;
    }
  }
  return Buffer.concat([uint16(bytes), ...parts, ...(records.length > 0 ? [box('styl', uint16(records.length), ...records)] : [])]);
}

/** The last place up to this one where a character begins or the text ends. */
function characterStart(utf8: Buffer, at: number): number {
  let start = Math.min(at, utf8.length);
  while (start > 0 && ((utf8[start] ?? 0) & 0xc0) === 0x80) start--;
  return start;
}

function record(from: number, to: number, style: TextStyle): Buffer {
  const face = (style.bold ? bold : 0) | (style.italic ? italic : 0) | (style.underline ? underline : 0);
  const opaque = 0xff;
  return Buffer.concat([
    uint16(from),
    uint16(to),
    uint16(fontId),
    Buffer.from([face, fontSize]),
    colorBytes(style.color),
    Buffer.from([opaque]),
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function box(type: string, ...content: Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.reduce((sum, part) => sum + part.length, 0));
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...content]);
}
