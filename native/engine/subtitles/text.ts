/** What every text subtitle becomes between two formats: cues of styled text. */

/** How a piece of text looks. */
export interface TextStyle {
  bold: boolean;
  italic: boolean;
  underline: boolean;
  /** `#rrggbb`; null for the player's own colour, which is white nearly everywhere. */
  color: string | null;
}

/** A piece of text of one look. Lines are parted by `\n`. */
export interface TextRun extends TextStyle {
  text: string;
}

/** Text without blank lines or control characters; neighbouring runs differ in their look. */
export interface StyledText {
  runs: TextRun[];
  /** Where it stands, as on a number pad: 8 is the top, in the middle. null for the usual place, which is 2. */
  position: number | null;
}

/** A text and when it is shown, in whole milliseconds. `end` is later than `start`. */
export interface Cue {
  start: number;
  end: number;
  text: StyledText;
}

/** Nobody reads more than this in one subtitle: a limit for files that were made to break programs. UTF-16 units. */
const longestText = 65_535;

/** What a conversion cannot keep, in words that end with "of the ASS subtitles". */
const lossWords = {
  fonts: 'fonts and sizes',
  colors: 'colours that the new format does not know',
  positions: 'positions on the picture',
  effects: 'effects and animations',
  karaoke: 'karaoke timing',
  drawings: 'drawings',
  strikeout: 'struck-out text',
  highlights: 'highlights',
  speakers: 'names of speakers',
  ruby: 'reading aids (ruby)',
  length: 'the rest of overlong texts',
  crowds: 'some of very many texts at the same time',
  times: 'texts at impossible times',
  damage: 'damaged texts',
};
export type Loss = keyof typeof lossWords;
export type Lose = (loss: Loss) => void;

/** Collects what was lost; each kind is told once. */
export function createLosses(format: string): { lose: Lose; words(): string[] } {
  const lost = new Set<Loss>();
  return {
    lose: (loss) => lost.add(loss),
    words: () => [...lost].map((loss) => `${lossWords[loss]} of the ${format} subtitles`),
  };
}

export const plainStyle: TextStyle = { bold: false, italic: false, underline: false, color: null };

export const sameStyle = (a: TextStyle, b: TextStyle): boolean =>
  a.bold === b.bold && a.italic === b.italic && a.underline === b.underline && a.color === b.color;

export const plainText = (text: StyledText): string => text.runs.map((run) => run.text).join('');

/** Builds a styled text piece by piece: blank lines, control characters and broken surrogates never get in. */
export function createTextBuilder(lose: Lose): { add(text: string, style: TextStyle): void; finish(position: number | null): StyledText } {
  const runs: TextRun[] = [];
  let length = 0;
  let lineHasText = false;
  let breakIsDue = false;
  /** Spaces at the beginning of a line, which only count if text follows. */
  let indent = '';

  const push = (piece: string, style: TextStyle) => {
    const text = piece.slice(0, longestText - length).toWellFormed();
    if (text.length < piece.length) lose('length');
    length += text.length;
    const last = runs.at(-1);
    if (last && sameStyle(last, style)) last.text += text;
    else if (text) runs.push({ text, bold: style.bold, italic: style.italic, underline: style.underline, color: style.color });
  };

  return {
    add(text, style) {
      if (length >= longestText) return text.trim() === '' ? undefined : lose('length');
      for (const [index, line] of clean(text).split('\n').entries()) {
        if (index > 0) {
          breakIsDue ||= lineHasText;
          lineHasText = false;
          indent = '';
        }
        if (length >= longestText) return lose('length');
        if (!lineHasText && line.trim() === '') indent += indent.length < longestText ? line : '';
        else if (line !== '') {
          push(`${breakIsDue ? '\n' : ''}${indent}${line}`, style);
          breakIsDue = false;
          lineHasText = true;
          indent = '';
        }
      }
    },
    finish: (position) => ({ runs, position: position === 2 ? null : position }),
  };
}

/** One kind of line end, spaces for tabs, nothing that is not text. */
const clean = (text: string): string =>
  text
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    .replace(/[^\P{Cc}\n]|[\uFEFF\uFFFE\uFFFF]/gu, '')
    .replace(/\n{2,}/g, '\n');
