/** Finds presets by what a person remembers of them: a name, a word of the sentence, a codec, also with letters left out. */
import type { Preset } from '../../native/contract/preset.ts';
import { codecName, containerName } from '../format.ts';

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

const known = new WeakMap<Preset, { name: string; text: string }>();

function wordsOf(preset: Preset): { name: string; text: string } {
  const before = known.get(preset);
  if (before) return before;
  const { name, description, group, container, video, audio } = preset;
  const facts = [video && codecName(video.codec), audio && codecName(audio.codec), containerName(container), video?.codec, audio?.codec];
  const words = { name: plain(name), text: plain([name, description, group, ...facts].filter(Boolean).join(' ')) };
  known.set(preset, words);
  return words;
}

/** Whether the letters come in that order; the signs between them are not looked at. */
function isInOrder(letters: string, text: string): boolean {
  let from = 0;
  for (const letter of letters) {
    from = text.indexOf(letter, from) + 1;
    if (from === 0) return false;
  }
  return true;
}

/** How well a word fits, best first; null where it does not. */
function rankOf(word: string, { name, text }: { name: string; text: string }): number | null {
  if (name.startsWith(word)) return 0;
  if (name.includes(word)) return 1;
  if (text.includes(word)) return 2;
  if (text.replace(/[^a-z0-9]/g, '').includes(word.replace(/[^a-z0-9]/g, '') || '\n')) return 3;
  return word.length > 2 && isInOrder(word, name) ? 4 : null;
}

/** Those that have every word, the best first. */
export function findPresets(presets: Preset[], search: string): Preset[] {
  const words = plain(search).split(/\s+/).filter(Boolean);
  const found = presets.flatMap((preset) => {
    const ranks = words.map((word) => rankOf(word, wordsOf(preset)));
    return ranks.includes(null) ? [] : [{ preset, rank: ranks.reduce<number>((sum, rank) => sum + (rank ?? 0), 0) }];
  });
  return found.sort((one, other) => one.rank - other.rank).map(({ preset }) => preset);
}
