/** The film from left to right: times, pictures, sound, keyframes, segments and the playhead, nearer or further. */
import { type PointerEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { Job } from '../../../native/contract/contract.ts';
import type { Timeline as Known, LosslessOrder } from '../../../native/contract/lossless.ts';
import type { MediaInfo } from '../../../native/contract/media.ts';
import { filmOf } from '../../format.ts';
import { chaptersOf } from '../chapters.ts';
import { marksAt } from '../cutting.ts';
import { endOf, startOf } from '../marks.ts';
import { pause, seek, usePlayback } from '../playback.ts';
import { setChosen, setView, useLossless } from '../state.ts';
import { scroll, type View, zoom } from '../view.ts';
import { Overview } from './overview.tsx';
import { Playhead } from './playhead.tsx';
import { ChapterFlags, KeyframeTicks, Ruler } from './ruler.tsx';
import { type Scale, ScaleProvider } from './scale.ts';
import { Spans } from './spans.tsx';
import { Strip } from './strip.tsx';
import { Waveform } from './waveform.tsx';

interface TimelineProps {
  job: Job;
  media: MediaInfo;
  order: LosslessOrder;
  timeline: Known;
  disabled: boolean;
}

export function Timeline({ job, media, order, timeline, disabled }: TimelineProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const kept = useLossless(({ views }) => views[job.id] ?? null);
  const whole = useMemo(() => ({ from: timeline.start, to: timeline.end }), [timeline]);
  const view = kept ?? whole;
  const film = filmOf(media);
  const hasSound = media.streams.some(({ kind }) => kind === 'audio');
  const scale = useMemo((): Scale => ({ job: job.id, timeline, view, width }), [job.id, timeline, view, width]);
  useWheel(box, job.id, view, whole);

  const seekTo = (event: PointerEvent) => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    seek(view.from + ((event.clientX - left) / Math.max(1, width)) * (view.to - view.from));
  };
  const handlers = {
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      pause();
      seekTo(event);
      const { marks } = marksAt(job.id);
      const { time } = usePlayback.getState();
      const under = marks.findIndex((mark) => time >= startOf(mark, timeline) && time < endOf(mark, timeline));
      if (under >= 0) setChosen(job.id, under);
    },
    onPointerMove(event: PointerEvent) {
      if (event.buttons === 1 && event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event);
    },
  };
  return (
    <ScaleProvider value={scale}>
      <div className={`flex shrink-0 flex-col gap-1 px-3 pt-1 pb-2 ${film ? '' : 'min-h-0 flex-1'}`}>
        <div ref={box} {...handlers} className={`relative flex touch-none flex-col overflow-x-clip ${film ? '' : 'min-h-0 flex-1'}`}>
          <Ruler />
          <ChapterFlags chapters={chaptersOf(order, media)} />
          <div className="relative flex min-h-0 flex-1 flex-col overflow-hidden rounded-md">
            {film && <Strip film={film} />}
            {hasSound && <Waveform height={film ? 40 : '100%'} />}
            {!film && !hasSound && <div className="h-10 bg-track" />}
            <KeyframeTicks />
            <Spans job={job} order={order} disabled={disabled} />
          </div>
          <div className="pointer-events-none absolute inset-x-0 top-4 bottom-0">
            <Playhead />
          </div>
        </div>
        {kept && <Overview whole={whole} />}
      </div>
    </ScaleProvider>
  );
}

function useWidth(box: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)));
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return width;
}

/** The wheel goes nearer and further; with Shift, or sideways, it goes along. */
function useWheel(box: React.RefObject<HTMLDivElement | null>, job: string, view: View, whole: View): void {
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, width } = element.getBoundingClientRect();
      const perPx = (view.to - view.from) / Math.max(1, width);
      const along = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      const next =
        event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
          ? scroll(view, whole, along * perPx)
          : zoom(view, whole, view.from + (event.clientX - left) * perPx, Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 240));
      setView(job, next.to - next.from >= whole.to - whole.from - 1e-6 ? null : next);
    };
    // React's own listener could not keep the page from moving.
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [box, job, view, whole]);
}
