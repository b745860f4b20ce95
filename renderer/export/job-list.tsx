/** The files as a list that stays smooth at 10,000: only the rows in sight exist, and each draws only its own changes. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { SearchX } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Message } from '../parts/states.tsx';
import { pick, useUi } from '../ui-state.ts';
import { JobRow, rowHeight } from './job-row.tsx';
import { useRowDrag } from './row-drag.ts';
import { useVisibleIds } from './visible.ts';

/** Where a key leads from a row, in rows. */
const steps: Record<string, (at: number, last: number, page: number) => number> = {
  ArrowUp: (at) => at - 1,
  ArrowDown: (at) => at + 1,
  PageUp: (at, _last, page) => at - page,
  PageDown: (at, _last, page) => at + page,
  Home: () => 0,
  End: (_at, last) => last,
};

export function JobList(): ReactNode {
  const { t } = useTranslation();
  const ids = useVisibleIds();
  const cursor = useUi((ui) => ui.cursor);
  const whole = useUi((ui) => ui.filter === 'all' && ui.search === '');
  const scroller = useRef<HTMLDivElement>(null);
  const getScrollElement = useCallback(() => scroller.current, []);
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement,
    estimateSize: () => rowHeight,
    overscan: 8,
    getItemKey: (index) => ids[index] ?? index,
  });
  const drag = useRowDrag(scroller, whole ? ids : null);

  const at = cursor === null ? -1 : ids.indexOf(cursor);
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' });
  }, [at, rows]);

  const isFree = useUi((ui) => ui.dialog === null);
  // Keys that nothing else has are the list's.
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at whenever the focus may have been lost
  useEffect(() => {
    if (isFree && document.activeElement === document.body) scroller.current?.focus({ preventScroll: true });
  }, [isFree, cursor, ids]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || ids.length === 0) return;
    event.preventDefault();
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const last = ids.length - 1;
    const next = Math.min(last, Math.max(0, at < 0 && event.key !== 'End' ? 0 : step(at, last, page)));
    pick(ids[next] as string, event.shiftKey ? 'range' : 'only', ids);
  };

  if (ids.length === 0) {
    return (
      <Message icon={SearchX} title={t('export:none.title')}>
        {t('export:none.text')}
      </Message>
    );
  }
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={t('export:files')}
      aria-multiselectable
      aria-rowcount={ids.length}
      aria-activedescendant={at >= 0 ? `row-${cursor}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      {...drag.handlers}
      className="group/list @container relative min-h-0 flex-1 overflow-y-auto overscroll-contain outline-none"
    >
      <div role="presentation" className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => (
          <JobRow key={item.key} id={ids[item.index] as string} index={item.index} top={item.start} list={ids} />
        ))}
        {drag.line !== null && (
          <div
            className="pointer-events-none absolute inset-x-2 z-10 h-0.5 -translate-y-px bg-accent-text"
            style={{ top: drag.line * rowHeight }}
          />
        )}
      </div>
    </div>
  );
}
