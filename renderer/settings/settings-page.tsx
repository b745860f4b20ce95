/** Settings: how the studio works, how this page looks, what it runs on. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { nameExample } from '../export/name-example.ts';
import { OutputFields } from '../export/output-fields.tsx';
import { PresetPicker } from '../export/preset-picker.tsx';
import { attempt } from '../notices.ts';
import { Field, Section } from '../parts/field.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { Select } from '../parts/select.tsx';
import { call, useStudio } from '../studio.ts';
import { setTheme, type Theme, useUi } from '../ui-state.ts';
import type { Choice } from '../words/index.ts';
import { AboutSection } from './about-section.tsx';
import { HardwareSection } from './hardware-section.tsx';
import { HoursSection } from './hours-section.tsx';
import { UpdateSection } from './update-section.tsx';
import { WatchSection } from './watch-section.tsx';
import { WhenDoneSection } from './when-done-section.tsx';

const themes: Theme[] = ['system', 'dark', 'light'];
/** Each in its own words, so that it is found by those who read no other. */
const languages = { en: 'English', de: 'Deutsch' };

export function SettingsPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={t('settings:title')} />
      <div tabIndex={0} role="region" aria-label={t('settings:title')} className="min-h-0 flex-1 overflow-y-auto outline-none">
        <h2 className="sr-only">{t('settings:all')}</h2>
        <div className="max-w-3xl">
          <Appearance />
          <Queue />
          <HoursSection />
          <WhenDoneSection />
          <WatchSection />
          <HardwareSection />
          <UpdateSection />
          <AboutSection />
        </div>
      </div>
    </div>
  );
}

function Appearance(): ReactNode {
  const { t } = useTranslation();
  const theme = useUi((ui) => ui.theme);
  const language = useStudio((mirror) => mirror.settings['studio']?.language ?? 'system');
  return (
    <Section title={t('settings:appearance.title')}>
      <Field label={t('settings:language.title')}>
        <Select
          name={t('settings:language.title')}
          choices={[
            { value: 'system', label: t('settings:language.system') },
            ...Object.entries(languages).map(([value, label]) => ({ value, label })),
          ]}
          value={language}
          onChange={(next) => attempt(call('changeSettings', { language: next as Choice }))}
        />
      </Field>
      <Field label={t('settings:appearance.colours')}>
        <Select
          name={t('settings:appearance.colours')}
          choices={themes.map((value) => ({ value, label: t(`settings:appearance.${value}`) }))}
          value={theme}
          onChange={(next) => setTheme(next as Theme)}
        />
      </Field>
    </Section>
  );
}

function Queue(): ReactNode {
  const { t } = useTranslation();
  const settings = useStudio((mirror) => mirror.settings['studio']);
  const cores = useStudio((mirror) => mirror.machine['studio']?.cores ?? 1);
  const chosen = useStudio((mirror) => mirror.presets[settings?.preset ?? '']);
  if (!settings) return null;
  const example = chosen && nameExample(t('export:output.exampleFile'), chosen, {});
  const { parallel, preset, folder, template, overwrite } = settings;
  const numbers = [1, 2, 3, 4, 6, 8, 12, 16].filter((number) => number <= Math.max(2, cores) || number === parallel);
  return (
    <>
      <Section title={t('settings:queue.title')}>
        <Field label={t('settings:queue.parallel')} hint={t('settings:queue.parallelHint')}>
          <Select
            name={t('settings:queue.parallelName')}
            choices={[
              { value: '0', label: t('settings:queue.automatic') },
              ...numbers.map((number) => ({ value: String(number), label: String(number) })),
            ]}
            value={String(parallel)}
            onChange={(next) => attempt(call('changeSettings', { parallel: Number(next) }))}
          />
        </Field>
      </Section>
      <Section title={t('settings:newFiles')}>
        <PresetPicker value={preset} onChange={(next) => attempt(call('changeSettings', { preset: next }))} />
        <div className="pt-2">
          <OutputFields
            example={example}
            value={{ folder, template, overwrite }}
            onChange={(change) => attempt(call('changeSettings', change))}
          />
        </div>
      </Section>
    </>
  );
}
