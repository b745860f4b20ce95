/** The list before anything is in it: three ways to begin for who is new here, later one sentence and one button. */
import { Clapperboard } from 'lucide-react';
import type { ReactNode } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { ActionButton, Button } from '../parts/button.tsx';
import { KeyCaps } from '../parts/key-caps.tsx';
import { useStudio } from '../studio.ts';
import { putAway, Ways } from './first-run.tsx';

const area = 'flex flex-1 flex-col items-center justify-center gap-3 rounded-md border border-dashed border-line-strong p-6 text-center';

export function Empty(): ReactNode {
  const welcomed = useStudio((mirror) => mirror.settings['studio']?.welcomed ?? true);
  return <div className="flex min-h-0 flex-1 overflow-y-auto p-6">{welcomed ? <Plain /> : <Welcome />}</div>;
}

function Welcome(): ReactNode {
  const { t } = useTranslation();
  return (
    <section aria-label={t('export:welcome.title')} className={area}>
      <h2 className="text-xl font-medium">{t('export:welcome.title')}</h2>
      <p className="pb-2 text-muted">{t('export:welcome.text')}</p>
      <Ways />
      <p className="pt-2 text-muted">{t('export:welcome.drop')}</p>
      <Button look="ghost" onClick={putAway}>
        {t('export:welcome.away')}
      </Button>
    </section>
  );
}

function Plain(): ReactNode {
  const { t } = useTranslation();
  const preset = useStudio((mirror) => mirror.presets[mirror.settings['studio']?.preset ?? '']?.name);
  return (
    <div className={area}>
      <Clapperboard size={32} strokeWidth={1.4} className="text-muted" aria-hidden />
      <h2 className="text-xl font-medium">{t('export:empty.title')}</h2>
      <p className="max-w-md text-muted">
        <Trans
          i18nKey="export:empty.text"
          values={{ preset: preset ?? t('export:empty.aPreset') }}
          components={{ b: <b className="font-medium text-text" /> }}
        />
      </p>
      <div className="flex items-center gap-3 pt-2">
        <ActionButton id="add" label={t('export:addFiles')} look="primary" />
        <KeyCaps keys="Mod+O" />
      </div>
    </div>
  );
}
