/** The name of the session, the other sessions where there are several, and what is done with sessions as a whole. */
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession } from '../../native/contract/live.ts';
import { ActionButton, ActionIcon } from '../parts/button.tsx';
import { Select } from '../parts/select.tsx';
import { useStudio } from '../studio.ts';
import { changeSetup, useLiveUi } from './session.ts';

export function SessionName({ session }: { session: LiveSession }): ReactNode {
  const { t } = useTranslation();
  const sessions = Object.values(useStudio((mirror) => mirror.sessions));
  const isRenaming = useLiveUi((ui) => ui.renaming);
  return (
    <div className="flex min-w-0 items-center gap-1">
      {isRenaming ? (
        <NameBox session={session} />
      ) : sessions.length > 1 ? (
        <Select
          name={t('live:session.name')}
          className="max-w-60"
          choices={sessions.map(({ id, setup }) => ({ value: id, label: id === session.id ? session.setup.name : setup.name }))}
          value={session.id}
          onChange={(chosen) => useLiveUi.setState({ chosen })}
        />
      ) : (
        <span className="truncate pl-1 text-muted">{session.setup.name}</span>
      )}
      <ActionIcon id="live-rename" />
      {sessions.length > 1 && <ActionIcon id="live-remove" />}
      <ActionButton id="live-new" label={t('live:session.new')} look="ghost" />
    </div>
  );
}

function NameBox({ session }: { session: LiveSession }): ReactNode {
  const { t } = useTranslation();
  const [name, setName] = useState(session.setup.name);
  const end = () => useLiveUi.setState({ renaming: false });
  const save = () => {
    if (name.trim() && name.trim() !== session.setup.name) changeSetup(session, { name: name.trim() });
    end();
  };
  return (
    <input
      aria-label={t('live:session.nameOf')}
      // biome-ignore lint/a11y/noAutofocus: it appears because the person asked to type
      autoFocus
      maxLength={80}
      value={name}
      className="h-8 w-48 rounded-md border border-line bg-raised px-2.5"
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setName(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save();
        if (event.key === 'Escape') end();
      }}
    />
  );
}
