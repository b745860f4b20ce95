/** The loop of an encode: every packet of the source goes to its decoder or straight to the legs that copy it. */
import { Packet } from 'node-av/lib';
import { type AudioEncode, filmIn, type Plan, type StreamPlan } from '../contract/plan.ts';
import { createAudioLeg } from './audio-leg.ts';
import type { Drawn } from './burn/drawing.ts';
import type { Arrivals } from './chunks/arrivals.ts';
import type { ChunkGate } from './chunks/chunk-gate.ts';
import { createChunkOutput } from './chunks/chunk-output.ts';
import { createChunksLeg } from './chunks/chunks-leg.ts';
import type { Clock } from './clock.ts';
import type { Control } from './control.ts';
import { createConvertLeg } from './convert-leg.ts';
import { createCopyLeg } from './copy-leg.ts';
import { createDecoder, type Decoder } from './decoder.ts';
import { createEnd, enterPart, timeOf } from './enter-part.ts';
import { openInput } from './input.ts';
import { checkSource, countsOf, judgeDamage, judgeLength } from './judge-source.ts';
import type { Leg, LegContext } from './legs.ts';
import { type Level, nextLevel } from './loudness.ts';
import { createLoudnessLeg } from './loudness-leg.ts';
import { createOutput, type Output } from './output.ts';
import { partOf } from './part.ts';
import { passOptions } from './passes.ts';
import type { Preview } from './preview.ts';
import { refusingOptions } from './refused-options.ts';
import { lossWarning } from './text-track.ts';
import { createVideoLeg } from './video-leg.ts';
import { finishFile, wantsFaststart, withChapters, withoutFaststart } from './write-chapters.ts';

/** How often a chunk is looked for that is not there yet, ms. */
const chunkMs = 200;

/** For a leg that takes nothing of the source. */
const nowhere = -1;

/** What every pass of one encode is given. */
export interface Pass {
  plan: Plan;
  partial: string;
  threads: number;
  /** Of decoders, where that is another number. */
  decodeThreads?: number | undefined;
  /** The picture, where it is encoded elsewhere. */
  chunks?: { files: string[]; arrivals: Arrivals } | undefined;
  waitForSpace?: boolean | undefined;
  control: Control;
  clock: Clock;
  preview: Preview | null;
  /** What is drawn into the picture of each stream of the source. */
  drawn: Map<number, Drawn>;
  watchBytes(bytes: () => number): void;
}

export interface Feed extends Pass {
  clockOffset: number;
  /** How loud each track is made that has a target. */
  levels: Map<AudioEncode, Level>;
  /** null for a single pass. */
  pass: 1 | 2 | null;
  checkSpace?: () => Promise<void> | undefined;
  /** Only these pictures are encoded, into a chunk. */
  gate?: ChunkGate;
}

