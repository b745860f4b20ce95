/** Runs a lossless plan: packets go from sources to the result as they are, and the result is proved. */
import { basename } from 'node:path';
import { AV_NOPTS_VALUE } from 'node-av/constants';
import { Packet, type Stream } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { RemuxPlan } from '../../contract/remux-plan.ts';
import type { EncodeResult, Progress, WorkerCommands } from '../../contract/worker-contract.ts';
import { lastWords, listenToLog, withLog } from '../av-error.ts';
import { type ByteClock, createByteClock } from '../byte-clock.ts';
import type { Control } from '../control.ts';
import type { Extras } from '../mp4/extras.ts';
import { layoutOptions } from '../mp4/fragments.ts';
import { emptyRoom, roomForIndex } from '../mp4/room.ts';
import { createOutput, type Output } from '../output.ts';
import { discard, watchSpace } from '../partial-file.ts';
import { lossWarning } from '../text-track.ts';
import { finishFile, withChapters } from '../write-chapters.ts';
import { type BesideFile, openBeside } from './beside.ts';
import { extract } from './extract.ts';
import { openMainReader } from './main-reader.ts';
import { createMerger } from './merger.ts';
import { NOT_YET, OVER, type PacketReader } from './packets.ts';
import { readPictures } from './pictures.ts';
import { proveRemux } from './prove.ts';
import { openTrack, type Track } from './tracks.ts';
import { type Written, writtenOf } from './written.ts';

type Order = WorkerCommands['remux'];
type Tell = (progress: Progress) => void;

/** Damaged packets for each good one, beyond which a track is given up. */
const mostRefused = 9;

/** Writes into `partial` and proves it. On any error the partial file is gone. */
export async function remux(order: Order, control: Control, tell: Tell): Promise<EncodeResult> {
  listenToLog();
  try {
    return order.plan.target === 'file' ? await extract(order, control, tell) : await run(order, control, tell);
  } catch (thrown) {
    discard(order.partial);
    throw await withLog(thrown);
  }
}

async function run({ plan, partial, waitForSpace = false }: Order, control: Control, tell: Tell): Promise<EncodeResult> {
  const name = basename(plan.inputs[0]?.path ?? '');
  const copy = await copyAll(plan, partial, name, waitForSpace, control, tell);
  const { clock } = copy;
  clock.stage('finishing');
  const { muxer, layout } = plan;
  const { hidden } = copy;
  const chapters = plan.chapters.map((one, index) => ({
    ...one,
    start: index === 0 ? one.start : one.start + hidden,
    end: one.end + hidden,
  }));
  await finishFile(partial, { muxer, chapters, faststart: layout === 'faststart', extras: copy.extras }, name, async (done, total) => {
    clock.moved(done, total);
    await control.turn();
  });
  clock.stage('proving');
  await control.turn();
  const { proof, warnings } = await proveRemux({ path: partial, plan, written: copy.written, name, control });
  return { proof, seconds: control.elapsed() / 1000, warnings: [...copy.warnings, ...warnings], log: await lastWords() };
}

interface Copied {
  clock: ByteClock;
  /** By the plan's streams. */
  written: Written[];
  /** The result begins so many seconds before what the source shows. */
  hidden: number;
  warnings: string[];
  extras: Extras | undefined;
}

/** Everything that is open while packets are copied. */
interface Job {
  plan: RemuxPlan;
  name: string;
  reader: PacketReader;
  beside: BesideFile[];
  output: Output;
  tracks: Track[];
}

async function copyAll(
  plan: RemuxPlan,
  partial: string,
  name: string,
  waitForSpace: boolean,
  control: Control,
  tell: Tell,
): Promise<Copied> {
  let clock: ByteClock | null = null;
  const wait = async (isOver: () => boolean) => {
    clock?.stage('waiting');
    await control.until(isOver);
    clock?.stage('copying');
  };
  const checkSpace = watchSpace(partial, plan.estimatedBytes ?? 0, waitForSpace ? wait : undefined);
  const reader = openMainReader(plan);
  const tracks: Track[] = [];
  let beside: BesideFile[] = [];
  let output: Output | null = null;
  try {
    beside = openBeside(plan);
    const muxerOptions = { ...plan.muxerOptions, ...layoutOptions(plan) };
    const sink = createOutput({ name, ...withChapters({ ...plan, muxerOptions }, plan.chapters) }, partial);
    output = sink;
    const job = { plan, name, reader, beside, output: sink, tracks };
    const room = startOutput(job);
    const toMove = plan.layout === 'faststart' && room === 0 ? (plan.estimatedBytes ?? 0) : 0;
    const { estimatedBytes: toCopy, duration } = plan;
    clock = createByteClock({ toCopy, toMove, duration, elapsed: control.elapsed, read: reader.bytes, written: sink.bytes }, tell);
    control.onTick(() => clock?.report());
    await copyPackets(job, control, checkSpace);
    clock.copied(plan.layout === 'faststart' && room === 0 ? sink.bytes() : 0);
    await control.during(sink.finish());
    const { written, hidden } = writtenOf(
      tracks.map((track) => track.target()),
      plan.muxer,
    );
    const losses = [...tracks.flatMap((track) => track.losses?.() ?? []), ...beside.flatMap((file) => file.losses())];
    await lastWords(); // some of them say what could not be read
    const warnings = [...judgeReading(job, written), ...shownNow(name, hidden), ...new Set(losses.map(lossWarning))];
    return { clock, written, hidden, warnings, extras: sink.extras() };
  } finally {
    for (const track of tracks) track.close?.();
    output?.close();
    for (const file of beside) file.close();
    reader.close();
  }
}

