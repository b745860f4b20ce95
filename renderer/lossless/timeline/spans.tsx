/** Segments on the timeline: what is kept in colour, what goes in the dark, and where a lossless cut really falls. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../native/contract/contract.ts';
import type { CutPlace, LosslessOrder } from '../../../native/contract/lossless.ts';
import { complement } from '../../../native/contract/segments.ts';
import { same } from '../../same.ts';
import { pictureOf } from '../cut-words.ts';
import { moveEdge } from '../cutting.ts';
import { endOf, marksOf, startOf } from '../marks.ts';
import { useIsPending, useOrders } from '../orders.ts';
import { useLossless } from '../state.ts';
import { span } from '../time.ts';
import { Handle } from './handle.tsx';
import { useScale } from './scale.ts';

/** Colours of segments, one after the other; names of tokens. */
const colours = ['--mark-1', '--mark-2', '--mark-3', '--mark-4', '--mark-5', '--mark-6'];
export const colourOf = (index: number) => `var(${colours[index % colours.length]})`;

export function Spans({ job, order, disabled }: { job: Job; order: LosslessOrder; disabled: boolean }): ReactNode {
  const { t } = useTranslation();
  const { timeline, x } = useScale();
  const removing = useOrders((orders) => orders.removing.has(job.id));
  const pending = useIsPending(job.id);
  const marks = marksOf(order, removing);
  const chosen = useLossless(({ chosen }) => Math.min(chosen[job.id] ?? 0, marks.length - 1));
  const away = order.segments.length > 0 ? complement(order.segments, null, null) : [];
  const stretch = (from: number, to: number) => ({ left: x(from), width: Math.max(1, x(to) - x(from)) });
  return (
    <>
      {away.map((one) => (
        <div
          key={`${one.start}`}
          className="pointer-events-none absolute inset-y-0 bg-ground/75"
          style={stretch(startOf(one, timeline), endOf(one, timeline))}
        />
      ))}
      {!pending &&
        job.outline?.cuts.map((cut, index) => <Cut key={`${cut.asked.start} ${cut.asked.end}`} cut={cut} order={order} index={index} />)}
      {marks.map((mark, index) => {
        const [from, to] = [startOf(mark, timeline), endOf(mark, timeline)];
        const isChosen = index === chosen;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a handle must stay itself while its time changes
          <div key={index} style={{ '--mark': removing ? 'var(--bad)' : colourOf(index) } as React.CSSProperties}>
            <div
              className={`pointer-events-none absolute inset-y-0 border-y-2 border-(--mark) ${isChosen ? 'bg-(--mark)/20' : 'bg-(--mark)/8'} ${removing ? 'hatched' : ''}`}
              style={stretch(from, to)}
            >
              <span className="absolute top-1 left-3.5 max-w-[calc(100%-28px)] truncate rounded bg-black/65 px-1.5 text-xs text-white">
                {mark.title ?? index + 1}
              </span>
            </div>
            {(['start', 'end'] as const).map((edge) => (
              <Handle
                key={edge}
                edge={edge}
                name={t(`lossless:segment.${removing ? 'cut' : 'segment'}.${edge}`, { number: index + 1 })}
                at={edge === 'start' ? from : to}
                chosen={isChosen}
                disabled={disabled}
                onMove={(to, key) => moveEdge(job.id, index, edge, to, key)}
              />
            ))}
          </div>
        );
      })}
    </>
  );
}

/** Where a cut falls that could not fall where it was asked, and what is encoded again so that it can. */
function Cut({ cut, order, index }: { cut: CutPlace; order: LosslessOrder; index: number }): ReactNode {
  const { t } = useTranslation();
  const { x, timeline } = useScale();
  const asked = order.segments[index];
  if (!asked || !same(cut.asked, { start: asked.start, end: asked.end })) return null;
  const [from, to] = [startOf(asked, timeline), endOf(asked, timeline)];
  const edges = [
    { key: 'start', left: Math.min(cut.start, from), right: Math.max(cut.start, from) },
    { key: 'end', left: Math.min(cut.end ?? to, to), right: Math.max(cut.end ?? to, to) },
  ].filter(({ left, right }) => right - left > pictureOf(timeline));
  return (
    <>
      {edges.map(({ key, left, right }) => (
        <div
          key={key}
          title={t('lossless:cut.more', { span: span(right - left) })}
          className="hatched absolute inset-y-0 border-l-2 border-dashed border-accent-text text-accent-text"
          style={{ left: x(left), width: Math.max(2, x(right) - x(left)) }}
        />
      ))}
      {cut.encoded.map(({ from, to }) => (
        <div
          key={from}
          title={t('lossless:cut.again', { span: span(to - from) })}
          className="absolute bottom-0 z-10 h-1.5 bg-warn"
          style={{ left: x(from), width: Math.max(3, x(to) - x(from)) }}
        />
      ))}
    </>
  );
}
