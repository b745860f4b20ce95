/** What people write into the names of subtitle files. */

/** Words in names that stand for flags. */
const flags: Record<string, string> = {
  forced: 'forced',
  foreign: 'forced',
  default: 'default',
  sdh: 'hearing_impaired',
  cc: 'hearing_impaired',
};
const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** `film.en.srt`, `film.eng.forced.srt`, `film.pt-BR.sdh.srt`: flags by FFmpeg's names. */
export function toldByName(name: string): { language: string | null; disposition: string[] } {
  const words = name.split('.').slice(1, -1).toReversed();
  const disposition = new Set<string>();
  for (const word of words) {
    const flag = flags[word.toLowerCase()];
    if (flag) disposition.add(flag);
    else return { language: isLanguage(word) ? word : null, disposition: [...disposition] };
  }
  return { language: null, disposition: [...disposition] };
}

const isLanguage = (word: string): boolean => /^[a-z]{2,3}(-[a-z0-9]{2,8})?$/i.test(word) && languageNames.of(word) !== undefined;
