/** Changing the container without encoding again: what is asked, the same for one file and for many. */
import { z } from 'zod';
import { containerIds } from './preset.ts';

/** A language as files name it (ISO 639-2), e.g. `eng`. */
const language = z.string().regex(/^[a-z]{3}$/);

/** Which tracks of a kind are kept: all, none, or those in these languages (`und`: no language told). */
const trackRule = z.union([z.enum(['all', 'none']), z.array(language).min(1).max(20)]);
export type TrackRule = z.infer<typeof trackRule>;

export const remuxSchema = z.object({
  target: z.enum(containerIds),
  video: z.enum(['all', 'none']).default('all'),
  audio: trackRule.default('all'),
  /** `forced` keeps those that are marked so. */
  subtitles: z.union([trackRule, z.literal('forced')]).default('all'),
  /** Fonts and other files inside the file, and its cover picture. */
  attachments: z.boolean().default(true),
  /** Gives the result the source's modification time. */
  keepDates: z.boolean().default(true),
});
export type RemuxSettings = z.infer<typeof remuxSchema>;
