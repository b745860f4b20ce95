/** Over every place: what is about to follow the queue, with the way to call it off, or why it did not. */
import { CircleAlert, Moon, Power, SquareTerminal, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Afterwards } from '../../native/contract/when-done.ts';
import { keyText } from '../keys.ts';
import { ActionButton, IconButton } from '../parts/button.tsx';
import { useStudio } from '../studio.ts';

const signs = { sleep: Moon, shutdown: Power };

export function EndingBar(): ReactNode {
  const run = useStudio((mirror) => mirror.run['studio']);
  const [dismissed, dismiss] = useState<number | null>(null);
  if (!run?.after) return null;
  const { after, ended } = run;
  switch (after.phase) {
    case 'counting':
    case 'held':
      return <AboutTo after={after} />;
    case 'acting':
      return after.action === 'command' ? <CommandRuns /> : null;
    case 'failed':
      return dismissed === ended ? null : <Failed after={after} onDismiss={() => dismiss(ended)} />;
    default:
      return null;
  }
}

type In<Phase extends Afterwards['phase']> = { after: Extract<Afterwards, { phase: Phase }> };

/** The seconds are seen; what is read aloud is the sentence, once. */
function AboutTo({ after }: In<'counting' | 'held'>): ReactNode {
  const { t } = useTranslation();
  const { action } = after;
  const Sign = signs[action];
  const held = t(`common:ending.${action}Held`);
  return (
    <section
      aria-label={t('common:ending.title')}
      className="flex shrink-0 items-center gap-3 border-b border-line bg-warn-ground px-4 py-2"
    >
      <Sign size={15} className="shrink-0 text-warn" aria-hidden />
      <p role="alert" className="sr-only">
        {after.phase === 'held' ? held : t(`common:ending.${action}Soon`)} {t('common:ending.escape', { key: keyText('Escape') })}
      </p>
      <p role="timer" aria-live="off" className="min-w-0 flex-1">
        {after.phase === 'held' ? held : t(`common:ending.${action}In`, { seconds: after.seconds })}
      </p>
      <ActionButton id="keep-on" look="primary" />
    </section>
  );
}

function CommandRuns(): ReactNode {
  const { t } = useTranslation();
  return (
    <p role="status" className="flex h-10 shrink-0 items-center gap-3 border-b border-line bg-panel px-4 text-muted">
      <SquareTerminal size={15} aria-hidden />
      {t('common:ending.commandRuns')}
    </p>
  );
}

function Failed({ after: { error }, onDismiss }: In<'failed'> & { onDismiss(): void }): ReactNode {
  const { t } = useTranslation();
  return (
    <section aria-label={t('common:ending.title')} className="flex shrink-0 gap-3 border-b border-line bg-bad-ground px-4 py-2">
      <CircleAlert size={15} className="mt-0.5 shrink-0 text-bad" aria-label={t('common:error')} />
      <div role="alert" className="min-w-0 flex-1">
        <p className="selectable">{error.message}</p>
        {error.detail && (
          <details className="text-sm text-muted">
            <summary>{t('common:details')}</summary>
            <pre className="selectable max-h-40 overflow-auto whitespace-pre-wrap">{error.detail}</pre>
          </details>
        )}
      </div>
      <IconButton icon={X} name={t('common:dismiss')} onClick={onDismiss} className="-my-1" />
    </section>
  );
}
