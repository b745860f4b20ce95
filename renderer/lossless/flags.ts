/** What a track can be marked as, in words. */
import type { TrackChoice } from '../../native/contract/lossless.ts';

export type Flag = NonNullable<TrackChoice['disposition']>[number];

export const flagNames: { flag: Flag; word: string }[] = [
  { flag: 'default', word: 'Default' },
  { flag: 'forced', word: 'Forced' },
  { flag: 'original', word: 'Original language' },
  { flag: 'dub', word: 'Dubbed' },
  { flag: 'comment', word: 'Commentary' },
  { flag: 'hearing_impaired', word: 'For hearing impaired' },
  { flag: 'visual_impaired', word: 'For visually impaired' },
  { flag: 'captions', word: 'Captions' },
  { flag: 'descriptions', word: 'Descriptions' },
  { flag: 'lyrics', word: 'Lyrics' },
  { flag: 'karaoke', word: 'Karaoke' },
  { flag: 'attached_pic', word: 'Cover picture' },
];

const allFlags = new Set<string>(flagNames.map(({ flag }) => flag));
export const isFlag = (name: string): name is Flag => allFlags.has(name);
