/** Brings the records of an older queue to what this version reads: one step a version, each run once. */

export interface StorageStep {
  kind: string;
  /** The record as the next version has it. */
  change(record: Record<string, unknown>): Record<string, unknown>;
}

type Old = Record<string, unknown>;

/** What jobs could change of their presets until version 1, under short names of its own. */
function overridesOfVersion1({ quality, megabytes, speed, maxHeight, audioKbps, subtitles, container }: Old): Old {
  return {
    ...(container !== undefined && { container }),
    ...(quality !== undefined && { 'video.rate': { mode: 'quality', value: quality } }),
    ...(megabytes !== undefined && { 'video.rate': { mode: 'size', megabytes } }),
    ...(speed !== undefined && { 'video.speed': speed }),
    ...(maxHeight !== undefined && { 'video.maxHeight': maxHeight, 'video.maxWidth': null }),
    ...(audioKbps !== undefined && { 'audio.kbps': audioKbps }),
    ...(subtitles !== undefined && { 'subtitles.tracks': subtitles === 'drop' ? 'none' : 'all' }),
  };
}

/** By the version that a queue has before them. */
export const storageSteps: Record<number, StorageStep[]> = {
  1: [{ kind: 'job', change: (job) => ({ ...job, overrides: overridesOfVersion1((job['overrides'] ?? {}) as Old) }) }],
};
