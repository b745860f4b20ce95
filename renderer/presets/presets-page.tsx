/** The presets by use at the left; at the right one of them, to read or, where it is one's own, to change. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../parts/button.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { useStudio } from '../studio.ts';
import { OnePreset } from './one-preset.tsx';
import { PresetList } from './preset-list.tsx';
import { shownPreset, usePresets } from './state.ts';

export function PresetsPage(): ReactNode {
  const { t } = useTranslation();
  const count = useStudio((mirror) => Object.keys(mirror.presets).length);
  const at = usePresets((ui) => ui.at);
  const preset = useStudio(() => shownPreset({ at }));
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={t('presets:title')}>
        <span className="flex-1 text-muted">{t('presets:count', { count })}</span>
        <ActionButton id="preset-import" label={t('presets:import.button')} />
        <ActionButton id="preset-export-all" label={t('presets:export.button')} />
      </PageHeader>
      <div className="flex min-h-0 flex-1">
        <PresetList />
        {preset && <OnePreset key={preset.id} preset={preset} />}
      </div>
    </div>
  );
}
