/** Tracks of text subtitles that are made anew: from a source's packets of another format, on their way into an output. */
import {
  AV_CODEC_ID_ASS,
  AV_CODEC_ID_MOV_TEXT,
  AV_CODEC_ID_SUBRIP,
  AV_CODEC_ID_WEBVTT,
  AV_NOPTS_VALUE,
  AV_PKT_DATA_WEBVTT_SETTINGS,
  type AVCodecID,
  AVMEDIA_TYPE_SUBTITLE,
} from 'node-av/constants';
import { Rational as LibRational, Packet, type Stream } from 'node-av/lib';
import type { Rational } from '../contract/media.ts';
import { type Output, type OutputStream, outputStream } from './output.ts';
import { subtitleConverter } from './subtitles/converter.ts';
import type { SubtitlePacket } from './subtitles/reader.ts';
import type { SubtitleTarget } from './subtitles/writer.ts';

const codecIds: Record<SubtitleTarget, AVCodecID> = {
  mov_text: AV_CODEC_ID_MOV_TEXT,
  subrip: AV_CODEC_ID_SUBRIP,
  ass: AV_CODEC_ID_ASS,
  webvtt: AV_CODEC_ID_WEBVTT,
};

export const isTextTarget = (codec: string | null): codec is SubtitleTarget => codec !== null && Object.hasOwn(codecIds, codec);

export interface TextFormat {
  codec: SubtitleTarget;
  extradata: Buffer | null;
  timeBase: Rational;
  /** Four characters the container wants, or null for its own choice. */
  codecTag: string | null;
}

/** Fills in a stream for text of our own making. */
export function describeText(stream: Stream, { codec, extradata, timeBase, codecTag }: TextFormat): void {
  stream.codecpar.codecType = AVMEDIA_TYPE_SUBTITLE;
  stream.codecpar.codecId = codecIds[codec];
  stream.codecpar.codecTag = codecTag ?? 0;
  if (extradata) stream.codecpar.extradata = extradata;
  stream.timeBase = new LibRational(timeBase.num, timeBase.den);
}

/** Of text packets. */
export const milliseconds: Rational = { num: 1, den: 1000 };

/** Puts a text into a blank packet, its times in milliseconds. */
export function fillText(packet: Packet, { data, pts, duration, settings }: SubtitlePacket): void {
  packet.data = data;
  packet.pts = packet.dts = BigInt(Math.round(pts));
  packet.duration = BigInt(Math.round(duration));
  if (settings) packet.addSideData(AV_PKT_DATA_WEBVTT_SETTINGS, Buffer.from(settings));
}

export interface TextTrack {
  /** Called once after the header is written. */
  ready(): void;
  /** Takes a packet of the source; `later` is added to its time, seconds. */
  take(packet: Packet, later: number): void;
  /** The source has been read up to this time of the output, seconds: writes what no later packet can change. */
  advance(time: number): void;
  finish(): void;
  target(): OutputStream;
  /** What could not be kept so far, in words that end with "of the ASS subtitles". */
  losses(): string[];
  close(): void;
}

/** "The conversion could not keep colours of the ASS subtitles." */
export const lossWarning = (loss: string): string => `The conversion could not keep ${loss}.`;

/** Sources put texts this much later in the file than their times ask for, milliseconds. */
const latest = 1000;
/** Texts are given out in steps of this many milliseconds. */
const step = 250;

/** `source` is read as `codec`; `plan` is what becomes of it. */
export function createTextTrack(
  output: Output,
  source: { stream: Stream; timeBase: Rational; codec: string },
  plan: { to: SubtitleTarget; codecTag: string | null; tags: Record<string, string>; disposition: string[] },
): TextTrack {
  const { codecpar } = source.stream;
  const extradata = codecpar.extradata && Buffer.from(codecpar.extradata);
  // FFmpeg has no codec for WebVTT in MP4.
  const codec = codecpar.codecTagString === 'wvtt' ? 'wvtt' : source.codec;
  const converter = subtitleConverter({ codec, extradata }, plan.to);
  const stream = output.addStream(plan);
  describeText(stream, { codec: plan.to, extradata: converter.extradata, timeBase: converter.timeBase, codecTag: plan.codecTag });
  const tick = (source.timeBase.num * 1000) / source.timeBase.den;
  const own = new Packet();
  own.alloc();
  let target: OutputStream;
  let advanced = -Infinity;

  const write = (packets: SubtitlePacket[]) => {
    for (const packet of packets) {
      fillText(own, packet);
      output.write(own, target);
      own.unref();
    }
  };

  return {
    ready() {
      target = outputStream(stream, milliseconds);
    },
    take(packet, later) {
      if (packet.pts === AV_NOPTS_VALUE) return;
      const settings = packet.getSideData(AV_PKT_DATA_WEBVTT_SETTINGS)?.toString();
      const pts = Number(packet.pts) * tick + later * 1000;
      const data = Buffer.from(packet.data ?? []);
      write(converter.convert({ data, pts, duration: Number(packet.duration) * tick, ...(settings && { settings }) }));
    },
    advance(time) {
      const now = time * 1000 - latest;
      if (now < advanced + step) return;
      advanced = now;
      write(converter.advance(now));
    },
    finish: () => write(converter.finish()),
    target: () => target,
    losses: converter.losses,
    close: () => own.free(),
  };
}
