/** The header of ASS and SSA: which styles there are, and the one we write. */
import { assColor } from './colors.ts';
import { type Lose, plainStyle, type TextStyle } from './text.ts';

/** A named style, as far as it is kept. */
export interface AssStyle {
  look: TextStyle;
  /** On the number pad. */
  position: number;
}
export type AssStyles = Map<string, AssStyle>;

export const plainAssStyle: AssStyle = { look: plainStyle, position: 2 };

/** The order of fields where a header does not give one. */
const usualFields =
  'Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ' +
  'ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding';

/** The fields of an event in a file. */
export const eventFields = 'Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text';

/** A header with one plain style, on the canvas FFmpeg and others take for text without a canvas of its own. */
export const plainHeader = `[Script Info]
; Written by Muxwell
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: ${usualFields}
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: ${eventFields}
`;

/** A style of this font and this size is the plain header's or FFmpeg's own, and losing it is no loss. */
const plainFont = 'Arial,16';

export const fieldNames = (line: string): string[] => line.split(',', 100).map((name) => name.trim().toLowerCase());

/** What stands behind `key:` in a line, or null. */
export function lineValue(line: string, key: string): string | null {
  return line.slice(0, key.length + 1).toLowerCase() === `${key}:` ? line.slice(key.length + 1).trimStart() : null;
}

/** Reads the styles of a header, which may be the beginning of a whole file. */
export function readAssStyles(header: string, lose: Lose): AssStyles {
  const styles: AssStyles = new Map();
  let section = '';
  let fields = fieldNames(usualFields);
  for (const line of header.split(/[\r\n]+/)) {
    if (line.startsWith('[')) section = line.trim().toLowerCase();
    if (!/^\[v4\+? styles\+?\]$/.test(section)) continue;
    const format = lineValue(line, 'format');
    if (format !== null) fields = fieldNames(format);
    const style = lineValue(line, 'style');
    if (style === null) continue;
    const values = style.split(',', 100);
    const field = (name: string) => values[fields.indexOf(name)]?.trim() ?? '';
    const flag = (name: string) => Number(field(name)) !== 0;
    if (`${field('fontname')},${field('fontsize')}` !== plainFont) lose('fonts');
    const alignment = Number(field('alignment'));
    styles.set(field('name').replace(/^\*/, ''), {
      look: { bold: flag('bold'), italic: flag('italic'), underline: flag('underline'), color: assColor(field('primarycolour')) },
      position: section.includes('+') ? numberPad(alignment) : oldAlignment(alignment),
    });
  }
  return styles;
}

/** A place on the number pad; anything else is the usual one. */
export const numberPad = (value: number): number => (Number.isInteger(value) && value >= 1 && value <= 9 ? value : 2);

/** SSA counts the columns 1 to 3, adds 4 for the top and 8 for the middle. */
export function oldAlignment(value: number): number {
  const column = value & 3;
  return column === 0 ? 2 : numberPad(column + (value & 4 ? 6 : value & 8 ? 3 : 0));
}
