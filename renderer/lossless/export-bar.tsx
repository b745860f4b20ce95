/** The bottom of the Lossless page: what is written, what it keeps, how it is cut, and the button that does it. */
import { FolderOutput } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { LosslessOrder } from '../../native/contract/lossless.ts';
import { fileName, shortPath } from '../format.ts';
import { ActionButton, Button } from '../parts/button.tsx';
import { Select } from '../parts/select.tsx';
import { same } from '../same.ts';
import { useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { editAll, isReady, losslessIds } from './files.ts';
import { useOrders } from './orders.ts';
import { OutcomeButton } from './outcome.tsx';
import { setTab } from './state.ts';
import { targets } from './words.ts';

const cuts = ['keyframe', 'smart'] as const;
const files = ['one', 'each'] as const;

export function ExportBar(): ReactNode {
  const { t } = useTranslation();
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
            name={t('lossless:bar.container')}
            className="w-44 shrink-0"
            choices={targets()}
            value={shared('target') ?? ''}
            placeholder={t('lossless:bar.differentContainers')}
            disabled={drafts.length === 0}
            onChange={(target) => editAll(drafts, { target: target as LosslessOrder['target'] })}
          />
          <OutcomeButton ids={shown} />
        </>
      )}
      <div className="min-w-0 flex-1">{!online && <p className="text-muted">{t('common:bar.notConnected')}</p>}</div>
      {hasParts && (
        <>
          <Select
            name={t('lossless:bar.where')}
            className="w-38 shrink-0"
            choices={cuts.map((value) => ({ value, label: t(`lossless:bar.${value}`), text: t(`lossless:bar.${value}Text`) }))}
            value={shared('cut') ?? ''}
            placeholder={t('lossless:bar.differentCuts')}
            onChange={(cut) => editAll(drafts, { cut: cut as LosslessOrder['cut'] })}
          />
          {orders.some(({ segments }) => segments.length > 1) && (
            <Select
              name={t('lossless:bar.howMany')}
              className="w-28 shrink-0"
              choices={files.map((value) => ({ value, label: t(`lossless:bar.${value}`), text: t(`lossless:bar.${value}Text`) }))}
              value={shared('split') === null ? '' : shared('split') ? 'each' : 'one'}
              placeholder={t('lossless:bar.differs')}
              onChange={(value) => editAll(drafts, { split: value === 'each' })}
            />
          )}
        </>
      )}
      {only && <OutputButton id={only} />}
      {hasMore && <ActionButton id="lossless-export-all" label={t('lossless:bar.exportAll', { count: readyCount })} />}
      {drafts.length > 0 || chosen.length < 2 ? (
        <ActionButton
          id="lossless-export"
          label={drafts.length > 1 && ready.length > 0 ? t('lossless:bar.exportFiles', { count: ready.length }) : t('lossless:bar.export')}
          look="primary"
          className="min-w-24"
        />
      ) : (
        <ActionButton id="lossless-edit" label={t('lossless:bar.editAgain')} look="primary" />
      )}
    </>
  );
}

/** Where the result goes, and what it will be called, as far as that can be told before. */
function OutputButton({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const job = useStudio((mirror) => mirror.jobs[id]);
  const home = useStudio((mirror) => mirror.machine['studio']?.home);
  if (!job) return null;
  const { folder, template, file } = job.output;
  const stem = fileName(job.source).replace(/\.[^.]+$/, '');
  const extension = job.outline ? `.${job.outline.extension}` : '';
  const name = file ? fileName(file) : `${template.replaceAll('{name}', stem)}${extension}`;
  const place = folder ? shortPath(folder, home) : t('lossless:bar.besideSource');
  return (
    <Button
      look="ghost"
      icon={FolderOutput}
      className="max-w-56 min-w-0 !shrink !px-2"
      title={t('lossless:bar.place', { name, place })}
      aria-label={t('lossless:bar.result', { name, place })}
      onClick={() => setTab('result')}
    >
      <span className="truncate">{name}</span>
    </Button>
  );
}
