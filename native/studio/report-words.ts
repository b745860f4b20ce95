/** Pieces of Markdown that a bug report is put together from. */

export const list = (items: string[]): string[] => items.map((item) => `- ${item}`);

/** Lines as they are; a fence longer than any inside of them. */
export function block(lines: string[]): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const fence = '`'.repeat(longest + 1);
  return [fence, ...lines, fence];
}
