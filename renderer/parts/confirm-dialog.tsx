/** Asks before something that cannot be undone. */
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { closeDialog } from '../ui-state.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

export function ConfirmDialog({ title, text, button, run }: { title: string; text: string; button: string; run(): void }): ReactNode {
  const { t } = useTranslation();
  const keep = useRef<HTMLButtonElement>(null);
  return (
    <Dialog title={title} className="w-[420px]" initialFocus={keep}>
      <p className="px-4 py-4">{text}</p>
      <div className="flex justify-end gap-2 px-4 pb-4">
        <Button ref={keep} onClick={closeDialog}>
          {t('common:keep')}
        </Button>
        <Button
          look="danger"
          onClick={() => {
            closeDialog();
            run();
          }}
        >
          {button}
        </Button>
      </div>
    </Dialog>
  );
}
