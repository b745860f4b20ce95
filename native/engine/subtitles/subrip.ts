/** SubRip's text: tags of HTML without its escapes, and `{\an8}` for the place, as players agreed on it. */
import { createOverrideReader } from './ass.ts';
import { breakLines, createMarkupReader, faceTags, writeMarkup } from './markup.ts';
import { createTextBuilder, type Lose, type StyledText } from './text.ts';

/** SubRip has no escapes: this invisible character keeps text that looks like a tag from being one, as FFmpeg does it in ASS. */
const joiner = '\u2060';

/** A tag, a block of ASS overrides, or something that a joiner keeps from being either. */
const token = /<\/?[a-z][^<>]*>|\{\\[^{}]*\}|(?:<|\{|--)\u2060/gi;

export function readSubripText(written: string, lose: Lose): StyledText {
  const markup = createMarkupReader(lose);
  const overrides = createOverrideReader(null, lose);
  const out = createTextBuilder(lose);
  const add = (piece: string) => {
    const [tags, blocks] = [markup.style(), overrides.style()];
    const { bold, italic, underline } = tags;
    if (markup.hidden() || overrides.drawing()) return;
    out.add(piece, {
      bold: bold || blocks.bold,
      italic: italic || blocks.italic,
      underline: underline || blocks.underline,
      color: tags.color ?? blocks.color,
    });
  };
  const text = breakLines(written);
  let from = 0;
  for (const { 0: found, index } of text.matchAll(token)) {
    add(text.slice(from, index));
    from = index + found.length;
    if (found.endsWith(joiner)) add(found.slice(0, -1));
    else if (found.startsWith('{')) overrides.block(found.slice(1, -1));
    else markup.tag(found);
  }
  add(text.slice(from));
  return out.finish(overrides.position());
}

export function writeSubripText(text: StyledText): string {
  const place = text.position === null ? '' : `{\\an${text.position}}`;
  const tags = writeMarkup(
    text.runs,
    (run) => [...(run.color ? [[`<font color="${run.color}">`, '</font>'] satisfies [string, string]] : []), ...faceTags(run)],
    (plain) => plain.replace(/<(?=\/?[a-z])|\{(?=\\)|--(?=>)/gi, `$&${joiner}`),
  );
  return place + tags;
}
