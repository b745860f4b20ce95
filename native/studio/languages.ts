/** Languages as files name them: `ger` and `deu` (ISO 639-2/B and /T), `de`, `de-AT` are all German. */

/** One name for each language; null for what is none. */
function canonical(tag: string): string | null {
  try {
    return new Intl.Locale(tag).language;
  } catch {
    return null;
  }
}

/** Place of a track's language among the wanted ones; -1 where it is none of them. */
export function wantedPlace(language: string | null, wanted: string[]): number {
  const own = language === null ? null : canonical(language);
  return own === null ? -1 : wanted.findIndex((one) => canonical(one) === own);
}

/** Tracks in a wanted language, the most wanted first. */
export function inLanguages<T extends { language: string | null }>(tracks: T[], wanted: string[]): T[] {
  const place = ({ language }: T) => wantedPlace(language, wanted);
  return tracks.filter((track) => place(track) >= 0).sort((a, b) => place(a) - place(b));
}
