/** One opened file: its picture, its name, and in a few words what will come of it or how it goes. */
import { Ban, Check, CircleX, Music, TriangleAlert } from 'lucide-react';
import { type MouseEvent, memo, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job, JobStatus } from '../../native/contract/contract.ts';
import { fileName, percent, size } from '../format.ts';
import { useStudio } from '../studio.ts';
import { pick, useUi } from '../ui-state.ts';
import { t } from '../words/index.ts';
import { span } from './time.ts';
import { describeOutcome, type Outcome } from './words.ts';

export const rowHeight = 56;

interface RowProps {
  id: string;
  index: number;
  count: number;
  top: number;
  list: string[];
}

export const FileRow = memo(function FileRow({ id, index, count, top, list }: RowProps): ReactNode {
  useTranslation(); // it is drawn anew with the language
  const job = useStudio((mirror) => mirror.jobs[id]);
  const status = useStudio((mirror) => mirror.statuses[id]);
  const selected = useUi((ui) => ui.selected.has(id));
  const isCursor = useUi((ui) => ui.cursor === id);
  if (!job || !status) return null;
  return (
    <div
      id={`open-${id}`}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      aria-setsize={count}
      aria-posinset={index + 1}
      data-cursor={isCursor || undefined}
      onClick={(event: MouseEvent) => pick(id, event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'only', list)}
      className="absolute inset-x-0 flex items-center gap-2.5 border-b border-line px-3 hover:bg-hover aria-selected:bg-selected-idle group-focus/list:aria-selected:bg-selected group-focus-visible/list:data-cursor:outline-2 group-focus-visible/list:data-cursor:-outline-offset-2 group-focus-visible/list:data-cursor:outline-accent-text"
      style={{ height: rowHeight, top }}
    >
      <Thumbnail job={job} />
      <div className="min-w-0 flex-1">
        <p className="truncate" title={job.source}>
          {fileName(job.source)}
        </p>
        <State job={job} status={status} />
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

interface Words {
  text: string;
  look: string;
  icon?: ReactNode;
}

const sign = 'mr-1 inline shrink-0';

const states: { [P in JobStatus['phase']]: (job: Job, status: Extract<JobStatus, { phase: P }>) => Words } = {
  reading: () => ({ text: t('lossless:row.reading'), look: 'text-muted' }),
  draft(job, { problem }) {
    if (problem) return { text: problem.message, look: 'text-warn', icon: <TriangleAlert size={12} className={sign} aria-hidden /> };
    if (!job.outline) return { text: t('lossless:row.reading'), look: 'text-muted' };
    const outcome = describeOutcome(job.outline, true);
    return { text: withParts(job, outcome), look: outcome.isLoss ? 'text-warn' : 'text-muted' };
  },
  waiting: (job) => ({ text: `${t('lossless:row.waiting')}${partOf(job)}`, look: 'text-muted' }),
  running: (_job, { paused, stage, fraction }) => ({
    text: `${t(paused ? 'lossless:row.paused' : `common:stage.${stage}`)} ${percent(fraction)}`,
    look: 'text-text',
  }),
  done: (job, { proof }) => ({
    text: `${t('lossless:row.done', { size: size(proof.bytes) })}${partOf(job)}`,
    look: 'text-muted',
    icon: <Check size={12} className={`${sign} text-good`} aria-hidden />,
  }),
  failed: (_job, { error }) => ({ text: error.message, look: 'text-bad', icon: <CircleX size={12} className={sign} aria-hidden /> }),
  cancelled: () => ({ text: t('lossless:row.cancelled'), look: 'text-muted', icon: <Ban size={12} className={sign} aria-hidden /> }),
};

/** What is cut from it or joined to it counts as much as its tracks; that all of them are kept needs no words then. */
function withParts({ lossless }: Job, { text, isLoss }: Outcome): string {
  const parts = lossless?.segments.length ?? 0;
  const joined = lossless?.join.length ?? 0;
  const more = joined > 0 ? t('lossless:row.joined', { count: joined + 1 }) : parts > 0 ? t('common:part', { count: parts }) : '';
  if (!more) return text;
  return isLoss ? `${text}, ${more}` : t('lossless:row.lossless', { what: more });
}

/** A job that is one part of a file says which. */
function partOf({ lossless }: Job): string {
  const [part, ...others] = lossless?.segments ?? [];
  if (!part || others.length > 0) return '';
  if (part.title) return ` · ${part.title}`;
  return part.start !== null && part.end !== null ? ` · ${t('lossless:row.ofIt', { span: span(part.end - part.start) })}` : '';
}

function State({ job, status }: { job: Job; status: JobStatus }): ReactNode {
  const describe = states[status.phase] as (job: Job, status: JobStatus) => Words;
  const { text, look, icon } = describe(job, status);
  return (
    <p className={`truncate text-sm ${look}`} title={text}>
      {icon}
      {text}
    </p>
  );
}

function Thumbnail({ job: { id, media } }: { job: Job }): ReactNode {
  const [missing, setMissing] = useState(false);
  const hasPicture = media?.streams.some((stream) => stream.kind === 'video') && !missing;
  return (
    <div className="flex h-8 w-14 shrink-0 items-center justify-center overflow-hidden rounded bg-track text-muted">
      {media && hasPicture && (
        <img
          src={`/assets/thumbnail/${id}?${media.modified}`}
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
