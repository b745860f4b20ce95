/** Live: the source at the left, where it goes in the middle, how it goes below. */
import { Radio } from 'lucide-react';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession } from '../../native/contract/live.ts';
import { Button } from '../parts/button.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { Message } from '../parts/states.tsx';
import { useStudio } from '../studio.ts';
import { Checklist } from './checklist.tsx';
import { EventLog } from './event-log.tsx';
import { LiveSign } from './live-sign.tsx';
import { createSession, useLiveStatus, useSession } from './session.ts';
import { SessionName } from './session-name.tsx';
import { SetupColumn } from './setup-column.tsx';
import { SourceView } from './source-view.tsx';
import { TargetList } from './target-list.tsx';

/** Fetched when they are first needed, with what draws them. */
const Graphs = lazy(() => import('./graphs.tsx'));

export function LivePage(): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  if (!session) return <Empty />;
  return (
    <>
      <PageHeader title={t('live:title')}>
        <SessionName session={session} />
        <div className="flex-1" />
        <LiveSign id={session.id} />
      </PageHeader>
      <div className="grid min-h-0 flex-1 grid-cols-[clamp(280px,28vw,360px)_minmax(0,1fr)]">
        <aside aria-label={t('live:page.source')} className="flex min-h-0 flex-col overflow-y-auto border-r border-line bg-panel">
          <SourceView key={session.id} session={session} />
          <SetupColumn key={`${session.id} setup`} session={session} />
        </aside>
        <Middle session={session} />
      </div>
    </>
  );
}

function Middle({ session }: { session: LiveSession }): ReactNode {
  const { t } = useTranslation();
  const status = useLiveStatus(session.id);
  const isLive = status.phase === 'live';
  return (
    <section aria-label={t('live:page.targets')} className="flex min-h-0 min-w-0 flex-col">
      <div className="min-h-0 flex-1 overflow-y-auto">
        <TargetList session={session} status={status} />
        {!isLive && <Checklist session={session} status={status} />}
      </div>
      {isLive && (
        <section
          aria-label={t('live:graph.title')}
          className="grid h-[18vh] min-h-28 shrink-0 grid-cols-3 gap-4 border-t border-line px-4 py-2"
        >
          <Suspense>
            <Graphs id={session.id} />
          </Suspense>
        </section>
      )}
      <EventLog id={session.id} />
    </section>
  );
}

const beginnings = [
  { label: 'obs', source: { kind: 'rtmp-listen' } },
  { label: 'screen', source: { kind: 'screen' } },
  { label: 'testCard', source: { kind: 'test-card' } },
] as const;

function Empty(): ReactNode {
  const { t } = useTranslation();
  const online = useStudio((mirror) => mirror.connected);
  return (
    <>
      <PageHeader title={t('live:title')} />
      <Message
        icon={Radio}
        title={t('live:empty.title')}
        actions={beginnings.map(({ label, source }, index) => (
          <Button key={label} look={index === 0 ? 'primary' : 'plain'} disabled={!online} onClick={() => createSession(source)}>
            {t(`live:empty.${label}`)}
          </Button>
        ))}
      >
        {t('live:empty.hint')}
      </Message>
    </>
  );
}
