/** Over the picture: how the work goes, or how it went; nothing while the file is being made up. */
import { Ban, Check, CircleX, Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job, JobStatus } from '../../native/contract/contract.ts';
import { desktop } from '../desktop.ts';
import { clock, codecName, percent, shortPath, size, timeLeft, took } from '../format.ts';
import { ActionButton } from '../parts/button.tsx';
import { Progress } from '../parts/progress.tsx';
import { useStudio } from '../studio.ts';
import { t } from '../words/index.ts';

export function StatusCard({ job, status }: { job: Job; status: JobStatus }): ReactNode {
  const { t } = useTranslation();
  const home = useStudio((mirror) => mirror.machine['studio']?.home);
  const started = useStudio((mirror) => mirror.queue['studio']?.started);
  const card = 'flex min-h-13 shrink-0 flex-wrap items-center gap-3 border-b border-line bg-panel px-4 py-2';
  switch (status.phase) {
    case 'reading':
    case 'waiting':
      return (
        <section aria-label={t('lossless:status.progress')} className={card}>
          <Clock size={15} className="text-muted" aria-hidden />
          <p className="min-w-0 flex-1">{t(started ? 'lossless:status.turn' : 'lossless:status.untilStarted')}</p>
          <ActionButton id="lossless-edit" label={t('lossless:status.change')} />
        </section>
      );
    case 'running':
      return (
        <section aria-label={t('lossless:status.progress')} className={`${card} !flex-col !items-stretch !gap-2`}>
          <div className="flex items-center gap-3">
            <p className="min-w-0 flex-1 truncate">
              {t(status.paused ? 'lossless:status.paused' : `common:stage.${status.stage}`)} {percent(status.fraction)}
              <span className="pl-2 text-sm text-muted">{describeProgress(status)}</span>
            </p>
            <ActionButton id="cancel" label={t('lossless:status.cancel')} />
          </div>
          <Progress fraction={status.fraction} name={t('lossless:status.thisFile')} quiet={status.paused} />
        </section>
      );
    case 'done':
      return (
        <section aria-label={t('lossless:status.result')} className={card}>
          <Check size={15} className="text-good" aria-hidden />
          <div className="min-w-0 flex-1">
            <p className="selectable truncate" title={status.output}>
              {shortPath(status.output, home)}
            </p>
            <p className="text-sm text-muted">
              {t('lossless:status.made', {
                ...{ size: size(status.proof.bytes), time: took(status.seconds), length: clock(status.proof.duration) },
                speed: describeSpeed(status.proof.bytes, status.seconds),
                codecs: [...new Set(status.proof.streams.map(({ codec }) => codecName(codec)))].join(', '),
              })}
            </p>
            {status.warnings.map((warning) => (
              <p key={warning} className="text-sm text-warn">
                {warning}
              </p>
            ))}
          </div>
          {desktop && <ActionButton id="show" label={t('lossless:status.show')} />}
          <ActionButton id="lossless-edit" label={t('lossless:status.editAgain')} />
        </section>
      );
    case 'failed':
      return (
        <section aria-label={t('common:error')} className={`${card} !bg-bad-ground`}>
          <CircleX size={15} className="shrink-0 text-bad" aria-hidden />
          <div className="min-w-0 flex-1">
            <p className="selectable">{status.error.message}</p>
            {status.error.detail && (
              <details className="text-sm">
                <summary className="w-fit rounded-md text-muted">{t('common:details')}</summary>
                <pre className="selectable max-h-32 overflow-auto whitespace-pre-wrap">{status.error.detail}</pre>
              </details>
            )}
          </div>
          <ActionButton id="report" />
          <ActionButton id="retry" label={t('lossless:status.tryAgain')} />
          <ActionButton id="lossless-edit" label={t('lossless:status.change')} look="primary" />
        </section>
      );
    case 'cancelled':
      return (
        <section aria-label={t('lossless:status.cancelled')} className={card}>
          <Ban size={15} className="text-muted" aria-hidden />
          <p className="flex-1 text-muted">{t('lossless:status.nothingLeft')}</p>
          <ActionButton id="retry" label={t('lossless:status.tryAgain')} />
          <ActionButton id="lossless-edit" label={t('lossless:status.change')} />
        </section>
      );
    case 'draft':
      return job.media && status.problem ? (
        <section aria-label={t('lossless:status.problem')} role="alert" className={`${card} !bg-warn-ground`}>
          <CircleX size={15} className="shrink-0 text-warn" aria-hidden />
          <div className="min-w-0 flex-1">
            <p className="selectable">{status.problem.message}</p>
            {status.problem.detail && <p className="selectable truncate text-sm text-muted">{status.problem.detail}</p>}
          </div>
        </section>
      ) : null;
  }
}

type Running = Extract<JobStatus, { phase: 'running' }>;

/** Before this nothing can be said of the pace. */
const leastFraction = 0.02;

/** `1.2 GB of 2.0 GB · 640 MB/s · 2 s left`. */
function describeProgress({ bytes, plannedBytes, bytesPerSecond, etaSeconds, paused, fraction }: Running): string {
  const isPaced = !paused && fraction >= leastFraction;
  const figures = [
    bytes > 0 &&
      (plannedBytes === null
        ? size(bytes)
        : t('lossless:status.ofBytes', { done: size(bytes), total: size(Math.max(bytes, plannedBytes)) })),
    isPaced && bytesPerSecond > 0 && `${size(bytesPerSecond)}/s`,
    isPaced && etaSeconds !== null && timeLeft(etaSeconds),
  ];
  return figures.filter(Boolean).join(' · ');
}

const describeSpeed = (bytes: number, seconds: number) => `${size(bytes / Math.max(0.01, seconds))}/s`;
