/** One film in the whole machine: chunks by an encoder of one thread, in one place and in as many as there are cores. */
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { emptyState } from '../../native/contract/empty-state.ts';
import type { Plan } from '../../native/contract/plan.ts';
import { createState } from '../../native/contract/state.ts';
import { probe } from '../../native/engine/probe.ts';
import { childWorkers } from '../../native/hosts/child-worker.ts';
import { createChunkStore } from '../../native/studio/chunks/chunk-store.ts';
import { encodeChunked } from '../../native/studio/chunks/encode-chunks.ts';
import { makePlan } from '../../native/studio/plan.ts';
import { createPool } from '../../native/studio/pool.ts';
import { findPreset } from '../../native/studio/preset.ts';
import { openStorage } from '../../native/studio/storage.ts';
import { makeClip, testPicture } from '../fixtures/clips.ts';

export interface ChunksFigure {
  places: number;
  /** Of the film, seconds. */
  seconds: number;
  /** Wall clock in one place and in all, a pair a round. */
  pairs: { one: number; all: number }[];
}

export async function measureChunks(folder: string, rounds: number, quick: boolean): Promise<ChunksFigure> {
  const seconds = quick ? 70 : 180;
  // Without sound, which is encoded beside the picture in either case.
  const source = makeClip(join(folder, 'chunks.mp4'), { muxer: 'mp4', streams: [testPicture(seconds, '640x360')] });
  const whole = makePlan({ media: probe(source), settings: findPreset('fast-1080p30'), overrides: { 'video.speed': 'medium' } });
  // FFmpeg's own option of every codec.
  const streams = whole.streams.map((stream) =>
    stream.action === 'encode' && stream.kind === 'video' ? { ...stream, options: { ...stream.options, threads: '1' } } : stream,
  );
  const plan: Plan = { ...whole, streams };
  const places = availableParallelism();
  const pairs: ChunksFigure['pairs'] = [];
  for (let round = 0; round < rounds; round++)
    pairs.push({ one: await encodeIn(1, plan, folder), all: await encodeIn(places, plan, folder) });
  return { places, seconds, pairs };
}

async function encodeIn(places: number, plan: Plan, folder: string): Promise<number> {
  const out = join(folder, `chunks-${places}`);
  mkdirSync(out, { recursive: true });
  const pool = createPool({ spawn: childWorkers(), size: places, warm: places });
  pool.prewarm();
  const storage = openStorage(':memory:');
  const store = createChunkStore(createState(structuredClone(emptyState)), storage);
  const lease = await pool.acquire();
  const began = performance.now();
  try {
    await encodeChunked({
      order: { plan, partial: join(out, `film.${plan.container}`), threads: 1, decodeThreads: 1 },
      ...{
        chunks: store.open('film', plan, join(out, `film.${plan.container}`)),
        lease,
        spare: () => pool.spare(),
        beside: () => pool.acquire(undefined, 'beside'),
      },
      ...{ unpaused: async () => {}, signal: new AbortController().signal, onProgress() {} },
    });
    return (performance.now() - began) / 1000;
  } finally {
    lease.release();
    store.close();
    await pool.close();
    storage.close();
    rmSync(out, { recursive: true });
  }
}

export function chunksTable({ places, seconds, pairs }: ChunksFigure): string {
  const faster = pairs.map(({ one, all }) => one / all).sort((a, b) => a - b);
  const median = faster[Math.floor(faster.length / 2)] ?? Number.NaN;
  const rows = pairs.map(({ one, all }) => `  ${one.toFixed(1)} s in one place, ${all.toFixed(1)} s in ${places}`);
  return [
    `chunks: ${seconds} s of 360p without sound, x264 medium with one thread`,
    ...rows,
    `  ${median.toFixed(2)} times as fast (bar: 1.8 on 2 cores)`,
  ].join('\n');
}
