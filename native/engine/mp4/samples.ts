/** Where the samples of an MP4 track lie and when they are shown, read from no more of its tables than chapters need. */
import { mostChapters, type Source } from '../chapters.ts';
import { type Box, findBox, readBody, readLong } from './boxes.ts';

/** A sample: its bytes in the file, and its time in ticks of the track. */
export interface Sample {
  at: number;
  size: number;
  start: number;
  end: number;
}

/** The rows of a table behind `head` bytes, as many as it says, has and may have. */
function readTable(source: Source, stbl: Box, type: string, head: number, row: number): { bytes: Buffer; rows: number } {
  const box = findBox(source, stbl, type);
  if (!box) return { bytes: Buffer.alloc(0), rows: 0 };
  const bytes = readBody(source, box, head + row * mostChapters);
  return { bytes, rows: Math.min(bytes.readUInt32BE(head - 4), Math.floor((bytes.length - head) / row)) };
}

/** The samples of a track in order, the first ten thousand of them. */
export function* readSamples(source: Source, stbl: Box): Generator<Sample> {
  const sizes = readTable(source, stbl, 'stsz', 12, 4);
  const sizeOfAll = sizes.bytes.length > 0 ? sizes.bytes.readUInt32BE(4) : 0;
  const count = sizeOfAll > 0 ? Math.min(sizes.bytes.readUInt32BE(8), mostChapters) : sizes.rows;
  const long = findBox(source, stbl, 'co64') !== null;
  const chunks = long ? readTable(source, stbl, 'co64', 8, 8) : readTable(source, stbl, 'stco', 8, 4);
  const perChunk = readTable(source, stbl, 'stsc', 8, 12);
  const durations = readDurations(source, stbl);
  let index = 0;
  let start = 0;
  let row = -1;
  for (let chunk = 0; chunk < chunks.rows; chunk++) {
    while (row + 1 < perChunk.rows && perChunk.bytes.readUInt32BE(8 + 12 * (row + 1)) <= chunk + 1) row++;
    const inChunk = row < 0 ? 0 : perChunk.bytes.readUInt32BE(8 + 12 * row + 4);
    let at = long ? readLong(chunks.bytes, 8 + 8 * chunk) : chunks.bytes.readUInt32BE(8 + 4 * chunk);
    for (let left = inChunk; left > 0 && index < count; left--, index++) {
      const size = sizeOfAll || sizes.bytes.readUInt32BE(12 + 4 * index);
      const end = start + durations();
      yield { at, size, start, end };
      at += size;
      start = end;
    }
  }
}

/** Gives the duration of one sample after the other, from runs of equal ones; 0 when there are no more. */
function readDurations(source: Source, stbl: Box): () => number {
  const runs = readTable(source, stbl, 'stts', 8, 8);
  let row = 0;
  let left = runs.rows > 0 ? runs.bytes.readUInt32BE(8) : 0;
  return () => {
    while (left === 0 && row + 1 < runs.rows) left = runs.bytes.readUInt32BE(8 + 8 * ++row);
    if (left === 0) return 0;
    left--;
    return runs.bytes.readUInt32BE(8 + 8 * row + 4);
  };
}

/** A stretch of the film that shows a stretch of the track, both in ticks of the track. */
export interface Edit {
  /** Where it begins in the track; -1 when the film shows nothing of it. */
  from: number;
  length: number;
}

const mostEdits = 1000;
const wholeTrack: Edit = { from: 0, length: Infinity };

/** The edit list of a track; without one all of it is shown from the start. */
export function readEdits(source: Source, trak: Box, movieScale: number, trackScale: number): Edit[] {
  const box = findBox(source, trak, 'edts', 'elst');
  if (!box) return [wholeTrack];
  const bytes = readBody(source, box, 8 + 20 * mostEdits);
  const long = bytes[0] === 1;
  const row = long ? 20 : 12;
  const rows = Math.min(bytes.readUInt32BE(4), Math.floor((bytes.length - 8) / row));
  if (rows === 0) return [wholeTrack];
  return Array.from({ length: rows }, (_, index) => {
    const at = 8 + row * index;
    const length = long ? readLong(bytes, at) : bytes.readUInt32BE(at);
    const from = long ? Number(bytes.readBigInt64BE(at + 8)) : bytes.readInt32BE(at + 4);
    // A last edit of no length is one whose end was not known when it was written.
    return { from, length: length === 0 && index === rows - 1 ? Infinity : (length * trackScale) / movieScale };
  });
}
