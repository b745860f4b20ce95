/** Rows dragged to another place in the queue, with the pointer; the keys for it are actions. */
import type { Virtualizer } from '@tanstack/react-virtual';
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { attempt } from '../notices.ts';
import { call, jobOf, useStudio } from '../studio.ts';
import { pick, useUi } from '../ui-state.ts';
import { rowHeight } from './job-row.tsx';
import { areWholeGroups, jobsOf, type Rows } from './rows.ts';

/** A press that moves less is a click, px. */
const slack = 5;
/** The list scrolls by itself this near to its edges, px. */
const edge = 32;

interface Drag {
  x: number;
  y: number;
  key: string;
  moving: boolean;
}

type List = Virtualizer<HTMLDivElement, Element>;

/** `shown` is null while only a part of the list is shown, where an order has no meaning. `line` is where the drop would stand, px. */
export function useRowDrag(scroller: RefObject<HTMLDivElement | null>, shown: Rows | null, list: List) {
  const drag = useRef<Drag | null>(null);
  /** The row that the drop would stand before. */
  const [target, setTarget] = useState<number | null>(null);

  const end = () => {
    drag.current = null;
    setTarget(null);
  };

  /** By the pointer itself: what was drawn last may be older than a quick hand. */
  const placeUnder = (event: PointerEvent, element: HTMLDivElement, rows: Rows) =>
    placeAt(event.clientY - element.getBoundingClientRect().top + element.scrollTop, rows, list);

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
      if (!shown || event.button !== 0 || !row || target.closest('button')) return;
      drag.current = { x: event.clientX, y: event.clientY, key: row.dataset['row'] as string, moving: false };
    },
    onPointerMove(event: PointerEvent) {
      const now = drag.current;
      const element = scroller.current;
      if (!now || !element || !shown) return;
      if (event.buttons === 0) return end();
      if (!now.moving) {
        if (Math.hypot(event.clientX - now.x, event.clientY - now.y) < slack) return;
        now.moving = true;
        element.setPointerCapture(event.pointerId);
        const { selected } = useUi.getState();
        if (!jobsOf(now.key).every((id) => selected.has(id))) pick(now.key, 'only', shown.keys, jobsOf);
      }
      const box = element.getBoundingClientRect();
      if (event.clientY < box.top + edge) element.scrollTop -= rowHeight / 3;
      if (event.clientY > box.bottom - edge) element.scrollTop += rowHeight / 3;
      setTarget(placeUnder(event, element, shown));
    },
    onPointerUp(event: PointerEvent) {
      const element = scroller.current;
      if (drag.current?.moving && element && shown) attempt(call('moveJobs', moveTo(placeUnder(event, element, shown), shown)));
      end();
    },
    onPointerCancel: end,
  };
  const line = target === null ? null : (list.measurementsCache[target]?.start ?? list.getTotalSize());
  return { handlers, line };
}

/** The row that is nearest below a height of the list; groups stay out of each other. */
function placeAt(y: number, { keys }: Rows, list: List): number {
  const item = list.getVirtualItemForOffset(Math.max(0, y));
  if (!item) return keys.length;
  const place = y > item.start + item.size / 2 ? item.index + 1 : item.index;
  if (!areWholeGroups(useUi.getState().selected, useStudio.getState())) return place;
  const isWithin = (at: number) => jobOf(keys[at] ?? '')?.group != null;
  let [above, below] = [place, place];
  while (above > 0 && isWithin(above)) above--;
  while (below < keys.length && isWithin(below)) below++;
  return place - above < below - place ? above : below;
}

/** Right under the heading of a group whose files are shown, they become its first. */
function moveTo(target: number, { keys, headings }: Rows) {
  const { selected } = useUi.getState();
  const before =
    keys
      .slice(target)
      .flatMap(jobsOf)
      .find((id) => !selected.has(id)) ?? null;
  const heading = headings.get(keys[target - 1] ?? '');
  const joins = heading && !heading.folded && heading.ids.some((id) => !selected.has(id));
  return { ids: [...selected], before, ...(joins && { group: heading.group }) };
}
