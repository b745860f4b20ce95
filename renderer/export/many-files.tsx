/** Several selected files: what can be changed for all of them at once. */
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { clock, size } from '../format.ts';
import { ActionIcon } from '../parts/button.tsx';
import { Fold, Section } from '../parts/field.tsx';
import { useStudio } from '../studio.ts';
import { Changes } from './changes/changes.tsx';
import { editedOf } from './changes/effective.ts';
import { aboutSize } from './estimates.ts';
import { JobOutput } from './job-output.tsx';
import { applyPreset, changeable } from './preset-actions.ts';
import { PresetPicker } from './preset-picker.tsx';

/** The value all share, or undefined. */
function shared<T>(values: T[]): T | undefined {
  const [first] = values;
  return values.every((value) => JSON.stringify(value) === JSON.stringify(first)) ? first : undefined;
}

export function ManyFiles({ ids }: { ids: string[] }): ReactNode {
  const { t } = useTranslation();
  const jobs = useStudio((mirror) => mirror.jobs);
  const presets = useStudio((mirror) => mirror.presets);
  const statuses = useStudio((mirror) => mirror.statuses);
  const open = useMemo(() => (statuses ? changeable(ids) : []), [ids, statuses]);
  const facts = useMemo(() => {
    const all = ids.flatMap((id) => jobs[id] ?? []);
    return [
      t('export:many.inAll', { length: clock(all.reduce((sum, job) => sum + (job.media?.duration ?? 0), 0)) }),
      size(all.reduce((sum, job) => sum + (job.media?.bytes ?? 0), 0)),
      t('export:many.losses', { count: all.filter((job) => job.notes.some((note) => note.kind === 'loss')).length }),
    ].slice(0, all.some((job) => job.notes.some((note) => note.kind === 'loss')) ? 3 : 2);
  }, [ids, jobs, t]);
  const some = useMemo(() => open.flatMap((id) => jobs[id] ?? []), [open, jobs]);
  const edited = useMemo(() => editedOf(some, presets), [some, presets]);
  const estimated = some.reduce<number | null>(
    (sum, { estimatedBytes }) => (sum === null || estimatedBytes === null ? null : sum + estimatedBytes),
    0,
  );
  const title = open.length < ids.length ? t('export:many.presetForSome', { count: open.length }) : t('export:many.presetForAll');
  return (
    <>
      <header className="px-4 pt-4 pb-1">
        <h2 className="font-semibold">{t('export:many.title', { count: ids.length })}</h2>
        <p className="text-sm text-muted">{facts.join(' · ')}</p>
        <div className="-ml-2 flex gap-1 pt-2">
          {(['first', 'up', 'down', 'last', 'retry', 'cancel', 'remove'] as const).map((id) => (
            <ActionIcon key={id} id={id} />
          ))}
        </div>
      </header>
      {open.length === 0 ? (
        <p className="px-4 py-3 text-muted">{t('export:many.none')}</p>
      ) : (
        <>
          <Section title={title}>
            <PresetPicker value={shared(some.map((job) => job.preset)) ?? null} ids={open} onChange={(next) => applyPreset(open, next)} />
            {estimated !== null && (
              <p className="pt-1">
                {aboutSize(
                  estimated,
                  some.reduce((sum, job) => sum + (job.media?.bytes ?? 0), 0),
                )}
              </p>
            )}
          </Section>
          {edited && <Changes edited={edited} />}
          <Fold title={t('export:output.title')}>
            <JobOutput ids={open} output={shared(some.map((job) => job.output))} />
          </Fold>
        </>
      )}
    </>
  );
}
