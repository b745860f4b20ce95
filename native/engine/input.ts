/** Opening sources: only files, only real media formats, every packet on one timeline. */
import { basename } from 'node:path';
import { AV_NOPTS_VALUE, AVDISCARD_ALL, AVFMT_TS_DISCONT, AVSEEK_FLAG_BACKWARD, AVSEEK_FLAG_BYTE } from 'node-av/constants';
import { Dictionary, FormatContext, type Packet, type Stream } from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';
import { AGAIN, avError, check, END, INVALID_DATA } from './av-error.ts';
import { missingIndex } from './unreadable.ts';

/**
 * Demuxers a source may use, by FFmpeg's names. Left out on purpose: text (`tty` turns any file into a film),
 * single pictures, raw samples without a header, and playlists (`hls`, `concat`…), which open other files.
 */
const demuxers = [
  'mov',
  'mp4',
  'm4a',
  '3gp',
  '3g2',
  'mj2',
  'matroska',
  'webm',
  'mpegts',
  'mpeg',
  'mpegvideo',
  'flv',
  'live_flv',
  'avi',
  'asf',
  'mxf',
  'gxf',
  'nut',
  'rm',
  'wtv',
  'dv',
  'ivf',
  'obu',
  'av1',
  'h264',
  'hevc',
  'vvc',
  'm4v',
  'vc1',
  'yuv4mpegpipe',
  'gif',
  'apng',
  'webp_anim',
  'nsv',
  'roq',
  '4xm',
  'bink',
  'smjpeg',
  'swf',
  'pva',
  'ea',
  'viv',
  'mp3',
  'aac',
  'loas',
  'flac',
  'ogg',
  'wav',
  'w64',
  'aiff',
  'caf',
  'au',
  'voc',
  'ac3',
  'eac3',
  'dts',
  'dtshd',
  'truehd',
  'mlp',
  'amr',
  'ape',
  'wv',
  'tta',
  'tak',
  'mpc',
  'mpc8',
  'dsf',
  'oma',
  'xwma',
  'iff',
];

/** What FFmpeg may take a file for, and that it may open no other. */
export const fileOptions = { format_whitelist: demuxers.join(','), protocol_whitelist: 'file' };

/** Below this FFmpeg itself calls a guess worth a retry (AVPROBE_SCORE_RETRY): noise that looks a little like MP3. */
export const leastProbeScore = 25;

/**
 * A clock that jumps ahead by more than this inside a transport stream was spliced, not paused (FFmpeg's dts_delta_threshold);
 * one that jumps back was spliced anyway, beyond what muxers' jitter explains.
 */
const spliceSeconds = { ahead: 10, back: 0.5 };

export interface Input {
  readonly context: FormatContext;
  /** Only valid until close or rewind. */
  readonly streams: Stream[];
  /** The file's name, for sentences. */
  name: string;
  /** Reads the next packet; false at the end. */
  read(packet: Packet): boolean;
  /** Skips all streams but these. */
  use(indexes: Iterable<number>): void;
  /**
   * Goes on at a keyframe at or before a time on the file's timeline, seconds; false where it stays where it was: recordings
   * whose clock may jump have their one timeline only when they are read from the start.
   */
  seek(seconds: number): boolean;
  /**
   * The same in any file, for whoever only looks: what is read first may be later than asked, and where recordings were spliced,
   * times are the file's own. By a stream's own clock.
   */
  jump(seconds: number, streamIndex: number): void;
  /** Goes back to the first packet of all: by a time, what comes before the first keyframe cannot be reached. */
  rewind(): void;
  close(): void;
}

/**
 * Opens a file and finds out what its streams are; with `headerOnly` by the container's word alone, without decoding the
 * first pictures (60 ms at 1080p), which is enough for files of our own making. Throws not-media, source-missing,
 * source-unreadable.
 */
