/** Rules for tracks that fit any file, in words. */
import type { LosslessOrder, TrackRules } from '../../native/contract/lossless.ts';
import { same } from '../same.ts';

export const everything: TrackRules = { video: 'all', audio: 'all', subtitles: 'all', attachments: true };

/** Rules that are offered ready-made. */
export const ruleSets: { value: string; label: string; text: string; rules: TrackRules }[] = [
  { value: 'all', label: 'Every track', text: 'Nothing is left out but what the container cannot hold.', rules: everything },
  {
    ...{ value: 'english', label: 'English sound, forced subtitles', text: 'For films that are watched in English.' },
    rules: { ...everything, audio: ['eng', 'en', 'und'], subtitles: 'forced' },
  },
  {
    ...{ value: 'plain', label: 'Picture and sound only', text: 'No subtitles, fonts or covers.' },
    rules: { ...everything, subtitles: 'none', attachments: false },
  },
  { value: 'silent', label: 'Picture only', text: 'Without any sound.', rules: { ...everything, audio: 'none', subtitles: 'none' } },
  {
    ...{ value: 'sound', label: 'Sound only', text: 'Without the picture and what belongs to it.' },
    rules: { ...everything, video: 'none', subtitles: 'none' },
  },
];

/** The ready-made set that these rules are, or null. */
export const ruleSetOf = (rules: TrackRules) => ruleSets.find((set) => same(set.rules, rules)) ?? null;

/** The rules that all orders share; null where they differ, or where tracks are chosen by hand. */
export function sharedRules(orders: LosslessOrder[]): TrackRules | null {
  const [first] = orders;
  return first && orders.every(({ rules, tracks }) => tracks === null && same(rules, first.rules)) ? first.rules : null;
}
