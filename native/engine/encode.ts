/** Runs a plan: reads the source once per pass, decodes every stream once, feeds the legs, and proves the result. */
import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Packet } from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';
import { type AudioEncode, type Plan, type StreamPlan, spareOf } from '../contract/plan.ts';
import type { EncodeResult, Progress, WorkerCommands } from '../contract/worker-contract.ts';
import { createAudioLeg } from './audio-leg.ts';
import { lastWords, listenToLog, withLog } from './av-error.ts';
import { type Drawn, readDrawn } from './burn/drawing.ts';
import { type Clock, createClock } from './clock.ts';
import type { Control } from './control.ts';
import { createConvertLeg } from './convert-leg.ts';
import { createCopyLeg } from './copy-leg.ts';
import { createDecoder, type Decoder } from './decoder.ts';
import { createEnd, enterPart, timeOf } from './enter-part.ts';
import { type Input, openInput } from './input.ts';
import type { Leg, LegContext } from './legs.ts';
import { type Level, nextLevel, unmeasured } from './loudness.ts';
import { createLoudnessLeg } from './loudness-leg.ts';
import { createOutput, type Output } from './output.ts';
import { partOf } from './part.ts';
import { discard, watchSpace } from './partial-file.ts';
import { passOptions } from './passes.ts';
import { createPreview, type Preview } from './preview.ts';
import { prove } from './prove.ts';
import { refusingOptions } from './refused-options.ts';
import { createSizeFit, withRate } from './size-fit.ts';
import { lossWarning } from './text-track.ts';
import { createVideoLeg } from './video-leg.ts';
import { finishFile, wantsFaststart, withChapters, withoutFaststart } from './write-chapters.ts';

/** More than this share of damaged packets is not a film any more (FFmpeg's own limit for giving up is 2/3). */
const mostDamage = 1 / 3;
/** How often sound is measured at most: as it is, and with a limiter in it. */
const loudnessRounds = 4;

type Order = WorkerCommands['encode'];

/** Encodes into `partial` and proves it. On any error the partial file is gone. */
export async function encode(order: Order, control: Control, tell: (progress: Progress) => void): Promise<EncodeResult> {
  listenToLog();
  try {
    return order.plan.passes === 2 ? await inNotesFolder(() => run(order, control, tell)) : await run(order, control, tell);
  } catch (thrown) {
    for (const path of [order.partial, spareOf(order.partial)]) discard(path);
    throw await withLog(thrown);
  }
}

