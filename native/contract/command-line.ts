/** A program and its arguments as a person types them on one line. No shell has a part in it: quotes keep spaces, and nothing else means anything. */

/** `rsync -a "My films" nas:` as a list; null where a quote is not closed. A backslash is a backslash, for paths of Windows. */
export function readCommand(line: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (const sign of line) {
    if (quote) {
      if (sign === quote) quote = null;
      else word += sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (/\s/.test(sign)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + sign;
  }
  if (quote) return null;
  return word === null ? words : [...words, word];
}

/** The line that reads as this list. */
export const writeCommand = (words: readonly string[]): string => words.map(quoted).join(' ');

function quoted(word: string): string {
  if (word !== '' && !/[\s"']/.test(word)) return word;
  return word
    .split('"')
    .map((part) => (part === '' && word !== '' ? '' : `"${part}"`))
    .join(`'"'`);
}
