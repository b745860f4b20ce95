/** Encodes one chunk of a film's picture into a file of its own, to be joined with the others later. */
import { StudioError } from '../../contract/errors.ts';
import { filmIn, type Plan } from '../../contract/plan.ts';
import type { ChunkResult, Progress, WorkerCommands } from '../../contract/worker-contract.ts';
import { listenToLog, withLog } from '../av-error.ts';
import { readDrawn } from '../burn/drawing.ts';
import { createClock } from '../clock.ts';
import type { Control } from '../control.ts';
import { feed } from '../feed.ts';
import { openInput } from '../input.ts';
import { discard, watchSpace } from '../partial-file.ts';
import { createPreview } from '../preview.ts';
import { createChunkGate } from './chunk-gate.ts';

/** Pictures of so long before and behind are given to the filters, too: those that look around settle within, seconds. */
const scene = 1;

type Order = WorkerCommands['encodeChunk'];

/** Throws chunks-impossible where the source cannot be entered in its midst, and what an encode throws. The file is then gone. */
export async function encodeChunk(order: Order, control: Control, tell: (progress: Progress) => void): Promise<ChunkResult> {
  listenToLog();
  try {
    return await run(order, control, tell);
  } catch (thrown) {
    discard(order.file);
    throw await withLog(thrown);
  }
}

async function run({ plan, from, to, file, ...order }: Order, control: Control, tell: (progress: Progress) => void): Promise<ChunkResult> {
  checkEntry(plan);
  const part = partAround(plan, from, to);
  const preview = order.preview ? createPreview(order.preview) : null;
  let written: () => number = () => 0;
  const clock = createClock(
    (to ?? plan.duration ?? from) - from,
    control.elapsed,
    () => written(),
    () => preview?.count() ?? 0,
    tell,
  );
  control.onTick(() => clock.report());
  const wait = async (isOver: () => boolean) => {
    clock.stage('waiting');
    await control.until(isOver);
    clock.stage('encoding');
  };
  const checkSpace = watchSpace(file, 0, order.waitForSpace ? wait : undefined);
  const gate = createChunkGate(from, to);
  clock.stage('encoding');
  const { counts } = await feed({
    ...{ plan: part, partial: file, control, clock, preview, gate, checkSpace },
    ...{ threads: 0, decodeThreads: order.decodeThreads, clockOffset: -from, levels: new Map(), pass: null },
    drawn: await readDrawn(plan, control),
    watchBytes(bytes) {
      written = bytes;
    },
  });
  const seconds = control.elapsed() / 1000;
  return { ...sum(counts), bytes: written(), first: asNumber(gate.first()), next: asNumber(gate.next()), seconds };
}

/** Recordings whose clock may jump have their one timeline only when they are read from the start. */
function checkEntry({ source }: Plan): void {
  const input = openInput(source, { headerOnly: true });
  try {
    if (!input.seek(0))
      throw new StudioError('chunks-impossible', `${input.name} can only be read from its beginning, because its clock may jump.`);
  } finally {
    input.close();
  }
}

/** The picture alone, with what sets its scene. */
function partAround(plan: Plan, from: number, to: number | null): Plan {
  const film = filmIn(plan);
  const { start, end } = plan.part;
  const behind = to === null ? null : plan.origin + to + scene;
  return {
    ...plan,
    streams: film ? [film] : [],
    chapters: [],
    part: {
      start: from > scene ? plan.origin + from - scene : start,
      end: behind === null || (end !== null && end < behind) ? end : behind,
    },
  };
}

const asNumber = (ticks: bigint | null) => (ticks === null ? null : Number(ticks));

const sum = (counts: Map<number, { frames: number; damaged: number }>) =>
  [...counts.values()].reduce((all, one) => ({ frames: all.frames + one.frames, damaged: all.damaged + one.damaged }), {
    frames: 0,
    damaged: 0,
  });
