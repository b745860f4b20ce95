/** How loud the sound is along the timeline. */
import { type ReactNode, useEffect, useMemo } from 'react';
import { waveBlock } from '../asset-urls.ts';
import { useWaves, wantWaves, waveKey } from '../waves.ts';
import { useScale } from './scale.ts';

/** Width of a bar, px. */
const bar = 2;

export function Waveform({ height }: { height: number | '100%' }): ReactNode {
  const { job, timeline, view, width } = useScale();
  const waves = useWaves();
  const [from, to] = [view.from - timeline.start, view.to - timeline.start];
  useEffect(() => {
    const timer = setTimeout(() => wantWaves(job, from, to), 120);
    return () => clearTimeout(timer);
  }, [job, from, to]);
  const path = useMemo(() => {
    const bars = Math.floor(width / bar);
    const seconds = (to - from) / Math.max(1, bars);
    let drawn = '';
    for (let index = 0; index < bars; index++) {
      const loud = loudest(waves, job, from + index * seconds, from + (index + 1) * seconds);
      if (loud === null) continue;
      const half = Math.max(0.5, loud * 49);
      drawn += `M${index * bar + bar / 2} ${(50 - half).toFixed(1)}V${(50 + half).toFixed(1)}`;
    }
    return drawn;
  }, [waves, job, from, to, width]);
  return (
    <div aria-hidden data-waveform className="relative bg-panel" style={{ height }}>
      <svg
        aria-hidden
        viewBox={`0 0 ${Math.max(1, width)} 100`}
        preserveAspectRatio="none"
        className="absolute inset-0 size-full text-muted"
      >
        <path d={path} stroke="currentColor" strokeWidth={1.2} />
      </svg>
    </div>
  );
}

/** 0 to 1 over a stretch; null where it is not known yet. */
function loudest(waves: Record<string, Uint8Array | null>, job: string, from: number, to: number): number | null {
  const perBlock = Math.round(waveBlock.seconds / waveBlock.step);
  const first = Math.max(0, Math.floor(from / waveBlock.step));
  const last = Math.max(first, Math.ceil(to / waveBlock.step) - 1);
  // Of a long stretch some places are enough: drawing must not depend on the length of the film.
  const step = Math.max(1, Math.floor((last - first) / 64));
  let found: number | null = null;
  for (let at = first; at <= last; at += step) {
    const value = waves[waveKey(job, Math.floor(at / perBlock))]?.[at % perBlock];
    if (value !== undefined) found = Math.max(found ?? 0, value / 255);
  }
  return found;
}
