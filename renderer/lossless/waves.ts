/** Waveforms by blocks, fetched as they come into sight, a few at a time, and kept. */
import { create } from 'zustand';
import { waveBlock, waveformUrl } from './asset-urls.ts';

/** By job and block; null where there is none. */
export const useWaves = create<Record<string, Uint8Array | null>>(() => ({}));

export const waveKey = (job: string, block: number) => `${job}:${block}`;
const asked = new Set<string>();
const queue: { job: string; block: number }[] = [];
const mostAtOnce = 2;
let running = 0;

async function next(): Promise<void> {
  const one = running < mostAtOnce ? queue.pop() : undefined; // what was asked for last is in sight now
  if (!one) return;
  running++;
  const key = waveKey(one.job, one.block);
  try {
    const answer = await fetch(waveformUrl(one.job, one.block));
    useWaves.setState({ [key]: answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null });
  } catch {
    asked.delete(key); // the studio is away: asked again when it is in sight again
  } finally {
    running--;
    void next();
  }
}

/** Asks for the blocks that lie in a stretch, seconds from the film's beginning. */
export function wantWaves(job: string, from: number, to: number): void {
  for (let block = Math.floor(to / waveBlock.seconds); block >= Math.max(0, Math.floor(from / waveBlock.seconds)); block--) {
    const key = waveKey(job, block);
    if (asked.has(key)) continue;
    asked.add(key);
    queue.push({ job, block });
    void next();
  }
}
