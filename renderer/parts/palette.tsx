/** Finds any action by its words and does it; presets are among them. */
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Action, actions, isEnabled, titleOf } from '../actions.ts';
import { presetActions } from '../export/preset-actions.ts';
import { closeDialog } from '../ui-state.ts';
import { t } from '../words/index.ts';
import { Dialog } from './dialog.tsx';
import { KeyCaps } from './key-caps.tsx';

export function Palette(): ReactNode {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const found = useMemo(() => find([...actions, ...presetActions()], search), [search]);
  const current = found[Math.min(at, found.length - 1)];

  const run = (action: Action | undefined) => {
    if (!action) return;
    closeDialog();
    action.run();
  };
  const step = (by: number) => {
    const next = (at + by + found.length) % Math.max(1, found.length);
    setAt(next);
    document.getElementById(`palette-${found[next]?.id}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      step(event.key === 'ArrowDown' ? 1 : -1);
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      run(current);
    }
  };

  return (
    <Dialog title={t('common:palette.title')} bare initialFocus={input} className="w-[560px] !top-[18vh] !translate-y-0">
      <input
        ref={input}
        role="combobox"
        aria-label={t('common:palette.title')}
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={current && `palette-${current.id}`}
        className="h-12 shrink-0 border-b border-line bg-transparent px-4 text-lg outline-none"
        placeholder={t('common:palette.placeholder')}
        value={search}
        onChange={(event) => {
          setSearch(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="palette-list" role="listbox" aria-label={t('common:palette.actions')} className="max-h-96 overflow-y-auto p-1">
        {found.map((action) => (
          <div
            key={action.id}
            id={`palette-${action.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={action === current}
            onClick={() => run(action)}
            onPointerMove={() => setAt(found.indexOf(action))}
            className="flex h-9 items-center gap-3 rounded-md px-3 aria-selected:bg-selected"
          >
            <action.icon size={15} className="shrink-0 text-muted" aria-hidden />
            <span className="flex-1 truncate">{titleOf(action)}</span>
            <span className="text-sm text-muted">{t(`common:menu.${action.menu}`)}</span>
            {action.keys[0] && <KeyCaps keys={action.keys[0]} />}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="px-4 pb-4 text-muted">{t('common:palette.nothing')}</p>}
    </Dialog>
  );
}

/** Actions whose title has every word, those where it begins with the first word before the others. */
function find(all: Action[], search: string): Action[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = all.filter(
    (action) =>
      isEnabled(action) && words.every((word) => `${titleOf(action)} ${t(`common:menu.${action.menu}`)}`.toLowerCase().includes(word)),
  );
  const [first = ''] = words;
  const rank = (action: Action) => (titleOf(action).toLowerCase().startsWith(first) ? 0 : 1);
  return first ? fits.sort((a, b) => rank(a) - rank(b)) : fits;
}
