/** What files would weigh by each preset, for the choice between them: planned from what is known of them, without touching the files. */
import type { Job, PresetEstimate } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import type { Preset } from '../contract/preset.ts';
import { makePlan, type PlanInput } from './plan.ts';

/** For each preset the sum over all files, or why one of them cannot be exported by it. Jobs that have not been read yet are left out. */
export function estimateSizes(jobs: Job[], presets: Preset[], choose: PlanInput['choose']): Record<string, PresetEstimate> {
  const known = jobs.filter((job) => job.media !== null && !job.lossless);
  return Object.fromEntries(presets.map((preset) => [preset.id, estimate(known, preset, choose)]));
}

function estimate(jobs: Job[], preset: Preset, choose: PlanInput['choose']): PresetEstimate {
  let bytes: number | null = jobs.length > 0 ? 0 : null;
  for (const { media, overrides } of jobs) {
    if (!media) continue;
    try {
      const { estimatedBytes } = makePlan({ media, settings: preset, overrides, ...(choose && { choose }) });
      bytes = bytes === null || estimatedBytes === null ? null : bytes + estimatedBytes;
    } catch (thrown) {
      if (!(thrown instanceof StudioError)) throw thrown;
      return { bytes: null, refused: thrown.message };
    }
  }
  return { bytes, refused: null };
}
