/** The presets by use, as a list that stays quick however long it is. Keys move in it; a star puts one on top. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { Search, SearchX, Star } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { TextBox } from '../parts/field.tsx';
import { Message } from '../parts/states.tsx';
import { useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { favour } from './preset-actions.ts';
import { type ListRow, placeOf, rowsOf } from './sections.ts';
import { shownPreset, usePresets } from './state.ts';

const heights = { heading: 30, preset: 32 };

/** Where a key leads, in presets. */
const steps: Record<string, (at: number, last: number, page: number) => number> = {
  ArrowUp: (at) => at - 1,
  ArrowDown: (at) => at + 1,
  PageUp: (at, _last, page) => at - page,
  PageDown: (at, _last, page) => at + page,
  Home: () => 0,
  End: (_at, last) => last,
};

const choose = (row: ListRow | undefined) => row?.kind === 'preset' && usePresets.setState({ at: row.key, naming: null });

export function PresetList(): ReactNode {
  const { t, i18n } = useTranslation();
  const presets = useStudio((mirror) => mirror.presets);
  const settings = useStudio((mirror) => mirror.settings['studio']);
  const search = usePresets((ui) => ui.search);
  const at = usePresets((ui) => ui.at);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the headings are in the page's language
  const rows = useMemo(() => rowsOf(presets, settings, search), [presets, settings, search, i18n.language]);
  const place = placeOf(rows, at, shownPreset({ at })?.id);
  const scroller = useRef<HTMLDivElement>(null);
  const getScrollElement = useCallback(() => scroller.current, []);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement,
    estimateSize: (index) => heights[rows[index]?.kind ?? 'preset'],
    overscan: 10,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  useEffect(() => {
    if (place >= 0) list.scrollToIndex(place, { align: 'auto' });
  }, [place, list]);
  // Heights are known by the kind of the row at a place, which changes with the rows.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew whenever the rows change
  useEffect(() => list.measure(), [rows, list]);

  const isFree = useUi((ui) => ui.dialog === null);
  // Keys that nothing else has are the list's.
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at whenever the focus may have been lost
  useEffect(() => {
    if (isFree && document.activeElement === document.body) scroller.current?.focus({ preventScroll: true });
  }, [isFree, at, rows]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const only = rows.filter((row) => row.kind === 'preset');
    const from = only.indexOf(rows[place] as (typeof only)[number]);
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / heights.preset) - 2);
    const last = only.length - 1;
    choose(only[Math.min(last, Math.max(0, from < 0 ? 0 : step(from, last, page)))]);
  };
  const onSearchKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') usePresets.setState({ search: '' });
    if (!['Escape', 'Enter', 'ArrowDown'].includes(event.key)) return;
    event.preventDefault();
    if (event.key !== 'Escape' && place < 0) choose(rows.find((row) => row.kind === 'preset'));
    scroller.current?.focus();
  };

  return (
    <nav aria-label={t('presets:list.name')} className="flex w-80 shrink-0 flex-col border-r border-line bg-panel">
      <search className="relative shrink-0 p-2">
        <Search size={14} className="pointer-events-none absolute top-5 left-4.5 text-muted" aria-hidden />
        <TextBox
          type="search"
          aria-label={t('presets:list.search')}
          placeholder={t('presets:list.search')}
          className="!pl-8"
          value={search}
          onChange={(event) => usePresets.setState({ search: event.target.value })}
          onKeyDown={onSearchKey}
        />
      </search>
      {rows.length === 0 ? (
        <Message icon={SearchX} title={t('presets:list.nothing')}>
          {t('presets:list.nothingText')}
        </Message>
      ) : (
        <div
          ref={scroller}
          role="listbox"
          aria-label={t('presets:list.name')}
          aria-activedescendant={place >= 0 ? `preset-row-${place}` : undefined}
          tabIndex={0}
          onKeyDown={onKeyDown}
          className="group/list min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-2 outline-none"
        >
          <div role="presentation" className="relative" style={{ height: list.getTotalSize() }}>
            {list.getVirtualItems().map(({ index, key, start, size }) => (
              <Row key={key} row={rows[index] as ListRow} index={index} top={start} height={size} isChosen={index === place} />
            ))}
          </div>
        </div>
      )}
    </nav>
  );
}

interface RowProps {
  row: ListRow;
  index: number;
  top: number;
  height: number;
  isChosen: boolean;
}

function Row({ row, index, top, height, isChosen }: RowProps): ReactNode {
  const { t } = useTranslation();
  const id = row.kind === 'preset' ? row.preset.id : '';
  const isStandard = useStudio((mirror) => mirror.settings['studio']?.preset === id);
  const isFavourite = useStudio((mirror) => mirror.settings['studio']?.favourites.includes(id) ?? false);
  const isChanged = usePresets((ui) => Object.hasOwn(ui.drafts, id));
  const style = { transform: `translateY(${top}px)`, height };
  if (row.kind === 'heading')
    return (
      <div role="presentation" style={style} className="absolute inset-x-0 top-0 flex items-end px-2 pb-1 text-sm font-semibold text-muted">
        {row.title}
      </div>
    );
  const marks = [
    isStandard && t('presets:list.standard'),
    isFavourite && t('presets:list.favourite'),
    isChanged && t('presets:list.changed'),
  ];
  const onClick = (event: MouseEvent) => {
    choose(row);
    if ((event.target as Element).closest('[data-star]')) favour(id);
  };
  return (
    <div
      id={`preset-row-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      aria-label={[row.preset.name, ...marks].filter(Boolean).join(', ')}
      onClick={onClick}
      style={style}
      className="group/row absolute inset-x-0 top-0 flex items-center gap-2 rounded-md px-2 hover:bg-hover aria-selected:bg-selected-idle group-focus/list:aria-selected:bg-selected group-focus-visible/list:aria-selected:outline-2 group-focus-visible/list:aria-selected:-outline-offset-2 group-focus-visible/list:aria-selected:outline-accent-text"
    >
      <span className="min-w-0 flex-1 truncate" title={row.preset.description}>
        {row.preset.name}
      </span>
      {isChanged && <span className="size-1.5 shrink-0 rounded-full bg-accent-text" />}
      {isStandard && <span className="shrink-0 text-xs text-muted">{t('presets:list.standardShort')}</span>}
      <span
        data-star
        className={`flex size-6 shrink-0 items-center justify-center rounded-md text-muted hover:text-text ${isFavourite ? '' : 'opacity-0 group-hover/row:opacity-100'}`}
      >
        <Star size={14} className={isFavourite ? 'fill-current text-accent-text' : ''} aria-hidden />
      </span>
    </div>
  );
}
