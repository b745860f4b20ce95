/** The chapters of the result: where each begins and what it is called. */
import { BookmarkPlus, Play, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../native/contract/contract.ts';
import type { LosslessOrder, Timeline } from '../../../native/contract/lossless.ts';
import type { Chapter } from '../../../native/contract/media.ts';
import { ActionButton, Button, IconButton } from '../../parts/button.tsx';
import { CommitBox } from '../../parts/field.tsx';
import { chaptersFromSegments, chaptersOf, putChapters } from '../chapters.ts';
import { goTo } from '../cutting.ts';
import { edit } from '../orders.ts';
import { TimeBox } from '../time-box.tsx';

interface TabProps {
  job: Job;
  order: LosslessOrder;
  timeline: Timeline;
  disabled: boolean;
}

export function ChaptersTab({ job, order, timeline, disabled }: TabProps): ReactNode {
  const { t } = useTranslation();
  if (!job.media) return null;
  const chapters = chaptersOf(order, job.media);
  const put = (next: Chapter[]) => putChapters(job.id, next, timeline);
  const change = (index: number, what: Partial<Chapter>) =>
    put(chapters.map((chapter, at) => (at === index ? { ...chapter, ...what } : chapter)));
  return (
    <>
      {chapters.length === 0 ? (
        <p className="px-4 py-4 text-muted">{t('lossless:chapter.none')}</p>
      ) : (
        <ol aria-label={t('lossless:chapter.list')} className="py-1">
          {chapters.map((chapter, index) => {
            const name = chapter.title || t('lossless:chapter.number', { number: index + 1 });
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a chapter is its place
              <li key={index} className="flex h-10 items-center gap-1 px-2">
                <IconButton icon={Play} name={t('lossless:chapter.goTo', { name })} onClick={() => goTo(chapter.start)} />
                <span className="w-24 shrink-0">
                  <TimeBox
                    aria-label={t('lossless:chapter.beginsAt', { name })}
                    disabled={disabled}
                    value={chapter.start - timeline.start}
                    onCommit={(seconds) => change(index, { start: Math.min(timeline.end, seconds + timeline.start) })}
                  />
                </span>
                <CommitBox
                  aria-label={t('lossless:chapter.titleName', { number: index + 1 })}
                  leaves
                  placeholder={t('lossless:chapter.number', { number: index + 1 })}
                  disabled={disabled}
                  maxLength={10_000}
                  value={chapter.title}
                  onCommit={(title) => change(index, { title })}
                />
                <IconButton
                  icon={X}
                  name={t('lossless:delete', { name })}
                  disabled={disabled}
                  onClick={() => put(chapters.filter((_, at) => at !== index))}
                />
              </li>
            );
          })}
        </ol>
      )}
      <div className="flex flex-wrap gap-2 px-4 py-3">
        <ActionButton id="add-chapter" label={t('lossless:chapter.add')} />
        <Button
          icon={BookmarkPlus}
          disabled={disabled || order.segments.length === 0}
          onClick={() => chaptersFromSegments(job.id, timeline)}
        >
          {t('lossless:chapter.fromSegments')}
        </Button>
        {order.chapters !== null && !disabled && (
          <Button look="ghost" onClick={() => edit(job.id, { chapters: null })}>
            {t('lossless:backToOwn')}
          </Button>
        )}
      </div>
    </>
  );
}
