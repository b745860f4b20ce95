/** The bottom of the Lossless page: what is written, what it keeps, how it is cut, and the button that does it. */
import { FolderOutput } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import type { LosslessOrder } from '../../native/contract/lossless.ts';
import { fileName, plural, shortPath } from '../format.ts';
import { ActionButton, Button } from '../parts/button.tsx';
import { Select } from '../parts/select.tsx';
import { useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { editAll, isReady, losslessIds } from './files.ts';
import { useOrders } from './orders.ts';
import { OutcomeButton } from './outcome.tsx';
import { same } from './same.ts';
import { setTab } from './state.ts';
import { targets } from './words.ts';

const cuts = [
  { value: 'keyframe', label: 'Cut at keyframes', text: 'A part begins at the keyframe before it. Nothing is encoded.' },
  { value: 'smart', label: 'Cut exactly', text: 'The few pictures up to the next keyframe are encoded again.' },
];
const files = [
  { value: 'one', label: 'One file', text: 'The parts play one after the other.' },
  { value: 'each', label: 'A file each', text: 'Named by title, else by number.' },
];

export function ExportBar(): ReactNode {
  const ids = useStudio(losslessIds);
  const selected = useUi((ui) => ui.selected);
  const jobs = useStudio((mirror) => mirror.jobs);
  const statuses = useStudio((mirror) => mirror.statuses);
  const local = useOrders((orders) => orders.local);
  const online = useStudio((mirror) => mirror.connected);
  const chosen = useMemo(() => ids.filter((id) => selected.has(id)), [ids, selected]);
  const drafts = chosen.filter((id) => statuses[id]?.phase === 'draft');
  /** What is done with is still told of, but can no longer be changed. */
  const shown = drafts.length > 0 ? drafts : chosen;
  const orders = shown.flatMap((id) => local[id] ?? jobs[id]?.lossless ?? []);
  const shared = <K extends keyof LosslessOrder>(key: K): LosslessOrder[K] | null => {
    const [first] = orders;
    return first && orders.every((order) => same(order[key], first[key])) ? first[key] : null;
  };
  const hasParts = drafts.length > 0 && orders.some(({ segments }) => segments.length > 0);
  const [only] = drafts.length === 1 ? drafts : [];
  const readyCount = ids.filter(isReady).length;
  const ready = drafts.filter(isReady);
  const hasMore = readyCount > 1 && readyCount > ready.length;
  return (
    <>
      {shown.length > 0 && (
        <>
          <Select
            name="Container"
            className="w-44 shrink-0"
            choices={targets}
            value={shared('target') ?? ''}
            placeholder="Different containers"
            disabled={drafts.length === 0}
            onChange={(target) => editAll(drafts, { target: target as LosslessOrder['target'] })}
          />
          <OutcomeButton ids={shown} />
        </>
      )}
      <div className="min-w-0 flex-1">{!online && <p className="text-muted">Not connected</p>}</div>
      {hasParts && (
        <>
          <Select
            name="Where cuts fall"
            className="w-38 shrink-0"
            choices={cuts}
            value={shared('cut') ?? ''}
            placeholder="Different cuts"
            onChange={(cut) => editAll(drafts, { cut: cut as LosslessOrder['cut'] })}
          />
          {orders.some(({ segments }) => segments.length > 1) && (
            <Select
              name="How many files"
              className="w-28 shrink-0"
              choices={files}
              value={shared('split') === null ? '' : shared('split') ? 'each' : 'one'}
              placeholder="Differs"
              onChange={(value) => editAll(drafts, { split: value === 'each' })}
            />
          )}
        </>
      )}
      {only && <OutputButton id={only} />}
      {hasMore && <ActionButton id="lossless-export-all" label={`Export all ${readyCount.toLocaleString('en')}`} />}
      {drafts.length > 0 || chosen.length < 2 ? (
        <ActionButton
          id="lossless-export"
          label={drafts.length > 1 && ready.length > 0 ? `Export ${plural(ready.length, 'file')}` : 'Export'}
          look="primary"
          className="min-w-24"
        />
      ) : (
        <ActionButton id="lossless-edit" label="Edit again" look="primary" />
      )}
    </>
  );
}

/** Where the result goes, and what it will be called, as far as that can be told before. */
function OutputButton({ id }: { id: string }): ReactNode {
  const job = useStudio((mirror) => mirror.jobs[id]);
  const home = useStudio((mirror) => mirror.machine['studio']?.home);
  if (!job) return null;
  const { folder, template, file } = job.output;
  const stem = fileName(job.source).replace(/\.[^.]+$/, '');
  const extension = job.outline ? `.${job.outline.extension}` : '';
  const name = file ? fileName(file) : `${template.replaceAll('{name}', stem)}${extension}`;
  const place = folder ? shortPath(folder, home) : 'beside the source';
  return (
    <Button
      look="ghost"
      icon={FolderOutput}
      className="max-w-56 min-w-0 !shrink !px-2"
      title={`${name}, ${place}`}
      aria-label={`The result: ${name}, ${place}. Change it`}
      onClick={() => setTab('result')}
    >
      <span className="truncate">{name}</span>
    </Button>
  );
}
