/** Rules for tracks that fit any file. */
import type { LosslessOrder, TrackRules } from '../../native/contract/lossless.ts';
import { same } from '../same.ts';
import type { Catalogue } from '../words/en/index.ts';

export const everything: TrackRules = { video: 'all', audio: 'all', subtitles: 'all', attachments: true };

/** Rules that are offered ready-made. */
export const ruleSets = [
  { value: 'all', rules: everything },
  { value: 'english', rules: { ...everything, audio: ['eng', 'en', 'und'], subtitles: 'forced' } },
  { value: 'plain', rules: { ...everything, subtitles: 'none', attachments: false } },
  { value: 'silent', rules: { ...everything, audio: 'none', subtitles: 'none' } },
  { value: 'sound', rules: { ...everything, video: 'none', subtitles: 'none' } },
] satisfies { value: keyof Catalogue['lossless']['ruleSet']; rules: TrackRules }[];

/** The ready-made set that these rules are, or null. */
export const ruleSetOf = (rules: TrackRules) => ruleSets.find((set) => same(set.rules, rules)) ?? null;

/** The rules that all orders share; null where they differ, or where tracks are chosen by hand. */
export function sharedRules(orders: LosslessOrder[]): TrackRules | null {
  const [first] = orders;
  return first && orders.every(({ rules, tracks }) => tracks === null && same(rules, first.rules)) ? first.rules : null;
}
