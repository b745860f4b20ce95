/** Several selected files: what can be changed for all of them at once. */
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../native/contract/contract.ts';
import { clock, size } from '../format.ts';
import { ActionButton, ActionIcon } from '../parts/button.tsx';
import { Fold, Section } from '../parts/field.tsx';
import { useStudio } from '../studio.ts';
import { Again } from './again.tsx';
import { Changes } from './changes/changes.tsx';
import { editedOf } from './changes/effective.ts';
import { aboutSize } from './estimates.ts';
import { JobOutput } from './job-output.tsx';
import { applyPreset, changeable } from './preset-actions.ts';
import { PresetPicker } from './preset-picker.tsx';
import { groupsOf } from './rows.ts';
import { shared } from './shared.ts';
import { Standing } from './standing.tsx';

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
  const group = useMemo(() => wholeGroup(ids, jobs), [ids, jobs]);
  const through = useMemo(() => (statuses ? ids.filter((id) => statuses[id]?.phase === 'done') : []), [ids, statuses]);
  const again = useMemo(() => through.filter((id) => !jobs[id]?.lossless), [through, jobs]);
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
        <h2 className="font-semibold">
          {group === null ? t('export:many.title', { count: ids.length }) : t('export:many.group', { group, count: ids.length })}
        </h2>
        <p className="text-sm text-muted">{facts.join(' · ')}</p>
        <div className="-mx-2 flex justify-between pt-2">
          {(['first', 'up', 'down', 'last', 'pause', 'group', 'retry', 'cancel', 'remove'] as const).map((id) => (
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
          {edited ? (
            <Changes edited={edited} />
          ) : (
            <p className="border-b border-line px-4 py-3 text-sm text-muted">{t('export:many.presetsDiffer')}</p>
          )}
          <Fold title={t('export:output.title')}>
            <JobOutput ids={open} />
          </Fold>
        </>
      )}
      <Standing ids={ids} />
      {through.length > 0 && (
        <Section title={t('export:many.through', { count: through.length })}>
          <div className="flex flex-col gap-2">
            {again.length > 0 && <Again ids={again} />}
            <div>
              <ActionButton id="originals" />
            </div>
          </div>
        </Section>
      )}
    </>
  );
}

/** The group that these files are all of, or null. */
function wholeGroup(ids: string[], jobs: Record<string, Job>): string | null {
  const group = shared(ids.map((id) => jobs[id]?.group ?? null)) ?? null;
  return group !== null && groupsOf({ jobs }).get(group)?.length === ids.length ? group : null;
}
