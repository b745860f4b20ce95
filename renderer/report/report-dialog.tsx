/** The text of a bug report to be copied by hand. */
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';

export function ReportDialog({ text }: { text: string }): ReactNode {
  const { t } = useTranslation();
  const box = useRef<HTMLTextAreaElement>(null);
  return (
    <Dialog title={t('common:report.title')} className="w-[720px]" initialFocus={box}>
      <p className="px-4 pt-3 text-muted">{t('common:report.byHand')}</p>
      <textarea
        ref={box}
        readOnly
        aria-label={t('common:report.title')}
        value={text}
        onFocus={(event) => event.target.select()}
        className="selectable m-4 h-96 resize-none rounded-md border border-line bg-ground p-2 font-mono text-xs"
      />
    </Dialog>
  );
}
