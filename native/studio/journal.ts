/** Tells the application log what can be seen in the state: devices, jobs on their way, the queue, live sessions. */
import type { Job, JobStatus, QueueInfo, State } from '../contract/contract.ts';
import type { DeviceReport } from '../contract/hardware.ts';
import type { LiveEvent, LiveStatus } from '../contract/live.ts';
import type { StateOwner } from '../contract/state.ts';
import { describeDevice } from './device-words.ts';
import type { Log, LogData } from './log.ts';

type Level = 'info' | 'warn' | 'error';
type Told = [level: Level, what: string, data: LogData];

const levels: Record<LiveEvent['kind'], Level> = { info: 'info', good: 'info', warning: 'warn', error: 'error' };

/** Returns the way out. */
export function keepJournal(state: StateOwner<State>, log: Log): () => void {
  const jobs = new Set<string>();
  const phases = new Map<string, string>();
  const sessions = new Map<string, string>();
  const devices = new Map<string, string>();
  let queue = '';

  const tell = ([level, what, data]: Told) => log[level](what, data);

  /** True where it is something else than was told last. */
  function isNews(known: Map<string, string>, id: string, now: string): boolean {
    const before = known.get(id);
    known.set(id, now);
    return before !== now;
  }

  function onDevice(report: DeviceReport): void {
    const says = describeDevice(report, true);
    if (report.tried !== null && isNews(devices, report.id, says)) tell(['info', 'device', { device: report.id, says: says.split('\n') }]);
  }

  function onJob(job: Job): void {
    if (jobs.has(job.id)) return;
    jobs.add(job.id);
    const { id, source, preset, overrides, lossless, output } = job;
    tell(['info', 'job-added', { job: id, source, ...(lossless ? { lossless } : { preset, overrides }), output }]);
  }

  function onStatus(id: string, status: JobStatus): void {
    const job = state.get('jobs', id);
    const held = status.phase === 'waiting' && status.held;
    if (job && isNews(phases, id, held ? `held ${held.code}` : status.phase)) for (const one of told(job, status)) tell(one);
  }

  function onQueue({ started, held }: QueueInfo): void {
    const now = JSON.stringify([started, held]);
    if (now !== queue) tell(['info', 'queue', { started, ...(held && { held }) }]);
    queue = now;
  }

  function onLive(session: string, status: LiveStatus): void {
    if (!isNews(sessions, session, status.phase)) return;
    if (status.phase === 'failed') tell(['error', 'live-failed', { session, ...status.error }]);
    else tell(['info', `live-${status.phase}`, { session }]);
  }

  return state.subscribe(({ whole, put, remove }) => {
    const table = <K extends keyof State>(name: K) => Object.entries((put[name] ?? {}) as Record<string, State[K][string]>);
    for (const [, report] of table('hardware')) onDevice(report);
    for (const [, info] of table('queue')) onQueue(info);
    for (const [, { session, kind, target, text }] of table('liveEvents'))
      tell([levels[kind], 'live-event', { session, ...(target && { target }), text }]);
    if (whole) {
      // What earlier runs have told.
      for (const [id] of table('jobs')) jobs.add(id);
      for (const [id, { phase }] of table('statuses')) phases.set(id, phase);
      for (const [id, { phase }] of table('live')) sessions.set(id, phase);
      return;
    }
    for (const [, job] of table('jobs')) onJob(job);
    for (const [id, status] of table('statuses')) onStatus(id, status);
    for (const [id, status] of table('live')) onLive(id, status);
    for (const id of remove['jobs'] ?? []) {
      if (jobs.delete(id)) tell(['info', 'job-removed', { job: id }]);
      phases.delete(id);
    }
  });
}

/** What is worth a line when a job has come into this phase. */
function told({ id: job, notes, chosen, estimatedBytes, device }: Job, status: JobStatus): Told[] {
  switch (status.phase) {
    case 'waiting': {
      const plan = { notes: notes.map(({ text }) => text), chosen, estimatedBytes, ...(device && { device }) };
      return status.held ? [['warn', 'job-held', { job, ...status.held }]] : [['info', 'job-planned', { job, ...plan }]];
    }
    case 'running':
      return [['info', 'job-started', { job, output: status.output }]];
    case 'done':
      return [['info', 'job-done', { job, output: status.output, seconds: status.seconds, bytes: status.proof.bytes }]];
    case 'failed':
      return [['error', 'job-failed', { job, ...status.error }]];
    case 'cancelled':
      return [['info', 'job-cancelled', { job }]];
    default:
      return [];
  }
}
