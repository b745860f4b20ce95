/** Whether it is live: red only then, and in words. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { clock } from '../format.ts';
import { useStudio } from '../studio.ts';
import { t } from '../words/index.ts';
import { isRunning, type RunningStatus, useLiveStatus } from './session.ts';

export function LiveSign({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const status = useLiveStatus(id);
  const online = useStudio((mirror) => mirror.connected);
  const isLive = status.phase === 'live';
  const isRed = isLive && online;
  const running = isRunning(status) ? status : null;
  const at = running?.health?.at ?? null;
  const seconds = at !== null && running?.liveSince ? Math.max(0, Math.round((at - running.liveSince) / 1000)) : null;
  return (
    <div className="flex min-w-0 items-center gap-3">
      <p className="truncate text-sm text-muted" role="status">
        {running && isLive && describe(running)}
      </p>
      <p
        role="timer"
        aria-label={t('live:sign.name')}
        className={`inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md px-2.5 font-semibold ${isRed ? 'bg-live-ground text-white' : 'bg-track text-text'}`}
      >
        {isRed && <span className="size-2 rounded-full bg-white" aria-hidden />}
        {t(isLive && !online ? 'live:sign.wasLive' : `live:phase.${status.phase}`)}
        {isLive && seconds !== null && <span className="min-w-8 text-right">{clock(seconds)}</span>}
      </p>
    </div>
  );
}

function describe({ health, muted }: RunningStatus): string {
  if (!health) return t('live:sign.restarting');
  return [t(`live:onAir.${health.onAir}`), muted && t('live:sign.muted')].filter(Boolean).join(', ');
}
