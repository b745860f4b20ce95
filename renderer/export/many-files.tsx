/** Several selected files: what can be changed for all of them at once. */
import { type ReactNode, useMemo } from 'react';
import { clock, plural, size } from '../format.ts';
import { attempt } from '../notices.ts';
import { ActionIcon } from '../parts/button.tsx';
import { Fold, Section } from '../parts/field.tsx';
import { call, useStudio } from '../studio.ts';
import { OutputFields } from './output-fields.tsx';
import { OverrideFields } from './override-fields.tsx';
import { applyPreset, changeable } from './preset-actions.ts';
import { PresetPicker } from './preset-picker.tsx';

/** The value all share, or null. */
function shared<T>(values: T[]): T | null {
  const [first] = values;
  return first !== undefined && values.every((value) => JSON.stringify(value) === JSON.stringify(first)) ? first : null;
}

export function ManyFiles({ ids }: { ids: string[] }): ReactNode {
  const jobs = useStudio((mirror) => mirror.jobs);
  const presets = useStudio((mirror) => mirror.presets);
  const statuses = useStudio((mirror) => mirror.statuses);
  const open = useMemo(() => (statuses ? changeable(ids) : []), [ids, statuses]);
  const facts = useMemo(() => {
    const all = ids.flatMap((id) => jobs[id] ?? []);
    return {
      seconds: all.reduce((sum, job) => sum + (job.media?.duration ?? 0), 0),
      bytes: all.reduce((sum, job) => sum + (job.media?.bytes ?? 0), 0),
      losses: all.filter((job) => job.notes.some((note) => note.kind === 'loss')).length,
    };
  }, [ids, jobs]);
  const common = useMemo(() => {
    const some = open.flatMap((id) => jobs[id] ?? []);
    return {
      preset: shared(some.map((job) => job.preset)),
      overrides: shared(some.map((job) => job.overrides)),
      output: shared(some.map((job) => job.output)),
    };
  }, [open, jobs]);
  const preset = common.preset === null ? undefined : presets[common.preset];
  const none = open.length === 0;
  return (
    <>
      <header className="px-4 pt-4 pb-1">
        <h2 className="font-semibold">{plural(ids.length, 'file')} selected</h2>
        <p className="text-sm text-muted">
          {[
            `${clock(facts.seconds)} in all`,
            size(facts.bytes),
            facts.losses > 0 && `something is left out of ${plural(facts.losses, 'file')}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <div className="-ml-2 flex gap-1 pt-2">
          {(['first', 'up', 'down', 'last', 'retry', 'cancel', 'remove'] as const).map((id) => (
            <ActionIcon key={id} id={id} />
          ))}
        </div>
      </header>
      {none ? (
        <p className="px-4 py-3 text-muted">They run, are finished or are not encoded: nothing can be changed here.</p>
      ) : (
        <>
          <Section title={open.length < ids.length ? `Preset for the ${plural(open.length, 'file')} to come` : 'Preset for all'}>
            <PresetPicker value={common.preset} onChange={(next) => applyPreset(open, next)} />
          </Section>
          {preset && (
            <Fold title="Changes to the preset">
              <OverrideFields
                preset={preset}
                value={common.overrides ?? {}}
                onChange={(overrides) => attempt(call('changeJobs', { ids: open, overrides }))}
              />
            </Fold>
          )}
          <Fold title="Result">
            <OutputFields
              value={{
                folder: common.output?.folder ?? null,
                template: common.output?.template ?? '{name}',
                overwrite: common.output?.overwrite ?? false,
              }}
              onChange={({ folder, ...change }) => {
                const { folder: before, ...rest } = common.output ?? {};
                const kept = folder === undefined ? before : (folder ?? undefined);
                attempt(call('changeJobs', { ids: open, output: { ...rest, ...(kept && { folder: kept }), ...change } }));
              }}
            />
          </Fold>
        </>
      )}
    </>
  );
}
