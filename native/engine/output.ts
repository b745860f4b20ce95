/** Writing a container: every return code of header, packets, trailer and close is looked at. */
import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_DISPOSITION_CAPTIONS,
  AV_DISPOSITION_COMMENT,
  AV_DISPOSITION_DEFAULT,
  AV_DISPOSITION_DESCRIPTIONS,
  AV_DISPOSITION_DUB,
  AV_DISPOSITION_FORCED,
  AV_DISPOSITION_HEARING_IMPAIRED,
  AV_DISPOSITION_KARAOKE,
  AV_DISPOSITION_LYRICS,
  AV_DISPOSITION_ORIGINAL,
  AV_DISPOSITION_VISUAL_IMPAIRED,
  AV_NOPTS_VALUE,
  type AVDisposition,
  AVFMT_FLAG_AUTO_BSF,
  AVFMT_NOFILE,
  AVFMT_TS_NONSTRICT,
  AVIO_FLAG_WRITE,
} from 'node-av/constants';
import { Dictionary, FormatContext, IOContext, type Packet, type Stream } from 'node-av/lib';
import { check, INVALID_DATA } from './av-error.ts';
import type { Extras } from './mp4/extras.ts';
import { trackExtras } from './mp4/track-extras.ts';
import { pictureTag } from './ogg-cover.ts';

/** FFmpeg's names of dispositions, as plans and probes write them. */
export const dispositions: Record<string, AVDisposition> = {
  default: AV_DISPOSITION_DEFAULT,
  dub: AV_DISPOSITION_DUB,
  original: AV_DISPOSITION_ORIGINAL,
  comment: AV_DISPOSITION_COMMENT,
  lyrics: AV_DISPOSITION_LYRICS,
  karaoke: AV_DISPOSITION_KARAOKE,
  forced: AV_DISPOSITION_FORCED,
  hearing_impaired: AV_DISPOSITION_HEARING_IMPAIRED,
  visual_impaired: AV_DISPOSITION_VISUAL_IMPAIRED,
  attached_pic: AV_DISPOSITION_ATTACHED_PIC,
  captions: AV_DISPOSITION_CAPTIONS,
  descriptions: AV_DISPOSITION_DESCRIPTIONS,
};

/** Beyond the letter of a standard, where players know it all the same: Dolby Vision and 360° in MP4 (FF_COMPLIANCE_UNOFFICIAL). */
const unofficial = -1;

export interface OutputOptions {
  /** The source's name, for sentences. */
  name: string;
  muxer: string;
  muxerOptions: Record<string, string>;
  tags: Record<string, string>;
}

export interface Output {
  /** Adds the next stream, to be filled in by the caller before start. */
  addStream(plan: { tags: Record<string, string>; disposition: string[] }): Stream;
  /** Adds a cover that has no stream: MP4's and QuickTime's come with what their muxers leave out, Ogg's is a tag. Before the start. */
  addCover(picture: Buffer): void;
  /** Opens the file and writes the header, behind bytes of the caller's. No stream can be added after. */
  start(before?: Buffer): void;
  /** Writes a packet whose times are in `from`; the packet is blank afterwards. */
  write(packet: Packet, stream: OutputStream): void;
  /** Bytes in the file so far. */
  bytes(): number;
  /** What its muxer leaves out of MP4 and QuickTime; undefined for others. To be asked for before the output is closed. */
  extras(): Extras | undefined;
  /** Ends the file properly. Only after this resolves is the file whole. */
  finish(): Promise<void>;
  /** Lets go of everything; safe at any time. */
  close(): void;
}

/** Where packets of one leg go. */
export interface OutputStream {
  index: number;
  /** Time base of the packets handed in. */
  from: { num: number; den: number };
  /** Time base the muxer chose; known after start. */
  to: { num: number; den: number };
  /** The two differ. */
  rescales: boolean;
  isCover: boolean;
  /** Packets written. */
  packets: number;
  /** Packets that made no sense to the container and are left out; null where that is an error instead. */
  refused: number | null;
  /** The earliest PTS written, last DTS, the latest PTS and the latest end, in `to`. */
  firstPts: bigint;
  lastDts: bigint;
  lastPts: bigint;
  end: bigint;
}

/** How far a stream reaches, in seconds. Both are 0 when nothing was written. */
export interface Extent {
  /** When the last packet is shown or heard. */
  last: number;
  /** When all is over. Containers do not all keep the length of the last one. */
  end: number;
}

const oggMuxers = ['ogg', 'opus'];

