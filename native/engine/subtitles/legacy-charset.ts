/** Encodings from before UTF-8 that are not Western: told by a file's name, or guessed by what comes out. */
import { toldByName } from './told-by-name.ts';

/** What programs of each language wrote, by ISO 639-1. */
const byLanguage: Record<string, string> = Object.fromEntries(
  Object.entries({
    'windows-1250': 'pl cs sk hu ro hr sl bs',
    'windows-1251': 'ru uk be bg sr mk kk mn',
    'windows-1253': 'el',
    'windows-1254': 'tr az',
    'windows-1255': 'he yi',
    'windows-1256': 'ar fa ur',
    'windows-1257': 'lt lv et',
    'windows-1258': 'vi',
    'windows-874': 'th',
    shift_jis: 'ja',
    'euc-kr': 'ko',
    gb18030: 'zh',
  }).flatMap(([encoding, languages]) => languages.split(' ').map((language) => [language, encoding])),
);

/** For text that tells no language: at least this share of what is not ASCII has to be of the script. The surest come first. */
const byScript: { encoding: string; script: RegExp; least: number }[] = [
  { encoding: 'shift_jis', script: /[\u3040-\u30ff]/g, least: 0.2 },
  { encoding: 'euc-kr', script: /[\uac00-\ud7a3]/g, least: 0.8 },
  { encoding: 'windows-1251', script: /[а-яёіїєґў]/g, least: 0.7 },
  { encoding: 'gb18030', script: /[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/g, least: 0.9 },
];

/** Western text is ASCII but for an accent here and there. */
const leastForeign = 0.4;

/** The text of bytes that are no Unicode; null where they are Western, or nothing that is known here. */
export function decodeLegacy(bytes: Buffer, name: string): string | null {
  const { language } = toldByName(name);
  const told = language && encodingOf(language);
  if (told) return decode(bytes, told);
  const latin = bytes.toString('latin1');
  const [letters, foreign] = [count(latin, /[a-z\x80-\xff]/gi), count(latin, /[\x80-\xff]/g)];
  if (foreign < letters * leastForeign) return null;
  for (const { encoding, script, least } of byScript) {
    const text = decode(bytes, encoding);
    if (text !== null && count(text, script) >= count(text, /[^\0-\x7f]/g) * least) return text;
  }
  return null;
}

/** null for languages whose old texts are Western. */
function encodingOf(told: string): string | null {
  const { language, script, region } = new Intl.Locale(told).maximize();
  if (language === 'zh' && (script === 'Hant' || region === 'TW')) return 'big5';
  return byLanguage[language] ?? null;
}

/** null where the bytes are not of that encoding. */
function decode(bytes: Buffer, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const count = (text: string, of: RegExp): number => text.match(of)?.length ?? 0;
