/** A window over the page: keeps the focus inside, ends with Escape. */
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { closeDialog } from '../ui-state.ts';

export interface DialogProps {
  title: string;
  /** The title is read aloud only. */
  bare?: boolean;
  className?: string;
  initialFocus?: RefObject<HTMLElement | null>;
  children: ReactNode;
}

export function Dialog({ title, bare, className = '', initialFocus, children }: DialogProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Base.Root open onOpenChange={(open) => !open && closeDialog()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 animate-appear bg-(--scrim)" />
        <Base.Popup
          {...(initialFocus && { initialFocus })}
          className={`fixed top-1/2 left-1/2 z-40 flex max-h-[86vh] max-w-[94vw] -translate-1/2 animate-appear flex-col rounded-md bg-panel shadow-float outline-none ${className}`}
        >
          {bare ? (
            <Base.Title className="sr-only">{title}</Base.Title>
          ) : (
            <div className="flex h-12 shrink-0 items-center justify-between border-b border-line pr-2 pl-4">
              <Base.Title className="text-lg font-medium">{title}</Base.Title>
              <Base.Close
                aria-label={t('common:close')}
                className="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text"
              >
                <X size={16} aria-hidden />
              </Base.Close>
            </div>
          )}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
