/** What a track can be marked as, in words. */
import type { TrackChoice } from '../../native/contract/lossless.ts';
import { t } from '../words/index.ts';

export type Flag = NonNullable<TrackChoice['disposition']>[number];

const flags = [
  ...(['default', 'forced', 'original', 'dub', 'comment', 'hearing_impaired', 'visual_impaired'] as const),
  ...(['captions', 'descriptions', 'lyrics', 'karaoke', 'attached_pic'] as const),
] satisfies Flag[];

const known = new Set<string>(flags);
export const isFlag = (name: string): name is Flag => known.has(name);
export const flagName = (flag: Flag) => t(`lossless:flag.${flag}`);
