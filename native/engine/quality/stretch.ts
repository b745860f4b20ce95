/** Pictures of a part of a film as the encoder of a job would get them: the job's own leg, with an encoder that passes them through. */
import { type Frame, Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { Rational } from '../../contract/media.ts';
import type { Plan, VideoEncode } from '../../contract/plan.ts';
import { type Drawn, readDrawn } from '../burn/drawing.ts';
import { createClock } from '../clock.ts';
import type { Control } from '../control.ts';
import { createDecoder } from '../decoder.ts';
import { type Input, openInput } from '../input.ts';
import { toSeconds } from '../legs.ts';
import { createOutput } from '../output.ts';
import { createVideoLeg, videoTimeBase } from '../video-leg.ts';
import { frameTime, placesBefore } from '../viewing/source.ts';

/** A part of the result, seconds on its own timeline. */
export interface Place {
  start: number;
  seconds: number;
}

/** Pictures one after the other, times in `timeBase` from the beginning of the stretch. */
export interface Stretch {
  pictures: Frame[];
  timeBase: Rational;
  /** From the first picture's beginning to the last one's end. */
  seconds: number;
  /** What reading, decoding and filtering took, seconds of the clock. */
  cost: number;
}

/** Memory for the pictures of one stretch, bytes: two seconds of 2160p30. Encoders hold about as many themselves. */
const mostBytes = 800e6;

/** How long a stretch can be before its pictures take too much memory, seconds. */
export function longestStretch({ width, height, pixelFormat, frameRate }: VideoEncode): number {
  const bytes = width * height * (/444|gbr|bgr|422/.test(pixelFormat) ? 3 : 1.5) * (/1[026]|p0/.test(pixelFormat) ? 2 : 1);
  return mostBytes / bytes / (frameRate ? frameRate.num / frameRate.den : 30);
}

export const freeStretch = ({ pictures }: Stretch) => {
  for (const picture of pictures) picture.free();
};

/** `onSource` sees every decoded picture with its time in the stretch, before anything is done to it. Frames are only valid during the call. */
export async function readStretch(
  plan: Plan,
  film: VideoEncode,
  place: Place,
  control: Control,
  onSource: (frame: Frame, at: number) => void = () => {},
): Promise<Stretch> {
  const from = plan.origin + place.start;
  const drawn = (await readDrawn({ ...plan, origin: from, duration: place.seconds }, control)).get(film.input);
  const input = openInput(plan.source);
  try {
    const start = toSeconds(input.context.startTime, { num: 1, den: 1_000_000 });
    for (const back of placesBefore(from, start)) {
      if (back <= start) input.rewind();
      else input.jump(back, film.input);
      const stretch = await readFrom(input, plan, film, place, drawn, control, back <= start, onSource);
      if (stretch) return stretch;
    }
  } finally {
    input.close();
  }
  throw new StudioError('source-damaged', `No picture of ${input.name} could be decoded at ${place.start.toFixed(1)} s.`);
}

/** null where the first picture is later than asked: it has to be reached from further back. */
async function readFrom(
  input: Input,
  plan: Plan,
  film: VideoEncode,
  { start, seconds }: Place,
  drawn: Drawn | undefined,
  control: Control,
  isFirst: boolean,
  onSource: (frame: Frame, at: number) => void,
): Promise<Stretch | null> {
  let began = performance.now();
  const source = input.streams[film.input];
  if (!source) throw new StudioError('source-vanished', `${input.name} has changed since it was added.`);
  const origin = plan.origin + start;
  const base = { num: source.timeBase.num, den: source.timeBase.den };
  const timeBase = videoTimeBase(film, source);
  const pictures: Frame[] = [];
  let state = 'begin' as 'begin' | 'late' | 'reading' | 'done';
  const keep = (frame: Frame) => {
    if (toSeconds(frame.pts, timeBase) >= seconds) {
      state = 'done';
      return;
    }
    const copy = frame.clone();
    if (copy) pictures.push(copy);
  };
  // Passing frames on by reference costs nothing.
  const through: VideoEncode = { ...film, encoder: 'wrapped_avframe', options: {}, device: null, decodeOnDevice: false };
  const output = createOutput({ name: input.name, muxer: 'null', muxerOptions: {}, tags: {} }, '-');
  const nothing = () => 0;
  const clock = createClock(null, nothing, nothing, nothing, nothing);
  const leg = createVideoLeg(
    through,
    {
      ...{ source, name: input.name, output, origin, clock, clockOffset: 0, threads: 0, editLists: true, drawn },
      part: { isCut: false, end: Infinity },
      gate: null,
      preview: { watch: () => keep, count: () => 0 },
    },
    {},
  );
  const decoder = createDecoder(input, film.input, 0);
  const packet = new Packet();
  packet.alloc();
  const take = (frame: Frame) => {
    if (state === 'done' || state === 'late') return;
    const time = frameTime(frame, base);
    const at = (time ?? origin) - origin;
    if (state === 'begin') state = at > 0.001 && !isFirst ? 'late' : 'reading';
    if (state === 'late') return;
    // Whoever has waited so long for the end has it: filters hold back a few pictures at most.
    if (at > seconds + 2) state = 'done';
    if (at < 0) began = performance.now(); // on the way there
    onSource(frame, at);
    leg.onFrame?.(frame);
  };
  const is = (one: typeof state) => state === one;
  const isOver = () => is('done') || is('late');
  try {
    input.use([film.input]);
    output.start();
    leg.ready();
    while (!isOver() && input.read(packet)) {
      if (packet.streamIndex === film.input) decoder.decode(packet, take);
      packet.unref();
      if (control.due()) await control.turn();
    }
    if (!isOver()) decoder.decode(null, take);
    if (!is('late')) for (const _packet of leg.finish());
    if (pictures.length === 0) return null;
    return { pictures, timeBase, seconds: lengthOf(pictures, timeBase, film), cost: (performance.now() - began) / 1000 };
  } catch (error) {
    for (const picture of pictures) picture.free();
    throw error;
  } finally {
    packet.free();
    leg.close();
    decoder.close();
    output.close();
  }
}

function lengthOf(pictures: Frame[], timeBase: Rational, film: VideoEncode): number {
  const [first, last] = [pictures[0], pictures.at(-1)];
  if (!first || !last) return 0;
  const usual = film.frameRate ? film.frameRate.den / film.frameRate.num : 1 / 25;
  const length = last.duration > 0n ? toSeconds(last.duration, timeBase) : usual;
  return toSeconds(last.pts - first.pts, timeBase) + length;
}
