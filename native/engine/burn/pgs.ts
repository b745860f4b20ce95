/** Blu-ray's subtitles (PGS): segments that build palettes, objects and compositions. Layout as in US patent 2009/0185789. */
import { type Bitmap, type BitmapDecoder, fromYcc, mostPixels, paint, type Show } from './bitmap.ts';

interface Placed {
  object: number;
  x: number;
  y: number;
  forced: boolean;
  crop: { x: number; y: number; width: number; height: number } | null;
}

interface Composition {
  at: number;
  canvas: { width: number; height: number };
  palette: number;
  objects: Placed[];
}

interface Picture {
  width: number;
  height: number;
  /** Run lengths, which come in several segments where they are long. */
  pieces: Buffer[];
}

const segments = { palette: 0x14, object: 0x15, composition: 0x16, end: 0x80 };

/** Segments of a packet; what is cut off is left out. */
function* segmentsOf(data: Buffer): Generator<{ type: number; body: Buffer }> {
  for (let at = 0; at + 3 <= data.length; ) {
    const length = data.readUInt16BE(at + 1);
    if (at + 3 + length > data.length) return;
    yield { type: data.readUInt8(at), body: data.subarray(at + 3, at + 3 + length) };
    at += 3 + length;
  }
}

export function pgsDecoder(): BitmapDecoder {
  const palettes = new Map<number, Uint8Array>();
  const pictures = new Map<number, Picture>();
  let composition: Composition | null = null;

  function compose(body: Buffer, pts: number): void {
    const startsAnew = (body.readUInt8(7) & 0xc0) !== 0;
    if (startsAnew) {
      palettes.clear();
      pictures.clear();
    }
    composition = {
      at: pts,
      canvas: { width: body.readUInt16BE(0), height: body.readUInt16BE(2) },
      palette: body.readUInt8(9),
      objects: placedObjects(body),
    };
  }

  function addPalette(body: Buffer): void {
    const id = body.readUInt8(0);
    const palette = palettes.get(id) ?? new Uint8Array(256 * 4);
    palettes.set(id, palette);
    const hd = (composition?.canvas.height ?? 1080) > 576;
    for (let at = 2; at + 5 <= body.length; at += 5) {
      const [entry = 0, y = 0, cr = 0, cb = 0, alpha = 0] = body.subarray(at, at + 5);
      palette.set([...fromYcc(y, cb, cr, hd), alpha], entry * 4);
    }
  }

  function addObject(body: Buffer): void {
    const id = body.readUInt16BE(0);
    const isFirst = (body.readUInt8(3) & 0x80) !== 0;
    if (isFirst) pictures.set(id, { width: body.readUInt16BE(7), height: body.readUInt16BE(9), pieces: [body.subarray(11)] });
    else pictures.get(id)?.pieces.push(body.subarray(4));
  }

  function show({ at, canvas, palette: id, objects }: Composition): Show {
    const palette = palettes.get(id);
    const bitmaps = objects.flatMap((placed): Bitmap[] => {
      const picture = pictures.get(placed.object);
      return picture && palette ? [draw(picture, palette, placed)] : [];
    });
    return { at, until: Infinity, canvas, bitmaps };
  }

  return {
    read({ data, pts }) {
      const shows: Show[] = [];
      for (const { type, body } of segmentsOf(data)) {
        try {
          if (type === segments.composition) compose(body, pts);
          else if (type === segments.palette) addPalette(body);
          else if (type === segments.object) addObject(body);
          else if (type === segments.end && composition) shows.push(show(composition));
        } catch (error) {
          if (!(error instanceof RangeError)) throw error; // read beyond the end of a damaged segment
        }
      }
      return shows;
    },
  };
}

function placedObjects(body: Buffer): Placed[] {
  const objects: Placed[] = [];
  for (let at = 11, left = body.readUInt8(10); left > 0; left--) {
    const flags = body.readUInt8(at + 3);
    const number = (offset: number) => body.readUInt16BE(at + offset);
    const isCropped = (flags & 0x80) !== 0;
    const crop = isCropped ? { x: number(8), y: number(10), width: number(12), height: number(14) } : null;
    objects.push({ object: number(0), forced: (flags & 0x40) !== 0, x: number(4), y: number(6), crop });
    at += isCropped ? 16 : 8;
  }
  return objects;
}

/** Whether a packet shows something that is marked as forced. */
export const marksForced = (data: Buffer): boolean => {
  for (const { type, body } of segmentsOf(data)) {
    if (type !== segments.composition || body.length < 11) continue;
    try {
      if (placedObjects(body).some(({ forced }) => forced)) return true;
    } catch {
      return false; // a damaged segment marks nothing
    }
  }
  return false;
};

function draw({ width, height, pieces }: Picture, palette: Uint8Array, { x, y, forced, crop }: Placed): Bitmap {
  const indexes = runLengths(Buffer.concat(pieces), width, height);
  const whole = { x, y, width, height, forced };
  if (!crop) return { ...whole, rgba: paint(indexes, palette) };
  const right = Math.min(width, crop.x + crop.width);
  const bottom = Math.min(height, crop.y + crop.height);
  const rows = Array.from({ length: Math.max(0, bottom - crop.y) }, (_, row) => {
    const start = (crop.y + row) * width;
    return indexes.subarray(start + Math.min(crop.x, right), start + right);
  });
  const cut = Uint8Array.from(Buffer.concat(rows));
  return { ...whole, width: Math.max(0, right - crop.x), height: rows.length, rgba: paint(cut, palette) };
}

/** A byte is a pixel; 0 begins a run: two bits for its kind, 6 or 14 for its length, then its colour or none; 0 0 ends the line. */
function runLengths(data: Buffer, width: number, height: number): Uint8Array {
  if (width * height > mostPixels) throw new RangeError('an object larger than any picture');
  const out = new Uint8Array(width * height);
  let [line, column] = [0, 0];
  for (let at = 0; at < data.length && line < height; ) {
    let color = data[at++] ?? 0;
    let run = 1;
    if (color === 0) {
      const flags = data[at++] ?? 0;
      run = flags & 0x3f;
      if (flags & 0x40) run = (run << 8) | (data[at++] ?? 0);
      if (flags & 0x80) color = data[at++] ?? 0;
    }
    if (run === 0) {
      line++;
      column = 0;
      continue;
    }
    const start = line * width + column;
    out.fill(color, start, line * width + Math.min(width, column + run));
    column += run;
  }
  return out;
}
