/** The opened files, as a list that stays smooth however many they are. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { perform } from '../actions.ts';
import { useStudio } from '../studio.ts';
import { pick, useUi } from '../ui-state.ts';
import { FileRow, rowHeight } from './file-row.tsx';
import { losslessIds } from './files.ts';

const steps: Record<string, (at: number, last: number) => number> = {
  ArrowUp: (at) => at - 1,
  ArrowDown: (at) => at + 1,
  Home: () => 0,
  End: (_at, last) => last,
};

export function FileList(): ReactNode {
  const { t } = useTranslation();
  const ids = useStudio(losslessIds);
  const cursor = useUi((ui) => ui.cursor);
  const scroller = useRef<HTMLDivElement>(null);
  const getScrollElement = useCallback(() => scroller.current, []);
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement,
    estimateSize: () => rowHeight,
    overscan: 8,
    getItemKey: (index) => ids[index] ?? index,
  });
  const at = cursor === null ? -1 : ids.indexOf(cursor);
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' });
  }, [at, rows]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || ids.length === 0) return;
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      perform('lossless-close');
      return;
    }
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const last = ids.length - 1;
    const next = Math.min(last, Math.max(0, at < 0 && event.key !== 'End' ? 0 : step(at, last)));
    pick(ids[next] as string, event.shiftKey ? 'range' : 'only', ids);
  };
  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label={t('lossless:openFiles')}
      aria-multiselectable
      aria-activedescendant={at >= 0 ? `open-${cursor}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      className="group/list min-h-0 flex-1 overflow-y-auto overscroll-contain outline-none"
    >
      <div role="presentation" className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => (
          <FileRow key={item.key} id={ids[item.index] as string} index={item.index} count={ids.length} top={item.start} list={ids} />
        ))}
      </div>
    </div>
  );
}
