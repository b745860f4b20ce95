/** What the page shows when there is no work to show: loading, away, locked, broken, not yet built. */
import { KeyRound, type LucideIcon, TriangleAlert, WifiOff } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStudio } from '../studio.ts';
import { Button } from './button.tsx';
import { Logo } from './logo.tsx';

/** A sign, a sentence, and what can be done. */
export function Message({
  icon: Icon,
  title,
  children,
  actions,
}: {
  icon: LucideIcon;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}): ReactNode {
  return (
    <div className="flex h-full flex-1 flex-col items-center justify-center gap-3 p-8 text-center">
      <Icon size={32} strokeWidth={1.4} className="text-muted" aria-hidden />
      <h2 className="text-xl font-medium">{title}</h2>
      <div className="max-w-lg text-muted">{children}</div>
      {actions && <div className="flex gap-2 pt-2">{actions}</div>}
    </div>
  );
}

/** Appears only when it takes longer than one notices. */
export function Loading(): ReactNode {
  const { t } = useTranslation();
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 3000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className="flex h-full animate-appear flex-col items-center justify-center gap-4 text-muted">
      <h1 className="sr-only">Muxwell</h1>
      <Logo size={40} />
      <p role="status">{t(slow ? 'common:state.waiting' : 'common:state.opening')}</p>
    </main>
  );
}

export function OfflineBar(): ReactNode {
  const { t } = useTranslation();
  const online = useStudio((mirror) => mirror.connected);
  if (online) return null;
  return (
    <p role="alert" className="flex h-10 shrink-0 items-center gap-2 border-b border-line bg-warn-ground px-4 text-warn">
      <WifiOff size={15} aria-hidden />
      {t('common:state.offline')}
    </p>
  );
}

export function Locked(): ReactNode {
  const { t } = useTranslation();
  return (
    <main className="h-full">
      <h1 className="sr-only">Muxwell</h1>
      <Message
        icon={KeyRound}
        title={t('common:state.locked')}
        actions={<Button onClick={() => location.assign('/')}>{t('common:state.enterToken')}</Button>}
      >
        {t('common:state.lockedHint')}
      </Message>
    </main>
  );
}

export function Broken({ error }: { error: Error }): ReactNode {
  const { t } = useTranslation();
  return (
    <main className="h-full">
      <h1 className="sr-only">Muxwell</h1>
      <Message
        icon={TriangleAlert}
        title={t('common:state.broken')}
        actions={
          <Button look="primary" onClick={() => location.reload()}>
            {t('common:state.reload')}
          </Button>
        }
      >
        <p>{t('common:state.brokenHint')}</p>
        <pre className="selectable mt-3 max-h-40 overflow-auto text-left text-sm">{error.stack ?? error.message}</pre>
      </Message>
    </main>
  );
}
