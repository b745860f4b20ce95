/** Under the picture: steps, play, where the playhead is, and what can be done there. */

import { Pause, Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Timeline } from '../../native/contract/lossless.ts';
import { actionOf } from '../actions.ts';
import { ActionIcon, IconButton, useEnabled } from '../parts/button.tsx';
import { goTo } from './cutting.ts';
import { usePlayback } from './playback.ts';
import { exactTime } from './time.ts';
import { TimeBox } from './time-box.tsx';

export function Transport({ timeline, cuts }: { timeline: Timeline; cuts: boolean }): ReactNode {
  const { t } = useTranslation();
  return (
    <div
      role="toolbar"
      aria-label={t('lossless:player.toolbar')}
      className="flex h-11 shrink-0 items-center gap-0.5 border-t border-line px-2"
    >
      <TimeField timeline={timeline} />
      <div className="mx-1 h-5 w-px bg-line" />
      <ActionIcon id="keyframe-back" />
      <ActionIcon id="frame-back" />
      <PlayButton />
      <ActionIcon id="frame-on" />
      <ActionIcon id="keyframe-on" />
      <Rate />
      <div className="min-w-2 flex-1" />
      {cuts && (
        <>
          <ActionIcon id="mark-in" />
          <ActionIcon id="mark-out" />
          <ActionIcon id="split" />
          <ActionIcon id="add-segment" />
          <ActionIcon id="delete-segment" />
          <div className="mx-1 h-5 w-px bg-line" />
          <ActionIcon id="undo" />
          <ActionIcon id="redo" />
          <div className="mx-1 h-5 w-px bg-line" />
        </>
      )}
      <ActionIcon id="zoom-out" />
      <ActionIcon id="zoom-all" className="@max-[720px]:hidden" />
      <ActionIcon id="zoom-in" />
    </div>
  );
}

function PlayButton(): ReactNode {
  const { t } = useTranslation();
  const playing = usePlayback((playback) => playback.playing);
  usePlayback((playback) => playback.ready);
  const action = actionOf('play');
  const enabled = useEnabled(action);
  return (
    <IconButton
      icon={playing ? Pause : Play}
      name={t(playing ? 'lossless:player.pause' : 'lossless:player.play')}
      keys={action.keys[0]}
      disabled={!enabled}
      onClick={action.run}
      className="!text-text"
    />
  );
}

function Rate(): ReactNode {
  const rate = usePlayback((playback) => (playback.playing ? playback.rate : 1));
  return rate === 1 ? null : <span className="px-1 text-sm text-muted">{rate}×</span>;
}

function TimeField({ timeline }: { timeline: Timeline }): ReactNode {
  const { t } = useTranslation();
  const time = usePlayback((playback) => playback.time);
  return (
    <div className="flex items-center gap-1.5">
      <span className="w-25">
        <TimeBox
          data-time-field
          aria-label={t('lossless:player.time')}
          value={time - timeline.start}
          onFocus={(event) => event.currentTarget.select()}
          onCommit={(seconds) => goTo(seconds + timeline.start)}
        />
      </span>
      <span className="text-sm whitespace-nowrap text-muted @max-[720px]:hidden">
        {t('lossless:player.of', { time: exactTime(timeline.end - timeline.start) })}
      </span>
    </div>
  );
}
