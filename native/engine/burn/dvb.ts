/** Television's subtitles (DVB, ETSI EN 300 743): pages of regions, which hold objects of 4, 16 or 256 colours. */
import { type Bitmap, type BitmapDecoder, mostPixels, paint, type Show } from './bitmap.ts';
import { Clut, type Depth } from './dvb-clut.ts';
import { drawObject } from './dvb-objects.ts';

const segments = { page: 0x10, region: 0x11, clut: 0x12, object: 0x13, display: 0x14, end: 0x80 };
/** Each segment begins with it. */
const sync = 0x0f;
const headerLength = 6;

interface Region {
  width: number;
  height: number;
  depth: Depth;
  clut: number;
  pixels: Uint8Array;
  objects: { id: number; x: number; y: number }[];
}

interface Page {
  at: number;
  /** Seconds after which it is taken away, if nothing else does. */
  timeout: number;
  regions: { id: number; x: number; y: number }[];
}

/** `extradata` tells which pages of a shared stream are ours; without it all are. */
export function dvbDecoder(extradata: Buffer | null): BitmapDecoder {
  const pages = extradata && extradata.length >= 4 ? [extradata.readUInt16BE(0), extradata.readUInt16BE(2)] : null;
  const regions = new Map<number, Region>();
  const cluts = new Map<number, Clut>();
  let canvas = { width: 720, height: 576 };
  let page: Page | null = null;

  const clutOf = (id: number): Clut => {
    const clut = cluts.get(id) ?? new Clut();
    cluts.set(id, clut);
    return clut;
  };

  /** What each kind of segment changes. */
  const readers: Record<number, (body: Buffer, pts: number) => void> = {
    [segments.page](body, pts) {
      const startsAnew = (body.readUInt8(1) & 0x0c) !== 0;
      if (startsAnew) {
        regions.clear();
        cluts.clear();
      }
      const placed: Page['regions'] = [];
      for (let at = 2; at + 6 <= body.length; at += 6)
        placed.push({ id: body.readUInt8(at), x: body.readUInt16BE(at + 2), y: body.readUInt16BE(at + 4) });
      page = { at: pts, timeout: body.readUInt8(0), regions: placed };
    },
    [segments.region](body) {
      const id = body.readUInt8(0);
      const [width, height] = [body.readUInt16BE(2), body.readUInt16BE(4)];
      if (width * height > mostPixels) return;
      const depth = ([2, 2, 4, 8] as const)[(body.readUInt8(6) >> 2) & 3] ?? 2;
      const old = regions.get(id);
      const isSame = old !== undefined && old.width === width && old.height === height;
      const pixels = isSame ? old.pixels : new Uint8Array(width * height);
      const filled = (body.readUInt8(1) & 0x08) !== 0;
      const [fill8, fills] = [body.readUInt8(8), body.readUInt8(9)];
      if (filled || !isSame) pixels.fill(filled ? { 8: fill8, 4: fills >> 4, 2: (fills >> 2) & 3 }[depth] : 0);
      const objects: Region['objects'] = [];
      for (let at = 10; at + 6 <= body.length; ) {
        const type = body.readUInt8(at + 2) >> 6;
        objects.push({ id: body.readUInt16BE(at), x: body.readUInt16BE(at + 2) & 0xfff, y: body.readUInt16BE(at + 4) & 0xfff });
        at += type === 1 || type === 2 ? 8 : 6;
      }
      regions.set(id, { width, height, depth, clut: body.readUInt8(7), pixels, objects });
    },
    [segments.clut]: (body) => clutOf(body.readUInt8(0)).read(body.subarray(2)),
    [segments.object](body) {
      const id = body.readUInt16BE(0);
      for (const region of regions.values())
        for (const object of region.objects) if (object.id === id) drawObject(body, region, object.x, object.y);
    },
    [segments.display](body) {
      canvas = { width: body.readUInt16BE(1) + 1, height: body.readUInt16BE(3) + 1 };
    },
  };

  function show({ at, timeout, regions: placed }: Page): Show {
    const bitmaps = placed.flatMap(({ id, x, y }): Bitmap[] => {
      const region = regions.get(id);
      if (!region) return [];
      const { width, height, depth, pixels } = region;
      return [{ x, y, width, height, forced: false, rgba: paint(pixels, clutOf(region.clut).colors(depth)) }];
    });
    return { at, until: timeout > 0 ? at + timeout * 1000 : Infinity, canvas, bitmaps };
  }

  return {
    read({ data, pts }) {
      let isPageNew = false;
      for (const { type, pageId, body } of segmentsOf(data)) {
        if (pages && !pages.includes(pageId)) continue;
        try {
          readers[type]?.(body, pts);
          isPageNew ||= type === segments.page;
        } catch (error) {
          if (!(error instanceof RangeError)) throw error; // read beyond the end of a damaged segment
        }
      }
      return isPageNew && page ? [show(page)] : [];
    },
  };
}

/** Transport streams put two bytes before the first segment, Matroska none. */
function* segmentsOf(data: Buffer): Generator<{ type: number; pageId: number; body: Buffer }> {
  for (let at = data[0] === 0x20 ? 2 : 0; at + headerLength <= data.length && data[at] === sync; ) {
    const end = at + headerLength + data.readUInt16BE(at + 4);
    if (end > data.length) return;
    yield { type: data.readUInt8(at + 1), pageId: data.readUInt16BE(at + 2), body: data.subarray(at + headerLength, end) };
    at = end;
  }
}
