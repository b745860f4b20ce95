/** Tags in the manner of HTML, as SubRip and WebVTT have them: read by any player's rules, written nested. */
import { cssColor } from './colors.ts';
import { type Lose, type Loss, plainStyle, type TextRun, type TextStyle } from './text.ts';

/** Deeper nesting is an attack. */
const deepest = 16;

/** What a tag does to the text in it: a look, or what is lost with it. `hides` takes the text away, too. */
const tags: Record<string, { look?: Partial<TextStyle>; loses?: Loss; hides?: boolean }> = {
  b: { look: { bold: true } },
  strong: { look: { bold: true } },
  i: { look: { italic: true } },
  em: { look: { italic: true } },
  u: { look: { underline: true } },
  s: { loses: 'strikeout' },
  strike: { loses: 'strikeout' },
  font: {},
  c: {},
  v: { loses: 'speakers' },
  rt: { loses: 'ruby', hides: true },
};

/** Follows tags; `style` is the look of the text at the present place. */
export interface MarkupReader {
  /** A whole tag with its brackets. Unknown ones change nothing. */
  tag(written: string): void;
  style(): TextStyle;
  hidden(): boolean;
}

/** `classColor` finds the colour a WebVTT class stands for. */
export function createMarkupReader(lose: Lose, classColor: (name: string) => string | null | undefined = () => undefined): MarkupReader {
  const open: { name: string; look: Partial<TextStyle>; hides: boolean }[] = [];
  let style = plainStyle;
  let hidden = false;
  const settle = () => {
    style = Object.assign({ ...plainStyle }, ...open.map((tag) => tag.look));
    hidden = open.some((tag) => tag.hides);
  };

  return {
    style: () => style,
    hidden: () => hidden,
    tag(written) {
      const [, slash, found = '', rest = ''] = /^<(\/?)([a-z]+)([^<>]*)>$/i.exec(written) ?? [];
      const name = found.toLowerCase();
      const row = Object.hasOwn(tags, name) ? tags[name] : undefined;
      if (!row) return;
      if (slash) {
        const at = open.findLastIndex((tag) => tag.name === name);
        if (at < 0) return;
        open.splice(at, 1);
      } else {
        if (open.length === deepest) return;
        open.push({ name, look: { ...row.look, ...lookOf(name, rest, classColor, lose) }, hides: row.hides === true });
        if (row.loses) lose(row.loses);
      }
      settle();
    },
  };
}

/** The colour that a tag's attributes or classes give. */
function lookOf(name: string, rest: string, classColor: (name: string) => string | null | undefined, lose: Lose): Partial<TextStyle> {
  if (name === 'font') {
    if (/\b(?:face|size)\s*=/i.test(rest)) lose('fonts');
    const color = /\bcolor\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))/i.exec(rest);
    return color ? { color: cssColor(color[1] ?? color[2] ?? color[3] ?? '') } : {};
  }
  const classes = /^\.[^\s]*/.exec(rest)?.[0].split('.', deepest).slice(1) ?? [];
  const colors = classes.map(classColor).filter((color) => color !== undefined);
  if (colors.length < classes.length) lose('effects');
  return colors.length > 0 ? { color: colors.at(-1) ?? null } : {};
}

/** Writes runs with tags around them, each tag closed again. `tagsOf` lists a run's tags, outermost first, as opening and closing text. */
export function writeMarkup(runs: TextRun[], tagsOf: (run: TextRun) => [string, string][], escaped: (text: string) => string): string {
  const open: [string, string][] = [];
  const parts: string[] = [];
  const closeTo = (depth: number) => {
    while (open.length > depth) parts.push(open.pop()?.[1] ?? '');
  };
  for (const run of runs) {
    const wanted = tagsOf(run);
    let depth = 0;
    while (depth < open.length && open[depth]?.[0] === wanted[depth]?.[0]) depth++;
    closeTo(depth);
    for (const tag of wanted.slice(depth)) {
      open.push(tag);
      parts.push(tag[0]);
    }
    parts.push(escaped(run.text));
  }
  closeTo(0);
  return parts.join('');
}

/** Line breaks in the manner of HTML as such: no player shows the tag. */
export const breakLines = (text: string): string => text.replace(/<br ?\/?>/gi, '\n');

/** The tags that SubRip and WebVTT share. */
export const faceTags = (run: TextRun): [string, string][] => [
  ...(run.bold ? [['<b>', '</b>'] satisfies [string, string]] : []),
  ...(run.italic ? [['<i>', '</i>'] satisfies [string, string]] : []),
  ...(run.underline ? [['<u>', '</u>'] satisfies [string, string]] : []),
];
