/** When the queue may start jobs: between two times of the day, and on mains power only. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { attempt } from '../notices.ts';
import { CommitBox, Field, Section } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { call, useStudio } from '../studio.ts';

/** `9`, `9:30`, `0930`, `9.30` as the studio writes them; null for what is no time. */
export function readTime(text: string): string | null {
  const [, hours = '', minutes = '00'] = /^\s*(\d{1,2})(?:[:.]?(\d{2}))?\s*$/.exec(text) ?? [];
  if (hours === '' || Number(hours) > 23 || Number(minutes) > 59) return null;
  return `${hours.padStart(2, '0')}:${minutes}`;
}

export function HoursSection(): ReactNode {
  const { t } = useTranslation();
  const settings = useStudio((mirror) => mirror.settings['studio']);
  if (!settings) return null;
  const box = (key: 'from' | 'until') => (
    <CommitBox
      aria-label={t(`settings:hours.${key}`)}
      className="!w-24"
      placeholder={t('settings:hours.any')}
      value={settings[key] ?? ''}
      onCommit={(text) => {
        const time = readTime(text);
        if (text.trim() === '' || time !== null) attempt(call('changeSettings', { [key]: time }));
      }}
    />
  );
  return (
    <Section title={t('settings:hours.title')}>
      <Field label={t('settings:hours.start')} hint={t('settings:hours.hint')}>
        <div className="flex items-center gap-2">
          {box('from')}
          <span className="text-muted">{t('settings:hours.to')}</span>
          {box('until')}
        </div>
      </Field>
      <Field label={t('settings:hours.power')}>
        <Select
          name={t('settings:hours.power')}
          choices={[
            { value: 'any', label: t('settings:hours.anyPower') },
            { value: 'mains', label: t('settings:hours.mains'), text: t('settings:hours.mainsHint') },
          ]}
          value={settings.onlyOnMains ? 'mains' : 'any'}
          onChange={(next) => attempt(call('changeSettings', { onlyOnMains: next === 'mains' }))}
        />
      </Field>
    </Section>
  );
}
