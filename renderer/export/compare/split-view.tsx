/** The same moment twice, with a line between that is moved by pointer or keys; both can be looked at from near and shifted. */
import { ChevronsLeftRight } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, type ReactNode, type Ref, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Comparison } from '../../../native/contract/quality.ts';
import { percent } from '../../format.ts';

export const zooms = [1, 2, 4] as const;
export type Zoom = (typeof zooms)[number];

/** Steps of the line and of a shift, as shares of the picture. */
const step = 0.02;
const bigStep = 0.1;

interface SplitProps {
  pictures: Comparison | null;
  zoom: Zoom;
  onZoom(zoom: Zoom): void;
  /** The line, which has the keys. */
  line?: Ref<HTMLDivElement>;
}

const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

export function SplitView({ pictures, zoom, onZoom, line }: SplitProps): ReactNode {
  const { t } = useTranslation();
  const stage = useRef<HTMLDivElement>(null);
  /** Where the line is, 0 to 1 of the width. */
  const [at, setAt] = useState(0.5);
  /** How far the picture is shifted, shares of its own size. */
  const [shift, setShift] = useState({ x: 0, y: 0 });
  const drag = useRef<{ x: number; y: number; from: { x: number; y: number } } | null>(null);
  const farthest = (zoom - 1) / 2 / zoom;
  const shown = { x: within(shift.x, -farthest, farthest), y: within(shift.y, -farthest, farthest) };
  const pan = (x: number, y: number) =>
    setShift({ x: within(shown.x + x, -farthest, farthest), y: within(shown.y + y, -farthest, farthest) });

  const moveLine = (event: PointerEvent) => {
    const box = stage.current?.getBoundingClientRect();
    if (box) setAt(within((event.clientX - box.left) / box.width, 0, 1));
  };
  const keys: Record<string, (shifted: boolean) => void> = {
    ArrowLeft: (shifted) => (shifted ? pan(bigStep / zoom, 0) : setAt(within(at - step, 0, 1))),
    ArrowRight: (shifted) => (shifted ? pan(-bigStep / zoom, 0) : setAt(within(at + step, 0, 1))),
    ArrowUp: (shifted) => shifted && pan(0, bigStep / zoom),
    ArrowDown: (shifted) => shifted && pan(0, -bigStep / zoom),
    Home: () => setAt(0),
    End: () => setAt(1),
    PageUp: () => setAt(within(at - bigStep, 0, 1)),
    PageDown: () => setAt(within(at + bigStep, 0, 1)),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = zooms.find((one) => String(one) === event.key);
    const act = chosen ? () => onZoom(chosen) : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act(event.shiftKey);
  };

  const picture = (source: string, alt: string) => (
    <img
      src={source}
      alt={alt}
      draggable={false}
      className={`absolute inset-0 size-full object-contain ${zoom > 1 ? '[image-rendering:pixelated]' : ''}`}
      style={{ transform: `scale(${zoom}) translate(${shown.x * 100}%, ${shown.y * 100}%)` }}
    />
  );
  return (
    <div
      ref={stage}
      className={`relative min-h-0 flex-1 overflow-hidden bg-black ${zoom > 1 ? 'cursor-grab active:cursor-grabbing' : ''}`}
      onPointerDown={(event) => {
        if (zoom === 1 || event.button !== 0) return;
        drag.current = { x: event.clientX, y: event.clientY, from: shown };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const box = stage.current?.getBoundingClientRect();
        const now = drag.current;
        if (!now || !box || event.buttons === 0) return;
        setShift({
          x: now.from.x + (event.clientX - now.x) / box.width / zoom,
          y: now.from.y + (event.clientY - now.y) / box.height / zoom,
        });
      }}
      onPointerUp={() => {
        drag.current = null;
      }}
    >
      {pictures && (
        <>
          {picture(pictures.before, t('export:compare.before'))}
          <div className="absolute inset-0" style={{ clipPath: `inset(0 0 0 ${at * 100}%)` }}>
            {picture(pictures.after, t('export:compare.after'))}
          </div>
          <span className="absolute top-2 left-2 rounded bg-black/75 px-2 py-0.5 text-sm text-white">{t('export:compare.before')}</span>
          <span className="absolute top-2 right-2 rounded bg-black/75 px-2 py-0.5 text-sm text-white">{t('export:compare.after')}</span>
        </>
      )}
      <div
        ref={line}
        role="slider"
        tabIndex={0}
        aria-label={t('export:compare.line')}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(at * 100)}
        aria-valuetext={t('export:compare.lineAt', { percent: percent(at) })}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.stopPropagation();
          event.currentTarget.setPointerCapture(event.pointerId);
          event.currentTarget.focus();
        }}
        onPointerMove={(event) => event.buttons === 1 && moveLine(event)}
        className={`group absolute inset-y-0 flex w-8 -translate-x-1/2 cursor-ew-resize touch-none items-center justify-center outline-none ${pictures ? '' : 'opacity-0'}`}
        style={{ left: `${at * 100}%` }}
      >
        <span className="absolute inset-y-0 w-0.5 bg-white shadow-[0_0_0_1px_rgb(0_0_0/55%)]" />
        <span className="relative rounded-full bg-white p-1 text-black shadow-[0_0_0_1px_rgb(0_0_0/55%)] group-focus-visible:outline-3 group-focus-visible:outline-accent">
          <ChevronsLeftRight size={14} aria-hidden />
        </span>
      </div>
    </div>
  );
}
