/** How it goes with a file, or how it went. */
import { CircleX, Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job, JobStatus } from '../../native/contract/contract.ts';
import type { ErrorData } from '../../native/contract/errors.ts';
import { desktop } from '../desktop.ts';
import { clock, codecName, decimal, percent, shortPath, size, timeLeft, took } from '../format.ts';
import { ActionButton } from '../parts/button.tsx';
import { Progress } from '../parts/progress.tsx';
import { useStudio } from '../studio.ts';
import { t } from '../words/index.ts';
import { OriginalLine } from './original-line.tsx';

export function Now({ job, status }: { job: Job; status: JobStatus }): ReactNode {
  switch (status.phase) {
    case 'running':
      return <Running job={job} status={status} />;
    case 'done':
      return <Done job={job} status={status} />;
    case 'failed':
      return <Failed error={status.error} />;
    case 'cancelled':
      return <Cancelled />;
    case 'waiting':
      return status.held ? <Held why={status.held} /> : null;
    default:
      return null;
  }
}

type In<Phase extends JobStatus['phase']> = { job: Job; status: Extract<JobStatus, { phase: Phase }> };

const nothing = '–';

function Running({ job, status }: In<'running'>): ReactNode {
  const { t } = useTranslation();
  const { paused, fraction, bytesPerSecond, speed, fps, plannedBytes, bytes, done, etaSeconds, resumed } = status;
  return (
    <section aria-label={t('export:now.progress')} className="flex flex-col gap-2 border-b border-line px-4 pt-1 pb-3">
      <Progress fraction={fraction} name={t('export:now.thisFile')} quiet={paused} />
      <dl className="grid grid-cols-[3fr_3fr_4fr] gap-y-1">
        <Figure name={t(paused ? 'export:now.paused' : 'export:now.done')} value={percent(fraction)} />
        {job.lossless ? (
          <>
            <Figure name={t('export:now.speed')} value={bytesPerSecond > 0 ? `${size(bytesPerSecond)}/s` : nothing} />
            <Figure name={t('export:now.ofAbout')} value={plannedBytes === null ? nothing : size(plannedBytes)} />
          </>
        ) : (
          <>
            <Figure name={t('export:now.speed')} value={`${decimal(speed)}×`} />
            <Figure name={t('export:now.frames')} value={fps > 0 ? t('export:row.fps', { fps: Math.round(fps) }) : nothing} />
          </>
        )}
        <Figure name={t('export:now.soFar')} value={size(bytes)} />
        <Figure name={t('export:now.at')} value={clock(done)} />
        <Figure name={t('export:now.time')} value={etaSeconds === null || paused ? nothing : timeLeft(etaSeconds)} />
      </dl>
      {resumed !== undefined && <p className="text-sm text-muted">{t('export:now.resumed', { percent: percent(resumed) })}</p>}
      <div className="flex gap-2">
        <ActionButton id="pause" label={t(paused ? 'export:now.goOn' : 'export:now.pause')} />
        <ActionButton id="cancel" label={t('export:now.cancel')} />
      </div>
    </section>
  );
}

function Done({ job, status: { proof, seconds, output, warnings } }: In<'done'>): ReactNode {
  const { t } = useTranslation();
  const home = useStudio((mirror) => mirror.machine['studio']?.home);
  const codecs = [...new Set(proof.streams.map((stream) => codecName(stream.codec)))];
  const last = codecs.pop() ?? '';
  return (
    <section aria-label={t('export:now.result')} className="flex flex-col gap-2 border-b border-line px-4 pb-3">
      <dl className="grid grid-cols-[3fr_3fr_4fr] gap-y-1">
        <Figure name={t('export:now.size')} value={size(proof.bytes)} />
        <Figure name={t('export:now.compared')} value={compared(proof.bytes, job.media?.bytes)} />
        <Figure name={t('export:now.took')} value={took(seconds)} />
      </dl>
      <p className="selectable text-sm break-all text-muted">{shortPath(output, home)}</p>
      <p className="text-sm text-good">
        {t('export:now.proved', {
          length: clock(proof.duration),
          codecs: codecs.length > 0 ? t('export:now.and', { first: codecs.join(', '), last }) : last,
        })}
      </p>
      {warnings.map((warning) => (
        <p key={warning} className="text-sm text-warn">
          {warning}
        </p>
      ))}
      <div className="flex gap-2">
        {desktop && <ActionButton id="show" label={t('export:now.showInFolder')} />}
        <ActionButton id="retry" label={t('export:now.again')} />
      </div>
      <OriginalLine id={job.id} />
    </section>
  );
}

function Failed({ error }: { error: ErrorData }): ReactNode {
  const { t } = useTranslation();
  return (
    <section aria-label={t('export:now.error')} className="mx-4 mb-3 rounded-md bg-bad-ground p-3">
      <p className="selectable flex gap-2">
        <CircleX size={15} className="mt-0.5 shrink-0 text-bad" aria-hidden />
        {error.message}
      </p>
      {error.detail && (
        <details className="pt-2 text-sm">
          <summary className="rounded-md text-muted">{t('export:now.details')}</summary>
          <pre className="selectable max-h-48 overflow-auto pt-1 whitespace-pre-wrap">{error.detail}</pre>
        </details>
      )}
      <div className="flex gap-2 pt-3">
        <ActionButton id="retry" label={t('export:now.tryAgain')} look="primary" />
        <ActionButton id="report" />
      </div>
    </section>
  );
}

/** A trouble that may pass: the job goes on by itself when it is over. */
function Held({ why }: { why: ErrorData }): ReactNode {
  const { t } = useTranslation();
  return (
    <section aria-label={t('export:now.held')} className="mx-4 mb-3 rounded-md bg-warn-ground p-3">
      <p className="selectable flex gap-2">
        <Clock size={15} className="mt-0.5 shrink-0 text-warn" aria-hidden />
        {why.message}
      </p>
    </section>
  );
}

function Cancelled(): ReactNode {
  const { t } = useTranslation();
  return (
    <section aria-label={t('export:now.cancelled')} className="flex items-center gap-3 border-b border-line px-4 pb-3">
      <span className="flex-1 text-muted">{t('export:now.cancelled')}</span>
      <ActionButton id="retry" label={t('export:now.putBack')} />
    </section>
  );
}

/** "40 % smaller" than the source. */
export function compared(bytes: number, before: number | undefined): string {
  if (!before) return nothing;
  const change = Math.round((bytes / before - 1) * 100);
  if (change === 0) return t('export:now.same');
  return change < 0 ? t('export:now.smaller', { percent: -change }) : t('export:now.larger', { percent: change });
}

function Figure({ name, value }: { name: string; value: string }): ReactNode {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
