/** What the result keeps, in a few words; pressed, track by track. */
import { Popover } from '@base-ui/react/popover';
import { Check, TriangleAlert } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../native/contract/contract.ts';
import { describeStream, streamKind } from '../format.ts';
import { useStudio } from '../studio.ts';
import { t } from '../words/index.ts';
import { describeOutcome, type Outcome } from './words.ts';

export function OutcomeButton({ ids }: { ids: string[] }): ReactNode {
  const { t } = useTranslation();
  const jobs = useStudio((mirror) => mirror.jobs);
  const statuses = useStudio((mirror) => mirror.statuses);
  const shown = useMemo(() => ids.flatMap((id) => jobs[id] ?? []), [ids, jobs]);
  const [only] = shown;
  const problems = ids.flatMap((id) => {
    const status = statuses[id];
    return status?.phase === 'draft' && status.problem ? [status.problem.message] : [];
  });
  const { text, isLoss } = problems.length > 0 ? sumOfProblems(problems, ids.length) : sumUp(shown);
  const Icon = isLoss ? TriangleAlert : Check;
  const words = (
    <>
      <Icon size={14} className={`shrink-0 ${isLoss ? 'text-warn' : 'text-good'}`} aria-hidden />
      <span className="truncate">{text}</span>
    </>
  );
  const look = 'flex h-8 min-w-0 items-center gap-2 rounded-md px-2';
  if (!text) return null;
  if (shown.length !== 1 || !only?.outline || problems.length > 0)
    return (
      <p role="status" className={look} title={text}>
        {words}
      </p>
    );
  return (
    <Popover.Root>
      <Popover.Trigger className={`${look} hover:bg-hover`} title={t('lossless:outcome.title')}>
        {words}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={8} align="start" side="top" className="z-50">
          <Popover.Popup className="max-h-96 w-110 animate-appear overflow-y-auto rounded-md bg-raised p-4 shadow-float outline-none">
            <Popover.Title className="pb-2 font-semibold">{t('lossless:outcome.heading')}</Popover.Title>
            <Details job={only} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

const sumOfProblems = (problems: string[], count: number): Outcome => ({
  // One file's own words stand over its picture.
  text: count === 1 ? t('lossless:outcome.notLikeThis') : t('lossless:outcome.cannot', { count: problems.length }),
  isLoss: true,
});

function sumUp(drafts: Job[]): Outcome {
  const outcomes = drafts.flatMap(({ outline }) => (outline ? describeOutcome(outline) : []));
  if (outcomes.length < drafts.length) return { text: '', isLoss: false };
  const losses = outcomes.filter(({ isLoss }) => isLoss).length;
  const [first = { text: '', isLoss: false }] = outcomes;
  if (outcomes.length === 1) return first;
  return losses === 0
    ? { text: t('lossless:outcome.each'), isLoss: false }
    : { text: t('lossless:outcome.loses', { count: losses }), isLoss: true };
}

function Details({ job: { media, outline, notes } }: { job: Job }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <ul className="flex flex-col gap-1.5 text-sm">
        {outline?.tracks.map(({ file, stream, outcome, why, asked }) => {
          const info = file === 0 ? media?.streams[stream] : undefined;
          return (
            <li key={`${file}:${stream}`} className="grid grid-cols-[72px_minmax(0,1fr)] gap-x-2">
              <span className={outcome === 'left' && !asked ? 'text-warn' : 'text-muted'}>{t(`lossless:outcome.${outcome}`)}</span>
              <span>
                {info
                  ? t('lossless:outcome.stream', { kind: streamKind(info.kind), facts: describeStream(info) })
                  : t('lossless:outcome.added', { number: stream + 1 })}
                {why && <span className="block text-muted">{why}</span>}
              </span>
            </li>
          );
        })}
      </ul>
      {notes.length > 0 && (
        <ul className="mt-3 flex flex-col gap-1 border-t border-line pt-3 text-sm">
          {notes.map(({ kind, text }) => (
            <li key={text} className={kind === 'loss' ? 'text-warn' : 'text-muted'}>
              {text}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
