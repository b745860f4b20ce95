/** Rows dragged to another place in the queue, with the pointer; the keys for it are actions. */
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { attempt } from '../notices.ts';
import { call } from '../studio.ts';
import { pick, useUi } from '../ui-state.ts';
import { rowHeight } from './job-row.tsx';

/** A press that moves less is a click, px. */
const slack = 5;
/** The list scrolls by itself this near to its edges, px. */
const edge = 32;

interface Drag {
  x: number;
  y: number;
  id: string;
  moving: boolean;
}

/** `ids` is null while only a part of the list is shown, where an order has no meaning. `line` is the row the drop would stand before. */
export function useRowDrag(scroller: RefObject<HTMLDivElement | null>, ids: string[] | null) {
  const drag = useRef<Drag | null>(null);
  const [line, setLine] = useState<number | null>(null);

  const end = () => {
    drag.current = null;
    setLine(null);
  };

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !drag.current?.moving) return;
      event.preventDefault();
      end();
    };
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  });

  const handlers = {
    onPointerDown(event: PointerEvent) {
      const target = event.target as HTMLElement;
      const row = target.closest<HTMLElement>('[data-row]');
      if (!ids || event.button !== 0 || !row || target.closest('button')) return;
      drag.current = { x: event.clientX, y: event.clientY, id: row.dataset['row'] as string, moving: false };
    },
    onPointerMove(event: PointerEvent) {
      const now = drag.current;
      const list = scroller.current;
      if (!now || !list || !ids) return;
      if (event.buttons === 0) return end();
      if (!now.moving) {
        if (Math.hypot(event.clientX - now.x, event.clientY - now.y) < slack) return;
        now.moving = true;
        list.setPointerCapture(event.pointerId);
        if (!useUi.getState().selected.has(now.id)) pick(now.id, 'only', ids);
      }
      const box = list.getBoundingClientRect();
      if (event.clientY < box.top + edge) list.scrollTop -= rowHeight / 3;
      if (event.clientY > box.bottom - edge) list.scrollTop += rowHeight / 3;
      const row = Math.round((event.clientY - box.top + list.scrollTop) / rowHeight);
      setLine(Math.min(ids.length, Math.max(0, row)));
    },
    onPointerUp() {
      const moved = drag.current?.moving;
      const target = line;
      end();
      if (!moved || target === null || !ids) return;
      const { selected } = useUi.getState();
      const before = ids.slice(target).find((id) => !selected.has(id)) ?? null;
      attempt(call('moveJobs', { ids: [...selected], before }));
    },
    onPointerCancel: end,
  };
  return { handlers, line };
}
