/** One file of the list: its picture, what it is, what it becomes, how far it is. */
import { ArrowRight, Ban, Check, ChevronsDown, ChevronsUp, CirclePause, CircleX, Music } from 'lucide-react';
import { memo, type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job, JobStatus } from '../../native/contract/contract.ts';
import { actionOf } from '../actions.ts';
import { decimal, describeMedia, fileName, filmOf, percent, size, timeLeft, took } from '../format.ts';
import { shownTarget, targetName } from '../lossless/words.ts';
import { attempt } from '../notices.ts';
import { IconButton } from '../parts/button.tsx';
import { call, useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { t } from '../words/index.ts';
import { pickRow } from './pick-row.ts';

export const rowHeight = 48;

/** Rows that fly past while the list is scrolled ask for no picture, ms. */
const settleMs = 120;

interface RowProps {
  id: string;
  index: number;
  top: number;
  list: string[];
  /** 2 within a group. */
  level: number;
}

export const JobRow = memo(function JobRow({ id, index, top, list, level }: RowProps): ReactNode {
  const { t } = useTranslation();
  const job = useStudio((mirror) => mirror.jobs[id]);
  const status = useStudio((mirror) => mirror.statuses[id]);
  const preset = useStudio((mirror) => mirror.presets[job?.preset ?? '']?.name ?? job?.preset);
  const selected = useUi((ui) => ui.selected.has(id));
  const isCursor = useUi((ui) => ui.cursor === id);
  if (!job || !status) return null;
  return (
    <div
      id={`row-${id}`}
      data-row={id}
      role="row"
      aria-rowindex={index + 1}
      aria-level={level}
      aria-selected={selected}
      data-cursor={isCursor || undefined}
      onClick={(event) => pickRow(id, event, list)}
      className="absolute inset-x-0 grid grid-cols-[64px_minmax(0,1fr)_minmax(0,150px)_32px] @2xl:grid-cols-[64px_minmax(0,1fr)_minmax(0,190px)_minmax(0,210px)_32px] items-center gap-3 border-b border-line px-4 aria-[level=2]:pl-9 hover:bg-hover aria-selected:bg-selected-idle group-focus/list:aria-selected:bg-selected group-focus-visible/list:data-cursor:outline-2 group-focus-visible/list:data-cursor:-outline-offset-2 group-focus-visible/list:data-cursor:outline-accent-text"
      style={{ height: rowHeight, top }}
    >
      <div role="gridcell">
        <Thumbnail job={job} />
      </div>
      <div role="gridcell" className="min-w-0">
        <p className="truncate" title={job.source}>
          {fileName(job.source)}
        </p>
        {status.phase === 'failed' ? (
          <p className="truncate text-sm text-bad" title={status.error.message}>
            {status.error.message}
          </p>
        ) : (
          <p className="truncate text-sm text-muted">{job.media ? describeMedia(job.media) : t('export:row.readingFile')}</p>
        )}
      </div>
      <div role="gridcell" className="hidden truncate text-muted @2xl:block">
        <ArrowRight size={13} className="mr-1.5 inline" aria-hidden />
        {job.lossless ? t('export:row.lossless', { target: targetName(shownTarget(job)) }) : preset}
        {Object.keys(job.overrides).length > 0 && <span title={t('export:row.changed')}> *</span>}
      </div>
      <div role="gridcell" className="min-w-0 text-right">
        <State job={job} status={status} />
      </div>
      <div role="gridcell">
        {(status.phase === 'failed' || status.phase === 'cancelled') && <Retry id={id} name={fileName(job.source)} />}
      </div>
      {status.phase === 'running' && (
        <div
          className={`absolute bottom-0 left-0 h-0.5 w-full origin-left transition-transform duration-500 ease-linear ${status.paused ? 'bg-muted' : 'bg-accent-text'}`}
          style={{ transform: `scaleX(${status.fraction})` }}
        />
      )}
    </div>
  );
});

function State({ job, status }: { job: Job; status: JobStatus }): ReactNode {
  const { t } = useTranslation();
  const line = 'flex items-center justify-end gap-1.5 truncate';
  switch (status.phase) {
    case 'reading':
    case 'draft': // another tab has just made it one again
      return <p className={`${line} text-muted`}>{t('export:row.reading')}</p>;
    case 'waiting':
      return (
        <>
          <p className={line}>{job.paused ? <Paused /> : <Waiting job={job} />}</p>
          <p className="truncate text-sm text-muted" title={status.held?.message}>
            {status.held?.message ?? (job.estimatedBytes === null ? '' : t('export:row.about', { size: size(job.estimatedBytes) }))}
          </p>
        </>
      );
    case 'running':
      return (
        <>
          <p className={line}>
            {status.paused
              ? t('export:row.pausedAt', { percent: percent(status.fraction) })
              : `${t(`common:stage.${status.stage}`)} ${percent(status.fraction)}`}
          </p>
          <p className="truncate text-sm text-muted">
            {status.resumed !== undefined && `${t('export:row.resumedAt', { percent: percent(status.resumed) })} · `}
            {runningFigures(status)}
          </p>
        </>
      );
    case 'done':
      return (
        <>
          <p className={line}>
            <Check size={14} className="text-good" aria-hidden /> {t('export:row.done')}
          </p>
          <p className="truncate text-sm text-muted">
            {t('export:row.sizeInTime', { size: size(status.proof.bytes), time: took(status.seconds) })}
          </p>
        </>
      );
    case 'failed':
      return (
        <p className={`${line} text-bad`}>
          <CircleX size={14} aria-hidden /> {t('export:row.failed')}
        </p>
      );
    case 'cancelled':
      return (
        <p className={`${line} text-muted`}>
          <Ban size={14} aria-hidden /> {t('export:row.cancelled')}
        </p>
      );
  }
}

const marks = { urgent: ChevronsUp, low: ChevronsDown };

/** Its priority by shape and word, where it is not as usual. */
function Waiting({ job: { priority } }: { job: Job }): ReactNode {
  const { t } = useTranslation();
  if (priority === 'normal') return t('export:row.waiting');
  const Mark = marks[priority];
  return (
    <>
      <Mark size={14} className={`shrink-0 ${priority === 'urgent' ? 'text-accent-text' : 'text-muted'}`} aria-hidden />
      <span className="truncate">{t(`export:row.waits.${priority}`)}</span>
    </>
  );
}

function Paused(): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <CirclePause size={14} className="shrink-0 text-muted" aria-hidden /> {t('export:row.paused')}
    </>
  );
}

