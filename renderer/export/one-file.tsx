/** One file: its picture, what it is, what it becomes, what is left out, and how it goes. */
import { CircleX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Job, JobStatus } from '../../native/contract/contract.ts';
import { desktop } from '../desktop.ts';
import {
  bitRate,
  clock,
  codecName,
  describeStream,
  fileName,
  folderOf,
  percent,
  plural,
  shortPath,
  size,
  streamKind,
  timeLeft,
  took,
} from '../format.ts';
import { attempt } from '../notices.ts';
import { ActionButton } from '../parts/button.tsx';
import { Fold, Section } from '../parts/field.tsx';
import { Progress } from '../parts/progress.tsx';
import { call, useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { JobLog } from './job-log.tsx';
import { LosslessSection } from './lossless-section.tsx';
import { OutputFields } from './output-fields.tsx';
import { OverrideFields } from './override-fields.tsx';
import { Picture } from './picture.tsx';
import { applyPreset } from './preset-actions.ts';
import { PresetPicker } from './preset-picker.tsx';

export function OneFile({ id }: { id: string }): ReactNode {
  const job = useStudio((mirror) => mirror.jobs[id]);
  const status = useStudio((mirror) => mirror.statuses[id]);
  const home = useStudio((mirror) => mirror.machine['studio']?.home);
  const logOpen = useUi((ui) => ui.logOpen);
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
      <Now id={id} job={job} status={status} />
      {job.lossless ? <LosslessSection job={job} status={status} /> : <Settings job={job} status={status} />}
      <Notes job={job} phase={status.phase} />
      <Facts job={job} />
      <Fold title="Log" open={logOpen} onToggle={(open) => useUi.setState({ logOpen: open })}>
        {logOpen && <JobLog id={id} phase={status.phase} />}
      </Fold>
    </>
  );
}

/** How it goes, or how it went. */
function Now({ job, status }: { id: string; job: Job; status: JobStatus }): ReactNode {
  const home = useStudio((mirror) => mirror.machine['studio']?.home);
  switch (status.phase) {
    case 'running':
      return (
        <section aria-label="Progress" className="flex flex-col gap-2 border-b border-line px-4 pt-1 pb-3">
          <Progress fraction={status.fraction} name="This file" quiet={status.paused} />
          <dl className="grid grid-cols-3 gap-y-1">
            <Figure name={status.paused ? 'Paused' : 'Done'} value={percent(status.fraction)} />
            {job.lossless ? (
              <Figure name="Speed" value={status.bytesPerSecond > 0 ? `${size(status.bytesPerSecond)}/s` : '–'} />
            ) : (
              <Figure name="Speed" value={`${status.speed.toFixed(1)}×`} />
            )}
            {job.lossless ? (
              <Figure name="Of about" value={status.plannedBytes === null ? '–' : size(status.plannedBytes)} />
            ) : (
              <Figure name="Frames" value={status.fps > 0 ? `${Math.round(status.fps)} fps` : '–'} />
            )}
            <Figure name="So far" value={size(status.bytes)} />
            <Figure name="At" value={clock(status.done)} />
            <Figure
              name="Left"
              value={status.etaSeconds === null || status.paused ? '–' : timeLeft(status.etaSeconds).replace(' left', '')}
            />
          </dl>
          <div className="flex gap-2">
            <ActionButton id="pause" label={status.paused ? 'Go on' : 'Pause'} />
            <ActionButton id="cancel" label="Cancel" />
          </div>
        </section>
      );
    case 'done':
      return (
        <section aria-label="Result" className="flex flex-col gap-2 border-b border-line px-4 pb-3">
          <dl className="grid grid-cols-3 gap-y-1">
            <Figure name="Size" value={size(status.proof.bytes)} />
            <Figure name="Compared" value={compare(status.proof.bytes, job.media?.bytes)} />
            <Figure name="Took" value={took(status.seconds)} />
          </dl>
          <p className="selectable text-sm break-all text-muted">{shortPath(status.output, home)}</p>
          <p className="text-sm text-good">
            Opened again and checked: {clock(status.proof.duration)},{' '}
            {[...new Set(status.proof.streams.map((stream) => codecName(stream.codec)))].join(' and ')}.
          </p>
          {status.warnings.map((warning) => (
            <p key={warning} className="text-sm text-warn">
              {warning}
            </p>
          ))}
          <div className="flex gap-2">
            {desktop && <ActionButton id="show" label="Show in folder" />}
            <ActionButton id="retry" label="Export again" />
          </div>
        </section>
      );
    case 'failed':
      return (
        <section aria-label="Error" className="mx-4 mb-3 rounded-md bg-bad-ground p-3">
          <p className="selectable flex gap-2">
            <CircleX size={15} className="mt-0.5 shrink-0 text-bad" aria-hidden />
            {status.error.message}
          </p>
          {status.error.detail && (
            <details className="pt-2 text-sm">
              <summary className="rounded-md text-muted">Details</summary>
              <pre className="selectable max-h-48 overflow-auto pt-1 whitespace-pre-wrap">{status.error.detail}</pre>
            </details>
          )}
          <div className="pt-3">
            <ActionButton id="retry" label="Try again" look="primary" />
          </div>
        </section>
      );
    case 'cancelled':
      return (
        <section aria-label="Cancelled" className="flex items-center gap-3 border-b border-line px-4 pb-3">
          <span className="flex-1 text-muted">Cancelled</span>
          <ActionButton id="retry" label="Put it back" />
        </section>
      );
    default:
      return null;
  }
}

