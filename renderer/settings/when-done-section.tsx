/** What follows the queue every time, and the command that may. */
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readCommand, writeCommand } from '../../native/contract/command-line.ts';
import type { WhenDone } from '../../native/contract/when-done.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/button.tsx';
import { CommitBox, Field, Section } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { call, useStudio } from '../studio.ts';
import { choicesFor, tryOut } from '../when-done/choices.ts';
import { askForNotifications, notificationState } from '../when-done/notification.ts';

export function WhenDoneSection(): ReactNode {
  const { t } = useTranslation();
  const settings = useStudio((mirror) => mirror.settings['studio']);
  const machine = useStudio((mirror) => mirror.machine['studio']);
  if (!settings || !machine) return null;
  return (
    <Section title={t('settings:whenDone.title')}>
      <Field label={t('settings:whenDone.every')} hint={t('settings:whenDone.hint')}>
        <Select
          name={t('settings:whenDone.title')}
          choices={choicesFor(machine, settings)}
          value={settings.whenDone}
          onChange={(next) => {
            tryOut(next);
            attempt(call('changeSettings', { whenDone: next as WhenDone }));
          }}
        />
      </Field>
      <AllowNotifications />
      {machine.whenDone.includes('command') && <CommandField command={settings.whenDoneCommand} />}
    </Section>
  );
}

function AllowNotifications(): ReactNode {
  const { t } = useTranslation();
  const [state, setState] = useState(notificationState);
  if (state !== 'ask') return null;
  return (
    <Field label={t('settings:whenDone.notifications')}>
      <Button className="w-fit" onClick={() => void askForNotifications().then(() => setState(notificationState()))}>
        {t('settings:whenDone.allow')}
      </Button>
    </Field>
  );
}

function CommandField({ command }: { command: string[] }): ReactNode {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <Field label={t('settings:whenDone.command')} hint={t(isOpen ? 'settings:whenDone.quoteOpen' : 'settings:whenDone.commandHint')}>
      <CommitBox
        aria-label={t('settings:whenDone.command')}
        placeholder={t('settings:whenDone.example')}
        className="font-mono"
        value={writeCommand(command)}
        onCommit={(text) => {
          const words = readCommand(text);
          setOpen(words === null);
          if (words) attempt(call('changeSettings', { whenDoneCommand: words }));
        }}
      />
    </Field>
  );
}
