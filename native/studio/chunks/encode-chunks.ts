/** Encodes a film's picture chunk by chunk, in as many places at a time as are given, and puts the chunks and the rest together. */
import { basename } from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ChunkResult, EncodeResult, Progress, WorkerInputs } from '../../contract/worker-contract.ts';
import type { Places } from '../job-run.ts';
import type { Lease } from '../pool.ts';
import { joinProgress, sumProgress } from './chunk-progress.ts';
import type { Chunks } from './chunk-store.ts';

export interface ChunkedEncode extends Places {
  /** Of the whole film. */
  order: WorkerInputs['encode'];
  chunks: Chunks;
  /** Resolves at once, when the job is not paused any more, or when the signal is aborted. */
  unpaused(signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
  onProgress(progress: Progress): void;
}

/** How often further places are looked for, ms. */
const lookMs = 1000;

/**
 * Sound, subtitles and the container are made beside, and take each chunk as it comes. Throws what any of it failed for; the chunks
 * that are there stay.
 */
export async function encodeChunked(run: ChunkedEncode): Promise<EncodeResult> {
  const { order, chunks, signal, onProgress } = run;
  const { plan } = order;
  const began = performance.now();
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const joiner = await run.beside();
  let isPictureDone = false;
  const work = `Encoding ${basename(plan.source)}`;
  const ready = (number: number, { frames, damaged }: ChunkResult) =>
    joiner.call('chunkReady', { number, frames, damaged }, { work, signal: either });
  const files = plan.chunks.map((_, number) => chunks.file(number));
  const join = async () => {
    const progress = (now: Progress) => isPictureDone && onProgress(joinProgress(now));
    const joined = joiner.call('encode', { ...order, chunks: files }, { work, signal: either, onProgress: progress });
    await Promise.all([joined, ...[...chunks.done()].map(([number, chunk]) => ready(number, chunk))]);
    return joined;
  };
  const picture = async () => {
    await encodeAll({ ...run, signal: either }, ready);
    isPictureDone = true;
  };
  // Whatever fails ends the other, which would be in vain or wait for ever.
  const parts = [join(), picture()] as const;
  for (const part of parts) part.catch((why) => stop.abort(why));
  try {
    await Promise.allSettled(parts);
    signal.throwIfAborted();
    if (stop.signal.aborted) throw stop.signal.reason;
    return { ...(await parts[0]), seconds: (performance.now() - began) / 1000 };
  } finally {
    joiner.release();
  }
}

async function encodeAll(
  { order, chunks, lease, spare, unpaused, signal, onProgress }: ChunkedEncode,
  ready: (number: number, result: ChunkResult) => Promise<unknown>,
): Promise<void> {
  const { plan } = order;
  const left = plan.chunks.flatMap((_, number) => (chunks.done().has(number) ? [] : [number]));
  const planned = plan.duration ?? 0;
  const began = performance.now();
  const before = {
    done: planned - sum(left, (number) => lengthOf(plan, number)),
    bytes: sum(chunks.done().values(), ({ bytes }) => bytes),
  };
  const finished = { done: 0, bytes: 0, previews: 0 };
  const atWork = new Map<number, Progress>();
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);

  const tell = () =>
    onProgress(sumProgress(planned, { ...before, seconds: (performance.now() - began) / 1000 }, finished, [...atWork.values()]));

  async function encodeOne(place: Lease, isFirst: boolean, number: number): Promise<void> {
    const preview = isFirst ? order.preview : undefined;
    const result = await place.call(
      'encodeChunk',
      {
        ...{ plan, file: chunks.file(number), from: plan.chunks[number] ?? 0, to: plan.chunks[number + 1] ?? null },
        ...{ decodeThreads: order.decodeThreads ?? 0, waitForSpace: order.waitForSpace ?? false, ...(preview && { preview }) },
      },
      {
        work: `Encoding ${basename(plan.source)}`,
        signal: either,
        onProgress(progress) {
          // It reads a picture or two beyond its end.
          atWork.set(number, { ...progress, done: Math.min(progress.done, lengthOf(plan, number)) });
          tell();
        },
      },
    );
    chunks.keep(number, result);
    checkSeams(plan, chunks.done());
    finished.previews += atWork.get(number)?.preview ?? 0;
    atWork.delete(number);
    finished.done += lengthOf(plan, number);
    finished.bytes += result.bytes;
    await ready(number, result);
  }

  async function work(place: Lease, isFirst: boolean): Promise<void> {
    for (;;) {
      await unpaused(either);
      either.throwIfAborted();
      if (!isFirst && !place.isWelcome()) return;
      const number = left.shift();
      if (number === undefined) return;
      await encodeOne(place, isFirst, number);
    }
  }

  const lanes = new Set<Promise<void>>();
  let failed: { why: unknown } | null = null;
  function begin(place: Lease, isFirst: boolean): void {
    const lane = work(place, isFirst)
      .catch((why: unknown) => {
        failed ??= { why };
        stop.abort(why); // the others would be in vain, or be waited for
      })
      .finally(() => {
        lanes.delete(lane);
        if (!isFirst) place.release();
      });
    lanes.add(lane);
  }
  const widen = () => {
    while (left.length > 0 && !either.aborted) {
      const place = spare();
      if (!place) return;
      begin(place, false);
    }
  };
  const timer = setInterval(widen, lookMs);
  begin(lease, true);
  widen();
  try {
    while (lanes.size > 0) await Promise.all(lanes);
  } finally {
    clearInterval(timer);
  }
  signal.throwIfAborted();
  if (failed) throw (failed as { why: unknown }).why;
}

/** The first picture behind a chunk has to be the first of the next one that has any: nothing is lost between them, nothing twice. */
function checkSeams({ chunks, source }: Plan, done: ReadonlyMap<number, ChunkResult>): void {
  for (const number of chunks.keys()) {
    const [one, next] = [done.get(number), done.get(number + 1)];
    if (!one || !next || next.first === null || one.next === next.first) continue;
    throw new StudioError(
      'chunks-impossible',
      `The pictures of ${basename(source)} cannot be told apart by their times.`,
      `Chunk ${number} ends before ${one.next}, the next one begins at ${next.first}.`,
    );
  }
}

/** The part of the film that is encoded, 0 to 1. */
export const shareDone = (plan: Plan, done: ReadonlyMap<number, ChunkResult>): number =>
  sum(done.keys(), (number) => lengthOf(plan, number)) / (plan.duration || 1);

const lengthOf = ({ chunks, duration }: Plan, number: number): number =>
  Math.max(0, (chunks[number + 1] ?? duration ?? 0) - (chunks[number] ?? 0));

const sum = <T>(of: Iterable<T>, value: (one: T) => number): number => [...of].reduce((total, one) => total + value(one), 0);
