/** All that is known of one job, as parts of a bug report. */
import type { Job, JobStatus, LogLine } from '../contract/contract.ts';
import type { ErrorData } from '../contract/errors.ts';
import { size } from '../contract/words.ts';
import { describeProof } from './log-words.ts';
import { describeMedia } from './media-words.ts';
import { block, list } from './report-words.ts';

export interface JobFacts {
  job: Job;
  status: JobStatus;
  /** Of its preset; the id where the preset is there no more. */
  preset: string;
  lines: LogLine[];
}

/** Of its log so many lines, the newest. */
const mostLines = 150;

export function reportJob({ job, status, preset, lines }: JobFacts): [title: string, lines: string[]][] {
  return [
    [
      'Job',
      list([
        `id: ${job.id}`,
        `added: ${new Date(job.added).toISOString()}`,
        ...order(job, preset),
        `output: ${JSON.stringify(job.output)}`,
      ]),
    ],
    ['Its source', block(job.media ? describeMedia(job.media).split('\n') : [job.source, '  not read'])],
    ['Its plan', plan(job)],
    ['How it goes', state(status)],
    ['Its log', lines.length > 0 ? block(lines.slice(-mostLines).map(written)) : ['Nothing yet.']],
  ];
}

const order = ({ lossless, overrides }: Job, preset: string): string[] =>
  lossless ? [`without encoding: ${JSON.stringify(lossless)}`] : [`preset: ${preset}`, `changed: ${JSON.stringify(overrides)}`];

function plan({ chosen, device, estimatedBytes, notes, outline }: Job): string[] {
  const facts = [
    chosen,
    device && `on ${device}`,
    estimatedBytes !== null && `about ${size(estimatedBytes)}`,
    ...notes.map(({ text }) => text),
    outline && `outline: ${JSON.stringify(outline)}`,
  ];
  const told = facts.filter((fact): fact is string => Boolean(fact));
  return told.length > 0 ? list(told) : ['Not planned.'];
}

function state(status: JobStatus): string[] {
  switch (status.phase) {
    case 'failed':
      return ['Failed:', ...error(status.error)];
    case 'waiting':
      return status.held ? ['Waits until this is over:', ...error(status.held)] : ['Waiting.'];
    case 'draft':
      return status.problem ? ['A draft that could not run:', ...error(status.problem)] : ['A draft.'];
    case 'running':
      return [`${status.paused ? 'Paused' : 'Running'} (${status.stage}), ${Math.floor(status.fraction * 100)} %, to ${status.output}`];
    case 'done':
      return [`Done in ${status.seconds.toFixed(1)} s: ${status.output}, ${describeProof(status.proof)}`, ...list(status.warnings)];
    default:
      return [`${status.phase}.`];
  }
}

const error = ({ code, message, detail }: ErrorData): string[] => [
  ...list([`${code}: ${message}`]),
  ...(detail ? block(detail.split('\n')) : []),
];

const written = ({ at, text }: LogLine) => `${new Date(at).toISOString()} ${text}`;
