/** Which part of the film the timeline shows, to be dragged along. */
import { type PointerEvent, type ReactNode, useRef } from 'react';
import { setView } from '../state.ts';
import { scroll, type View } from '../view.ts';
import { useScale } from './scale.ts';

export function Overview({ whole }: { whole: View }): ReactNode {
  const { job, view, width } = useScale();
  const drag = useRef<number | null>(null);
  const length = Math.max(1e-6, whole.to - whole.from);
  return (
    <div aria-hidden className="relative h-2 rounded-full bg-track">
      <div
        onPointerDown={(event: PointerEvent) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = event.clientX;
        }}
        onPointerMove={(event: PointerEvent) => {
          if (drag.current === null) return;
          setView(job, scroll(view, whole, ((event.clientX - drag.current) / Math.max(1, width)) * length));
          drag.current = event.clientX;
        }}
        onPointerUp={() => {
          drag.current = null;
        }}
        className="absolute inset-y-0 min-w-6 rounded-full bg-line-strong hover:bg-muted"
        style={{ left: `${((view.from - whole.from) / length) * 100}%`, width: `${((view.to - view.from) / length) * 100}%` }}
      />
    </div>
  );
}
