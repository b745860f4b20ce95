/** Beside the picture: what goes into the result, by kind. */
import { Tabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStudio } from '../../studio.ts';
import { useOrder } from '../orders.ts';
import { setTab, type Tab, tabs, useLossless } from '../state.ts';
import { useTimeline } from '../timelines.ts';
import { ChaptersTab } from './chapters-tab.tsx';
import { ResultTab } from './result-tab.tsx';
import { TagsTab } from './tags-tab.tsx';
import { TracksTab } from './tracks-tab.tsx';

export function Side({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const job = useStudio((mirror) => mirror.jobs[id]);
  const disabled = useStudio((mirror) => mirror.statuses[id]?.phase !== 'draft');
  const tab = useLossless((state) => state.tab);
  const order = useOrder(id);
  const known = useTimeline(job);
  if (!job || !order || !job.media || !known) return null;
  const bodies: Record<Tab, () => ReactNode> = {
    tracks: () => <TracksTab job={job} order={order} disabled={disabled} />,
    chapters: () => <ChaptersTab job={job} order={order} timeline={known.timeline} disabled={disabled} />,
    tags: () => <TagsTab job={job} order={order} disabled={disabled} />,
    result: () => <ResultTab job={job} order={order} disabled={disabled} />,
  };
  return (
    <Tabs.Root value={tab} onValueChange={(next) => setTab(next as Tab)} className="flex min-h-0 flex-1 flex-col">
      <h2 className="sr-only">{t('lossless:tab.name')}</h2>
      <Tabs.List aria-label={t('lossless:tab.name')} className="flex h-10 shrink-0 gap-1 border-b border-line px-2">
        {tabs.map((one) => (
          <Tabs.Tab
            key={one}
            value={one}
            className="relative h-full px-2.5 text-muted hover:text-text aria-selected:text-text aria-selected:after:absolute aria-selected:after:inset-x-2 aria-selected:after:bottom-0 aria-selected:after:h-0.5 aria-selected:after:rounded-full aria-selected:after:bg-accent-text"
          >
            {t(`lossless:tab.${one}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab} className="min-h-0 flex-1 overflow-y-auto outline-none">
        {bodies[tab]()}
      </Tabs.Panel>
    </Tabs.Root>
  );
}
