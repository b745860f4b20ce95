/** Where the results of jobs go and what they are called, changed for all of them at once; each keeps what is not changed. */
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../native/contract/contract.ts';
import { attempt } from '../notices.ts';
import { call, useStudio } from '../studio.ts';
import { nameExample } from './name-example.ts';
import { type Output, OutputFields } from './output-fields.tsx';
import { shared } from './shared.ts';

interface JobOutputProps {
  ids: string[];
  disabled?: boolean;
  names?: string;
}

export function JobOutput({ ids, ...rest }: JobOutputProps): ReactNode {
  const { t } = useTranslation();
  const jobs = useStudio((mirror) => mirror.jobs);
  const outputs = useMemo(() => ids.flatMap((id) => jobs[id]?.output ?? []), [ids, jobs]);
  const value = {
    folder: shared(outputs.map(({ folder }) => folder ?? null)),
    template: shared(outputs.map(({ template }) => template)),
    overwrite: shared(outputs.map(({ overwrite }) => overwrite)),
  };
  const first = jobs[ids[0] ?? ''];
  const preset = useStudio((mirror) => mirror.presets[first?.preset ?? '']);
  const example = first && preset && nameExample(first.source, preset, first.overrides);
  return (
    <OutputFields
      {...rest}
      example={example}
      differ={t('export:many.differ')}
      value={value}
      onChange={(change) => attempt(changeAll(ids, change))}
    />
  );
}

/** Jobs that come to have the same output are changed by one call. */
async function changeAll(ids: string[], { folder, ...change }: Partial<Output>): Promise<void> {
  const { jobs } = useStudio.getState();
  const calls = new Map<string, { ids: string[]; output: Job['output'] }>();
  for (const id of ids) {
    const { folder: before, ...others } = jobs[id]?.output ?? { template: '{name}', overwrite: false };
    const kept = folder === undefined ? before : (folder ?? undefined);
    const output = { ...others, ...(kept && { folder: kept }), ...change };
    const key = JSON.stringify(output);
    calls.set(key, { ids: [...(calls.get(key)?.ids ?? []), id], output });
  }
  await Promise.all([...calls.values()].map((one) => call('changeJobs', one)));
}
