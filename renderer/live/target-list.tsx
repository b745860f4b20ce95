/** Where it goes: one row a target, with its state in words, its rate, what it dropped, and its own start and stop. */
import { CircleStop, Pencil, Play, RotateCcw, Trash2 } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { LiveSession, LiveStatus, LiveTarget, TargetHealth } from '../../native/contract/live.ts';
import { shownAddress } from '../../native/contract/live-url.ts';
import { plural } from '../format.ts';
import { attempt } from '../notices.ts';
import { ActionButton, IconButton } from '../parts/button.tsx';
import { call, useStudio } from '../studio.ts';
import { openDialog } from '../ui-state.ts';
import { changeSetup, isRunning } from './session.ts';
import { Sparkline } from './sparkline.tsx';
import { rate, targetWords } from './words.ts';

export function TargetList({ session, status }: { session: LiveSession; status: LiveStatus }): ReactNode {
  const { targets } = session.setup;
  const health = isRunning(status) ? status.health : null;
  return (
    <>
      <div className="flex h-11 items-center justify-between border-b border-line px-4">
        <h2 className="font-semibold">Targets</h2>
        <ActionButton id="live-target" label="Add target" />
      </div>
      {targets.length === 0 ? (
        <p className="px-4 py-6 text-muted">
          A target is a platform or a server that gets the stream: Twitch, YouTube, a server of your own. Add one, or only record.
        </p>
      ) : (
        <ul aria-label="Targets">
          {targets.map((target) => (
            <Row
              key={target.id}
              session={session}
              target={target}
              isLive={status.phase === 'live'}
              health={health?.targets.find(({ id }) => id === target.id)}
            />
          ))}
        </ul>
      )}
    </>
  );
}

/** The time, once a second, for words that count. */
function useNow(active: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [active]);
  return now;
}

const dots: Record<TargetHealth['state'], string> = {
  off: 'bg-track',
  connecting: 'bg-warn',
  live: 'bg-live',
  reconnecting: 'bg-warn',
  refused: 'bg-bad',
  failed: 'bg-bad',
  stopping: 'bg-track',
};

interface RowProps {
  session: LiveSession;
  target: LiveTarget;
  isLive: boolean;
  health: TargetHealth | undefined;
}

function Row({ session, target, isLive, health }: RowProps): ReactNode {
  const service = useStudio((mirror) => mirror.services[target.service]);
  const now = useNow(isLive);
  const { targets } = session.setup;
  const set = (change: Partial<LiveTarget>) =>
    changeSetup(session, { targets: targets.map((one) => (one.id === target.id ? { ...one, ...change } : one)) });
  const isOn = isLive && health !== undefined && health.state !== 'off';
  const needsKey = target.key === null && service !== undefined;
  return (
    <li className="flex min-h-14 items-center gap-3 border-b border-line px-4 py-1.5">
      <input
        type="checkbox"
        aria-label={`Send to ${target.name}`}
        checked={target.enabled}
        onChange={(event) => set({ enabled: event.target.checked })}
        className="size-4 shrink-0 accent-accent"
      />
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${dots[health?.state ?? 'off']}`} />
      <div className="min-w-0 flex-1">
        <p className="truncate">
          <span className="font-medium">{target.name}</span>
          <span className="text-muted"> · {service && service.name !== target.name ? service.name : shownAddress(target.url)}</span>
        </p>
        <p className={`truncate text-sm ${health?.trouble ? 'text-warn' : 'text-muted'}`} title={health?.trouble}>
          {needsKey ? 'The stream key is missing' : health?.trouble || (target.enabled ? '' : 'Left out')}
        </p>
      </div>
      {isOn && health && (
        <>
          <Sparkline id={`${session.id}:${target.id}`} value={health.kbps} name={`Rate of ${target.name}`} />
          <dl className="grid w-36 shrink-0 grid-cols-2 text-right text-sm">
            <dt className="sr-only">Sent</dt>
            <dd>{rate(health.kbps)}</dd>
            <dt className="sr-only">Dropped</dt>
            <dd className={health.droppedFrames > 0 ? 'text-warn' : 'text-muted'}>{plural(health.droppedFrames, 'drop')}</dd>
          </dl>
        </>
      )}
      <p className="w-40 shrink-0 truncate text-right" aria-live="polite">
        {isLive ? targetWords(health, now) : ''}
      </p>
      <Buttons session={session} target={target} isLive={isLive} health={health} />
    </li>
  );
}

function Buttons({ session, target, isLive, health }: RowProps): ReactNode {
  const at = { id: session.id, target: target.id };
  const { targets } = session.setup;
  if (isLive) {
    const trouble = health && ['reconnecting', 'refused', 'failed'].includes(health.state);
    const isOff = !health || health.state === 'off' || health.state === 'stopping';
    return (
      <div className="flex shrink-0">
        {trouble && <IconButton icon={RotateCcw} name={`Try ${target.name} now`} onClick={() => attempt(call('retryTarget', at))} />}
        {isOff ? (
          <IconButton icon={Play} name={`Start ${target.name}`} onClick={() => attempt(call('startTarget', at))} />
        ) : (
          <IconButton icon={CircleStop} name={`Stop ${target.name}`} onClick={() => attempt(call('stopTarget', at))} />
        )}
      </div>
    );
  }
  return (
    <div className="flex shrink-0">
      <IconButton
        icon={Pencil}
        name={`Change ${target.name}`}
        onClick={() => openDialog({ kind: 'target', session: session.id, target: target.id })}
      />
      <IconButton
        icon={Trash2}
        name={`Remove ${target.name}`}
        onClick={() => changeSetup(session, { targets: targets.filter((one) => one.id !== target.id) })}
      />
    </div>
  );
}
