/** The proof of a lossless result: opened again, it has the tracks and chapters of the plan and all the packets that were written. */
import { readFileSync, statSync } from 'node:fs';
import { AV_NOPTS_VALUE, AVSEEK_FLAG_ANY, AVSEEK_FLAG_BACKWARD, type AVSeekFlag } from 'node-av/constants';
import { Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { StreamInfo } from '../../contract/media.ts';
import type { Proof } from '../../contract/plan.ts';
import type { RemuxPlan, RemuxStream } from '../../contract/remux-plan.ts';
import type { Control } from '../control.ts';
import { type Input, openInput } from '../input.ts';
import { describe } from '../probe.ts';
import { provedStream } from '../proved-stream.ts';
import { parseSubtitleFile } from '../subtitles/files.ts';
import { writesChapters } from '../write-chapters.ts';
import { firstPictures } from './first-pictures.ts';
import type { Written } from './written.ts';

export interface ToProve {
  path: string;
  plan: RemuxPlan;
  /** By the plan's streams. */
  written: Written[];
  /** The source's, for sentences. */
  name: string;
  control: Control;
}

interface Proved {
  proof: Proof;
  warnings: string[];
}

/** Container clocks may move an end by this much, seconds. */
const tolerance = (end: number) => 0.25 + end * 0.001;
/** Muxers whose header says all that is compared. */
const tellingHeaders = ['mp4', 'mov', 'ipod', 'matroska', 'webm'];
const textTargets = ['srt', 'ass', 'vtt'];

const failed = (name: string, what: string) =>
  new StudioError('proof-failed', `${name} was written, but is not good: ${what}. It was not kept; retry.`);

/** Throws `proof-failed` with the first difference. */
export async function proveRemux(order: ToProve): Promise<Proved> {
  if (textTargets.includes(order.plan.target)) return proveText(order);
  // What fragments hold is not told by the index before them.
  const headerOnly = tellingHeaders.includes(order.plan.muxer) && order.plan.layout !== 'fragmented';
  const input = openInput(order.path, { headerOnly });
  try {
    return await inspect(input, order);
  } finally {
    input.close();
  }
}

/** A file of one text track. */
function proveText({ path, plan, written, name }: ToProve): Proved {
  const bytes = readFileSync(path);
  const { cues } = parseSubtitleFile(bytes, name);
  const duration = Math.max(...cues.map((cue) => cue.end)) / 1000;
  const last = written[0]?.last ?? 0;
  if (duration < last - tolerance(last)) throw failed(name, `it ends at ${duration.toFixed(2)} s instead of ${last.toFixed(2)} s`);
  const codec = plan.streams[0]?.to ?? plan.streams[0]?.codec ?? '';
  return { proof: { bytes: bytes.length, duration, streams: [{ kind: 'subtitle', codec, duration }], decodedAt: [] }, warnings: [] };
}

async function inspect(input: Input, { path, plan, written, name, control }: ToProve): Promise<Proved> {
  const found = describe(input, path, statSync(path));
  const streams = inPlace(found.streams, plan.streams);
  if (streams.length !== plan.streams.length) throw failed(name, `it has ${streams.length} tracks instead of ${plan.streams.length}`);
  for (const [index, planned] of plan.streams.entries()) {
    const what = differs(planned, streams[index], input, written[index]);
    if (what) throw failed(name, `track ${index + 1} ${what}`);
  }
  if (writesChapters(plan.muxer) && found.chapters.length !== plan.chapters.length)
    throw failed(name, `it has ${found.chapters.length} chapters instead of ${plan.chapters.length}`);

  const end = Math.max(...written.map((one) => one.end));
  const last = Math.max(...written.map((one) => one.last));
  // MP4's own total leaves out what a track starts later; others begin late on purpose (MPEG-TS) and count from there.
  const ends = streams.map((stream) => (stream?.start ?? 0) + (stream?.duration ?? 0));
  const duration = Math.max(found.duration ?? 0, ...ends);
  // Of fragments that begin early FFmpeg may count one track from there and another from 0.
  const early = 2 * Math.max(...written.map((one) => one.early));
  if (duration < last - tolerance(end) || duration > end + tolerance(end) + early + startOf(found.streams))
    throw failed(name, `it is ${duration.toFixed(2)} s long instead of ${end.toFixed(2)} s`);

  const decoded = await firstPictures(input, plan, streams, written, control);
  if (decoded.failed !== null) throw failed(name, `track ${decoded.failed + 1} cannot be decoded, which it could in the source`);
  const seen = await readTail(input, path, last, control);
  if (seen < last - tolerance(last)) throw failed(name, `it can only be read up to ${seen.toFixed(2)} s of ${last.toFixed(2)} s`);
  const proved = streams.flatMap((stream) => (stream ? [provedStream(stream)] : []));
  return { proof: { bytes: found.bytes, duration, streams: proved, decodedAt: [decoded.at, seen] }, warnings: decoded.warnings };
}

const startOf = (streams: StreamInfo[]): number => Math.max(0, ...streams.map((stream) => stream.start ?? 0));

type Room = 'apart' | 'data' | 'track';

/** Containers keep covers and attached files apart from their tracks, and add tracks of data (timecode). */
function roomOf({ kind, disposition }: { kind: string; disposition: string[] }): Room {
  if (kind === 'data') return 'data';
  return kind === 'attachment' || (kind === 'video' && disposition.includes('attached_pic')) ? 'apart' : 'track';
}

/** The result's tracks by the plan's, and at last those that nobody planned. */
function inPlace(found: StreamInfo[], planned: RemuxStream[]): (StreamInfo | undefined)[] {
  const rooms: Record<Room, StreamInfo[]> = { apart: [], data: [], track: [] };
  for (const stream of found) rooms[roomOf(stream)].push(stream);
  const own = planned.map((plan) => rooms[plan.action === 'attach' ? 'apart' : roomOf(plan)].shift());
  return [...own, ...rooms.apart, ...rooms.track];
}

/** MP4 and MPEG-TS have one name for all layers of MPEG sound. */
const layers = ['mp2', 'mp3'];
const isSameCodec = (one: string, other: string) => one === other || (layers.includes(one) && layers.includes(other));

/** What is not as planned, in words. */
function differs(planned: RemuxStream, found: StreamInfo | undefined, input: Input, written: Written | undefined): string | null {
  const codec = planned.to ?? planned.codec;
  const kind = planned.action === 'attach' ? 'video' : planned.kind;
  // What an attached file is, is told by its name; data is whatever its mark says.
  const isNamed = kind !== 'attachment' && kind !== 'data';
  if (found?.kind !== kind || (isNamed && !isSameCodec(found.codec, codec))) return `is ${found?.codec ?? 'missing'} instead of ${codec}`;
  if (!written || roomOf(planned) !== 'track' || planned.action === 'attach') return null;
  // MP4 counts its samples; texts get empty ones between them, and of PCM every one is counted.
  const counted = codec.startsWith('pcm_') ? 0 : Number(input.streams[found.index]?.nbFrames ?? 0);
  if (counted > 0 && kind !== 'subtitle' && counted !== written.packets) return `has ${counted} packets instead of ${written.packets}`;
  if (kind === 'subtitle' || found.duration === null || written.packets === 0) return null;
  const end = (found.start ?? 0) + found.duration;
  const most = written.end + tolerance(written.end) + written.early + Math.max(0, found.start ?? 0);
  const isLong = end >= written.last - tolerance(written.end) && end <= most;
  return isLong ? null : `ends at ${end.toFixed(2)} s instead of ${written.end.toFixed(2)} s`;
}

/** To the keyframe before a place; and to any packet there, for a damaged track that has none. */
const seekFlags = [AVSEEK_FLAG_BACKWARD, (AVSEEK_FLAG_BACKWARD | AVSEEK_FLAG_ANY) as AVSeekFlag];

/** Reads what lies behind the last second, and so sees whether the end is there; returns the time of the last packet. */
async function readTail(input: Input, path: string, last: number, control: Control): Promise<number> {
  const at = BigInt(Math.floor(Math.max(0, last - 1) * 1e6));
  for (const flags of seekFlags) {
    const seen = input.context.seekFrameSync(-1, at, flags) >= 0 ? await readOn(input, control) : 0;
    if (seen >= last - tolerance(last)) return seen;
  }
  // Formats without an index (raw FLAC) may not seek; reading them from the start proves as much.
  const again = openInput(path, { headerOnly: true });
  try {
    return await readOn(again, control);
  } finally {
    again.close();
  }
}

async function readOn(input: Input, control: Control): Promise<number> {
  const packet = new Packet();
  packet.alloc();
  let seen = 0;
  try {
    while (input.read(packet)) {
      const base = input.streams[packet.streamIndex]?.timeBase;
      if (base && packet.pts !== AV_NOPTS_VALUE) seen = Math.max(seen, (Number(packet.pts) * base.num) / base.den);
      packet.unref();
      if (control.due()) await control.turn();
    }
    return seen;
  } finally {
    packet.free();
  }
}
