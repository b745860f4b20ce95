/** Languages as files name them (ISO 639-2), by the names people know them by. */
import { language, t } from '../words/index.ts';

/** The ones that films come in most, offered first. */
export const languages = [
  ...['eng', 'spa', 'fra', 'deu', 'ita', 'por', 'nld', 'pol', 'rus', 'ukr', 'ces', 'slk', 'hun', 'ron', 'bul', 'ell', 'tur', 'swe'],
  ...['nor', 'dan', 'fin', 'isl', 'est', 'lav', 'lit', 'hrv', 'srp', 'slv', 'heb', 'ara', 'fas', 'hin', 'ben', 'tam', 'tel', 'urd'],
  ...['zho', 'jpn', 'kor', 'vie', 'tha', 'ind', 'msa', 'fil', 'cat', 'eus', 'glg', 'gle', 'cym', 'lat', 'afr', 'swa'],
];

/** The older codes that Matroska and DVDs use, as their newer twins. */
const twins: Record<string, string> = {
  ...{ fre: 'fra', ger: 'deu', dut: 'nld', cze: 'ces', slo: 'slk', rum: 'ron', gre: 'ell', ice: 'isl', per: 'fas', chi: 'zho', may: 'msa' },
  ...{ baq: 'eus', wel: 'cym', arm: 'hye', geo: 'kat', mac: 'mkd', alb: 'sqi', bur: 'mya', tib: 'bod', mao: 'mri' },
};

const namesIn = (language: string) => new Intl.DisplayNames([language], { type: 'language', fallback: 'none' });
let names = { in: '', of: namesIn('en') };

/** `eng` → `English`, in German `Englisch`; what is no known code stays as it is. */
export function languageName(code: string): string {
  if (code === 'und') return t('lossless:notTold');
  if (names.in !== language()) names = { in: language(), of: namesIn(language()) };
  try {
    return names.of.of(twins[code.toLowerCase()] ?? code) ?? code;
  } catch {
    return code;
  }
}

/** What was typed, a name or a code, as a code; null where it is neither. */
export function readLanguage(text: string): string | null {
  const word = text.trim().toLowerCase();
  const known = languages.find((code) => languageName(code).toLowerCase() === word);
  if (known) return known;
  return /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/.test(word) ? word : null;
}
