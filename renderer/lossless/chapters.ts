/** Chapters as the page changes them: rising, each as long as to the next one. Times in seconds of the source. */
import type { LosslessOrder, Timeline } from '../../native/contract/lossless.ts';
import type { Chapter, MediaInfo } from '../../native/contract/media.ts';
import { jobOf } from '../studio.ts';
import { t } from '../words/index.ts';
import { atHand, marksAt } from './cutting.ts';
import { endOf, startOf } from './marks.ts';
import { edit, orderOf } from './orders.ts';

export const chaptersOf = (order: LosslessOrder, media: MediaInfo): Chapter[] =>
  order.chapters?.map(({ language, ...chapter }) => ({ ...chapter, ...(language && { language }) })) ?? media.chapters;

/** Sorted, and each to where the next one begins; the last keeps its end, or runs to the film's. */
export function inOrder(chapters: Chapter[], { end }: Timeline): Chapter[] {
  const sorted = [...chapters].sort((a, b) => a.start - b.start);
  return sorted.map((chapter, index) => ({ ...chapter, end: sorted[index + 1]?.start ?? Math.max(chapter.start, end) }));
}

export function putChapters(id: string, chapters: Chapter[] | null, timeline: Timeline, key = ''): void {
  edit(id, { chapters: chapters && inOrder(chapters, timeline) }, key);
}

/** A chapter from the playhead on. */
export function addChapter(): void {
  const now = atHand();
  const order = now && orderOf(now.id);
  const media = now && jobOf(now.id)?.media;
  if (!now || !order || !media) return;
  const chapters = chaptersOf(order, media);
  if (chapters.some(({ start }) => Math.abs(start - now.time) < 0.001)) return;
  putChapters(
    now.id,
    [...chapters, { start: now.time, end: now.timeline.end, title: t('lossless:chapter.number', { number: chapters.length + 1 }) }],
    now.timeline,
  );
}

/** A chapter a segment. */
export function chaptersFromSegments(id: string, timeline: Timeline): void {
  const chapters = marksAt(id).marks.map((mark, index) => ({
    ...{ start: startOf(mark, timeline), end: endOf(mark, timeline) },
    title: mark.title ?? t('lossless:chapter.number', { number: index + 1 }),
  }));
  putChapters(id, chapters, timeline);
}
