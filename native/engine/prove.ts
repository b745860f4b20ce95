/** Opens the finished file again and holds it against the plan. A file that passes may take its final name. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { AV_NOPTS_VALUE, AVSEEK_FLAG_BACKWARD, type FFEncoderCodec } from 'node-av/constants';
import { avGetCodecName, Codec, Packet } from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';
import type { StreamInfo } from '../contract/media.ts';
import type { AudioEncode, Plan, Proof, StreamPlan, VideoEncode } from '../contract/plan.ts';
import type { ContainerId } from '../contract/preset.ts';
import type { Control } from './control.ts';
import { createDecoder } from './decoder.ts';
import { type Input, openInput } from './input.ts';
import type { Extent } from './output.ts';
import { describe } from './probe.ts';
import { provedStream } from './proved-stream.ts';

/** Container clocks and an audio encoder's padding may move the end by this much, seconds. */
const tolerance = (end: number) => 0.25 + end * 0.001;
/** Share of the encoding time that decoding may take, and the least it is given, ms. */
const budget = { share: 0.005, leastMs: 4 };
/** Containers whose header says all that is compared; the decoding below shows whether it is true. */
const tellingHeaders: ContainerId[] = ['mp4', 'mov', 'm4a', 'mkv', 'webm'];
/** Frames decoded at each place, at least. */
const framesPerPlace = 1;

const failed = (name: string, what: string) =>
  new StudioError('proof-failed', `${name} was written, but is not good: ${what}. It was not kept; retry.`);

/** The codec a finished stream must have. */
function codecOf(stream: StreamPlan): string {
  if (stream.action === 'copy') return stream.codec;
  if (stream.action === 'convert') return stream.to;
  const encoder = Codec.findEncoderByName(stream.encoder as FFEncoderCodec);
  return (encoder && avGetCodecName(encoder.id)) ?? stream.encoder;
}

/** `written` tells how far each stream reached when it was written. Throws `proof-failed` with the first difference. */
export async function prove(path: string, plan: Plan, written: Extent[], control: Control): Promise<Proof> {
  const name = basename(plan.source);
  const input = openInput(path, { headerOnly: tellingHeaders.includes(plan.container) });
  try {
    return await inspect(input, path, plan, written, name, control);
  } finally {
    input.close();
  }
}

async function inspect(input: Input, path: string, plan: Plan, written: Extent[], name: string, control: Control): Promise<Proof> {
  const found = describe(input, path, statSync(path));
  // Muxers add tracks of their own (timecode) and keep fonts apart: what counts is what was planned.
  const streams = found.streams.filter((stream) => stream.kind !== 'data');
  if (streams.length !== plan.streams.length) throw failed(name, `it has ${streams.length} streams instead of ${plan.streams.length}`);
  for (const [index, planned] of plan.streams.entries()) {
    const difference = compare(planned, streams[index]);
    if (difference) throw failed(name, `stream ${index} ${difference}`);
  }
  if (found.chapters.length !== plan.chapters.length)
    throw failed(name, `it has ${found.chapters.length} chapters instead of ${plan.chapters.length}`);
  const end = Math.max(...written.map((extent) => extent.end));
  const last = Math.max(...written.map((extent) => extent.last));
  // MP4's own total leaves out what a stream starts later.
  const duration = Math.max(found.duration ?? 0, ...streams.map((stream) => (stream.start ?? 0) + (stream.duration ?? 0)));
  if (duration < last - tolerance(end) || duration > end + tolerance(end))
    throw failed(name, `it is ${duration.toFixed(2)} s long instead of ${end.toFixed(2)} s`);

  const encoded = plan.streams.flatMap((stream, index) =>
    stream.action === 'encode' && (written[index]?.end ?? 0) > 0 ? [streams[index]?.index ?? index] : [],
  );
  const decodedAt = await decodePlaces(input, encoded, last, name, control);
  return { bytes: found.bytes, duration, streams: streams.map(provedStream), decodedAt };
}

