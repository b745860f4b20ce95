/** The line above the list: how many files are in each state, of which a press shows only those. And what the list is searched for. */
import { Search } from 'lucide-react';
import { type ReactNode, useDeferredValue, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { actionOf } from '../actions.ts';
import { number } from '../format.ts';
import { ariaKeys } from '../keys.ts';
import { ActionButton, keepFocus } from '../parts/button.tsx';
import { useStudio } from '../studio.ts';
import { filters, useUi } from '../ui-state.ts';
import { filterCount } from './filters.ts';

export function FilterBar(): ReactNode {
  const { t } = useTranslation();
  const hasFinished = useStudio((mirror) => (mirror.queue['studio']?.done ?? 0) > 0);
  return (
    <div className="flex h-10 shrink-0 items-center gap-3 overflow-x-auto border-b border-line pr-3 pl-2">
      <Filters />
      <div className="flex-1" />
      {hasFinished && <ActionButton id="remove-done" label={t('export:clear')} look="ghost" className="!h-7 !px-2" />}
    </div>
  );
}

function Filters(): ReactNode {
  const { t } = useTranslation();
  const current = useUi((ui) => ui.filter);
  const queue = useStudio((mirror) => mirror.queue['studio']);
  return (
    <fieldset className="flex shrink-0 gap-0.5">
      <legend className="sr-only">{t('export:show')}</legend>
      {filters.map((filter) => {
        const files = filterCount(filter, queue);
        if (files === 0 && filter !== 'all' && filter !== current) return null;
        const { keys, run } = actionOf(`filter-${filter}`);
        return (
          <button
            key={filter}
            type="button"
            aria-pressed={filter === current}
            aria-keyshortcuts={ariaKeys(keys[0] ?? '')}
            onMouseDown={keepFocus}
            onClick={run}
            className="h-7 rounded-md px-2 whitespace-nowrap text-muted hover:bg-hover hover:text-text aria-pressed:bg-selected-idle aria-pressed:text-text"
          >
            {t(`export:filter.${filter}`)} <span className="text-sm text-muted">{number(files)}</span>
          </button>
        );
      })}
    </fieldset>
  );
}

/** Finds files by their name, state, preset or group. */
export function SearchBox(): ReactNode {
  const { t } = useTranslation();
  const [text, setText] = useState(useUi.getState().search);
  const search = useDeferredValue(text);
  useEffect(() => useUi.setState({ search: search.trim() }), [search]);
  return (
    <label className="flex h-8 w-64 min-w-20 items-center gap-2 rounded-md border border-line bg-raised px-2 focus-within:border-accent-text">
      <Search size={14} className="shrink-0 text-muted" aria-hidden />
      <span className="sr-only">{t('export:searchList')}</span>
      <input
        type="search"
        className="w-full min-w-0 bg-transparent outline-none"
        placeholder={t('export:search')}
        title={t('export:searchHint')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          setText('');
          event.currentTarget.blur();
        }}
      />
    </label>
  );
}