/** Sets up the streams and writes the header; returns the bytes that were kept free for the index. */
function startOutput({ plan, name, reader, beside, output, tracks }: Job): number {
  const lift = liftOf(plan);
  const pictures = readPictures(plan);
  const sources = plan.streams.map((_, index) => reader.tracks[index] ?? beside.find((file) => file.tracks[index])?.tracks[index] ?? null);
  for (const [index, planned] of plan.streams.entries())
    tracks.push(openTrack(planned, sources[index] ?? null, pictures[index] ?? null, { plan, output, name, later: planned.shift + lift }));
  const streams = sources.map((source): Stream | null => (source && 'stream' in source ? source.stream : null));
  const room = roomForIndex(plan, streams, pictures);
  output.start(emptyRoom(room));
  for (const track of tracks) track.ready();
  return room;
}

/** A picture that comes earlier would have to begin before the start: everything else comes later instead. */
const liftOf = ({ streams }: Pick<RemuxPlan, 'streams'>): number =>
  Math.max(0, ...streams.map(({ kind, shift }) => (kind === 'video' ? -shift : 0)));

/** The loop. What it does for every packet is all that a lossless job costs beside reading and writing. */
async function copyPackets({ reader, beside, tracks }: Job, control: Control, checkSpace: () => Promise<void> | undefined): Promise<void> {
  const packet = new Packet();
  packet.alloc();
  const merger = createMerger(tracks, beside);
  try {
    for (;;) {
      const index = reader.next(packet);
      if (index === OVER) break;
      const track = tracks[index];
      if (track) {
        if (merger && packet.dts !== AV_NOPTS_VALUE) merger.reach((Number(packet.dts) * track.timeBase.num) / track.timeBase.den);
        track.take(packet);
        packet.unref();
      }
      if (control.due() || index === NOT_YET) {
        await control.turn();
        await checkSpace();
      }
    }
    merger?.reach(Infinity);
    for (const track of tracks) track.finish?.();
  } finally {
    packet.free();
    merger?.close();
  }
}

/** What could not be read is told; nothing at all is an error. */
function judgeReading(job: Job, written: Written[]): string[] {
  const { plan, name, reader } = job;
  if (written.every((one) => one.packets === 0) && plan.streams.some(({ kind }) => kind !== 'attachment'))
    throw new StudioError('source-damaged', `Nothing of ${name} could be read.`);
  return [...reader.losses(), ...judgeRefused(job), ...nameEmpty(job, written), ...reader.warnings()];
}

/** Tracks that begin too late for what is kept, were moved out of it, or never had anything. */
function nameEmpty({ plan, tracks, name }: Job, written: Written[]): string[] {
  return plan.streams.flatMap(({ kind, from: [head] }, index) => {
    const isEmpty = (kind === 'audio' || kind === 'video') && tracks[index]?.target() && written[index]?.packets === 0;
    const what = kind === 'video' ? 'picture' : 'sound track';
    return isEmpty && head
      ? [`Nothing of ${what} ${head.stream} of ${basename(plan.inputs[head.input]?.path ?? name)} is in the result.`]
      : [];
  });
}

const shownNow = (name: string, hidden: number): string[] =>
  hidden > 0
    ? [`${name} hides its first ${hidden.toFixed(1)} s, as an editor cut it. Only MP4 and QuickTime can do that: the result shows them.`]
    : [];

/** Packets that the container could make nothing of. Where they are nearly all of a track, nothing is rescued. */
function judgeRefused({ name, tracks, plan }: Job): string[] {
  return tracks.flatMap((track, index) => {
    const target = track.target();
    if (!target?.refused) return [];
    const { refused, packets } = target;
    const what = plan.streams[index]?.kind === 'video' ? 'picture' : 'sound';
    if (refused > packets * mostRefused) throw new StudioError('source-damaged', `Nearly all of the ${what} of ${name} is damaged.`);
    return [
      `${refused} ${refused === 1 ? 'packet' : 'packets'} of ${what} in ${name} ${refused === 1 ? 'is' : 'are'} too damaged for the result and left out.`,
    ];
  });
}
