/** What files are exported as when they are added. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { attempt } from '../notices.ts';
import { Section } from '../parts/field.tsx';
import { call, useStudio } from '../studio.ts';
import { nameExample } from './name-example.ts';
import { OutputFields } from './output-fields.tsx';
import { PresetPicker } from './preset-picker.tsx';

export function NewFiles(): ReactNode {
  const { t } = useTranslation();
  const settings = useStudio((mirror) => mirror.settings['studio']);
  const chosen = useStudio((mirror) => mirror.presets[settings?.preset ?? '']);
  if (!settings) return null;
  const example = chosen && nameExample(t('export:output.exampleFile'), chosen, {});
  const { preset, folder, template, overwrite } = settings;
  return (
    <>
      <header className="px-4 pt-4 pb-1">
        <h2 className="font-semibold">{t('export:new.title')}</h2>
        <p className="text-sm text-muted">{t('export:new.text')}</p>
      </header>
      <Section title={t('export:preset.title')}>
        <PresetPicker value={preset} onChange={(next) => attempt(call('changeSettings', { preset: next }))} />
      </Section>
      <Section title={t('export:output.title')}>
        <OutputFields
          example={example}
          value={{ folder, template, overwrite }}
          onChange={(change) => attempt(call('changeSettings', change))}
        />
      </Section>
    </>
  );
}