const compare = (bytes: number, before: number | undefined) => {
  if (!before) return '–';
  const change = Math.round((bytes / before - 1) * 100);
  if (change === 0) return 'the same';
  return change < 0 ? `${-change} % smaller` : `${change} % larger`;
};

function Figure({ name, value }: { name: string; value: string }): ReactNode {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Settings({ job, status }: { job: Job; status: JobStatus }): ReactNode {
  const preset = useStudio((mirror) => mirror.presets[job.preset]);
  if (status.phase === 'running' || status.phase === 'done') {
    return (
      <Section title="Preset">
        <p>{preset?.name ?? job.preset}</p>
        <p className="text-sm text-muted">{preset?.description}</p>
        <p className="pt-1 text-sm text-muted">{job.chosen}</p>
      </Section>
    );
  }
  const { output } = job;
  const own = Object.keys(job.overrides).length;
  return (
    <>
      <Section
        title="Preset"
        aside={job.estimatedBytes !== null && <span className="text-sm text-muted">about {size(job.estimatedBytes)}</span>}
      >
        <PresetPicker value={job.preset} onChange={(next) => applyPreset([job.id], next)} />
        <p className="pt-1 text-sm text-muted">{job.chosen}</p>
      </Section>
      {preset && (
        <Fold title={own > 0 ? `Changes to the preset (${own})` : 'Changes to the preset'}>
          <OverrideFields
            preset={preset}
            value={job.overrides}
            onChange={(overrides) => attempt(call('changeJobs', { ids: [job.id], overrides }))}
          />
        </Fold>
      )}
      <Fold title="Result">
        <OutputFields
          value={{ folder: output.folder ?? null, template: output.template, overwrite: output.overwrite }}
          onChange={({ folder, ...change }) => {
            const { folder: before, ...rest } = output;
            const kept = folder === undefined ? before : (folder ?? undefined);
            attempt(call('changeJobs', { ids: [job.id], output: { ...rest, ...(kept && { folder: kept }), ...change } }));
          }}
        />
      </Fold>
    </>
  );
}

function Notes({ job, phase }: { job: Job; phase: JobStatus['phase'] }): ReactNode {
  if (job.notes.length === 0) return null;
  return (
    <Section title={phase === 'done' || phase === 'running' ? 'Changed or left out' : 'Before you start'}>
      <ul className="flex flex-col gap-1">
        {job.notes.map((note) => (
          <li key={note.text} className="flex gap-2 text-sm">
            <TriangleAlert size={13} className={`mt-0.5 shrink-0 ${note.kind === 'loss' ? 'text-warn' : 'text-muted'}`} aria-hidden />
            <span className="selectable">{note.text}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Facts({ job: { media } }: { job: Job }): ReactNode {
  if (!media) return null;
  const { duration, durationIsExact, bytes, formatName } = media;
  const line = [
    formatName,
    duration !== null && `${clock(duration)}${durationIsExact ? '' : ' (estimated)'}`,
    size(bytes),
    media.bitRate !== null && bitRate(media.bitRate),
    media.chapters.length > 0 && plural(media.chapters.length, 'chapter'),
  ];
  return (
    <Section title="What it is">
      <p className="selectable">{line.filter(Boolean).join(' · ')}</p>
      <dl className="pt-1 text-sm">
        {media.streams.map((stream) => (
          <div key={stream.index} className="grid grid-cols-[76px_minmax(0,1fr)] py-0.5">
            <dt className="text-muted">{streamKind(stream.kind)}</dt>
            <dd className="selectable">{describeStream(stream)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
