/** WebVTT's text, cue settings and style blocks. */
import { cssColor, webvttColors } from './colors.ts';
import { breakLines, createMarkupReader, faceTags, writeMarkup } from './markup.ts';
import { createTextBuilder, type Lose, type StyledText, type TextRun } from './text.ts';

/** Colours by class name, beyond WebVTT's own. */
export type ClassColors = Map<string, string | null>;

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', lrm: '\u200e', rlm: '\u200f' };
const token = /<[^<>]*>|&#?[a-z\d]{1,8};/gi;

/** Colours that the style blocks of a WebVTT header give to classes. */
export function readStyles(header: string): ClassColors {
  const colors: ClassColors = new Map(webvttColors.map(({ name, color }) => [name, cssColor(color)]));
  for (const [, name = '', rules = ''] of header.matchAll(/::cue\((?:c)?\.([\w-]{1,64})\)\s{0,16}\{([^{}]{0,1000})\}/g)) {
    const color = /(?:^|[;\s])color\s*:\s*([^;]+)/.exec(rules)?.[1];
    if (color) colors.set(name, cssColor(color));
  }
  return colors;
}

export function readWebvttText(written: string, settings: string, classes: ClassColors, lose: Lose): StyledText {
  const markup = createMarkupReader(lose, (name) => classes.get(name));
  const out = createTextBuilder(lose);
  const add = (piece: string) => {
    if (!markup.hidden()) out.add(piece, markup.style());
  };
  const text = breakLines(written);
  let from = 0;
  for (const { 0: found, index } of text.matchAll(token)) {
    add(text.slice(from, index));
    from = index + found.length;
    if (found.startsWith('&')) add(entity(found));
    else if (/^<[\d:.]+>$/.test(found)) lose('karaoke');
    else markup.tag(found);
  }
  add(text.slice(from));
  return out.finish(readSettings(settings, lose));
}

/** One character reference as its character; an unknown one stays as it is. */
function entity(written: string): string {
  const name = written.slice(1, -1).toLowerCase();
  const code = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/.exec(name);
  if (!code) return (Object.hasOwn(entities, name) ? entities[name] : undefined) ?? written;
  const point = code[1] ? Number.parseInt(code[1], 16) : Number(code[2]);
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '';
}

const rows = ['bottom', 'middle', 'top'] as const;
const columns = ['left', 'center', 'right'] as const;
const rowSettings = { bottom: '', middle: 'line:50%', top: 'line:0' };
const columnSettings = { left: 'align:left', center: '', right: 'align:right' };
const alignments = [
  ['left', 'start'],
  ['center', 'middle'],
  ['right', 'end'],
];

/** A place on the number pad as cue settings, '' for the usual one. */
export function writeSettings(position: number | null): string {
  const at = (position ?? 2) - 1;
  const row = rows[Math.floor(at / 3)] ?? 'bottom';
  return [rowSettings[row], columnSettings[columns[at % 3] ?? 'center']].filter(Boolean).join(' ');
}

/** The nearest place on the number pad. */
function readSettings(settings: string, lose: Lose): number | null {
  const values = Object.fromEntries(
    settings
      .slice(0, 1000)
      .split(/\s+/)
      .map((pair) => pair.split(':', 2)),
  );
  const line = Number.parseFloat(values['line'] ?? '');
  const percent = String(values['line']).includes('%');
  const row = percent ? (line < 100 / 3 ? 2 : line < 200 / 3 ? 1 : 0) : line >= 0 && line < 8 ? 2 : 0;
  const column = alignments.findIndex((names) => names.includes(values['align'] ?? ''));
  const position = row * 3 + (column < 0 ? 1 : column) + 1;
  if (settings.trim() !== writeSettings(position)) lose('positions');
  return position === 2 ? null : position;
}

/** How text goes into a cue. `classOf` names the class for a colour that WebVTT has none for, or says that there is none. */
export function writeWebvttText(text: StyledText, classOf: (color: string) => string | null): string {
  const colorTags = (run: TextRun): [string, string][] => {
    const name = run.color && (webvttColors.find((row) => row.color === run.color)?.name ?? classOf(run.color));
    return name ? [[`<c.${name}>`, '</c>']] : [];
  };
  return writeMarkup(
    text.runs,
    (run) => [...colorTags(run), ...faceTags(run)],
    (plain) => plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  );
}
