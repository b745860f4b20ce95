/** Times above the timeline, and a tick for every keyframe. */
import { Bookmark } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import type { Chapter } from '../../../native/contract/media.ts';
import { exactTime } from '../time.ts';
import { rulerStep } from '../view.ts';
import { useScale } from './scale.ts';

const labelRoom = 88;
/** Ticks nearer to each other than this say nothing, px. */
const leastGap = 3;

export function Ruler(): ReactNode {
  const { view, width, timeline, x } = useScale();
  const step = rulerStep(view, width, labelRoom);
  const first = Math.ceil((view.from - timeline.start) / step - 1e-6) * step;
  const times: number[] = [];
  for (let time = first; time <= view.to - timeline.start + 1e-6; time += step) times.push(time);
  return (
    <div aria-hidden className="relative h-5 overflow-hidden text-xs text-muted">
      {times.map((time) => (
        <span
          key={time.toFixed(3)}
          className="absolute top-0 h-full border-l border-line-strong pl-1 leading-4"
          style={{ left: x(time + timeline.start) }}
        >
          {step < 1 ? exactTime(time).replace(/0$/, '') : exactTime(time).replace(/\.\d+$/, '')}
        </span>
      ))}
    </div>
  );
}

/** Where chapters begin. */
export function ChapterFlags({ chapters }: { chapters: Chapter[] }): ReactNode {
  const { view, x } = useScale();
  return chapters
    .filter(({ start }) => start >= view.from && start <= view.to)
    .map(({ start, title }, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: two chapters may begin at one time
      <span key={index} aria-hidden title={title} className="absolute top-3.5 z-10 -translate-x-1/2 text-warn" style={{ left: x(start) }}>
        <Bookmark size={10} fill="currentColor" />
      </span>
    ));
}

/** Where a lossless cut can fall. Ticks that would touch are one band. */
export function KeyframeTicks(): ReactNode {
  const { timeline, view, width, x } = useScale();
  const { keyframes, intraOnly } = timeline;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `x` is made of the view and the width
  const { path, isDense } = useMemo(() => {
    const seen = keyframes.filter((time) => time >= view.from && time <= view.to);
    const dense = intraOnly || seen.length * leastGap > width;
    return { path: dense ? '' : seen.map((time) => `M${x(time).toFixed(1)} 0v6`).join(''), isDense: dense && seen.length > 0 };
  }, [keyframes, intraOnly, view, width]);
  if (isDense) return <div aria-hidden className="pointer-events-none absolute inset-x-0 top-0 h-[3px] bg-accent-text/50" />;
  return (
    <svg aria-hidden className="pointer-events-none absolute inset-x-0 top-0 h-1.5 w-full text-accent-text">
      <path d={path} stroke="currentColor" strokeWidth={1.5} />
    </svg>
  );
}
