/** One edge of a segment, to be dragged or moved with keys; it holds on to keyframes and the playhead as it passes them. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react';
import { keyframesAround } from '../marks.ts';
import { seek, usePlayback } from '../playback.ts';
import { spokenTime } from '../time.ts';
import { useScale } from './scale.ts';

/** An edge this near to a keyframe or the playhead goes there, px. */
const hold = 6;

interface HandleProps {
  name: string;
  edge: 'start' | 'end';
  at: number;
  chosen: boolean;
  disabled: boolean;
  /** `key` is one for a whole drag. */
  onMove(to: number, key: string): void;
}

export function Handle({ name, edge, at, chosen, disabled, onMove }: HandleProps): ReactNode {
  const { x, at: timeAt, timeline } = useScale();
  const drag = useRef<{ x: number; at: number; key: string } | null>(null);
  const frame = timeline.frame ?? 0.04;

  const held = (time: number, free: boolean) => {
    if (free) return time;
    const { before, after } = keyframesAround(timeline.keyframes, time);
    const places = [before, after, usePlayback.getState().time].filter((place) => place !== null);
    const nearest = places.sort((a, b) => Math.abs(a - time) - Math.abs(b - time))[0];
    return nearest !== undefined && Math.abs(x(nearest) - x(time)) <= hold ? nearest : time;
  };
  const keys: Record<string, (event: KeyboardEvent) => number | null> = {
    ArrowLeft: (event) => step(event, -1),
    ArrowRight: (event) => step(event, 1),
    Home: () => timeline.start,
    End: () => timeline.end,
  };
  const step = (event: KeyboardEvent, by: 1 | -1): number | null => {
    if (event.altKey || event.ctrlKey || event.metaKey) {
      const around = keyframesAround(timeline.keyframes, at + by * 0.0005);
      return by < 0 ? around.before : around.after;
    }
    return at + by * (event.shiftKey ? 1 : frame);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = disabled ? undefined : keys[event.key]?.(event);
    if (to === undefined) return;
    event.preventDefault();
    if (to === null) return;
    onMove(to, `${name} by keys`);
    seek(to);
  };
  const handlers = {
    onPointerDown(event: PointerEvent) {
      if (disabled || event.button !== 0) return;
      event.stopPropagation();
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { x: event.clientX, at, key: `${name} ${event.timeStamp}` };
    },
    onPointerMove(event: PointerEvent) {
      const now = drag.current;
      if (!now) return;
      const to = held(now.at + timeAt(event.clientX - now.x) - timeAt(0), event.altKey);
      onMove(to, now.key);
      seek(to);
    },
    onPointerUp() {
      drag.current = null;
    },
    onPointerCancel() {
      drag.current = null;
    },
  };
  return (
    <div
      role="slider"
      tabIndex={disabled ? -1 : 0}
      aria-label={name}
      aria-disabled={disabled}
      aria-valuemin={0}
      aria-valuemax={Math.round((timeline.end - timeline.start) * 1000) / 1000}
      aria-valuenow={Math.round((at - timeline.start) * 1000) / 1000}
      aria-valuetext={spokenTime(at - timeline.start)}
      onKeyDown={onKeyDown}
      {...handlers}
      className={`absolute inset-y-0 z-10 w-2.5 touch-none ${disabled ? '' : 'cursor-ew-resize'} ${edge === 'start' ? 'rounded-l' : '-translate-x-full rounded-r'} ${chosen ? 'bg-(--mark)' : 'bg-(--mark)/70'}`}
      style={{ left: x(at) }}
    >
      <span className="absolute inset-y-2 left-1 w-0.5 rounded bg-ground/80" />
    </div>
  );
}