/** What must be the same in plan and file. */
function factsOf(of: StreamInfo | VideoEncode | AudioEncode): string {
  if (of.kind === 'video') return `${of.width}×${of.height}`;
  return of.kind === 'audio' ? `${of.channels} channels at ${of.sampleRate} Hz` : '';
}

/** What is not as planned, in words. */
function compare(planned: StreamPlan, found: StreamInfo | undefined): string | null {
  const codec = codecOf(planned);
  if (found?.kind !== planned.kind || found.codec !== codec) return `is ${found?.codec ?? 'missing'} instead of ${codec}`;
  if (planned.action !== 'encode') return null;
  const [is, wanted] = [factsOf(found), factsOf(planned)];
  return is === wanted ? null : `has ${is} instead of ${wanted}`;
}

/**
 * Decodes some frames of every encoded stream at the start, in the middle and at the end, and reads the rest of the file
 * from the last place on, so that a missing tail is seen. Decoding begins at the keyframe before a place; returns how far it came.
 */
async function decodePlaces(input: Input, indexes: number[], last: number, name: string, control: Control): Promise<number[]> {
  const until = performance.now() + Math.max(budget.leastMs, control.elapsed() * budget.share);
  const decoders = new Map(indexes.map((index) => [index, createDecoder(input, index, 1)]));
  const packet = new Packet();
  packet.alloc();
  const decodedAt: number[] = [];
  let lastSeen = 0;
  try {
    for (const place of new Set([0, last / 2, last])) {
      if (place > 0) {
        const at = BigInt(Math.max(0, Math.floor((place - 0.5) * 1e6)));
        // Formats without an index (raw FLAC, ADTS) may not seek; reading on from the start proves as much.
        const sought = input.context.seekFrameSync(-1, at, AVSEEK_FLAG_BACKWARD) >= 0;
        if (sought) for (const decoder of decoders.values()) decoder.flush();
      }
      let reached = 0;
      const got = new Map(indexes.map((index) => [index, 0]));
      const missing = () => [...got.values()].some((frames) => frames < framesPerPlace);
      const decode = (index: number, from: Packet | null) => {
        const base = input.streams[index]?.timeBase ?? { num: 0, den: 1 };
        decoders.get(index)?.decode(from, (frame) => {
          got.set(index, (got.get(index) ?? 0) + 1);
          reached = Math.max(reached, (Number(frame.bestEffortTimestamp) * base.num) / base.den);
        });
      };
      const isLast = place === last;
      let decoding = true;
      let more = true;
      while ((isLast || missing()) && (more = input.read(packet))) {
        const { streamIndex } = packet;
        const base = input.streams[streamIndex]?.timeBase;
        if (base && packet.pts !== AV_NOPTS_VALUE) lastSeen = Math.max(lastSeen, (Number(packet.pts) * base.num) / base.den);
        // At the last place decoding goes on to the end while the budget lasts; reading always does.
        decoding = missing() || (isLast && performance.now() < until);
        if (decoding) decode(streamIndex, packet);
        packet.unref();
        if (control.due()) await control.turn();
      }
      if (!more && (decoding || missing())) for (const index of indexes) decode(index, null);
      const silent = indexes.find((index) => got.get(index) === 0);
      // A stream may be over before the last place; at the start it may not be.
      if (silent !== undefined && place === 0) throw failed(name, `stream ${silent} cannot be decoded at ${place.toFixed(1)} s`);
      decodedAt.push(reached);
    }
    for (const [index, decoder] of decoders) if (decoder.damaged() > 0) throw failed(name, `stream ${index} has damaged frames`);
    if (lastSeen < last - tolerance(last)) throw failed(name, `it can only be read up to ${lastSeen.toFixed(2)} s of ${last.toFixed(2)} s`);
    return decodedAt;
  } finally {
    packet.free();
    for (const decoder of decoders.values()) decoder.close();
  }
}
