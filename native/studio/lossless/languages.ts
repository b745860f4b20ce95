/** Languages as files and people write them: compared by what they mean, and in the three letters that MP4 and MPEG-TS need. */

/** Two letters (ISO 639-1) and three (ISO 639-2/T) of the languages that films are commonly in. */
const threeLetters: Record<string, string> = Object.fromEntries(
  (
    'af afr ar ara az aze be bel bg bul bn ben bs bos ca cat cs ces cy cym da dan de deu el ell en eng eo epo es spa et est eu eus fa fas ' +
    'fi fin fr fra ga gle gl glg gu guj he heb hi hin hr hrv hu hun hy hye id ind is isl it ita ja jpn ka kat kk kaz km khm kn kan ko kor ' +
    'ku kur ky kir la lat lb ltz lo lao lt lit lv lav mi mri mk mkd ml mal mn mon mr mar ms msa mt mlt my mya nb nob ne nep nl nld nn nno ' +
    'no nor pa pan pl pol ps pus pt por qu que ro ron ru rus sa san si sin sk slk sl slv so som sq sqi sr srp sv swe sw swa ta tam te tel ' +
    'tg tgk th tha tk tuk tl tgl tr tur tt tat uk ukr ur urd uz uzb vi vie wa wln xh xho yi yid zh zho zu zul'
  )
    .split(' ')
    .flatMap((code, index, all) => (index % 2 === 0 ? [[code, all[index + 1] ?? code]] : [])),
);

/** The language alone, without country or script: `de` for `ger`, `deu`, `de` and `de-AT`. */
function meaning(code: string): string {
  try {
    return new Intl.Locale(code).language;
  } catch {
    return code.toLowerCase();
  }
}

/** Whether two codes mean the same language; `und` means none. */
export const sameLanguage = (one: string | null, other: string | null): boolean => meaning(one ?? 'und') === meaning(other ?? 'und');

/** The three letters of ISO 639-2; null where there are none. */
export function inThreeLetters(code: string): string | null {
  if (/^[a-z]{3}$/i.test(code)) return code.toLowerCase();
  return threeLetters[meaning(code)] ?? null;
}
