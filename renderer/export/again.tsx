/** Files that are through, exported once more by another preset. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { attempt } from '../notices.ts';
import { call } from '../studio.ts';
import { PresetPicker } from './preset-picker.tsx';

export function Again({ ids }: { ids: string[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <PresetPicker
      value={null}
      placeholder={t('export:again.by')}
      name={t('export:again.by')}
      ids={ids}
      onChange={(preset) => attempt(call('retryJobs', { ids, preset }))}
    />
  );
}
