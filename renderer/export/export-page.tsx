/** Export: the list of files and, beside it, the selected one. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton, ActionIcon } from '../parts/button.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { Empty } from './empty.tsx';
import { FilterBar, SearchBox } from './filter-bar.tsx';
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
          <div className="flex-1" />
          {!nothing && <SearchBox />}
          <ActionButton id="add" label={t('export:addFiles')} />
          <ActionIcon id="inspector" />
        </PageHeader>
        <Sleeps />
        {!nothing && <FilterBar />}
        {nothing ? <Empty /> : <JobList />}
      </section>
      {inspector && <Inspector />}
    </div>
  );
}
