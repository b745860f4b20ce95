/** The source as it is: its picture, its meters, its state in a word. */
import { MonitorPlay, VideoOff } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LivePulse, LiveSession, SourceFacts } from '../../native/contract/live.ts';
import { codecName, number } from '../format.ts';
import { ActionButton } from '../parts/button.tsx';
import { useStudio } from '../studio.ts';
import { t } from '../words/index.ts';
import { Meters } from './meters.tsx';
import { isRunning, useLiveStatus } from './session.ts';

export function SourceView({ session }: { session: LiveSession }): ReactNode {
  const { t } = useTranslation();
  const status = useLiveStatus(session.id);
  const pulse = useStudio((mirror) => mirror.livePulse[session.id]);
  const running = isRunning(status) ? status : null;
  const health = running?.health ?? null;
  const facts = health?.facts ?? null;
  const words = t(!running ? 'live:view.off' : `live:sourceState.${health?.source ?? 'connecting'}`);
  return (
    <>
      <figure className="relative flex aspect-video w-full shrink-0 items-center justify-center border-b border-line bg-black/90 text-white/70">
        {running && pulse && pulse.picture > 0 ? (
          <Picture id={session.id} pulse={pulse} />
        ) : running ? (
          <MonitorPlay size={28} strokeWidth={1.4} aria-hidden />
        ) : (
          <VideoOff size={28} strokeWidth={1.4} aria-hidden />
        )}
        {health && health.onAir !== 'source' && (
          <figcaption className="absolute right-2 bottom-2 rounded bg-black/70 px-1.5 text-sm text-white">
            {t('live:view.breakCard')}
          </figcaption>
        )}
      </figure>
      <div className="flex flex-col gap-2 border-b border-line px-4 py-3">
        <div className="flex h-9 items-center justify-between gap-2">
          <div className="min-w-0 leading-4.5">
            <p className="truncate font-medium" role="status">
              {words}
            </p>
            <p className="selectable truncate text-sm text-muted" title={health?.sourceWords}>
              {facts ? describe(facts) : health?.sourceWords}
            </p>
          </div>
          {!running ? (
            <ActionButton id="live-preview" label={t('live:view.preview')} />
          ) : (
            status.phase !== 'live' && <ActionButton id="live-close" label={t('live:view.stop')} look="ghost" />
          )}
        </div>
        <Meters pulse={running ? pulse : undefined} muted={running?.muted ?? false} />
      </div>
    </>
  );
}

/** It may just be gone when it is asked for. */
function Picture({ id, pulse }: { id: string; pulse: LivePulse }): ReactNode {
  const { t } = useTranslation();
  const [missing, setMissing] = useState(true);
  return (
    <img
      src={`/assets/live/${id}?${pulse.picture}`}
      alt={t('live:view.onAir')}
      draggable={false}
      onLoad={() => setMissing(false)}
      onError={() => setMissing(true)}
      className={`absolute inset-0 size-full object-contain ${missing ? 'invisible' : ''}`}
    />
  );
}

/** Names of pictures and sound that were never encoded. */
const raw = /^(wrapped_avframe|rawvideo|pcm_)/;

function describe({ width, height, fps, videoCodec, audioCodec }: SourceFacts): string {
  const size = `${width}×${height}`;
  const picture = fps ? t('live:view.sizeRate', { width, height, fps: number(Math.round(fps * 100) / 100) }) : size;
  const codecs = [videoCodec, audioCodec].filter((codec) => codec !== null && !raw.test(codec)).map((codec) => codecName(codec ?? ''));
  return [width > 0 ? picture : t('live:view.noPicture'), ...codecs, audioCodec === null && t('live:view.noSound')]
    .filter(Boolean)
    .join(' · ');
}