export function openInput(path: string, { headerOnly = false } = {}): Input {
  const name = basename(path);
  let context = openContext(path, name, headerOnly);
  let { streams } = context;
  let used: Set<number> | null = null;
  let isAtFirst = true;
  const splices = ((context.iformat?.flags ?? 0) & AVFMT_TS_DISCONT) !== 0 ? createSpliceMender(streams) : null;
  const skipUnused = () => {
    for (const stream of streams) if (used && !used.has(stream.index)) stream.discard = AVDISCARD_ALL;
  };
  return {
    get context() {
      return context;
    },
    get streams() {
      return streams;
    },
    name,
    read(packet) {
      isAtFirst = false;
      const result = context.readFrameSync(packet);
      if (result === END) return false;
      // A demuxer that says "again" has skipped something; the next read goes on.
      if (result === AGAIN) return this.read(packet);
      if (result < 0) throw avError(result, 'read', name);
      splices?.mend(packet);
      return true;
    },
    use(indexes) {
      used = new Set(indexes);
      skipUnused();
    },
    seek: (seconds) => !splices && context.seekFrameSync(-1, BigInt(Math.floor(seconds * 1e6)), AVSEEK_FLAG_BACKWARD) >= 0,
    jump(seconds, streamIndex) {
      const { num, den } = streams[streamIndex]?.timeBase ?? { num: 1, den: 1 };
      const ticks = BigInt(Math.round((seconds * den) / num));
      splices?.reset();
      isAtFirst = false;
      if (context.seekFrameSync(streamIndex, ticks, AVSEEK_FLAG_BACKWARD) >= 0) return;
      // Before the first keyframe; or there is no going by time at all.
      if (context.seekFrameSync(streamIndex, ticks) >= 0) return;
      check(context.seekFrameSync(-1, 0n, AVSEEK_FLAG_BYTE), 'read', name);
    },
    rewind() {
      if (isAtFirst) return;
      const again = openContext(path, name, headerOnly);
      context.closeInputSync();
      context = again;
      streams = again.streams;
      skipUnused();
      splices?.reset();
      isAtFirst = true;
    },
    close: () => context.closeInputSync(),
  };
}

function openContext(path: string, name: string, headerOnly: boolean): FormatContext {
  const context = new FormatContext();
  const opened = context.openInputSync(`file:${path}`, null, Dictionary.fromObject(fileOptions));
  if (opened === INVALID_DATA) throw missingIndex(path, name) ?? avError(opened, 'open', name);
  check(opened, 'open', name);
  try {
    // Some containers have no header to speak of (FLV, transport streams).
    if (!headerOnly || context.nbStreams === 0) check(context.findStreamInfoSync(null), 'open', name);
    const unsure = context.probeScore < leastProbeScore;
    if (unsure || context.nbStreams === 0) throw new StudioError('not-media', `${name} is not a media file that Muxwell can read.`);
  } catch (error) {
    context.closeInputSync();
    throw error;
  }
  return context;
}

/** Puts spliced recordings on one clock: after a jump, all streams are shifted so that they go on where they were. */
function createSpliceMender(streams: Stream[]) {
  const bases = streams.map((stream) => stream.timeBase.num / stream.timeBase.den);
  const expected = new Map<number, number>();
  let shift = 0;
  return {
    /** After a jump nothing goes on from before. */
    reset() {
      expected.clear();
      shift = 0;
    },
    mend(packet: Packet): void {
      const base = bases[packet.streamIndex];
      if (base === undefined || packet.dts === AV_NOPTS_VALUE) return;
      const at = Number(packet.dts) * base;
      const due = expected.get(packet.streamIndex);
      const jump = due === undefined ? 0 : at + shift - due;
      if (due !== undefined && (jump > spliceSeconds.ahead || jump < -spliceSeconds.back)) shift = due - at;
      expected.set(packet.streamIndex, at + shift + Number(packet.duration) * base);
      if (shift === 0) return;
      const ticks = BigInt(Math.round(shift / base));
      packet.dts += ticks;
      if (packet.pts !== AV_NOPTS_VALUE) packet.pts += ticks;
    },
  };
}
