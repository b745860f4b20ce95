/** Live: the source at the left, where it goes in the middle, how it goes below. */
import { Radio } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { LiveSession } from '../../native/contract/live.ts';
import { ActionButton, Button } from '../parts/button.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { Select } from '../parts/select.tsx';
import { Message } from '../parts/states.tsx';
import { useStudio } from '../studio.ts';
import { Checklist } from './checklist.tsx';
import { EventLog } from './event-log.tsx';
import { Graphs } from './graphs.tsx';
import { LiveSign } from './live-sign.tsx';
import { changeSetup, createSession, isRunning, useLiveStatus, useLiveUi, useSession } from './session.ts';
import { SetupColumn } from './setup-column.tsx';
import { SourceView } from './source-view.tsx';
import { TargetList } from './target-list.tsx';

export function LivePage(): ReactNode {
  const session = useSession();
  if (!session) return <Empty />;
  return (
    <>
      <PageHeader title="Live">
        <SessionName session={session} />
        <div className="flex-1" />
        <LiveSign id={session.id} />
      </PageHeader>
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(280px,360px)_minmax(0,1fr)]">
        <aside aria-label="Source and settings" className="flex min-h-0 flex-col overflow-y-auto border-r border-line bg-panel">
          <SourceView key={session.id} session={session} />
          <SetupColumn key={`${session.id} setup`} session={session} />
        </aside>
        <Middle session={session} />
      </div>
    </>
  );
}

function Middle({ session }: { session: LiveSession }): ReactNode {
  const status = useLiveStatus(session.id);
  return (
    <section aria-label="Targets" className="flex min-h-0 min-w-0 flex-col">
      <div className="min-h-0 flex-1 overflow-y-auto">
        <TargetList session={session} status={status} />
        {!isRunning(status) || status.phase !== 'live' ? <Checklist session={session} status={status} /> : null}
      </div>
      {isRunning(status) && status.phase === 'live' && <Graphs id={session.id} />}
      <EventLog id={session.id} />
    </section>
  );
}

/** The name, and the other sessions where there are several. */
function SessionName({ session }: { session: LiveSession }): ReactNode {
  const sessions = useStudio((mirror) => mirror.sessions);
  const others = Object.values(sessions);
  return (
    <div className="flex items-center gap-1">
      {others.length > 1 && (
        <Select
          name="Session"
          choices={others.map(({ id, setup }) => ({ value: id, label: setup.name }))}
          value={session.id}
          onChange={(chosen) => useLiveUi.setState({ chosen })}
        />
      )}
      <ActionButton id="live-new" label="New session" look="ghost" />
      {others.length > 1 && <ActionButton id="live-remove" label="Remove" look="ghost" />}
      <Rename session={session} />
    </div>
  );
}

function Rename({ session }: { session: LiveSession }): ReactNode {
  const [name, setName] = useState<string | null>(null);
  if (name === null) {
    return (
      <Button look="ghost" onClick={() => setName(session.setup.name)}>
        Rename
      </Button>
    );
  }
  const save = () => {
    if (name.trim()) changeSetup(session, { name: name.trim() });
    setName(null);
  };
  return (
    <input
      aria-label="Name of the session"
      // biome-ignore lint/a11y/noAutofocus: it appears because the person asked to type
      autoFocus
      maxLength={80}
      value={name}
      className="h-8 w-40 rounded-md border border-line bg-raised px-2.5"
      onChange={(event) => setName(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save();
        if (event.key === 'Escape') setName(null);
      }}
    />
  );
}

const beginnings = [
  { label: 'From OBS or a camera', source: { kind: 'rtmp-listen' as const } },
  { label: 'This screen', source: { kind: 'screen' as const } },
  { label: 'Test card', source: { kind: 'test-card' as const } },
];

function Empty(): ReactNode {
  const online = useStudio((mirror) => mirror.connected);
  return (
    <>
      <PageHeader title="Live" />
      <Message
        icon={Radio}
        title="Go live to several places at once"
        actions={beginnings.map(({ label, source }, index) => (
          <Button key={label} look={index === 0 ? 'primary' : 'plain'} disabled={!online} onClick={() => createSession(source)}>
            {label}
          </Button>
        ))}
      >
        One encode goes to every platform and into a recording. When one of them drops it is called again by itself, and the others do not
        notice. Where does the picture come from?
      </Message>
    </>
  );
}
