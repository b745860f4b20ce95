/**
 * The page's words, by i18next: `t('live:…')`, the room first, everywhere. Components take `t` from `useTranslation()`, which draws
 * them anew when the language changes; functions that they call may take this file's. A key that is not in the English catalogue is
 * a type error.
 */
import i18next, { type BackendModule, t } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { State } from '../../native/contract/contract.ts';
import { type Catalogue, en } from './en/index.ts';

export { t };
export type Choice = State['settings'][string]['language'];
type Language = Exclude<Choice, 'system'>;

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: Catalogue;
    /** The types of `t` for all rooms; when it runs, a key always names its room. */
    defaultNS: ['common', 'export', 'fields', 'glossary', 'live', 'lossless', 'presets', 'settings'];
  }
}

const later: Record<Exclude<Language, 'en'>, () => Promise<Catalogue>> = {
  de: async () => (await import('./de/index.ts')).de,
};

/** Brings the words of a language that is not in the page from the start. */
const backend: BackendModule = {
  type: 'backend',
  init() {},
  read: (language, room, done) =>
    void later[language as 'de']().then(
      (words) => done(null, words[room as keyof Catalogue]),
      (error) => done(error, false),
    ),
};

const isLanguage = (name: string): name is Language => name === 'en' || Object.hasOwn(later, name);

const kept = (): Choice => {
  const name = localStorage.getItem('language') ?? '';
  return isLanguage(name) ? name : 'system';
};

/** Of the languages that the system prefers the first one that there are words in. */
function languageOf(choice: Choice): Language {
  if (choice !== 'system') return choice;
  return navigator.languages.map((tag) => tag.split('-', 1)[0] ?? '').find(isLanguage) ?? 'en';
}

/** Of the words that are shown. */
export const language = (): string => i18next.language;

/** What was asked for last; its words may still be on their way. */
let wanted = languageOf(kept());

i18next.on('languageChanged', (language: string) => {
  document.documentElement.lang = language;
});
window.addEventListener('languagechange', () => speak(kept()));

/** Resolves when the words are there, in the language that was chosen when this page was last open. */
export function findWords(): Promise<unknown> {
  return i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      ...{ lng: wanted, fallbackLng: 'en', resources: { en }, partialBundledLanguages: true, ns: Object.keys(en) },
      interpolation: { escapeValue: false }, // React escapes
      react: { useSuspense: false },
    });
}

/** Changes the language, as soon as its words are there, and keeps the choice for the next time this page is opened. */
export function speak(choice: Choice): void {
  localStorage.setItem('language', choice);
  const before = wanted;
  wanted = languageOf(choice);
  if (wanted !== before) void i18next.changeLanguage(wanted);
}
