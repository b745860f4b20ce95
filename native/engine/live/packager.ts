/**
 * Packets as a network carries them: FLV tags for RTMP, transport stream for SRT. Made once by FFmpeg's muxers and shared by
 * every target of the format; each target only puts its own times on them.
 */
import { AV_CODEC_ID_AV1, AV_CODEC_ID_HEVC, type AVCodecID } from 'node-av/constants';
import { type CodecContext, Dictionary, FormatContext, IOContext, type Packet } from 'node-av/lib';
import type { TargetPlan } from '../../contract/live-plan.ts';
import { check } from '../av-error.ts';
import { chunked } from './publish/chunks.ts';
import { mediaChannel } from './publish/rtmp.ts';

export type Kind = 'video' | 'audio';

export interface Unit {
  kind: Kind | 'start';
  /** Pictures from here on need nothing before it. */
  key: boolean;
  /** Decoding time on the broadcast's clock, ms. */
  time: number;
  /** FLV's tag type, which is RTMP's message type. */
  type: number;
  bytes: Buffer;
  /** `bytes` cut for RTMP, with a time below 4.6 hours. */
  chunks(): Buffer;
}

export interface Packager {
  write(kind: Kind, packet: Packet): void;
  /** What a target has to be told before its first unit: as of now. */
  start(): Unit[];
  close(): void;
}

export interface Tracks {
  video: CodecContext;
  audio: CodecContext;
}

/** What servers have to be told of in advance, by codec. */
export const fourCcs: Partial<Record<AVCodecID, string>> = { [AV_CODEC_ID_HEVC]: 'hvc1', [AV_CODEC_ID_AV1]: 'av01' };

const formats: Record<TargetPlan['format'], Record<string, string>> = {
  flv: { flvflags: 'no_duration_filesize' },
  // Sound is not collected to fill packets: it would come late.
  mpegts: { pes_payload_size: '0', mpegts_copyts: '1' },
};

/** A muxer with one stream for each track, in the order video, audio. */
export function openMuxer(format: string, path: string | null, { video, audio }: Tracks): FormatContext {
  const context = new FormatContext();
  check(context.allocOutputContext2(null, format, path), 'create', 'the broadcast');
  for (const encoder of [video, audio]) {
    const stream = context.newStream(null);
    stream.codecpar.fromContext(encoder);
    stream.codecpar.codecTag = 0;
    stream.timeBase = encoder.timeBase;
    if (encoder.width > 0) stream.avgFrameRate = encoder.framerate;
  }
  return context;
}

export const streamOf = (kind: Kind) => (kind === 'video' ? 0 : 1);

export function createPackager(format: TargetPlan['format'], tracks: Tracks, onUnit: (unit: Unit) => void): Packager {
  const context = openMuxer(format, null, tracks);
  const io = new IOContext();
  let pieces: Buffer[] = [];
  io.allocContextWithCallbacks(1 << 16, 1, null, (bytes) => {
    pieces.push(Buffer.from(bytes));
    return bytes.length;
  });
  context.pb = io;
  const taken = () => {
    io.flushSync();
    const bytes = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
    pieces = [];
    return bytes ?? Buffer.alloc(0);
  };
  check(context.writeHeaderSync(Dictionary.fromObject(formats[format])), 'mux', 'the broadcast');
  const bases = context.streams.map((stream) => stream.timeBase);
  const beginning = new Map<string, Unit>();
  const readTags = createTagReader();
  for (const unit of format === 'flv' ? readTags(taken()) : []) beginning.set(beginningKey(unit), unit);
  if (format !== 'flv') taken();
  const firsts = [tracks.video.timeBase, tracks.audio.timeBase];

  return {
    write(kind, packet) {
      const index = streamOf(kind);
      const [from, to] = [firsts[index], bases[index]];
      const own = packet.clone();
      if (!own || !from || !to) return;
      own.streamIndex = index;
      own.rescaleTs(from, to);
      const time = Math.round((Number(own.dts) * to.num * 1000) / to.den);
      const key = kind === 'video' && own.isKeyframe;
      try {
        check(context.writeFrameSync(own), 'mux', 'the broadcast');
      } finally {
        own.free();
      }
      const bytes = taken();
      if (format !== 'flv') return onUnit({ kind, key, time, type: 0, bytes, chunks: () => bytes });
      for (const unit of readTags(bytes)) {
        if (unit.kind === 'start') beginning.set(beginningKey(unit), unit);
        onUnit(unit.kind === 'start' ? { ...unit, time } : unit);
      }
    },
    start: () => [...beginning.values()],
    close() {
      context.writeTrailerSync();
      taken();
      context.pb = null;
      io.freeContext();
      context.freeContext();
    },
  };
}

/** One of each kind is kept, and replaced when the encoder changes: enhanced FLV tells codec and colours apart in its first byte. */
const beginningKey = ({ type, bytes: [first = 0] }: Unit) => `${type} ${type === 9 ? first : ''}`;

const setDataFrame = Buffer.from('\x02\x00\x0d@setDataFrame', 'latin1');
const fileHeader = 13;
const tagHeader = 11;

/** Cuts FLV into its tags. */
function createTagReader() {
  let begun = false;
  return (bytes: Buffer): Unit[] => {
    const units: Unit[] = [];
    let at = begun ? 0 : fileHeader;
    begun = true;
    while (at + tagHeader <= bytes.length) {
      const length = bytes.readUIntBE(at + 1, 3);
      const time = bytes.readUIntBE(at + 4, 3) + bytes.readUInt8(at + 7) * 2 ** 24;
      const body = bytes.subarray(at + tagHeader, at + tagHeader + length);
      units.push(asUnit(bytes.readUInt8(at), time, body));
      at += tagHeader + length + 4;
    }
    return units;
  };
}

function asUnit(type: number, time: number, body: Buffer): Unit {
  const first = body[0] ?? 0;
  const described = type === 18 || (type === 9 ? isVideoHeader(first, body[1]) : isAudioHeader(first, body[1]));
  const kind = described ? 'start' : type === 9 ? 'video' : 'audio';
  const bytes = type === 18 ? Buffer.concat([setDataFrame, body]) : body;
  let cut: Buffer | null = null;
  return {
    ...{ kind, time, type, bytes },
    key: kind === 'video' && ((first >> 4) & 7) === 1,
    chunks() {
      cut ??= chunked(mediaChannel, 0, bytes);
      return cut;
    },
  };
}

/** Classic FLV says what it is in two bytes; the enhanced kind, marked by the highest bit, in one. */
const isVideoHeader = (first: number, second = 1) => ((first & 0x80) !== 0 ? [0, 4].includes(first & 15) : second === 0);
const isAudioHeader = (first: number, second = 1) => (first >> 4 === 9 ? (first & 15) === 0 : first >> 4 === 10 && second === 0);
