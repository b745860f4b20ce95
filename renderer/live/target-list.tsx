/** Where it goes: one row a target, with its rate, what it dropped, its state in words, and its own start and stop. */
import { CircleStop, Pencil, Play, RotateCcw, Trash2 } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession, LiveStatus, LiveTarget, TargetHealth } from '../../native/contract/live.ts';
import { shownAddress } from '../../native/contract/live-url.ts';
import { ActionButton, IconButton } from '../parts/button.tsx';
import { useStudio } from '../studio.ts';
import { isRunning, needsKey, useLiveUi } from './session.ts';
import { Sparkline } from './sparkline.tsx';
import { changeTarget, isOn, removeTarget, retryTarget, toggleTarget } from './target-actions.ts';
import { preparedState, runningState } from './target-state.tsx';
import { rate } from './words.ts';

export function TargetList({ session, status }: { session: LiveSession; status: LiveStatus }): ReactNode {
  const { t } = useTranslation();
  const { targets } = session.setup;
  const health = isRunning(status) ? status.health : null;
  return (
    <>
      <div className="flex h-11 items-center justify-between border-b border-line px-4">
        <h2 className="font-semibold">{t('live:target.title')}</h2>
        <ActionButton id="live-target" label={t('live:target.add')} />
      </div>
      {targets.length === 0 ? (
        <p className="border-b border-line px-4 py-4 text-muted">{t('live:target.none')}</p>
      ) : (
        <ul aria-label={t('live:target.title')} onKeyDown={moveFocus}>
          {targets.map((target) => (
            <Row
              key={target.id}
              session={session}
              target={target}
              isLive={status.phase === 'live'}
              health={health?.targets.find(({ id }) => id === target.id)}
              at={health?.at ?? 0}
            />
          ))}
        </ul>
      )}
    </>
  );
}

/** Up and down go from row to row. */
function moveFocus(event: KeyboardEvent<HTMLUListElement>): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (by === 0) return;
  const rows = [...event.currentTarget.children];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  (rows[at + by] as HTMLElement | undefined)?.focus();
  event.preventDefault();
}

interface RowProps {
  session: LiveSession;
  target: LiveTarget;
  isLive: boolean;
  health: TargetHealth | undefined;
  /** When that was told, by the studio's clock. */
  at: number;
}

const columns = 'grid-cols-[28px_minmax(0,1fr)_72px_72px_84px_212px_68px] max-[1180px]:grid-cols-[28px_minmax(0,1fr)_64px_64px_196px_68px]';

function Row(props: RowProps): ReactNode {
  const { t } = useTranslation();
  const { session, target, isLive, health, at } = props;
  const service = useStudio((mirror) => mirror.services[target.service]);
  const isChosen = useLiveUi((ui) => ui.target === target.id);
  const runs = isLive && isOn(health);
  const name = [target.name, service && service.name !== target.name && service.name].filter(Boolean).join(', ');
  return (
    <li
      tabIndex={0}
      aria-label={name}
      aria-current={isChosen}
      onFocus={() => useLiveUi.setState({ target: target.id })}
      className={`grid h-14 items-center gap-x-3 border-b border-line px-4 -outline-offset-2 ${columns} ${isChosen ? 'bg-selected-idle' : ''}`}
    >
      {isLive ? (
        <span aria-hidden className="flex size-6 items-center justify-center rounded-md bg-track text-sm font-semibold text-muted">
          {(service?.name ?? target.name).slice(0, 1).toUpperCase()}
        </span>
      ) : (
        <input
          type="checkbox"
          aria-label={t('live:target.sendTo', { name: target.name })}
          checked={target.enabled}
          onChange={() => toggleTarget(session, target, false)}
          className="mx-1 size-4 accent-accent"
        />
      )}
      <div className="min-w-0">
        <p className="truncate font-medium">{target.name}</p>
        <p className="truncate text-sm text-muted" title={shownAddress(target.url)}>
          {service && service.name !== target.name ? service.name : shownAddress(target.url)}
        </p>
      </div>
      <span className="max-[1180px]:hidden">
        {runs && health && (
          <Sparkline id={`${session.id}:${target.id}`} value={health.kbps} name={t('live:target.rate', { name: target.name })} />
        )}
      </span>
      <p className="text-right">{runs && health && <Figure name={t('live:target.sent')} value={rate(health.kbps)} />}</p>
      <p className={`text-right ${health && health.droppedFrames > 0 ? 'text-warn' : 'text-muted'}`}>
        {runs && health && <Figure name={t('live:target.lostName')} value={t('live:target.lost', { lost: health.droppedFrames })} />}
      </p>
      {isLive ? runningState(health, at) : preparedState(target, needsKey(target))}
      <Buttons {...props} />
    </li>
  );
}

const Figure = ({ name, value }: { name: string; value: string }) => (
  <>
    <span className="sr-only">{name} </span>
    {value}
  </>
);

function Buttons({ session, target, isLive, health }: RowProps): ReactNode {
  const { t } = useTranslation();
  const { name } = target;
  if (!isLive)
    return (
      <div className="flex justify-end">
        <IconButton icon={Pencil} name={t('live:target.changeName', { name })} keys="E" onClick={() => changeTarget(session, target)} />
        <IconButton
          icon={Trash2}
          name={t('live:target.removeName', { name })}
          keys="Delete"
          onClick={() => removeTarget(session, target)}
        />
      </div>
    );
  const inTrouble = health && ['reconnecting', 'refused', 'failed'].includes(health.state);
  const on = isOn(health);
  return (
    <div className="flex justify-end">
      {inTrouble && (
        <IconButton icon={RotateCcw} name={t('live:target.tryName', { name })} keys="R" onClick={() => retryTarget(session, target)} />
      )}
      <IconButton
        icon={on ? CircleStop : Play}
        name={t(on ? 'live:target.stopName' : 'live:target.startName', { name })}
        keys="S"
        onClick={() => toggleTarget(session, target, true, on)}
      />
    </div>
  );
}
