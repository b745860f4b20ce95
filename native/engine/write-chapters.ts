/** Puts a plan's chapters into the finished file, in the way of its container. */

import type { Plan } from '../contract/plan.ts';
import type { ContainerId } from '../contract/preset.ts';
import { writeMatroskaChapters } from './matroska/write.ts';
import { finishMp4 } from './mp4/finish.ts';

const mp4Family: ContainerId[] = ['mp4', 'mov', 'm4a'];

/** Whether the index is brought to the front together with the chapters, so that the muxer need not do it first. */
export const movesIndex = (plan: Plan): boolean => plan.chapters.length > 0 && mp4Family.includes(plan.container);

/** The muxer's options without what is done here. */
export function muxerOptions(plan: Plan): Record<string, string> {
  if (!movesIndex(plan)) return plan.muxerOptions;
  const { movflags = '', ...rest } = plan.muxerOptions;
  const others = movflags.replace('+faststart', '');
  return { ...rest, ...(others && { movflags: others }) };
}

/** `onBlock` is awaited between blocks: it may throw to stop. Throws as finishMp4 and writeMatroskaChapters do. */
export async function writeChapters(path: string, plan: Plan, name: string, onBlock: () => Promise<void>): Promise<void> {
  if (plan.chapters.length === 0) return;
  const { chapters } = plan;
  if (movesIndex(plan))
    await finishMp4(path, { chapters, faststart: /faststart/.test(plan.muxerOptions['movflags'] ?? ''), onProgress: onBlock, name });
  else writeMatroskaChapters(path, chapters, name);
}
