/** The tracks of the result: which, in what order, and what they say of themselves. */
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../native/contract/contract.ts';
import type { LosslessOrder } from '../../../native/contract/lossless.ts';
import { Button } from '../../parts/button.tsx';
import { notify } from '../../ui-state.ts';
import { useExtraFiles } from '../extras.ts';
import { edit, useIsPending } from '../orders.ts';
import { choicesOf, moveRow, type TrackRow, trackRows, withChoice } from '../tracks.ts';
import { AddedFiles } from './added-files.tsx';
import { TrackLine } from './track-line.tsx';

interface TabProps {
  job: Job;
  order: LosslessOrder;
  disabled: boolean;
}

export function TracksTab({ job, order, disabled }: TabProps): ReactNode {
  const { t } = useTranslation();
  const extras = useExtraFiles(order.files);
  const pending = useIsPending(job.id);
  const [open, setOpen] = useState<string | null>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const files = useMemo(
    () => [job.media ?? undefined, ...extras.map((one) => (typeof one === 'string' ? undefined : one))],
    [job.media, extras],
  );
  const all = trackRows(order, files, job.outline);
  // What a muxer writes anew by itself is no track to choose.
  const rows = all.filter(
    ({ info, outcome }) => info.kind !== 'data' || outcome === null || outcome.outcome !== 'left' || outcome.why !== '',
  );
  const put = (next: TrackRow[], key = '') => {
    const tracks = choicesOf(next);
    if (tracks.length === 0) notify({ kind: 'info', text: t('lossless:track.stays') });
    else edit(job.id, { tracks }, key);
  };
  const move = (from: number, to: number) => to >= 0 && to < rows.length && put(moveRow(rows, from, to));
  return (
    <>
      <ul aria-label={t('lossless:tab.tracks')} className="py-1">
        {rows.map((row, index) => (
          <TrackLine
            key={row.key}
            job={job}
            row={row}
            addedBy={row.file === 0 ? null : (order.files[row.file - 1] ?? null)}
            pending={pending}
            disabled={disabled}
            open={open === row.key}
            line={drag && drag.to === index && drag.from !== index ? (drag.from < index ? 'after' : 'before') : null}
            onToggle={() => setOpen(open === row.key ? null : row.key)}
            onChange={(choice, key) => put(withChoice(rows, row.key, choice), key && `${row.key} ${key}`)}
            onMove={(by) => move(index, index + by)}
            drag={{
              start: () => setDrag({ from: index, to: index }),
              over: () => drag && drag.to !== index && setDrag({ ...drag, to: index }),
              end: () => setDrag(null),
              drop: () => drag && move(drag.from, index),
              isOn: drag !== null,
            }}
          />
        ))}
      </ul>
      {order.tracks !== null && !disabled && (
        <div className="px-3 pb-3">
          <Button look="ghost" className="!px-2 text-sm" onClick={() => edit(job.id, { tracks: null })}>
            {t('lossless:track.every')}
          </Button>
        </div>
      )}
      <AddedFiles id={job.id} order={order} extras={extras} rows={rows} disabled={disabled} />
    </>
  );
}
