/** One file: its picture over its timeline. */
import { FileSearch, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { filmOf } from '../format.ts';
import { Message } from '../parts/states.tsx';
import { useStudio } from '../studio.ts';
import { JoinedFiles } from './joined-files.tsx';
import { useOrder } from './orders.ts';
import { Player } from './player.tsx';
import { SegmentBar } from './segment-bar.tsx';
import { useSkippedGaps } from './skip-gaps.ts';
import { SoundCover } from './sound-cover.tsx';
import { StatusCard } from './status-card.tsx';
import { Timeline } from './timeline/timeline.tsx';
import { useTimeline } from './timelines.ts';
import { Transport } from './transport.tsx';

export function Editor({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const job = useStudio((mirror) => mirror.jobs[id]);
  const status = useStudio((mirror) => mirror.statuses[id]);
  const order = useOrder(id);
  const known = useTimeline(job);
  useSkippedGaps(job, order, known?.timeline);
  if (!job || !status || !order) return null;
  const error = status.phase === 'draft' ? status.problem : status.phase === 'failed' ? status.error : null;
  if (!job.media || !known) {
    return error ? (
      <Message icon={TriangleAlert} title={t('lossless:editor.cannot')}>
        <p className="selectable">{error.message}</p>
        <p className="pt-1">{t('lossless:editor.cannotHint')}</p>
      </Message>
    ) : (
      <Message icon={FileSearch} title={t('lossless:editor.reading')}>
        {t('lossless:editor.readingHint')}
      </Message>
    );
  }
  const { timeline, problem } = known;
  const disabled = status.phase !== 'draft';
  const film = filmOf(job.media);
  return (
    <section aria-label={t('lossless:cut.section')} className="@container flex min-h-0 min-w-0 flex-1 flex-col">
      <StatusCard job={job} status={status} />
      <Player key={`${id} ${job.media.modified}`} job={job} media={job.media} start={timeline.start} end={timeline.end} />
      {!film && <SoundCover job={job} media={job.media} />}
      <Transport timeline={timeline} cuts={!disabled && order.join.length === 0} />
      <Timeline job={job} media={job.media} order={order} timeline={timeline} disabled={disabled} />
      <SegmentBar job={job} order={order} timeline={timeline} problem={problem} disabled={disabled} />
      {order.join.length > 0 && <JoinedFiles id={id} source={job.source} order={order} disabled={disabled} />}
    </section>
  );
}
