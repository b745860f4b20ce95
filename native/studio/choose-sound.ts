/** Which sound tracks of a file an export takes, by the preset's rules. */
import type { AudioStream } from '../contract/media.ts';
import type { Note } from '../contract/plan.ts';
import type { AudioSettings } from '../contract/preset.ts';
import { inLanguages, languagesInWords } from './languages.ts';
import { describeTrack } from './plan-words.ts';

/** Tracks for somebody's special need, which stand in for none that was asked for by language. */
const special = ['comment', 'descriptions', 'hearing_impaired', 'visual_impaired', 'karaoke'];
const isSpecial = ({ disposition }: AudioStream) => special.some((one) => disposition.includes(one));

/** `all` are those that can be read; `one`: the container holds a single track. */
export function chooseSound(all: AudioStream[], settings: AudioSettings, one: boolean, notes: Note[]): AudioStream[] {
  const main = mainTrack(all);
  const wanted = settings.tracks === 'language' ? inLanguages(all, settings.languages) : [];
  const ordinary = wanted.filter((stream) => !isSpecial(stream));
  const spoken = ordinary.length > 0 ? ordinary : wanted;
  if (settings.tracks === 'language' && spoken.length === 0 && main && all.length > 0)
    notes.push({ kind: 'info', text: `There is no sound in ${languagesInWords(settings.languages)}: the main track is taken.` });
  const chosen = settings.tracks === 'all' ? all : settings.tracks === 'language' && spoken.length > 0 ? spoken : main ? [main] : [];
  const kept = one ? [settings.tracks === 'language' ? chosen[0] : main].filter((stream) => stream !== undefined) : chosen;
  const why = one || settings.tracks === 'first' ? 'one track is kept' : `only ${languagesInWords(settings.languages)} is kept`;
  for (const left of all) if (!kept.includes(left)) notes.push({ kind: 'loss', text: `${describeTrack(left)} is left out: ${why}.` });
  return kept;
}

/** What a player would start with: the default one, and no commentary where there is anything else. */
function mainTrack(all: AudioStream[]): AudioStream | undefined {
  const ordinary = all.filter((stream) => !isSpecial(stream));
  const from = ordinary.length > 0 ? ordinary : all;
  return from.find(({ disposition }) => disposition.includes('default')) ?? from[0];
}
