/** In the status bar: what follows the queue this time, beside what always does. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { WhenDone } from '../../native/contract/when-done.ts';
import { attempt } from '../notices.ts';
import { Select } from '../parts/select.tsx';
import { call, useStudio } from '../studio.ts';
import { choiceId } from './actions.ts';
import { choicesFor, nameOf, tryOut } from './choices.ts';

const always = 'always';

export function WhenDoneChoice(): ReactNode {
  const { t } = useTranslation();
  const settings = useStudio((mirror) => mirror.settings['studio']);
  const machine = useStudio((mirror) => mirror.machine['studio']);
  if (!settings || !machine) return null;
  const once = choicesFor(machine, settings).map((choice) => ({ ...choice, group: t('common:whenDone.thisTime') }));
  const usual = {
    value: always,
    label: nameOf(settings.whenDone),
    group: t('common:whenDone.everyTime'),
    text: t('common:whenDone.inSettings'),
  };
  return (
    <div className="flex shrink-0 items-center gap-2">
      <span aria-hidden className="text-muted max-lg:hidden">
        {t('common:whenDone.then')}
      </span>
      <Select
        id={choiceId}
        name={t('common:whenDone.choose')}
        className="w-28 lg:w-36"
        choices={[usual, ...once]}
        value={settings.whenDoneOnce ?? always}
        onChange={(next) => {
          tryOut(next);
          attempt(call('changeSettings', { whenDoneOnce: next === always ? null : (next as WhenDone) }));
        }}
      />
    </div>
  );
}
