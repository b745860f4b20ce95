/** What somebody may have meant, for names that do not exist. */

/** How alike two words are, by the pairs of letters they share: 0 to 1 (Dice's coefficient). */
function likeness(one: string, other: string): number {
  const pairs = (word: string) => {
    const text = ` ${word.toLowerCase()} `;
    return Array.from({ length: text.length - 1 }, (_, at) => text.slice(at, at + 2));
  };
  const [a, b] = [pairs(one), pairs(other)];
  const left = [...b];
  const shared = a.filter((pair) => {
    const at = left.indexOf(pair);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return (2 * shared.length) / (a.length + b.length);
}

/** The names most like a word, the likest first. */
export function nearestNames(word: string, names: readonly string[], most = 5): string[] {
  const ranked = names.map((name) => ({ name, likeness: likeness(word.slice(0, 80), name) }));
  return ranked
    .toSorted((a, b) => b.likeness - a.likeness)
    .slice(0, most)
    .map(({ name }) => name);
}
