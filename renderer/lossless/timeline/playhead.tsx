/** The line at the time that is shown: a slider for screen readers, moved by the page's own keys. */
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlayback } from '../playback.ts';
import { setView, useLossless } from '../state.ts';
import { spokenTime } from '../time.ts';
import { reveal } from '../view.ts';
import { useScale } from './scale.ts';

export function Playhead(): ReactNode {
  const { t } = useTranslation();
  const { x, job, timeline, width } = useScale();
  const time = usePlayback((playback) => playback.time);
  const playing = usePlayback((playback) => playback.playing);
  useEffect(() => {
    const view = useLossless.getState().views[job];
    if (playing && view) setView(job, reveal(view, { from: timeline.start, to: timeline.end }, time));
  }, [time, playing, job, timeline]);
  const at = x(time);
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={t('lossless:player.playhead')}
      aria-valuemin={0}
      aria-valuemax={Math.round((timeline.end - timeline.start) * 1000) / 1000}
      aria-valuenow={Math.round((time - timeline.start) * 1000) / 1000}
      aria-valuetext={spokenTime(time - timeline.start)}
      className={`pointer-events-none absolute inset-y-0 left-0 z-20 w-px ${at < 0 || at > width ? 'invisible' : ''}`}
      style={{ transform: `translateX(${at}px)` }}
    >
      <span className="absolute inset-y-0 -left-px w-0.5 bg-text shadow-[0_0_0_1px_var(--ground)]" />
      <span className="absolute -top-0.5 -left-[5px] size-2.5 rotate-45 rounded-[2px] bg-text shadow-[0_0_0_1px_var(--ground)]" />
    </div>
  );
}
