/** About: versions, what it runs on, where the logs are, and the text for a bug report. */
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { About } from '../../native/contract/contract.ts';
import { toErrorData } from '../../native/contract/errors.ts';
import type { ActionId } from '../actions.ts';
import { desktop } from '../desktop.ts';
import { size } from '../format.ts';
import { ActionButton } from '../parts/button.tsx';
import { Field, Section } from '../parts/field.tsx';
import { call, useStudio } from '../studio.ts';

const buttons: ActionId[] = ['report', ...(desktop ? (['show-logs'] as const) : []), 'glossary', 'welcome', 'keys'];

export function AboutSection(): ReactNode {
  const { t } = useTranslation();
  const machine = useStudio((mirror) => mirror.machine['studio']);
  const disk = useStudio((mirror) => mirror.disk['studio']);
  const about = useAbout();
  if (!machine) return null;
  return (
    <Section title={t('settings:about.title')}>
      <Fact name="Muxwell" value={machine.version} />
      {about && <Fact name={t('settings:about.made')} value={typeof about === 'string' ? about : `${about.ffmpeg}, ${about.runtime}`} />}
      <Fact name={t('settings:about.licence')} value={t('settings:about.licences')} />
      {about && typeof about !== 'string' && <Fact name={t('settings:about.logs')} value={about.logs ?? t('settings:about.noLogs')} />}
      <Fact
        name={t('settings:about.runsOn')}
        value={t('settings:about.machine', { name: machine.name, platform: machine.platform, memory: size(machine.memoryBytes) })}
      />
      {disk && (
        <Fact
          name={t('settings:about.results')}
          value={t('settings:about.disk', { folder: disk.folder, free: size(disk.freeBytes), total: size(disk.totalBytes) })}
        />
      )}
      <div className="flex flex-wrap gap-2 pt-2">
        {buttons.map((id) => (
          <ActionButton key={id} id={id} />
        ))}
      </div>
    </Section>
  );
}

/** null until the studio has told; a sentence where it could not. */
function useAbout(): About | string | null {
  const [about, setAbout] = useState<About | string | null>(null);
  const online = useStudio((mirror) => mirror.connected);
  useEffect(() => {
    if (!online) return;
    const abort = new AbortController();
    call('about', {}, abort.signal).then(
      (told) => !abort.signal.aborted && setAbout(told),
      (thrown) => !abort.signal.aborted && setAbout(toErrorData(thrown).message),
    );
    return () => abort.abort();
  }, [online]);
  return about;
}

function Fact({ name, value }: { name: string; value: string }): ReactNode {
  return (
    <Field label={name}>
      <span className="selectable min-w-0 break-words">{value}</span>
    </Field>
  );
}
