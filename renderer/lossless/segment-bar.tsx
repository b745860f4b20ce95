/** Under the timeline: the segments in the order they play, and the chosen one's times, title and where its cuts really fall. */
import { type ReactNode, useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import type { Job } from '../../native/contract/contract.ts';
import type { LosslessOrder, Segment, Timeline } from '../../native/contract/lossless.ts';
import { ActionIcon, Button } from '../parts/button.tsx';
import { CommitBox } from '../parts/field.tsx';
import { KeyCaps } from '../parts/key-caps.tsx';
import { t } from '../words/index.ts';
import { describeCut } from './cut-words.ts';
import { choose, moveEdge, putMarks, renameMark, setRemoving } from './cutting.ts';
import { endOf, keyframesAround, marksOf, startOf } from './marks.ts';
import { useIsPending, useOrders } from './orders.ts';
import { useLossless } from './state.ts';
import { Switch } from './switch.tsx';
import { exactTime, span } from './time.ts';
import { TimeBox } from './time-box.tsx';
import { colourOf } from './timeline/spans.tsx';

interface SegmentBarProps {
  job: Job;
  order: LosslessOrder;
  timeline: Timeline;
  /** Why the keyframes are not known. */
  problem: string | null;
  disabled: boolean;
}

export function SegmentBar({ job, order, timeline, problem, disabled }: SegmentBarProps): ReactNode {
  const { t } = useTranslation();
  const removing = useOrders((orders) => orders.removing.has(job.id));
  const marks = marksOf(order, removing);
  const chosen = useLossless(({ chosen }) => Math.min(chosen[job.id] ?? 0, marks.length - 1));
  const mark = marks[chosen];
  if (order.join.length > 0) return null;
  return (
    <section aria-label={t('lossless:segment.name')} className="flex h-31 shrink-0 flex-col gap-1.5 border-t border-line px-3 py-2">
      <div className="flex h-8 min-w-0 items-center gap-2">
        <Switch
          name={t('lossless:segment.what')}
          value={removing ? 'remove' : 'keep'}
          choices={[
            { value: 'keep', label: t('lossless:segment.keep') },
            { value: 'remove', label: t('lossless:segment.takeOut') },
          ]}
          disabled={disabled}
          onChange={(value) => setRemoving(job.id, value === 'remove')}
        />
        {mark ? (
          <Chips id={job.id} marks={marks} chosen={chosen} timeline={timeline} removing={removing} disabled={disabled} />
        ) : (
          <Hint disabled={disabled} />
        )}
      </div>
      {mark ? (
        <Chosen {...{ job, order, timeline, mark, index: chosen, removing, disabled }} />
      ) : (
        <p className="truncate text-sm text-muted">
          {problem ? t('lossless:segment.keyframesUnread', { problem }) : describeKeyframes(timeline)}
        </p>
      )}
    </section>
  );
}

function describeKeyframes({ keyframes, intraOnly, stream, start, end }: Timeline): string {
  if (stream === null) return t('lossless:segment.anywhere');
  if (intraOnly) return t('lossless:segment.intra');
  if (keyframes.length < 2) return '';
  return t('lossless:segment.keyframes', { count: keyframes.length, span: span((end - start) / keyframes.length) });
}

const Hint = ({ disabled }: { disabled: boolean }) => (
  <p className="flex min-w-0 items-center gap-1.5 overflow-hidden text-sm whitespace-nowrap text-muted">
    <span>{t('lossless:segment.everything')}</span>
    {!disabled && (
      <Trans
        i18nKey="lossless:segment.mark"
        components={{ in: <KeyCaps keys="I" />, out: <KeyCaps keys="O" />, split: <KeyCaps keys="S" /> }}
      />
    )}
  </p>
);

interface ChipsProps {
  id: string;
  marks: Segment[];
  chosen: number;
  timeline: Timeline;
  removing: boolean;
  disabled: boolean;
}

function Chips({ id, marks, chosen, timeline, removing, disabled }: ChipsProps): ReactNode {
  const { t } = useTranslation();
  const [dragged, setDragged] = useState<number | null>(null);
  const length = marks.reduce((sum, mark) => sum + endOf(mark, timeline) - startOf(mark, timeline), 0);
  const drop = (to: number) => {
    if (dragged === null || dragged === to) return;
    const rest = marks.filter((_, index) => index !== dragged);
    putMarks(id, { marks: [...rest.slice(0, to), marks[dragged] as Segment, ...rest.slice(to)], chosen: to });
  };
  return (
    <>
      <ul aria-label={t('lossless:segment.inOrder')} className="flex min-w-0 flex-1 gap-1 overflow-x-auto py-0.5">
        {marks.map((mark, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a segment is its place in the order
          <li key={index} className="shrink-0">
            <button
              type="button"
              aria-pressed={index === chosen}
              draggable={!disabled && !removing && marks.length > 1}
              onDragStart={() => setDragged(index)}
              onDragEnd={() => setDragged(null)}
              onDragOver={(event) => dragged !== null && event.preventDefault()}
              onDrop={() => drop(index)}
              onClick={() => choose(id, index)}
              className="flex h-7 items-center gap-1.5 rounded-md border border-line bg-raised px-2 text-sm hover:border-line-strong aria-pressed:border-accent-text aria-pressed:bg-selected"
            >
              <span className="size-2 rounded-full" style={{ background: removing ? 'var(--bad)' : colourOf(index) }} />
              <span className="max-w-32 truncate">{mark.title ?? index + 1}</span>
              <span className="text-muted">{span(endOf(mark, timeline) - startOf(mark, timeline))}</span>
            </button>
          </li>
        ))}
      </ul>
      <span className="shrink-0 text-sm text-muted">
        {removing
          ? t('lossless:segment.takenOut', { span: span(length) })
          : t('lossless:segment.kept', { time: exactTime(length).replace(/\.\d+$/, '') })}
      </span>
    </>
  );
}

interface ChosenProps extends Omit<SegmentBarProps, 'problem'> {
  mark: Segment;
  index: number;
  removing: boolean;
}

function Chosen({ job, order, timeline, mark, index, removing, disabled }: ChosenProps): ReactNode {
  const { t } = useTranslation();
  const pending = useIsPending(job.id);
  const from = startOf(mark, timeline);
  const words = pending ? null : describeCut(job, order, mark, removing, timeline);
  const { before, after } = keyframesAround(timeline.keyframes, from);
  const move = (to: number) => moveEdge(job.id, index, 'start', to, '');
  return (
    <>
      <div className="flex h-8 min-w-0 items-center gap-2">
        {(['start', 'end'] as const).map((edge) => (
          <span key={edge} className="w-25 shrink-0">
            <TimeBox
              aria-label={t(edge === 'start' ? 'lossless:segment.beginsAt' : 'lossless:segment.endsAt')}
              disabled={disabled}
              value={(edge === 'start' ? from : endOf(mark, timeline)) - timeline.start}
              onCommit={(seconds) => moveEdge(job.id, index, edge, seconds + timeline.start, '')}
            />
          </span>
        ))}
        {!removing && (
          <span className="w-48 shrink">
            <CommitBox
              aria-label={t('lossless:segment.titleName')}
              leaves
              placeholder={t('lossless:segment.title')}
              disabled={disabled}
              maxLength={1000}
              value={mark.title ?? ''}
              onCommit={(text) => renameMark(job.id, index, text.trim())}
            />
          </span>
        )}
        <div className="flex-1" />
        {!removing && (
          <span className="flex shrink-0">
            <ActionIcon id="segment-earlier" />
            <ActionIcon id="segment-later" />
          </span>
        )}
      </div>
      <div className="flex h-7 min-w-0 items-center gap-2">
        <p role="status" className={`min-w-0 truncate text-sm ${words?.isOff ? 'text-warn' : 'text-muted'}`} title={words?.text}>
          {words?.text}
        </p>
        {words?.isOff && !removing && !disabled && (
          <>
            {before !== null && (
              <Button look="ghost" className="!h-7 !px-2 text-sm" onClick={() => move(before)} title={t('lossless:segment.toBefore')}>
                {t('lossless:segment.to', { time: exactTime(before - timeline.start) })}
              </Button>
            )}
            {after !== null && after < endOf(mark, timeline) && (
              <Button look="ghost" className="!h-7 !px-2 text-sm" onClick={() => move(after)} title={t('lossless:segment.toAfter')}>
                {t('lossless:segment.to', { time: exactTime(after - timeline.start) })}
              </Button>
            )}
          </>
        )}
      </div>
    </>
  );
}
