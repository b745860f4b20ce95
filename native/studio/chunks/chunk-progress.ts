/** One job's progress out of several chunks at work. */
import type { Progress } from '../../contract/worker-contract.ts';

/** Of the whole: joining the chunks copies them once. */
const joinShare = 0.03;

/** What was there before this run, which has worked for `seconds` so far. */
export interface Behind {
  done: number;
  bytes: number;
  seconds: number;
}

/** `finished` are seconds, bytes and previews of chunks that this run has made, `lanes` those at work. */
export function sumProgress(
  planned: number,
  before: Behind,
  finished: { done: number; bytes: number; previews: number },
  lanes: Progress[],
): Progress {
  const sum = (of: (lane: Progress) => number) => lanes.reduce((total, lane) => total + of(lane), 0);
  const made = finished.done + sum((lane) => lane.done);
  const done = Math.min(planned, before.done + made);
  const bytes = before.bytes + finished.bytes + sum((lane) => lane.bytes);
  // The whole run's mean is steadier than the rate at hand, and what is left usually costs what the rest did.
  const mean = before.seconds > 0 ? made / before.seconds : 0;
  const speed = sum((lane) => lane.speed);
  const rate = (mean + (speed || mean)) / 2;
  return {
    fraction: (done / planned) * (1 - joinShare),
    ...{ done, planned, speed, bytes },
    fps: sum((lane) => lane.fps),
    etaSeconds: rate > 0 ? (planned - done) / rate : null,
    plannedBytes: null,
    bytesPerSecond: sum((lane) => lane.bytesPerSecond),
    stage: lanes.some(({ stage }) => stage === 'encoding') ? 'encoding' : (lanes[0]?.stage ?? 'encoding'),
    preview: finished.previews + sum((lane) => lane.preview), // one lane makes them
  };
}

/** What is told while the chunks are joined. */
export const joinProgress = (progress: Progress): Progress => ({
  ...progress,
  fraction: 1 - joinShare + progress.fraction * joinShare,
});
