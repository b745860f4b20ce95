/** One track of the result: where its packets come from, what happens to them, and where they go. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import { Packet, type Stream } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { Rational } from '../../contract/media.ts';
import type { RemuxPlan, RemuxStream } from '../../contract/remux-plan.ts';
import { toTicks } from '../legs.ts';
import { type Output, type OutputStream, outputStream } from '../output.ts';
import { createTextTrack, describeText, isTextTarget, milliseconds, type TextFormat } from '../text-track.ts';
import type { BesideTrack } from './beside.ts';
import type { ReadTrack } from './packets.ts';
import { addAttachedPicture, addCopy } from './stream-setup.ts';

export interface Track {
  /** Of the packets it takes. */
  timeBase: Rational;
  /** Called once after the header is written. */
  ready(): void;
  /** Takes a packet of its source; what is left of it is of no use to anyone. */
  take(packet: Packet): void;
  /** All that plays in the result before this time has been read, seconds: only told to tracks that wait for it. */
  advance?(time: number): void;
  finish?(): void;
  /** null for what has no packets. */
  target(): OutputStream | null;
  /** What could not be kept, in words that end with "of the ASS subtitles". */
  losses?(): string[];
  close?(): void;
}

export interface TrackContext {
  plan: RemuxPlan;
  output: Output;
  /** Later by so many seconds. */
  later: number;
  name: string;
}

/** Adds the next track to the output. `picture` is a cover's. */
export function openTrack(planned: RemuxStream, source: BesideTrack | null, picture: Buffer | null, context: TrackContext): Track {
  const { plan, output, name } = context;
  if (!source) throw new StudioError('source-vanished', `${name} has changed since it was added. Retry to read it anew.`);
  if ('text' in source) return writtenText(planned, source.text, context);
  if (planned.action === 'attach') {
    if (!picture) throw new StudioError('source-damaged', `The cover of ${name} cannot be read.`);
    if (plan.muxer === 'matroska') addAttachedPicture(output, planned, picture);
    else output.addCover(picture);
    return still;
  }
  // The index before fragments would have a track for it, and nothing in it.
  if (planned.disposition.includes('attached_pic') && plan.layout === 'fragmented' && picture) {
    output.addCover(picture);
    return still;
  }
  if (planned.action === 'convert') return convertedText(planned, source, context);
  const stream = addCopy(output, planned, plan, source);
  if (planned.kind === 'attachment') return still;
  if (planned.disposition.includes('attached_pic')) return cover(stream, picture, source.timeBase, output);
  return copied(planned, stream, source.timeBase, context);
}

/** A track that the header holds all of. */
const still: Track = { timeBase: { num: 1, den: 1 }, ready() {}, take() {}, target: () => null };

/** MPEG-TS keeps no header for codecs: those whose pictures do without it elsewhere get it in front of every keyframe. */
function headerFor({ codec }: RemuxStream, { muxer }: RemuxPlan, stream: Stream): Buffer | null {
  const { extradata } = stream.codecpar;
  return muxer === 'mpegts' && codec === 'mpeg4' && extradata ? Buffer.from(extradata) : null;
}

function putInFront(packet: Packet, header: Buffer): void {
  const data = packet.data ?? Buffer.alloc(0);
  if (!packet.isKeyframe || data.subarray(0, header.length).equals(header)) return;
  const { pts, dts, duration } = packet;
  // New bytes are a new packet to node-av.
  packet.data = Buffer.concat([header, data]);
  Object.assign(packet, { pts, dts, duration, isKeyframe: true });
}

function copied(planned: RemuxStream, stream: Stream, timeBase: Rational, { plan, output, later }: TrackContext): Track {
  const { kind } = planned;
  const header = headerFor(planned, plan, stream);
  const ticks = toTicks(later, timeBase);
  // Sound and texts from before the start are not heard and not seen. Pictures others need: those wait for them instead.
  const cut = later < 0 && kind !== 'video';
  let target: OutputStream;
  const move = (packet: Packet): boolean => {
    if (packet.dts !== AV_NOPTS_VALUE) packet.dts += ticks;
    if (packet.pts === AV_NOPTS_VALUE) return true;
    packet.pts += ticks;
    return !cut || packet.pts >= 0n;
  };
  return {
    timeBase,
    ready() {
      target = outputStream(stream, timeBase, true);
    },
    take(packet) {
      if (header) putInFront(packet, header);
      if (ticks === 0n || move(packet)) output.write(packet, target);
    },
    target: () => target,
  };
}

/** A cover is written once, whatever else comes. */
function cover(stream: Stream, picture: Buffer | null, timeBase: Rational, output: Output): Track {
  let target: OutputStream;
  const write = (packet: Packet) => {
    if (target.packets > 0) return;
    packet.pts = packet.dts = 0n;
    packet.duration = 0n;
    output.write(packet, target);
  };
  return {
    timeBase,
    ready() {
      target = outputStream(stream, timeBase);
      if (!picture) return;
      const packet = new Packet();
      packet.alloc();
      packet.data = picture;
      packet.isKeyframe = true;
      write(packet);
      packet.free();
    },
    take: write,
    target: () => target,
  };
}

function convertedText(planned: RemuxStream, { stream, timeBase }: ReadTrack, { output, later }: TrackContext): Track {
  const { to, codec } = planned;
  if (!isTextTarget(to)) throw new StudioError('internal', `Subtitles cannot be converted to ${to}.`);
  const text = createTextTrack(output, { stream, timeBase, codec }, { ...planned, to });
  return { ...text, timeBase, take: (packet) => text.take(packet, later), advance: (time) => text.advance(time + later) };
}

/** Texts that were made for the track already. */
function writtenText(planned: RemuxStream, format: TextFormat, context: TrackContext): Track {
  const stream = context.output.addStream(planned);
  describeText(stream, format);
  return copied(planned, stream, milliseconds, context);
}
