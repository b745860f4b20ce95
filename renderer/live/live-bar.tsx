/** Live's part of the status bar: go live, or hold to end; break, mute, record; what the upload carries. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession } from '../../native/contract/live.ts';
import type { ActionId } from '../actions.ts';
import { attempt } from '../notices.ts';
import { ActionButton } from '../parts/button.tsx';
import { call } from '../studio.ts';
import { t } from '../words/index.ts';
import { isRecording } from './recording.ts';
import { isRunning, type RunningStatus, useLiveStatus, useSession } from './session.ts';
import { rate } from './words.ts';

export function LiveBar(): ReactNode {
  const session = useSession();
  return session ? <Bar session={session} /> : <div className="flex-1" />;
}

function Bar({ session }: { session: LiveSession }): ReactNode {
  const { t } = useTranslation();
  const status = useLiveStatus(session.id);
  const running = isRunning(status) ? status : null;
  return (
    <>
      <div className="flex items-center gap-1">
        {status.phase === 'live' ? (
          <HoldToEnd id={session.id} />
        ) : (
          <ActionButton
            id="live-go"
            label={t(status.phase === 'ending' ? 'live:bar.ending' : 'live:bar.goLive')}
            look="primary"
            className="w-32"
          />
        )}
        <Toggle id="live-break" label={t('live:bar.breakCard')} on={running?.slate ?? false} />
        <Toggle id="live-mute" label={t('live:bar.mute')} on={running?.muted ?? false} />
        <Toggle id="live-record" label={t('live:bar.record')} on={isRecording(session, status)} />
      </div>
      <p className="min-w-0 flex-1 truncate">{describe(session, running)}</p>
    </>
  );
}

/** Pressed in, and filled, while it is on. */
function Toggle({ id, label, on }: { id: ActionId; label: string; on: boolean }): ReactNode {
  return <ActionButton id={id} label={label} look="ghost" aria-pressed={on} className={on ? '!bg-selected !text-accent-text' : ''} />;
}

function describe({ setup, uplinkNeed }: LiveSession, status: RunningStatus | null): string {
  const { health } = status ?? {};
  const { uplinkKbps } = setup;
  const share =
    uplinkKbps === null
      ? t('live:bar.upload', { rate: rate(uplinkNeed) })
      : t('live:bar.uploadUsed', { percent: Math.round((uplinkNeed / uplinkKbps) * 100) });
  const uplink = uplinkNeed > 0 && share;
  if (status?.phase !== 'live' || !health) return uplink ? sentence(uplink) : '';
  const on = health.targets.filter(({ state }) => state === 'live').length;
  const dropped = health.encoderDropped + health.targets.reduce((sum, target) => sum + target.droppedFrames, 0);
  return [
    health.targets.length > 0 && t('live:bar.targets', { on, total: health.targets.length }),
    t('live:bar.sent', { rate: rate(health.targets.reduce((sum, { kbps }) => sum + kbps, 0)) }),
    t('live:bar.lost', { count: dropped }),
    health.speed < 0.95 && t('live:bar.tooSlow'),
    uplink,
  ]
    .filter(Boolean)
    .join(' · ');
}

const sentence = (words: string) => words.slice(0, 1).toUpperCase() + words.slice(1);

const holdMs = 1200;

/** A slip of the hand ends no broadcast: it has to be held. The keyboard's way asks instead. */
function HoldToEnd({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const [held, setHeld] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const release = () => {
    clearTimeout(timer.current);
    setHeld(false);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const hold = () => {
    setHeld(true);
    timer.current = setTimeout(() => {
      setHeld(false);
      attempt(call('endLive', { id }));
    }, holdMs);
  };
  return (
    <div className="relative overflow-hidden rounded-md">
      <ActionButton
        id="live-end"
        label={t('live:bar.hold')}
        look="danger"
        className="w-32"
        onPointerDown={hold}
        onPointerUp={release}
        onPointerLeave={release}
        onClick={(event) => event.detail > 0 && event.preventDefault()}
      />
      <span
        aria-hidden
        className="pointer-events-none absolute inset-y-0 left-0 w-full origin-left bg-live/40 transition-transform ease-linear"
        style={{ transform: `scaleX(${held ? 1 : 0})`, transitionDuration: held ? `${holdMs}ms` : '120ms' }}
      />
    </div>
  );
}
