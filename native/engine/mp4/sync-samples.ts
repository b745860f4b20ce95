/** When the keyframes of an MP4 track are shown, by its tables, of which node-av shows nothing. */
import type { Source } from '../chapters.ts';
import { type Box, boxes, findBox, readBody } from './boxes.ts';
import { readClock, readTracks } from './chapters.ts';
import { readEdits } from './samples.ts';

/** A film of a day at 240 pictures a second has no more rows. */
const mostBytes = 400e6;

/**
 * Ticks after the decoding of the track's first sample. null where the tables do not tell: every sample is a keyframe, the film is
 * in fragments, or an edit list plays more than one stretch of the track.
 */
export function readSyncTimes(source: Source, trackId: number): number[] | null {
  const moov = [...boxes(source, 0, source.size)].find((box) => box.type === 'moov');
  const track = moov && readTracks(source, moov).find(({ id }) => id === trackId);
  const stbl = track && findBox(source, track.box, 'mdia', 'minf', 'stbl');
  const mdhd = track && findBox(source, track.box, 'mdia', 'mdhd');
  if (!stbl || !mdhd || findBox(source, moov, 'mvex')) return null;
  const { scale } = readClock(source, mdhd);
  if (readEdits(source, track.box, scale, scale).filter(({ from }) => from >= 0).length > 1) return null;
  const sync = readRows(source, stbl, 'stss', 1);
  if (!sync) return null;
  const durations = createRuns(readRows(source, stbl, 'stts', 2) ?? [], 0);
  const offsets = createRuns(readRows(source, stbl, 'ctts', 2) ?? [], 1);
  return sync.map(([number = 1]) => durations(number - 1) + offsets(number - 1));
}

/** The rows of a table, of `columns` numbers each; null without the table. */
function readRows(source: Source, stbl: Box, type: string, columns: number): number[][] | null {
  const box = findBox(source, stbl, type);
  if (!box) return null;
  const bytes = readBody(source, box, mostBytes);
  const count = Math.min(bytes.readUInt32BE(4), Math.floor((bytes.length - 8) / (4 * columns)));
  // Times of showing may lie before those of decoding.
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: columns }, (_, column) => bytes.readInt32BE(8 + 4 * (row * columns + column))),
  );
}

/** Looks up rising sample numbers in runs of equal values: their sum before a sample (0), or the value at it (1). */
function createRuns(rows: number[][], what: 0 | 1): (sample: number) => number {
  let row = 0;
  let first = 0;
  let sum = 0;
  return (sample) => {
    for (;;) {
      const [count = 0, value = 0] = rows[row] ?? [Infinity, 0];
      if (sample < first + count) return what === 0 ? sum + (sample - first) * value : value;
      first += count;
      sum += count * value;
      row++;
    }
  };
}
