/** The source as it is: its picture, its meters, its state in a word. */
import { MonitorPlay, VideoOff } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { LiveHealth, LiveSession } from '../../native/contract/live.ts';
import { ActionButton } from '../parts/button.tsx';
import { Meters } from './meters.tsx';
import { isRunning, useLiveStatus } from './session.ts';
import { sourceStates } from './words.ts';

export function SourceView({ session }: { session: LiveSession }): ReactNode {
  const status = useLiveStatus(session.id);
  const running = isRunning(status) ? status : null;
  const health = running?.health ?? null;
  const [missing, setMissing] = useState(-1);
  const picture = running && running.preview > 0 && missing !== running.preview;
  return (
    <>
      <figure className="relative flex aspect-video w-full shrink-0 items-center justify-center border-b border-line bg-black/90 text-white/70">
        {picture ? (
          <img
            src={`/assets/live/${session.id}?${running.preview}`}
            alt="What is on air"
            draggable={false}
            onError={() => setMissing(running.preview)}
            className="absolute inset-0 size-full object-contain"
          />
        ) : running ? (
          <MonitorPlay size={28} strokeWidth={1.4} aria-hidden />
        ) : (
          <VideoOff size={28} strokeWidth={1.4} aria-hidden />
        )}
        {health && health.onAir !== 'source' && (
          <figcaption className="absolute right-2 bottom-2 rounded bg-black/70 px-1.5 text-sm text-white">Break card</figcaption>
        )}
      </figure>
      <div className="flex flex-col gap-2 border-b border-line px-4 py-3">
        <div className="flex items-center justify-between gap-2">
          <p className="min-w-0 truncate">
            <span className="font-medium">{running ? sourceStates[health?.source ?? 'connecting'] : 'The source is off'}</span>
            {health?.facts && <span className="text-muted"> · {describe(health)}</span>}
          </p>
          {!running ? (
            <ActionButton id="live-preview" label="Preview" />
          ) : (
            status.phase !== 'live' && <ActionButton id="live-close" label="Stop" look="ghost" />
          )}
        </div>
        <Meters health={health} />
      </div>
    </>
  );
}

function describe({ facts }: LiveHealth): string {
  if (!facts) return '';
  const { width, height, fps, videoCodec, audioCodec } = facts;
  const picture = width > 0 ? `${width}×${height}${fps ? ` ${Math.round(fps * 100) / 100} fps` : ''}` : 'no picture';
  return [picture, videoCodec?.toUpperCase(), audioCodec?.toUpperCase() ?? 'no sound'].filter(Boolean).join(' · ');
}