/** Prepares an output at the path `to`; nothing is written before start. */
export function createOutput({ name, muxer, muxerOptions, tags }: OutputOptions, to: string): Output {
  const context = new FormatContext();
  check(context.allocOutputContext2(null, muxer, to), 'create', name);
  context.strictStdCompliance = unofficial;
  const metadata = Dictionary.fromObject(tags);
  context.metadata = metadata;
  const covers: Buffer[] = [];
  // In Matroska's milliseconds TrueHD's packets are not a tick apart each: to keep them so would stretch the sound.
  const step = context.oformat?.hasFlags(AVFMT_TS_NONSTRICT) ? 0n : 1n;
  let io: IOContext | null = null;
  let written = 0;

  return {
    addStream(plan) {
      const stream = context.newStream(null);
      stream.metadata = Dictionary.fromObject(plan.tags);
      stream.disposition = plan.disposition.reduce((flags, flag) => flags | (dispositions[flag] ?? 0), 0) as AVDisposition;
      return stream;
    },
    addCover(picture) {
      if (oggMuxers.includes(muxer)) metadata.set('METADATA_BLOCK_PICTURE', pictureTag(picture));
      else covers.push(picture);
      context.metadata = metadata;
    },
    start(before) {
      // The null muxer of a first pass needs no file.
      if (!context.oformat?.hasFlags(AVFMT_NOFILE)) {
        const file = new IOContext();
        check(file.open2Sync(`file:${to}`, AVIO_FLAG_WRITE), 'create', name);
        io = file;
        context.pb = file;
        if (before) file.writeSync(before);
      }
      check(context.writeHeaderSync(Dictionary.fromObject(muxerOptions)), 'mux', name);
      // For fragments the muxer switches this off, and then takes no sound from transport streams.
      context.setFlags(AVFMT_FLAG_AUTO_BSF);
    },
    write(packet, stream) {
      packet.streamIndex = stream.index;
      if (stream.isCover) covers.push(Buffer.from(packet.data ?? []));
      if (stream.rescales) packet.rescaleTs(stream.from, stream.to);
      // Every look at a packet is a call into FFmpeg: one for each value.
      const { dts } = packet;
      let { pts } = packet;
      if (dts !== AV_NOPTS_VALUE) {
        // Two times that fall on the same tick of a coarse clock: most containers want them strictly rising.
        const first = stream.lastDts + step;
        const due = dts < first ? first : dts;
        if (due !== dts) packet.dts = due;
        if (pts !== AV_NOPTS_VALUE && pts < due) packet.pts = pts = due;
        stream.lastDts = due;
      }
      stream.packets++;
      if (pts < stream.firstPts && pts !== AV_NOPTS_VALUE) stream.firstPts = pts;
      if (pts > stream.lastPts) stream.lastPts = pts;
      const end = pts + packet.duration;
      if (end > stream.end) stream.end = end;
      const result = context.interleavedWriteFrameSync(packet);
      if (result === INVALID_DATA && stream.refused !== null) {
        stream.refused++;
        stream.packets--;
      } else check(result, 'mux', name);
    },
    bytes() {
      if (io) written = Number(io.tell());
      return written;
    },
    extras: () => (muxer === 'mp4' || muxer === 'mov' ? { tags, covers, tracks: trackExtras(context.streams) } : undefined),
    async finish() {
      // Not the sync call: an index may take its time, and the worker has to stay answerable.
      check(await context.writeTrailer(), 'mux', name);
      if (!io) return;
      io.flushSync();
      check(io.error, 'mux', name);
      this.bytes();
      const file = io;
      io = null;
      context.pb = null;
      check(file.closepSync(), 'mux', name);
    },
    close() {
      if (io) {
        context.pb = null;
        io.closepSync();
        io = null;
      }
      context.freeContext();
      metadata.free();
    },
  };
}

/** The muxer's view of an encoder's or a source's stream, once the header is written. `copied` packets may be damaged. */
export function outputStream(stream: Stream, from: { num: number; den: number }, copied = false): OutputStream {
  const { num, den } = stream.timeBase;
  const rescales = from.num !== num || from.den !== den;
  const refused = copied ? 0 : null;
  const isCover = stream.hasDisposition(AV_DISPOSITION_ATTACHED_PIC);
  const times = { firstPts: 2n ** 62n, lastDts: -(2n ** 62n), lastPts: 0n, end: 0n };
  return { index: stream.index, from, to: { num, den }, rescales, isCover, packets: 0, refused, ...times };
}

export function extentOf({ to, lastPts, end }: OutputStream): Extent {
  return { last: (Number(lastPts) * to.num) / to.den, end: (Number(end) * to.num) / to.den };
}
