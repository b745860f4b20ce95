/** Looks at pictures all over a film for what only they tell: black borders, and fields that nothing else tells of. */
import type { Frame } from 'node-av/lib';
import { Packet } from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';
import type { Borders, Survey, VideoStream } from '../contract/media.ts';
import type { WorkerCommands } from '../contract/worker-contract.ts';
import type { Control } from './control.ts';
import { createDecoder } from './decoder.ts';
import { createChain, type FilterChain } from './filter-chain.ts';
import { openInput } from './input.ts';
import { probe } from './probe.ts';
import { pictureShape } from './video-filters.ts';

/** Places that are looked at, evenly spread: enough that scenes of all kinds are among them, and a second's work for most films. */
const places = 16;
/** Pictures at each of them: fields are told by three that follow one another. */
const picturesEach = 5;
/** A line whose mean is brighter belongs to the picture, of 255 (cropdetect's 24 of limited range, and some noise). */
const blackest = 10;
/** A picture that nowhere has a brighter line is too dark to tell its edges. */
const darkest = 36;
/** More than this share of a side is never a border, on both edges together. */
const mostBorder = 0.6;

/** Of pictures that could be told apart, so many must be interlaced, and of these so many the same way round. */
const sure = { pictures: 20, interlaced: 0.75, sameOrder: 0.9 };

export async function survey({ path, stream: index }: WorkerCommands['survey'], control: Control): Promise<Survey> {
  const media = probe(path);
  const stream = media.streams[index];
  if (stream?.kind !== 'video') throw new StudioError('source-vanished', `${path} has changed since it was added.`);
  const input = openInput(path);
  const decoder = createDecoder(input, index, 0);
  const packet = new Packet();
  packet.alloc();
  const begin = stream.start ?? 0;
  const length = stream.duration ?? media.duration ?? 0;
  let borders: Borders | null = null;
  const fields = { tff: 0, bff: 0, progressive: 0 };
  const look = (frame: Frame, isFirst: boolean) => {
    const kind = frame.getMetadata()?.get('lavfi.idet.single.current_frame');
    if (kind && Object.hasOwn(fields, kind)) fields[kind as keyof typeof fields]++;
    const found = isFirst ? bordersOf(frame) : null;
    if (found) borders = borders ? smaller(borders, found) : found;
  };
  try {
    input.use([index]);
    for (let place = 0; place < places; place++) {
      // Not the very first and last pictures: they are black in most films.
      if (length > 0) input.jump(begin + (length * (place + 0.5)) / places, index);
      decoder.flush();
      let seen = 0;
      const chain = lookingChain(input.name);
      const take = (frame: Frame) => {
        if (seen < picturesEach) chain.process(frame, (gray) => look(gray, seen++ === 0));
      };
      try {
        for (let given = 0; seen < picturesEach && given < picturesEach * 8 && input.read(packet); given++) {
          decoder.decode(packet, take);
          packet.unref();
          if (control.due()) await control.turn();
        }
        if (seen === 0) decoder.decode(null, take);
        chain.process(null, (gray) => look(gray, seen++ === 0));
      } finally {
        chain.close();
      }
      if (length === 0) break;
    }
  } finally {
    packet.free();
    decoder.close();
    input.close();
  }
  return { crop: upright(sensible(borders, stream), stream), fields: fieldsOf(fields) };
}

/** Told apart by their fields, then as brightness from 0 to 255. */
const lookingChain = (subject: string): FilterChain =>
  createChain(
    subject,
    (frame) => pictureShape(frame, { num: 1, den: 1000 }, null),
    () => 'idet,format=gray',
  );

/** Dark lines and columns at each edge; null where the whole picture is dark. */
function bordersOf(frame: Frame): Borders | null {
  const { width, height } = frame;
  const stride = frame.linesize[0] ?? 0;
  const bytes = frame.data?.[0];
  if (!bytes) return null;
  const rows = new Float64Array(height);
  const columns = new Float64Array(width);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = bytes[y * stride + x] ?? 0;
      rows[y] = (rows[y] ?? 0) + value / width;
      columns[x] = (columns[x] ?? 0) + value / height;
    }
  if (Math.max(...rows) < darkest || Math.max(...columns) < darkest) return null;
  const dark = (values: Float64Array) =>
    Math.max(
      0,
      values.findIndex((value) => value > blackest),
    );
  return { top: dark(rows), bottom: dark(rows.toReversed()), left: dark(columns), right: dark(columns.toReversed()) };
}

const smaller = (a: Borders, b: Borders): Borders => ({
  top: Math.min(a.top, b.top),
  bottom: Math.min(a.bottom, b.bottom),
  left: Math.min(a.left, b.left),
  right: Math.min(a.right, b.right),
});

/** Even numbers, because colours have half as many lines and columns; and nothing where a dark film would lose most of itself. */
function sensible(borders: Borders | null, { width, height }: VideoStream): Borders {
  const { top, bottom, left, right } = borders ?? { top: 0, bottom: 0, left: 0, right: 0 };
  const even = (value: number) => value - (value % 2);
  const tall = top + bottom <= height * mostBorder;
  const wide = left + right <= width * mostBorder;
  return { top: tall ? even(top) : 0, bottom: tall ? even(bottom) : 0, left: wide ? even(left) : 0, right: wide ? even(right) : 0 };
}

/** Edges as they are once the picture is mirrored and turned as its file says. */
function upright({ top, right, bottom, left }: Borders, { rotation, flip }: VideoStream): Borders {
  const stored = flip ? [top, left, bottom, right] : [top, right, bottom, left];
  const at = (edge: number) => stored[(edge + 4 - rotation / 90) % 4] ?? 0;
  return { top: at(0), right: at(1), bottom: at(2), left: at(3) };
}

function fieldsOf({ tff, bff, progressive }: { tff: number; bff: number; progressive: number }): Survey['fields'] {
  const interlaced = tff + bff;
  if (interlaced < sure.pictures || interlaced < (interlaced + progressive) * sure.interlaced) return null;
  if (Math.max(tff, bff) < interlaced * sure.sameOrder) return null;
  return tff > bff ? 'top' : 'bottom';
}
