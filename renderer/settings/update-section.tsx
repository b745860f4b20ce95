/** Updates: what is known of a newer version, and who is asked for one. Only where Muxwell can update itself. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Update } from '../../native/contract/update.ts';
import { actionOf } from '../actions.ts';
import { percent } from '../format.ts';
import { Switch } from '../lossless/switch.tsx';
import { attempt } from '../notices.ts';
import { ActionButton, useEnabled } from '../parts/button.tsx';
import { Field, Section } from '../parts/field.tsx';
import { call, useStudio } from '../studio.ts';

export function UpdateSection(): ReactNode {
  const update = useStudio((mirror) => mirror.update['studio']);
  return update ? <Updates update={update} /> : null;
}

function Updates({ update }: { update: Update }): ReactNode {
  const { t } = useTranslation();
  const { host, phase } = update;
  const isOn = useStudio((mirror) => mirror.settings['studio']?.updates ?? true);
  return (
    <Section title={t('settings:update.title')} aside={<ActionButton id={phase === 'ready' ? 'update-install' : 'update-check'} />}>
      <Field label={t('settings:update.newer')}>
        <span className="selectable min-w-0 break-words" aria-live="polite">
          {useWords(update)}
        </span>
      </Field>
      <Field label={t('settings:update.ask')} hint={t('settings:update.hint', { host })}>
        <Switch
          name={t('settings:update.ask')}
          choices={[
            { value: 'on', label: t('settings:update.on') },
            { value: 'off', label: t('settings:update.off') },
          ]}
          value={isOn ? 'on' : 'off'}
          onChange={(next) => attempt(call('changeSettings', { updates: next === 'on' }))}
        />
      </Field>
    </Section>
  );
}

function useWords(update: Update): string {
  const { t } = useTranslation();
  const isIdle = useEnabled(actionOf('update-install'));
  switch (update.phase) {
    case 'downloading':
      return t('settings:update.downloading', { version: update.version, percent: percent(update.fraction) });
    case 'ready':
      return t(isIdle ? 'common:bar.update' : 'settings:update.later', { version: update.version });
    case 'failed':
      return update.error.message;
    default:
      return t(`settings:update.${update.phase}`);
  }
}
