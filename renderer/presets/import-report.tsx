/** What came of a file of presets: each with the settings that have no counterpart, and those that could not be used. */
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportedPreset, PresetImport } from '../../native/contract/preset-import.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { call } from '../studio.ts';
import { closeDialog } from '../ui-state.ts';

export function ImportReport({ file, report }: { file: string; report: PresetImport }): ReactNode {
  const { t } = useTranslation();
  const done = useRef<HTMLButtonElement>(null);
  const { format, presets, refused } = report;
  const undo = () => {
    closeDialog();
    attempt(call('removePresets', { ids: presets.map(({ id }) => id) }));
  };
  const program = format === 'handbrake' ? 'HandBrake' : 'Muxwell';
  return (
    <Dialog title={t('presets:import.title', { file })} className="w-[640px]" initialFocus={done}>
      <p className="px-4 pt-3 text-muted">
        {[
          t('presets:import.from', { program }),
          t('presets:import.count', { count: presets.length }),
          refused.length > 0 && t('presets:import.refusedCount', { count: refused.length }),
        ]
          .filter(Boolean)
          .join(' ')}
      </p>
      <section aria-label={t('presets:import.list')} tabIndex={0} className="min-h-0 flex-1 overflow-y-auto px-4 py-3">
        <ul className="flex flex-col gap-1">
          {presets.map((preset) => (
            <Imported key={preset.id} preset={preset} />
          ))}
          {refused.map(({ name, why }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names may be twice in a file
            <li key={index} className="flex gap-2 py-1">
              <CircleX size={15} className="mt-0.5 shrink-0 text-bad" aria-label={t('presets:import.refused')} />
              <span className="selectable min-w-0">
                {name}
                <span className="block text-sm text-muted">{why}</span>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <div className="flex justify-end gap-2 border-t border-line px-4 py-3">
        {presets.length > 0 && <Button onClick={undo}>{t('presets:import.undo')}</Button>}
        <Button ref={done} look="primary" onClick={closeDialog}>
          {t('presets:import.done')}
        </Button>
      </div>
    </Dialog>
  );
}

function Imported({ preset: { name, unmapped } }: { preset: ImportedPreset }): ReactNode {
  const { t } = useTranslation();
  if (unmapped.length === 0)
    return (
      <li className="flex gap-2 py-1">
        <CircleCheck size={15} className="mt-0.5 shrink-0 text-good" aria-label={t('presets:import.whole')} />
        <span className="selectable min-w-0">{name}</span>
      </li>
    );
  return (
    <li className="flex gap-2 py-1">
      <TriangleAlert size={15} className="mt-0.5 shrink-0 text-warn" aria-label={t('presets:import.partly')} />
      <details className="min-w-0 flex-1">
        <summary className="rounded-md">
          {name} <span className="text-sm text-muted">{t('presets:import.unmapped', { count: unmapped.length })}</span>
        </summary>
        <dl className="selectable py-1 text-sm">
          {unmapped.map(({ setting, value, why }) => (
            <div key={setting} className="py-0.5">
              <dt className="break-words">
                {setting}: {value}
              </dt>
              <dd className="text-muted">{why}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  );
}
