/** Export: the list of files and, beside it, the selected one. */
import { Search } from 'lucide-react';
import { type ReactNode, useDeferredValue, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueueInfo } from '../../native/contract/contract.ts';
import { number } from '../format.ts';
import { ActionButton, ActionIcon, keepFocus } from '../parts/button.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { useStudio } from '../studio.ts';
import { type Filter, useUi } from '../ui-state.ts';
import { Empty } from './empty.tsx';
import { Inspector } from './inspector.tsx';
import { JobList } from './job-list.tsx';
import { Sleeps } from './sleeps.tsx';
import { listedIds } from './visible.ts';

export function ExportPage(): ReactNode {
  const { t } = useTranslation();
  const empty = useStudio((mirror) => mirror.queue['studio']?.total === 0 || mirror.queue['studio'] === undefined);
  const noJobs = useStudio((mirror) => listedIds(mirror).length === 0);
  const inspector = useUi((ui) => ui.inspector);
  const nothing = empty && noJobs;
  return (
    <div className="relative flex min-h-0 flex-1">
      <section aria-label={t('export:files')} className="flex min-w-0 flex-1 flex-col">
        <PageHeader title={t('export:title')}>
          {!nothing && <Filters />}
          <div className="flex-1" />
          {!nothing && <SearchBox />}
          <ActionButton id="add" label={t('export:addFiles')} />
          <ActionIcon id="inspector" />
        </PageHeader>
        <Sleeps />
        {nothing ? <Empty /> : <JobList />}
      </section>
      {inspector && <Inspector />}
    </div>
  );
}

const filters: { filter: Filter; count(queue: QueueInfo): number }[] = [
  { filter: 'all', count: (queue) => queue.total },
  { filter: 'waiting', count: (queue) => queue.waiting },
  { filter: 'running', count: (queue) => queue.running },
  { filter: 'done', count: (queue) => queue.done },
  { filter: 'failed', count: (queue) => queue.total - queue.waiting - queue.running - queue.done },
];

/** How many are in each state; a press shows only those. */
function Filters(): ReactNode {
  const { t } = useTranslation();
  const current = useUi((ui) => ui.filter);
  const queue = useStudio((mirror) => mirror.queue['studio']);
  return (
    <fieldset className="flex gap-0.5">
      <legend className="sr-only">{t('export:show')}</legend>
      {filters.map(({ filter, count }) => {
        const files = queue ? count(queue) : 0;
        if (files === 0 && filter !== 'all' && filter !== current) return null;
        return (
          <button
            key={filter}
            type="button"
            aria-pressed={filter === current}
            onMouseDown={keepFocus}
            onClick={() => useUi.setState({ filter })}
            className="h-7 rounded-md px-2 whitespace-nowrap text-muted hover:bg-hover hover:text-text aria-pressed:bg-selected-idle aria-pressed:text-text"
          >
            {t(`export:filter.${filter}`)} <span className="text-sm text-muted">{number(files)}</span>
          </button>
        );
      })}
    </fieldset>
  );
}

function SearchBox(): ReactNode {
  const { t } = useTranslation();
  const [text, setText] = useState(useUi.getState().search);
  const search = useDeferredValue(text);
  useEffect(() => useUi.setState({ search: search.trim() }), [search]);
  return (
    <label className="flex h-8 w-44 min-w-20 items-center gap-2 rounded-md border border-line bg-raised px-2 focus-within:border-accent-text">
      <Search size={14} className="shrink-0 text-muted" aria-hidden />
      <span className="sr-only">{t('export:searchList')}</span>
      <input
        type="search"
        className="w-full min-w-0 bg-transparent outline-none"
        placeholder={t('export:search')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          setText('');
          event.currentTarget.blur();
        }}
      />
    </label>
  );
}
