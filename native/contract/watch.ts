/** Watch folders: what is put into them is exported by itself. */
import { z } from 'zod';
import { overridesSchema } from './preset.ts';
import { priority, standing } from './standing.ts';

const path = z.string().min(1).max(32_768);

export const watchSchema = z.object({
  /** The folder that is watched. */
  folder: path,
  /** Folders inside it, too. */
  subfolders: z.boolean().default(false),
  preset: z.string().min(1).max(80),
  overrides: overridesSchema.default({}),
  /** Where results go; null: beside each source. Results are never taken for sources. */
  results: path.nullable().default(null),
  /** Name of the results, as in jobs. */
  template: z.string().min(1).max(200).default('{name}'),
  /** Where a source goes when its result is proved, and when its job failed; null leaves it where it is. */
  done: path.nullable().default(null),
  failed: path.nullable().default(null),
  /** Of its jobs. Low, because nobody sits and waits for them: what a person adds by hand goes first. */
  priority: priority.default('low'),
  /** Group of its jobs. */
  group: standing.group,
  enabled: z.boolean().default(true),
});
export type WatchSetup = z.output<typeof watchSchema>;

export interface WatchFolder {
  id: string;
  setup: WatchSetup;
  /** Files that are still being written or copied. */
  growing: number;
  /** Files that were taken since the studio started. */
  taken: number;
  /** Why nothing can be found or moved, in words; null while all is well. */
  problem: string | null;
}
