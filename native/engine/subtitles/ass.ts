/** ASS and SSA events: their text with override tags, and the fields before it. */
import { type AssStyle, type AssStyles, numberPad, oldAlignment, plainAssStyle } from './ass-styles.ts';
import { assColor, colorBytes } from './colors.ts';
import { createTextBuilder, type Lose, type Loss, type StyledText, sameStyle, type TextRun, type TextStyle } from './text.ts';

/** Follows override tags; `style` is the look of the text at the present place. */
export interface OverrideReader {
  /** What stands between braces. */
  block(written: string): void;
  style(): TextStyle;
  /** What follows is a drawing and not text. */
  drawing(): boolean;
  position(): number | null;
}

/** Tags that are left out, by what is lost. The first that fits counts. */
const losingTags: [RegExp, Loss][] = [
  [/^(?:fn|fsp|fs(?!c)|fe)/, 'fonts'],
  [/^(?:pos|move|org|i?clip|pbo)/, 'positions'],
  [/^(?:k|K)/, 'karaoke'],
  [/^s[01]?$/, 'strikeout'],
  [/^(?:t\(|fad|fr|fsc|fa[xy]|bord|[xy]bord|shad|[xy]shad|blur|be|[1-4]?a(?:lpha)?&|[234]c)/, 'effects'],
];

/** `base` is the event's own style; `styles` are those that `\r` can name. */
export function createOverrideReader(base: AssStyle | null, lose: Lose, styles: AssStyles = new Map()): OverrideReader {
  const own = base ?? plainAssStyle;
  let reset = own.look;
  let style = own.look;
  let drawing = false;
  let position: number | null = null;
  let placed = false;

  /** Tags that are kept, by what is written behind the backslash. */
  const kept: [RegExp, (value: string) => void][] = [
    [/^b(\d*)$/, (value) => (style = { ...style, bold: value === '' ? reset.bold : value === '1' || Number(value) >= 600 })],
    [/^i(\d*)$/, (value) => (style = { ...style, italic: value === '' ? reset.italic : Number(value) !== 0 })],
    [/^u(\d*)$/, (value) => (style = { ...style, underline: value === '' ? reset.underline : Number(value) !== 0 })],
    [/^1?c(&?H?[\da-f]*&?)$/i, (value) => (style = { ...style, color: value === '' ? reset.color : assColor(value) })],
    [/^an(\d)$/, (value) => (position ??= numberPad(Number(value)))],
    [/^a(\d+)$/, (value) => (position ??= oldAlignment(Number(value)))],
    [/^p(\d+)$/, (value) => (drawing = value !== '0')],
    [/^r(.*)$/s, (value) => (style = reset = value === '' ? own.look : (styles.get(value)?.look ?? own.look))],
  ];

  return {
    style: () => style,
    drawing: () => drawing,
    // With \pos, \an only says which corner of the text is meant.
    position: () => (placed ? null : (position ?? own.position)),
    block(written) {
      for (const tag of overrideTags(written)) {
        const row = kept.find(([pattern]) => pattern.test(tag));
        row?.[1](row[0].exec(tag)?.[1] ?? '');
        const loss = row ? null : losingTags.find(([pattern]) => pattern.test(tag))?.[1];
        if (loss) lose(loss);
        placed ||= /^(?:pos|move)\(/.test(tag);
      }
      if (drawing) lose('drawings');
    },
  };
}

/** The tags of a block without their backslashes; what stands in parentheses belongs to the tag before it. */
function overrideTags(written: string): string[] {
  const tags: string[] = [];
  let depth = 0;
  let start = -1;
  const end = (at: number) => start >= 0 && tags.push(written.slice(start, at).trim());
  for (const { 0: found, index } of written.matchAll(/[\\()]/g)) {
    if (found === '\\' && depth === 0) {
      end(index);
      start = index + 1;
    } else if (found !== '\\') depth = Math.max(0, depth + (found === '(' ? 1 : -1));
  }
  end(written.length);
  return tags;
}

/** An override block, a line break, a hard space, or an escaped character. Text in braces without a backslash is a comment. */
const token = /\{[^{}]*\}|\\[Nnh{}\u2060]/g;
const escapes: Record<string, string> = { N: '\n', n: ' ', h: '\u00a0', '\u2060': '\\' };

function readAssText(text: string, base: AssStyle, styles: AssStyles, lose: Lose): StyledText {
  const overrides = createOverrideReader(base, lose, styles);
  const out = createTextBuilder(lose);
  const add = (piece: string) => {
    if (!overrides.drawing()) out.add(piece, overrides.style());
  };
  let from = 0;
  for (const { 0: found, index } of text.matchAll(token)) {
    add(text.slice(from, index));
    from = index + found.length;
    if (found.startsWith('\\')) add(escapes[found.charAt(1)] ?? found.charAt(1));
    else overrides.block(found.slice(1, -1));
  }
  add(text.slice(from));
  return out.finish(overrides.position());
}

/** The first fields of a line, by comma; the last of them has all the rest. */
export function splitFields(line: string, count: number): string[] {
  const fields: string[] = [];
  let from = 0;
  while (fields.length < count - 1) {
    const comma = line.indexOf(',', from);
    if (comma < 0) break;
    fields.push(line.slice(from, comma));
    from = comma + 1;
  }
  return [...fields, line.slice(from)];
}

/** An event's text by its fields. Its style's name may have an asterisk before it. */
export function readAssEvent(event: { style: string; effect: string; text: string }, styles: AssStyles, lose: Lose): StyledText {
  if (/\S/.test(event.effect)) lose('effects');
  const base = styles.get(event.style.trim().replace(/^\*/, '')) ?? styles.get('Default') ?? plainAssStyle;
  return readAssText(event.text, base, styles, lose);
}

export function writeAssText(text: StyledText): string {
  const parts = text.position === null ? [] : [`{\\an${text.position}}`];
  let before: TextStyle = plainAssStyle.look;
  for (const run of text.runs) {
    if (!sameStyle(before, run)) parts.push(`{${changes(before, run)}}`);
    parts.push(escaped(run.text));
    before = run;
  }
  return parts.join('');
}

/** The tags that lead from one look to another. */
function changes(from: TextStyle, to: TextRun): string {
  const flag = (name: string, key: 'bold' | 'italic' | 'underline') => (from[key] === to[key] ? '' : `\\${name}${to[key] ? 1 : 0}`);
  const color = from.color === to.color ? '' : `\\c&H${colorBytes(to.color).reverse().toString('hex').toUpperCase()}&`;
  return flag('b', 'bold') + flag('i', 'italic') + flag('u', 'underline') + color;
}

/** ASS has no way to write a backslash before certain characters: an invisible joiner after it keeps it one, as in FFmpeg. */
const escaped = (text: string): string =>
  text
    .replace(/\\(?=[Nnh{}\u2060]|$)/g, '\\\u2060')
    .replace(/[{}]/g, '\\$&')
    .replaceAll('\n', '\\N');
