/** Whether it is live: red only then, and in words. */
import type { ReactNode } from 'react';
import { clock } from '../format.ts';
import { isRunning, useLiveStatus } from './session.ts';
import { onAirWords, phaseWords } from './words.ts';

export function LiveSign({ id }: { id: string }): ReactNode {
  const status = useLiveStatus(id);
  const isLive = status.phase === 'live';
  const health = isRunning(status) ? status.health : null;
  return (
    <p className="flex items-center gap-2" role="status">
      {isLive && health && <span className="text-sm text-muted">{onAirWords[health.onAir]}</span>}
      <span
        className={`inline-flex h-6 items-center gap-1.5 rounded-md px-2 text-sm font-semibold ${isLive ? 'bg-live-ground text-white' : 'bg-track text-muted'}`}
      >
        {isLive && <span className="size-1.5 rounded-full bg-white" aria-hidden />}
        {phaseWords[status.phase]}
        {isLive && health ? ` ${clock(health.seconds)}` : ''}
      </span>
    </p>
  );
}
