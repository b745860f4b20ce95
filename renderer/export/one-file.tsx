/** One file: its picture, what it is, what it becomes, what is left out, and how it goes. */
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job, JobStatus } from '../../native/contract/contract.ts';
import { fileName, folderOf, shortPath } from '../format.ts';
import { ActionButton } from '../parts/button.tsx';
import { Fold, Section } from '../parts/field.tsx';
import { Notes } from '../parts/notes.tsx';
import { useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { Again } from './again.tsx';
import { Changes } from './changes/changes.tsx';
import { editedOf } from './changes/effective.ts';
import { aboutSize } from './estimates.ts';
import { Facts } from './facts.tsx';
import { JobLog } from './job-log.tsx';
import { JobOutput } from './job-output.tsx';
import { LosslessSection } from './lossless-section.tsx';
import { Now } from './now.tsx';
import { Picture } from './picture.tsx';
import { applyPreset } from './preset-actions.ts';
import { PresetPicker } from './preset-picker.tsx';
import { Standing } from './standing.tsx';

export function OneFile({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const job = useStudio((mirror) => mirror.jobs[id]);
  const status = useStudio((mirror) => mirror.statuses[id]);
  const home = useStudio((mirror) => mirror.machine['studio']?.home);
  const logOpen = useUi((ui) => ui.logOpen);
  const ids = useMemo(() => [id], [id]);
  if (!job || !status) return null;
  return (
    <>
      <Picture job={job} status={status} />
      <header className="px-4 pt-3 pb-2">
        <h2 className="selectable font-semibold break-words">{fileName(job.source)}</h2>
        <p className="selectable truncate text-sm text-muted" title={job.source}>
          {shortPath(folderOf(job.source), home)}
        </p>
      </header>
      <Now job={job} status={status} />
      {job.lossless ? <LosslessSection job={job} status={status} /> : <Settings job={job} phase={status.phase} />}
      <Standing ids={ids} />
      <Notes notes={job.notes} over={status.phase === 'done' || status.phase === 'running'} />
      <Facts media={job.media} />
      <Fold title={t('export:log.title')} open={logOpen} onToggle={(open) => useUi.setState({ logOpen: open })}>
        {logOpen && <JobLog id={id} phase={status.phase} />}
      </Fold>
    </>
  );
}

function Settings({ job, phase }: { job: Job; phase: JobStatus['phase'] }): ReactNode {
  const { t } = useTranslation();
  const ids = useMemo(() => [job.id], [job.id]);
  const presets = useStudio((mirror) => mirror.presets);
  const preset = presets[job.preset];
  if (phase === 'running' || phase === 'done') {
    return (
      <Section title={t('export:preset.title')}>
        <p>{preset?.name ?? job.preset}</p>
        <p className="text-sm text-muted">{preset?.description}</p>
        <p className="pt-1 text-sm text-muted">{job.chosen}</p>
        {phase === 'done' && (
          <div className="pt-2">
            <Again ids={ids} />
          </div>
        )}
      </Section>
    );
  }
  const edited = editedOf([job], presets);
  return (
    <>
      <Section title={t('export:preset.title')}>
        <PresetPicker value={job.preset} ids={ids} onChange={(next) => applyPreset([job.id], next)} />
        {job.estimatedBytes !== null && <p className="pt-1">{aboutSize(job.estimatedBytes, job.media?.bytes ?? 0)}</p>}
        <p className="pt-1 text-sm text-muted">{job.chosen}</p>
        <div className="flex flex-wrap gap-2 pt-2">
          <ActionButton id="compare" label={t('export:compare.button')} />
          <ActionButton id="sample" label={t('export:sample.button')} />
        </div>
      </Section>
      {edited && <Changes edited={edited} />}
      <Fold title={t('export:output.title')}>
        <JobOutput ids={ids} />
      </Fold>
    </>
  );
}
