/** The files as a list that stays smooth at 10,000: only the rows in sight exist, and each draws only its own changes. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { SearchX } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Message } from '../parts/states.tsx';
import { jobOf } from '../studio.ts';
import { fold, pick, useUi } from '../ui-state.ts';
import { GroupRow, headingHeight } from './group-row.tsx';
import { JobRow, rowHeight } from './job-row.tsx';
import { useRowDrag } from './row-drag.ts';
import { isHeading, jobsOf, useRows } from './rows.ts';

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
  const shown = useRows();
  const { keys, headings } = shown;
  const cursor = useUi((ui) => ui.cursor);
  const whole = useUi((ui) => ui.filter === 'all' && ui.search === '');
  const scroller = useRef<HTMLDivElement>(null);
  const getScrollElement = useCallback(() => scroller.current, []);
  const estimateSize = useCallback((index: number) => (isHeading(keys[index] ?? '') ? headingHeight : rowHeight), [keys]);
  const getItemKey = useCallback((index: number) => keys[index] ?? index, [keys]);
  const rows = useVirtualizer({ count: keys.length, getScrollElement, estimateSize, overscan: 8, getItemKey });
  const drag = useRowDrag(scroller, whole ? shown : null, rows);

  const at = cursor === null ? -1 : keys.indexOf(cursor);
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' });
  }, [at, rows]);

  const isFree = useUi((ui) => ui.dialog === null);
  // Keys that nothing else has are the list's.
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at whenever the focus may have been lost
  useEffect(() => {
    if (isFree && document.activeElement === document.body) scroller.current?.focus({ preventScroll: true });
  }, [isFree, cursor, keys]);

  /** Left and right on a tree's rows: a group is folded and unfolded, a file leads to its group. */
  const turn = (key: string): boolean => {
    const heading = headings.get(cursor ?? '');
    if (heading) fold([heading.group], key === 'ArrowLeft');
    else if (key === 'ArrowRight' || jobOf(cursor ?? '')?.group == null) return false;
    else pick(keys.findLast((one, index) => index < at && isHeading(one)) as string, 'only', keys, jobsOf);
    return true;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || keys.length === 0) return;
    if ((event.key === 'ArrowLeft' || event.key === 'ArrowRight') && at >= 0 && turn(event.key)) return event.preventDefault();
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const last = keys.length - 1;
    const next = Math.min(last, Math.max(0, at < 0 && event.key !== 'End' ? 0 : step(at, last, page)));
    pick(keys[next] as string, event.shiftKey ? 'range' : 'only', keys, jobsOf);
  };

  if (keys.length === 0) {
    return (
      <Message icon={SearchX} title={t('export:none.title')}>
        {t('export:none.text')}
      </Message>
    );
  }
  return (
    <div
      ref={scroller}
      role="treegrid"
      aria-label={t('export:files')}
      aria-multiselectable
      aria-rowcount={keys.length}
      aria-activedescendant={at >= 0 ? `row-${cursor}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      {...drag.handlers}
      className="group/list @container relative min-h-0 flex-1 overflow-y-auto overscroll-contain outline-none"
    >
      <div role="presentation" className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const one = keys[index] as string;
          const heading = headings.get(one);
          if (heading) return <GroupRow key={key} id={one} heading={heading} index={index} top={start} list={keys} />;
          const level = jobOf(one)?.group == null ? 1 : 2;
          return <JobRow key={key} id={one} index={index} top={start} list={keys} level={level} />;
        })}
        {drag.line !== null && (
          <div className="pointer-events-none absolute inset-x-2 z-10 h-0.5 -translate-y-px bg-accent-text" style={{ top: drag.line }} />
        )}
      </div>
    </div>
  );
}
