/** Chapters as the result shows them: moved with the pieces they belong to, and clipped where a piece ends. */
import type { Chapter } from '../../contract/media.ts';
import type { Piece } from '../../contract/remux-plan.ts';
import { extentOf, type MainFile } from './pieces.ts';

/** What a cut leaves of a chapter is one no longer when it is shorter, seconds: keyframes are seldom where chapters are. */
const shortest = 0.5;

/** `chaptersOf` gives those of a main file, on its own timeline. */
export function resultChapters(pieces: Piece[], files: MainFile[], chaptersOf: (input: number) => Chapter[]): Chapter[] {
  const result: (Chapter & { from: Chapter })[] = [];
  let offset = 0;
  for (const piece of pieces) {
    const { start, end } = extentOf(piece, files);
    for (const chapter of chaptersOf(piece.input)) {
      const part = { start: Math.max(chapter.start, start), end: Math.min(chapter.end, end ?? Infinity) };
      const clipped = part.start > chapter.start || part.end < chapter.end;
      const isWhole = chapter.start >= start && chapter.start < (end ?? Infinity);
      if (
        part.end < part.start ||
        (!isWhole && part.end === part.start) ||
        (clipped && part.end - part.start < shortest && !isLong(chapter, part))
      )
        continue;
      const moved = { ...chapter, start: part.start - start + offset, end: part.end - start + offset };
      const last = result.at(-1);
      // A chapter out of whose middle something was cut is still one.
      if (last?.from === chapter && moved.start - last.end < 0.001) last.end = moved.end;
      else result.push({ ...moved, from: chapter });
    }
    offset += (end ?? start) - start;
  }
  return result.map(({ from: _from, ...chapter }) => chapter);
}

/** Most of a very short chapter is there. */
const isLong = (chapter: Chapter, part: { start: number; end: number }) => part.end - part.start > (chapter.end - chapter.start) / 2;
