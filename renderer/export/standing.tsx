/** In the inspector: how urgent files are, and the group that they are in. */
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { priorities } from '../../native/contract/priority.ts';
import { attempt } from '../notices.ts';
import { Field, Section } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { call, useStudio } from '../studio.ts';
import { openDialog } from '../ui-state.ts';
import { canPause } from './queue-state.ts';
import { groupsOf } from './rows.ts';
import { shared } from './shared.ts';

/** Values of the choice of group that no group's name can be, because names do not begin with a space. */
const noGroup = ' none';
const newGroup = ' new';

export function Standing({ ids }: { ids: string[] }): ReactNode {
  const { t } = useTranslation();
  const jobs = useStudio((mirror) => mirror.jobs);
  const groups = useStudio(groupsOf);
  const toCome = useStudio((mirror) => ids.some((id) => canPause(mirror, id)));
  const some = useMemo(() => ids.flatMap((id) => jobs[id] ?? []), [ids, jobs]);
  const group = shared(some.map((job) => job.group));
  const chooseGroup = (value: string) => {
    if (value === newGroup) openDialog({ kind: 'group', jobs: ids });
    else attempt(call('groupJobs', { ids, group: value === noGroup ? null : value }));
  };
  return (
    <Section title={t('export:standing.title')}>
      {toCome && (
        <Field label={t('export:standing.priority')}>
          <Select
            name={t('export:standing.priority')}
            placeholder={t('export:many.differ')}
            choices={priorities.map((priority) => ({ value: priority, label: t(`export:priority.${priority}`) }))}
            value={shared(some.map((job) => job.priority)) ?? ''}
            onChange={(next) => attempt(call('prioritizeJobs', { ids, priority: next as (typeof priorities)[number] }))}
          />
        </Field>
      )}
      <Field label={t('export:standing.group')}>
        <Select
          name={t('export:standing.group')}
          placeholder={t('export:many.differ')}
          choices={[
            { value: noGroup, label: t('export:standing.none') },
            ...[...groups.keys()].map((name) => ({ value: name, label: name })),
            { value: newGroup, label: t('export:standing.new') },
          ]}
          value={group === undefined ? '' : (group ?? noGroup)}
          onChange={chooseGroup}
        />
      </Field>
    </Section>
  );
}
