/** The result as a file: where it goes, what it is called, how it is laid out, and what is to be known before it is made. */
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../native/contract/contract.ts';
import type { LosslessOrder } from '../../../native/contract/lossless.ts';
import { JobLog } from '../../export/job-log.tsx';
import { OutputFields } from '../../export/output-fields.tsx';
import { size } from '../../format.ts';
import { attempt } from '../../notices.ts';
import { Field, Fold, Section } from '../../parts/field.tsx';
import { Select } from '../../parts/select.tsx';
import { call, useStudio } from '../../studio.ts';
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
  const { output } = job;
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
        <OutputFields
          disabled={disabled}
          names={t('lossless:names')}
          value={{ folder: output.folder ?? null, template: output.template, overwrite: output.overwrite }}
          onChange={({ folder, ...change }) => {
            const { folder: before, ...rest } = output;
            const kept = folder === undefined ? before : (folder ?? undefined);
            attempt(call('changeJobs', { ids: [job.id], output: { ...rest, ...(kept && { folder: kept }), ...change } }));
          }}
        />
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
      {job.notes.length > 0 && (
        <Section title={t(disabled ? 'lossless:result.changed' : 'lossless:result.before')}>
          <ul className="flex flex-col gap-1">
            {job.notes.map((note) => (
              <li key={note.text} className="flex gap-2 text-sm">
                <TriangleAlert size={13} className={`mt-0.5 shrink-0 ${note.kind === 'loss' ? 'text-warn' : 'text-muted'}`} aria-hidden />
                <span className="selectable">{note.text}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Fold title={t('lossless:result.log')} open={logOpen} onToggle={(open) => useUi.setState({ logOpen: open })}>
        {logOpen && <JobLog id={job.id} phase={phase} />}
      </Fold>
    </>
  );
}
