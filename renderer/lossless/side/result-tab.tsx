/** The result as a file: where it goes, what it is called, how it is laid out, and what is to be known before it is made. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../native/contract/contract.ts';
import type { LosslessOrder } from '../../../native/contract/lossless.ts';
import { JobLog } from '../../export/job-log.tsx';
import { JobOutput } from '../../export/job-output.tsx';
import { size } from '../../format.ts';
import { Field, Fold, Section } from '../../parts/field.tsx';
import { Notes } from '../../parts/notes.tsx';
import { Select } from '../../parts/select.tsx';
import { useStudio } from '../../studio.ts';
import { useUi } from '../../ui-state.ts';
import { edit } from '../orders.ts';
import { shownTarget } from '../words.ts';

interface TabProps {
  job: Job;
  order: LosslessOrder;
  disabled: boolean;
}

export function ResultTab({ job, order, disabled }: TabProps): ReactNode {
  const { t } = useTranslation();
  const logOpen = useUi((ui) => ui.logOpen);
  const phase = useStudio((mirror) => mirror.statuses[job.id]?.phase ?? 'draft');
  const hasLayout = ['mp4', 'mov', 'm4a'].includes(shownTarget(job));
  return (
    <>
      <Section
        title={t('lossless:result.file')}
        aside={
          job.estimatedBytes !== null && (
            <span className="text-sm text-muted">{t('lossless:result.about', { size: size(job.estimatedBytes) })}</span>
          )
        }
      >
        <JobOutput ids={[job.id]} disabled={disabled} names={t('lossless:names')} />
        {hasLayout && (
          <Field label={t('lossless:result.layout')}>
            <Select
              name={t('lossless:result.layout')}
              disabled={disabled}
              choices={[
                { value: 'faststart', label: t('lossless:result.faststart'), text: t('lossless:result.faststartText') },
                { value: 'fragmented', label: t('lossless:result.fragmented'), text: t('lossless:result.fragmentedText') },
              ]}
              value={order.layout}
              onChange={(layout) => edit(job.id, { layout: layout as LosslessOrder['layout'] })}
            />
          </Field>
        )}
        <label className="flex items-center gap-2 py-1.5">
          <input
            type="checkbox"
            checked={order.keepDates}
            disabled={disabled}
            onChange={(event) => edit(job.id, { keepDates: event.target.checked })}
            className="size-4 accent-(--accent)"
          />
          {t('lossless:result.date')}
        </label>
      </Section>
      <Notes notes={job.notes} over={disabled} />
      <Fold title={t('lossless:result.log')} open={logOpen} onToggle={(open) => useUi.setState({ logOpen: open })}>
        {logOpen && <JobLog id={job.id} phase={phase} />}
      </Fold>
    </>
  );
}
