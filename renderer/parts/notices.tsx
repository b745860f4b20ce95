/** News and errors of commands, at the lower right, read aloud as they come. */
import { CircleAlert, Info, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dismiss, useUi } from '../ui-state.ts';

export function Notices(): ReactNode {
  const { t } = useTranslation();
  const notices = useUi((ui) => ui.notices);
  return (
    <div role="status" aria-live="polite" className="fixed right-4 bottom-16 z-50 flex w-96 flex-col gap-2">
      {notices.map(({ id, kind, text, detail }) => (
        <div key={id} className="flex animate-appear gap-2 rounded-md bg-raised p-3 shadow-float">
          {kind === 'error' ? (
            <CircleAlert size={16} className="mt-0.5 shrink-0 text-bad" aria-label={t('common:error')} />
          ) : (
            <Info size={16} className="mt-0.5 shrink-0 text-accent-text" aria-hidden />
          )}
          <div className="min-w-0 flex-1">
            <p className="selectable">{text}</p>
            {detail && (
              <details className="text-sm text-muted">
                <summary>{t('common:details')}</summary>
                <pre className="selectable max-h-40 overflow-auto whitespace-pre-wrap">{detail}</pre>
              </details>
            )}
          </div>
          <button
            type="button"
            aria-label={t('common:dismiss')}
            onClick={() => dismiss(id)}
            className="h-fit rounded-md p-0.5 text-muted hover:text-text"
          >
            <X size={14} aria-hidden />
          </button>
        </div>
      ))}
    </div>
  );
}