/** Two-pass notes are written into the current folder (passes.ts): a fresh one, gone afterwards. */
async function inNotesFolder<T>(work: () => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'muxwell-'));
  const home = process.cwd();
  process.chdir(folder);
  try {
    return await work();
  } finally {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(order: Order, control: Control, tell: (progress: Progress) => void): Promise<EncodeResult> {
  const { plan, partial } = order;
  const preview = order.preview ? createPreview(order.preview) : null;
  let written: () => number = () => 0;
  const planned = plan.duration === null ? null : plan.duration * plan.passes;
  const clock = createClock(
    planned,
    control.elapsed,
    () => written(),
    () => preview?.count() ?? 0,
    tell,
  );
  control.onTick(() => clock.report());
  const watchBytes = (bytes: () => number) => {
    written = bytes;
  };
  const base = { ...order, control, clock, watchBytes, preview, drawn: await readDrawn(plan, control) };
  const levels = plan.passes === 2 ? await analyse(base) : new Map<AudioEncode, Level>();

  const clockOffset = plan.passes === 2 ? (plan.duration ?? 0) : 0;
  const fit = plan.sizeLimit === null ? null : createSizeFit(plan, plan.sizeLimit);
  const spare = spareOf(partial);
  let current = plan;
  let kept: Made | null = null;
  for (;;) {
    const made: Made = { plan: current, ...(await encodePass({ ...base, plan: current, clockOffset, levels })) };
    const verdict = fit?.judge(statSync(partial).size) ?? { what: 'keep' };
    if (verdict.what === 'unreachable')
      throw new StudioError('size-unreachable', `${basename(plan.source)} could not be made to fit the asked size.`);
    if (verdict.what === 'again') {
      if (verdict.spare) {
        renameSync(partial, spare);
        kept = made;
      }
      current = withRate(plan, verdict.factor);
      continue;
    }
    if (verdict.what === 'earlier') renameSync(spare, partial);
    discard(spare);
    const final = verdict.what === 'earlier' && kept ? kept : made;
    clock.stage('proving');
    const proof = await prove(partial, final.plan, final.written, control);
    return { proof, seconds: control.elapsed() / 1000, warnings: [...final.warnings, ...unreached(levels)], log: await lastWords() };
  }
}

type Made = Awaited<ReturnType<typeof encodePass>> & { plan: Plan };

interface Pass {
  plan: Plan;
  partial: string;
  threads: number;
  waitForSpace?: boolean | undefined;
  control: Control;
  clock: Clock;
  preview: Preview | null;
  /** What is drawn into the picture of each stream of the source. */
  drawn: Map<number, Drawn>;
  watchBytes(bytes: () => number): void;
}

/** First of two passes, into nothing: what the picture's rate control has to know, and how loud the sound is. */
async function analyse(pass: Pass): Promise<Map<AudioEncode, Level>> {
  const levels = new Map<AudioEncode, Level>();
  const isOpen = (stream: AudioEncode) => levels.get(stream)?.isSettled === false;
  for (const stream of pass.plan.streams)
    if (stream.action === 'encode' && stream.kind === 'audio' && stream.loudness !== null) levels.set(stream, unmeasured);
  pass.clock.stage('analysing');
  for (let round = 1; round <= loudnessRounds; round++) {
    const streams = pass.plan.streams.filter(
      (stream) => stream.action === 'encode' && (stream.kind === 'audio' ? isOpen(stream) : round === 1 && pass.plan.twoPass),
    );
    if (streams.length === 0) break;
    const plan: Plan = { ...pass.plan, muxer: 'null', muxerOptions: {}, streams, chapters: [] };
    await feed({ ...pass, plan, clockOffset: 0, pass: 1, levels });
  }
  return levels;
}

/** What could not be made as loud as asked, in words. */
const unreached = (levels: Map<AudioEncode, Level>): string[] =>
  [...levels].flatMap(([{ input }, { why }]) => (why === null ? [] : [`Sound track ${input} ${why}.`]));

async function encodePass(pass: Pass & { clockOffset: number; levels: Map<AudioEncode, Level> }) {
  const wait = async (isOver: () => boolean) => {
    pass.clock.stage('waiting');
    await pass.control.until(isOver);
    pass.clock.stage('encoding');
  };
  const watch = watchSpace(pass.partial, (pass.plan.estimatedBytes ?? 0) / 2, pass.waitForSpace ? wait : undefined);
  pass.clock.stage('encoding');
  return feed({ ...pass, pass: pass.plan.twoPass ? 2 : null, checkSpace: watch });
}

interface Feed extends Pass {
  clockOffset: number;
  /** How loud each track is made that has a target. */
  levels: Map<AudioEncode, Level>;
  /** null for a single pass. */
  pass: 1 | 2 | null;
  checkSpace?: () => Promise<void> | undefined;
}

/** The loop: every packet of the source goes to its decoder or straight to the legs that copy it. */
async function feed({ plan, partial, threads, control, clock, preview, drawn, clockOffset, levels, pass, watchBytes, checkSpace }: Feed) {
  const input = openInput(plan.source);
  const decoders = new Map<number, Decoder>();
  const legs: { input: number; leg: Leg }[] = [];
  let output: Output | null = null;
  const packet = new Packet();
  packet.alloc();
  try {
    checkSource(input, plan);
    const { muxer, muxerOptions, tags, chapters } = plan;
    const sink = createOutput(
      { name: input.name, ...withChapters({ muxer, muxerOptions: withoutFaststart(muxerOptions), tags }, chapters) },
      pass === 1 ? '-' : partial,
    );
    output = sink;
    const hasVideo = plan.streams.some((stream) => stream.kind === 'video' && !stream.disposition.includes('attached_pic'));
    const film = plan.streams.find((stream) => stream.kind === 'video' && stream.action === 'encode');
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
        };
        legs.push({ input: stream.input, leg: createLeg(stream, context, pass, !hasVideo, levels) });
        if (stream.action === 'encode' && !decoders.has(stream.input))
          decoders.set(stream.input, createDecoder(input, stream.input, threads, decodingDevice(stream)));
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
    const seen = await enterPart(input, plan, texts, packet, () => give(routes[packet.streamIndex]), control);
    const isOver = createEnd(plan);
    while (input.read(packet)) {
      const at = timeOf(input, packet);
      if (isOver(packet.streamIndex, at)) break;
      if (at > -Infinity) for (const leg of timed) leg.onTime?.(at);
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
    const warnings = judgeDamage(input, decoders, part.isCut || part.end < Infinity);
    for (const { leg } of legs) {
      for (const _packet of leg.finish()) if (control.due()) await control.turn();
    }
    await control.turn();
    if (pass !== 1) clock.stage('finishing');
    await control.during(sink.finish());
    if (pass !== 1)
      await finishFile(partial, { muxer, chapters, faststart: wantsFaststart(muxerOptions), extras: sink.extras() }, input.name, () =>
        control.turn(),
      );
    warnings.push(...legs.flatMap(({ leg }) => leg.losses?.() ?? []).map(lossWarning));
    const written = legs.map((row) => row.leg.written());
    // A first pass reads the picture alone, and sound may go on after it.
    if (pass !== 1) judgeLength(input, plan, Math.max(...written.map((extent) => extent.end)));
    return { warnings, written };
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

/** The plan was made for the file as it was when it was read; a file that changed since is not encoded by guess. */
function checkSource(input: Input, plan: Plan): void {
  if (plan.streams.some((stream) => stream.input >= input.streams.length)) {
    throw new StudioError('source-vanished', `${input.name} has changed since it was added. Retry to read it anew.`);
  }
}

/** Damage is told; too much of it, or no frame at all, is an error. */
function judgeDamage(input: Input, decoders: Map<number, Decoder>, isPart: boolean): string[] {
  const warnings: string[] = [];
  for (const [index, decoder] of decoders) {
    const [frames, damaged] = [decoder.frames(), decoder.damaged()];
    // Of a part, a stream may have nothing.
    if (damaged > (frames + damaged) * mostDamage || (frames === 0 && !isPart)) {
      throw new StudioError(
        'source-damaged',
        `${input.name} is damaged: ${frames === 0 ? 'nothing' : 'too little'} of stream ${index} could be decoded.`,
      );
    }
    if (damaged > 0)
      warnings.push(`${damaged} damaged ${damaged === 1 ? 'place' : 'places'} in stream ${index} of the source could not be decoded well.`);
  }
  return warnings;
}

/** FFmpeg reads a file that was cut off as one that simply ends: its own header knows better. */
function judgeLength(input: Input, plan: Plan, end: number): void {
  if (plan.duration === null || !plan.durationIsExact) return;
  if (plan.duration - end <= Math.max(1, plan.duration * 0.02)) return;
  throw new StudioError(
    'source-truncated',
    `${input.name} ends too early: ${end.toFixed(1)} s of ${plan.duration.toFixed(1)} s could be read. Copy it again from where it came.`,
  );
}
