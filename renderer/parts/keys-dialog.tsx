/** The keys of the place at hand, from the same table that makes them work. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { actions, titleOf } from '../actions.ts';
import { useUi } from '../ui-state.ts';
import { Dialog } from './dialog.tsx';
import { KeyCaps } from './key-caps.tsx';

const listKeys = [
  ['previousNext', ['ArrowUp', 'ArrowDown']],
  ['extend', ['Shift+ArrowUp', 'Shift+ArrowDown']],
  ['firstLast', ['Home', 'End']],
] as const;

export function KeysDialog(): ReactNode {
  const { t } = useTranslation();
  const here = useUi((ui) => ui.place);
  const shown = actions.filter(({ keys, place }) => keys.length > 0 && (place === undefined || place === here));
  const menus = [...new Set(shown.map((action) => action.menu))];
  const row = (title: string, keys: readonly string[]) => (
    <div key={title} className="flex min-h-7 items-center justify-between gap-4">
      <dt>{title}</dt>
      <dd className="flex shrink-0 gap-2">
        {keys.map((one) => (
          <KeyCaps key={one} keys={one} />
        ))}
      </dd>
    </div>
  );
  return (
    <Dialog title={t('common:action.keys')} className="w-[1060px]">
      <section tabIndex={0} aria-label={t('common:action.keys')} className="columns-[300px] gap-10 overflow-y-auto px-5 py-4">
        {menus.map((menu) => (
          <section key={menu} className="mb-4 break-inside-avoid">
            <h3 className="pb-1 text-sm font-semibold text-muted">{t(`common:menu.${menu}`)}</h3>
            <dl>{shown.filter((action) => action.menu === menu).map((action) => row(titleOf(action), action.keys))}</dl>
          </section>
        ))}
        <section className="mb-4 break-inside-avoid">
          <h3 className="pb-1 text-sm font-semibold text-muted">{t('common:keys.list')}</h3>
          <dl>{listKeys.map(([what, keys]) => row(t(`common:keys.${what}`), keys))}</dl>
        </section>
      </section>
    </Dialog>
  );
}
