/** Where the results of jobs go and what they are called, changed for all of them at once. */
import type { ReactNode } from 'react';
import type { Job } from '../../native/contract/contract.ts';
import { attempt } from '../notices.ts';
import { call } from '../studio.ts';
import { OutputFields } from './output-fields.tsx';

/** `output`: what the jobs have now; absent where they differ. */
export function JobOutput({
  ids,
  output,
  ...rest
}: {
  ids: string[];
  output: Job['output'] | undefined;
  disabled?: boolean;
  names?: string;
}): ReactNode {
  const { folder: before, ...others } = output ?? {};
  return (
    <OutputFields
      {...rest}
      value={{ folder: before ?? null, template: output?.template ?? '{name}', overwrite: output?.overwrite ?? false }}
      onChange={({ folder, ...change }) => {
        const kept = folder === undefined ? before : (folder ?? undefined);
        attempt(call('changeJobs', { ids, output: { ...others, ...(kept && { folder: kept }), ...change } }));
      }}
    />
  );
}
