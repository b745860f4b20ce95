/** Before a file is opened: one sentence, one button. */
import { Scissors } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../parts/button.tsx';
import { KeyCaps } from '../parts/key-caps.tsx';

export function Empty(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex flex-1 p-6">
      <div className="flex flex-1 flex-col items-center justify-center gap-3 rounded-md border border-dashed border-line-strong text-center">
        <Scissors size={32} strokeWidth={1.4} className="text-muted" aria-hidden />
        <h2 className="text-xl font-medium">{t('lossless:empty.title')}</h2>
        <p className="max-w-md text-muted">{t('lossless:empty.text')}</p>
        <div className="flex items-center gap-3 pt-2">
          <ActionButton id="add" label={t('lossless:open')} look="primary" />
          <KeyCaps keys="Mod+O" />
        </div>
      </div>
    </div>
  );
}