export function runningFigures({
  paused,
  fps,
  speed,
  bytesPerSecond,
  etaSeconds,
  stage,
}: Extract<JobStatus, { phase: 'running' }>): string {
  if (paused || stage === 'finishing' || stage === 'proving') return '';
  const pace =
    stage === 'copying'
      ? [bytesPerSecond > 0 && `${size(bytesPerSecond)}/s`]
      : [fps > 0 && t('export:row.fps', { fps: Math.round(fps) }), speed > 0 && `${decimal(speed)}×`];
  const figures = [...pace, etaSeconds !== null && timeLeft(etaSeconds)];
  return figures.filter(Boolean).join(' · ');
}

function Retry({ id, name }: { id: string; name: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <IconButton
      icon={actionOf('retry').icon}
      name={t('export:row.tryAgain', { name })}
      tabIndex={-1}
      onClick={(event) => {
        event.stopPropagation();
        attempt(call('retryJobs', { ids: [id] }));
      }}
    />
  );
}

function Thumbnail({ job }: { job: Job }): ReactNode {
  const [settled, setSettled] = useState(false);
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), settleMs);
    return () => clearTimeout(timer);
  }, []);
  const { media } = job;
  const hasPicture = media !== null && (filmOf(media) !== undefined || media.streams.some((stream) => stream.kind === 'video')) && !missing;
  return (
    <div className="flex h-9 w-16 items-center justify-center overflow-hidden rounded bg-track text-muted">
      {hasPicture && settled && (
        <img
          src={`/assets/thumbnail/${job.id}?${media.modified}`}
          alt=""
          decoding="async"
          draggable={false}
          onError={() => setMissing(true)}
          className="size-full animate-appear object-cover"
        />
      )}
      {media && !hasPicture && <Music size={15} aria-hidden />}
    </div>
  );
}
