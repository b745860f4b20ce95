/** Runs a plan: pass after pass, until the file is as large as it should be, and proves the result. */
import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { type AudioEncode, type Plan, spareOf } from '../contract/plan.ts';
import type { EncodeResult, Progress, WorkerCommands } from '../contract/worker-contract.ts';
import { lastWords, listenToLog, withLog } from './av-error.ts';
import { readDrawn } from './burn/drawing.ts';
import { type Clock, createClock } from './clock.ts';
import type { Control } from './control.ts';
import { feed, type Pass } from './feed.ts';
import { type Level, unmeasured } from './loudness.ts';
import { discard, watchSpace } from './partial-file.ts';
import { createPreview } from './preview.ts';
import { prove } from './prove.ts';
import { scratch } from './scratch.ts';
import { createSizeFit, withRate } from './size-fit.ts';

/** How often sound is measured at most: as it is, and with a limiter in it. */
const loudnessRounds = 4;

/** `chunks`: the picture, where it is encoded elsewhere. */
type Order = Omit<WorkerCommands['encode'], 'chunks'> & { chunks?: Pass['chunks'] };

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
  const folder = mkdtempSync(join(scratch(), 'muxwell-'));
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
  const before = (plan.duration ?? 0) * firstPassShare(plan);
  const planned = plan.duration === null ? null : plan.duration + before;
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

  const fit = plan.sizeLimit === null ? null : createSizeFit(plan, plan.sizeLimit);
  const spare = spareOf(partial);
  let current = plan;
  let kept: Made | null = null;
  for (;;) {
    const made: Made = { plan: current, ...(await encodePass({ ...base, plan: current, clockOffset: before, levels })) };
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

/** What a first pass takes of the second one's time, for the progress: one over the sound alone is soon through. */
const firstPassShare = ({ passes, twoPass }: Plan): number => (passes === 1 ? 0 : twoPass ? 1 : 0.05);

/** First of two passes, into nothing: what the picture's rate control has to know, and how loud the sound is. */
async function analyse(pass: Pass): Promise<Map<AudioEncode, Level>> {
  const levels = new Map<AudioEncode, Level>();
  const isOpen = (stream: AudioEncode) => levels.get(stream)?.isSettled === false;
  for (const stream of pass.plan.streams)
    if (stream.action === 'encode' && stream.kind === 'audio' && stream.loudness !== null) levels.set(stream, unmeasured);
  const share = firstPassShare(pass.plan);
  const clock: Clock = { ...pass.clock, advance: (done) => pass.clock.advance(done * share) };
  clock.stage('analysing');
  for (let round = 1; round <= loudnessRounds; round++) {
    const streams = pass.plan.streams.filter(
      (stream) => stream.action === 'encode' && (stream.kind === 'audio' ? isOpen(stream) : round === 1 && pass.plan.twoPass),
    );
    if (streams.length === 0) break;
    const plan: Plan = { ...pass.plan, muxer: 'null', muxerOptions: {}, streams, chapters: [] };
    await feed({ ...pass, clock, plan, clockOffset: 0, pass: 1, levels });
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