/** Runs one pass, into a file, a chunk or nothing. Throws what is wrong with the source, and write errors. */
export async function feed({
  plan,
  partial,
  threads,
  decodeThreads = threads,
  chunks,
  control,
  clock,
  preview,
  drawn,
  clockOffset,
  levels,
  pass,
  watchBytes,
  checkSpace,
  gate,
}: Feed) {
  const makesFile = pass !== 1 && !gate;
  const input = openInput(plan.source);
  const decoders = new Map<number, Decoder>();
  const legs: { input: number; leg: Leg }[] = [];
  let output: Output | null = null;
  const packet = new Packet();
  packet.alloc();
  try {
    checkSource(input, plan);
    const { muxer, muxerOptions, tags, chapters } = plan;
    const container = { name: input.name, ...withChapters({ muxer, muxerOptions: withoutFaststart(muxerOptions), tags }, chapters) };
    const sink = gate ? createChunkOutput(input.name, partial) : createOutput(container, pass === 1 ? '-' : partial);
    output = sink;
    const hasVideo = plan.streams.some((stream) => stream.kind === 'video' && !stream.disposition.includes('attached_pic'));
    const film = filmIn(plan);
    const part = partOf(plan);
    const editLists = plan.muxerOptions['use_editlist'] !== '0';
    await refusingOptions(plan, () => {
      for (const stream of plan.streams) {
        const source = input.streams[stream.input] as LegContext['source'];
        const context: LegContext = {
          ...{ source, name: input.name, output: sink, origin: plan.origin, part },
          ...{ clock, clockOffset, threads, editLists },
          preview: stream === film ? preview : null,
          drawn: drawn.get(stream.input),
          gate: gate ?? null,
        };
        if (chunks && stream === film) {
          legs.push({ input: nowhere, leg: createChunksLeg(stream, context, chunks) });
          continue;
        }
        legs.push({ input: stream.input, leg: createLeg(stream, context, pass, !hasVideo, levels) });
        if (stream.action === 'encode' && !decoders.has(stream.input))
          decoders.set(stream.input, createDecoder(input, stream.input, decodeThreads, decodingDevice(stream)));
      }
    });
    input.use(legs.map((row) => row.input));
    sink.start();
    watchBytes(sink.bytes);
    for (const { leg } of legs) leg.ready();

    const routes = input.streams.map((stream) => {
      const own = legs.filter((row) => row.input === stream.index).map((row) => row.leg);
      const framed = own.filter((leg) => leg.onFrame);
      return {
        copies: own.filter((leg) => leg.onPacket),
        decoder: decoders.get(stream.index),
        onFrame: (frame: Parameters<NonNullable<Leg['onFrame']>>[0]) => {
          for (const leg of framed) leg.onFrame?.(frame);
        },
      };
    });
    // Subtitles are few and far between: what is written of them follows the time of the other streams.
    const timed = legs.flatMap(({ leg }) => (leg.onTime ? [leg] : []));
    const texts = legs.flatMap(({ input: index, leg }) => (leg.kind === 'subtitle' ? [index] : []));
    const give = (to: (typeof routes)[number] | undefined) => {
      for (const leg of to?.copies ?? []) leg.onPacket?.(packet);
    };
    /** Waits where a leg has to wait for what comes from elsewhere; then it can go on. */
    const caughtUp = async (leg: Leg) => {
      if (!leg.isBehind?.()) return false;
      await control.until(() => !leg.isBehind?.(), chunkMs);
      return true;
    };
    const seen = await enterPart(input, plan, texts, packet, () => give(routes[packet.streamIndex]), control);
    const isOver = createEnd(plan);
    while (input.read(packet)) {
      const at = timeOf(input, packet);
      if (isOver(packet.streamIndex, at)) break;
      if (at > -Infinity) {
        for (const leg of timed) {
          leg.onTime?.(at);
          while (await caughtUp(leg)) leg.onTime?.(at);
        }
      }
      const route = routes[packet.streamIndex];
      route?.decoder?.decode(packet, route.onFrame);
      if (at >= seen || !texts.includes(packet.streamIndex)) give(route);
      packet.unref();
      if (control.due()) {
        await control.turn();
        await checkSpace?.();
      }
    }
    for (const route of routes) route.decoder?.decode(null, route.onFrame);
    const counts = countsOf(decoders);
    if (chunks && film) counts.set(film.input, chunks.arrivals.counts());
    const warnings = gate ? [] : judgeDamage(input, counts, part.isCut || part.end < Infinity);
    for (const { leg } of legs) {
      do for (const _packet of leg.finish()) if (control.due()) await control.turn();
      while (await caughtUp(leg));
    }
    await control.turn();
    if (makesFile) clock.stage('finishing');
    await control.during(sink.finish());
    if (makesFile)
      await finishFile(partial, { muxer, chapters, faststart: wantsFaststart(muxerOptions), extras: sink.extras() }, input.name, () =>
        control.turn(),
      );
    warnings.push(...legs.flatMap(({ leg }) => leg.losses?.() ?? []).map(lossWarning));
    const written = legs.map((row) => row.leg.written());
    // A first pass reads the picture alone, and sound may go on after it.
    if (makesFile) judgeLength(input, plan, Math.max(...written.map((extent) => extent.end)));
    return { warnings, written, counts };
  } finally {
    packet.free();
    for (const { leg } of legs) leg.close();
    for (const decoder of decoders.values()) decoder.close();
    output?.close();
    input.close();
  }
}

const decodingDevice = (stream: StreamPlan) =>
  stream.action === 'encode' && stream.kind === 'video' && stream.decodeOnDevice ? stream.device : null;

function createLeg(
  stream: StreamPlan,
  context: LegContext,
  pass: 1 | 2 | null,
  drivesClock: boolean,
  levels: Map<AudioEncode, Level>,
): Leg {
  if (stream.action === 'convert') return createConvertLeg(stream, context);
  if (stream.action === 'copy') return createCopyLeg(stream, context, drivesClock && stream.kind !== 'subtitle');
  if (stream.kind === 'audio') {
    const level = levels.get(stream);
    if (pass !== 1 || !level) return createAudioLeg({ ...stream, ...level }, context, drivesClock);
    return createLoudnessLeg({ ...stream, ...level }, context, drivesClock, (found) =>
      levels.set(stream, nextLevel(level, found, stream.loudness ?? found.integrated)),
    );
  }
  return createVideoLeg(stream, context, pass ? passOptions(stream.encoder, stream.options, pass) : {});
}
