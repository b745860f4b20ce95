/** The same everywhere: the queue with its one primary button, what does the work, room on the disk. */
import { HardDrive } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueueInfo } from '../../native/contract/contract.ts';
import { actionOf } from '../actions.ts';
import { percent, size, timeLeft } from '../format.ts';
import { LiveBar } from '../live/live-bar.tsx';
import { ExportBar } from '../lossless/export-bar.tsx';
import { useStudio } from '../studio.ts';
import { go, useUi } from '../ui-state.ts';
import { WhenDoneChoice } from '../when-done/choice.tsx';
import { t } from '../words/index.ts';
import { ActionButton, ActionIcon, Button, useEnabled } from './button.tsx';
import { EncoderSign } from './encoder-sign.tsx';
import { Progress } from './progress.tsx';

export function StatusBar(): ReactNode {
  const { t } = useTranslation();
  const queue = useStudio((mirror) => mirror.queue['studio']);
  const place = useUi((ui) => ui.place);
  const online = useStudio((mirror) => mirror.connected);
  const words = queue ? describe(queue) : '';
  const title = queue && queue.running > 0 ? `${percent(queue.fraction)} · Muxwell` : 'Muxwell';
  useEffect(() => {
    document.title = title;
  }, [title]);
  if (place === 'lossless')
    return (
      <footer className="col-span-2 flex h-12 items-center gap-2 border-t border-line bg-panel px-3">
        <ExportBar />
      </footer>
    );
  if (place === 'live')
    return (
      <footer className="col-span-2 flex h-12 items-center gap-4 border-t border-line bg-panel px-3">
        <LiveBar />
        <HardwareAndDisk />
      </footer>
    );
  return (
    <footer className="col-span-2 flex h-12 items-center gap-4 border-t border-line bg-panel px-3">
      {place === 'export' ? <QueueButton queue={queue} /> : <Button onClick={() => go('export')}>{t('common:bar.toQueue')}</Button>}
      <div className="flex min-w-0 flex-1 items-center gap-3">
        <p className="truncate" aria-live="polite">
          {online ? words : t('common:bar.notConnected')}
        </p>
        {queue && queue.fraction > 0 && queue.fraction < 1 && (
          <div className="w-full max-w-72 min-w-20">
            <Progress fraction={queue.fraction} name={t('common:bar.wholeQueue')} quiet={queue.running === 0} />
          </div>
        )}
      </div>
      {place === 'export' && <WhenDoneChoice />}
      <HardwareAndDisk />
    </footer>
  );
}

function QueueButton({ queue }: { queue: QueueInfo | undefined }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex items-center gap-1">
      {queue?.paused ? (
        <ActionButton id="resume-all" label={t('common:bar.goOn')} look="primary" className="min-w-24" />
      ) : queue?.started ? (
        <ActionButton id="stop" label={t('common:bar.stopAfter')} />
      ) : (
        <ActionButton id="start" label={t('common:bar.start')} look="primary" className="min-w-24" />
      )}
      {queue && !queue.paused && queue.running > 0 && <ActionIcon id="pause-all" />}
    </div>
  );
}

function describe({ total, running, waiting, done, failed, started, paused, held, etaSeconds }: QueueInfo): string {
  if (total === 0) return '';
  const counts = [
    running + waiting > 0 && t('common:bar.doneOf', { done: done + failed, total }),
    running + waiting === 0 && t('common:bar.done', { count: done }),
    failed > 0 && t('common:bar.failed', { failed }),
    paused && t('common:bar.paused'),
    running > 0 && etaSeconds !== null && timeLeft(etaSeconds),
    waiting > 0 && !paused && held,
    started && !paused && running === 0 && waiting === 0 && t('common:bar.selfStart'),
  ];
  return counts.filter(Boolean).join(' · ');
}

function HardwareAndDisk(): ReactNode {
  const { t } = useTranslation();
  const disk = useStudio((mirror) => mirror.disk['studio']);
  return (
    <div className="flex shrink-0 items-center gap-4 text-muted">
      <UpdateOffer />
      <EncoderSign />
      {disk && (
        <span className="flex items-center gap-1.5" title={t('common:bar.freeTitle', { folder: disk.folder })}>
          <HardDrive size={14} aria-hidden />
          {t('common:bar.free', { size: size(disk.freeBytes) })}
        </span>
      )}
    </div>
  );
}

/** Only while nothing is at work: nobody is asked to choose between a job and a new version. */
function UpdateOffer(): ReactNode {
  const version = useStudio(({ update: { studio: update } }) => (update?.phase === 'ready' ? update.version : null));
  return version === null ? null : <OfferOf version={version} />;
}

function OfferOf({ version }: { version: string }): ReactNode {
  const { t } = useTranslation();
  const isPossible = useEnabled(actionOf('update-install'));
  return isPossible && <ActionButton id="update-install" label={t('common:bar.update', { version })} look="ghost" />;
}
