/** The five places. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { actionOf } from '../actions.ts';
import { ariaKeys, keyText } from '../keys.ts';
import { go, places, useUi } from '../ui-state.ts';
import { Logo } from './logo.tsx';
import { Tip } from './tip.tsx';

export function Sidebar(): ReactNode {
  const { t } = useTranslation();
  const current = useUi((ui) => ui.place);
  return (
    <nav aria-label={t('common:places')} className="flex flex-col items-center gap-1 border-r border-line bg-panel py-3">
      <div className="pb-3">
        <Logo />
      </div>
      {places.map((place) => {
        const { icon: Icon, keys } = actionOf(place);
        return (
          <Tip key={place} text={keyText(keys[0] ?? '')}>
            <button
              type="button"
              aria-current={place === current ? 'page' : undefined}
              aria-keyshortcuts={ariaKeys(keys[0] ?? '')}
              onClick={() => go(place)}
              className={`flex w-20 flex-col items-center gap-1 rounded-md py-2 text-xs text-muted hover:bg-hover hover:text-text aria-[current]:bg-selected aria-[current]:text-accent-text ${place === 'settings' ? 'mt-auto' : ''}`}
            >
              <Icon size={18} aria-hidden />
              {t(`common:place.${place}`)}
            </button>
          </Tip>
        );
      })}
    </nav>
  );
}
