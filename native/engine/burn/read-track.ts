/** The whole of one subtitle track, read before the picture is: what is drawn depends on what comes later, and on what began before a cut. */
import { AV_CODEC_ID_NONE, AV_NOPTS_VALUE, AV_PKT_DATA_WEBVTT_SETTINGS, AVMEDIA_TYPE_ATTACHMENT } from 'node-av/constants';
import { Packet, type Stream } from 'node-av/lib';
import type { Burn } from '../../contract/plan.ts';
import type { Control } from '../control.ts';
import { openInput } from '../input.ts';
import type { SubtitlePacket } from '../subtitles/reader.ts';

export interface SubtitleTrack {
  codec: string;
  extradata: Buffer | null;
  /** Of the canvas, where the container tells; else 0. */
  width: number;
  height: number;
  /** In the file's order, times in milliseconds after the plan's origin. */
  packets: SubtitlePacket[];
  /** Files attached to the source that are fonts. */
  fonts: Buffer[];
}

/** The part of the source that is encoded, seconds; `length` is null to its end. */
export interface Span {
  origin: number;
  length: number | null;
}

/** A subtitle that began longer than this before the first picture is over, seconds. */
const lookBack = 60;
/** A source that is longer than the span by so much is not read to its end, seconds. */
const worthStopping = 5;

/**
 * The other streams are passed over, which takes a small share of what encoding them does. Of a short part of a film only
 * that part is read: `clockInput` is a stream by whose packets its end is noticed.
 */
export async function readTrack(
  source: string,
  { input: index, codec }: Burn,
  clockInput: number,
  span: Span,
  control: Control,
): Promise<SubtitleTrack> {
  const input = openInput(source);
  const packet = new Packet();
  packet.alloc();
  try {
    const end = span.length === null ? Infinity : span.origin + span.length;
    const total = Number(input.context.duration) / 1e6;
    const isPart = total > 0 && end < total + Math.max(0, Number(input.context.startTime) / 1e6) - worthStopping;
    const from = span.origin - lookBack;
    if (from > lookBack) input.seek(from);
    const stream = input.streams[index] as Stream;
    const { codecpar } = stream;
    const extradata = codecpar.extradata && Buffer.from(codecpar.extradata);
    const packets: SubtitlePacket[] = [];
    input.use(isPart ? [index, clockInput] : [index]);
    while (input.read(packet)) {
      const time = secondsOf(packet, input.streams[packet.streamIndex]);
      if (packet.streamIndex === index && time !== null) packets.push(textOf(packet, stream, (time - span.origin) * 1000));
      packet.unref();
      if (time !== null && time > end + worthStopping) break;
      if (control.due()) await control.turn();
    }
    // FFmpeg has no codec for WebVTT in MP4.
    const known = codecpar.codecId === AV_CODEC_ID_NONE && codecpar.codecTagString === 'wvtt' ? 'wvtt' : codec;
    return { codec: known, extradata, width: codecpar.width, height: codecpar.height, packets, fonts: fontsOf(input.streams) };
  } finally {
    packet.free();
    input.close();
  }
}

function secondsOf({ pts }: Packet, stream: Stream | undefined): number | null {
  return !stream || pts === AV_NOPTS_VALUE ? null : (Number(pts) * stream.timeBase.num) / stream.timeBase.den;
}

function textOf(packet: Packet, { timeBase }: Stream, pts: number): SubtitlePacket {
  const settings = packet.getSideData(AV_PKT_DATA_WEBVTT_SETTINGS)?.toString();
  const duration = (Number(packet.duration) * timeBase.num * 1000) / timeBase.den;
  return { data: Buffer.from(packet.data ?? []), pts, duration, ...(settings && { settings }) };
}

/** Fonts by their first bytes: TrueType, OpenType, collections. */
const fontMarks = ['00010000', '4f54544f', '74746366', '74727565'];

function fontsOf(streams: Stream[]): Buffer[] {
  return streams.flatMap(({ codecpar }) => {
    const { extradata } = codecpar;
    const isFont = codecpar.codecType === AVMEDIA_TYPE_ATTACHMENT && extradata && fontMarks.includes(extradata.toString('hex', 0, 4));
    return isFont ? [Buffer.from(extradata)] : [];
  });
}
