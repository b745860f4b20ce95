/** What a page, a terminal and the studio agree on: every command with its input's schema, and the shared state. */
import { z } from 'zod';
import { type ErrorData, StudioError } from './errors.ts';
import type { DeviceReport } from './hardware.ts';
import {
  type LiveDevices,
  type LiveEvent,
  type LiveFigures,
  type LivePulse,
  type LiveSession,
  type LiveStatus,
  liveSessionSchema,
} from './live.ts';
import { type LosslessOrder, type LosslessOutline, losslessSchema, type Timeline } from './lossless.ts';
import type { About, Disk, Folder, Machine } from './machine.ts';
import type { MediaInfo, Survey } from './media.ts';
import { type MovedOriginal, mostOriginals, moveOriginalsSchema, type Original } from './originals.ts';
import type { Note, Plan, Proof } from './plan.ts';
import { type Overrides, overridesSchema, type Preset, presetSchema } from './preset.ts';
import type { PresetImport } from './preset-import.ts';
import type { Priority } from './priority.ts';
import type { Comparison, QualityFound } from './quality.ts';
import type { Service as StreamingService } from './services.ts';
import { nameTemplate, type Settings, settingsChange } from './settings.ts';
import { groupName, priority, standing } from './standing.ts';
import type { Update } from './update.ts';
import { type WatchFolder, watchSchema } from './watch.ts';
import type { QueueRun } from './when-done.ts';
import type { Service } from './wire.ts';
import type { Progress } from './worker-contract.ts';

export { emptyState } from './empty-state.ts';
export type { About, Disk, Folder, FolderEntry, Machine } from './machine.ts';
export type { Settings } from './settings.ts';

const path = z.string().min(1).max(32_768);
const id = z.string().min(1).max(80);
const ids = z.array(id).min(1).max(100_000);

const output = z.object({
  /** Folder for the results; absent: beside each source. */
  folder: path.optional(),
  /** One exact file, for a single source. */
  file: path.optional(),
  /** Name without extension; {name}, {preset}, {height} and {segment} (its number or title) are replaced. */
  template: nameTemplate.default('{name}'),
  /** true replaces a file that has the name already; false takes the next free name. */
  overwrite: z.boolean().default(false),
});

export const commands = {
  /** A folder of the studio's machine, for choosing files in a page. null: where the last files came from, else the home folder. */
  browse: z.object({ folder: path.nullable() }),
  /** Puts the media files inside a folder, at any depth, in the folder's place. Files stay as they are. */
  collectFiles: z.object({ paths: z.array(path).min(1).max(10_000) }),
  /** Looks for files that a browser tab knows only by name, size and time, in the folders that were used and in the usual places. */
  findFiles: z.object({
    files: z
      .array(z.object({ name: z.string().min(1).max(255), bytes: z.number().int().min(0), modified: z.number() }))
      .min(1)
      .max(1000),
  }),
  /** Tries every graphics card anew; the table in the state tells what came of it. */
  tryHardware: z.object({}),
  /** What a file is. */
  probe: z.object({ path }),
  /** What would be done to a file, before anything is. */
  plan: z.object({ path, preset: id, overrides: overridesSchema.default({}) }),
  /**
   * The same moment as it is and as it would be, with scores and an estimate of the size: a few seconds around `at` are encoded.
   * `at` in seconds of the source. A page's next comparison takes the place of the one before. Aborting ends the work.
   */
  compare: z.object({ path, preset: id, overrides: overridesSchema.default({}), at: z.number().min(0).max(1e7) }),
  /** Searches the quality that a target asks for, on samples: what a job with that target would be encoded with, and what it would cost. */
  findQuality: z.object({ path, preset: id, overrides: overridesSchema.default({}) }),
  /** What jobs would weigh by each preset, with their own changes, for the choice between presets. */
  estimate: z.object({ ids: ids.max(100) }),
  /** Puts files at the end of the queue, or of their group where that is there already. Files that cannot be used become failed jobs, never an error of the call. */
  addJobs: z.object({
    sources: z.array(path).min(1).max(10_000),
    preset: id,
    overrides: overridesSchema.default({}),
    output: output.prefault({}),
    ...standing,
  }),
  /** Puts lossless work at the end of the queue, one job a source. Drafts wait until they are submitted. */
  addLossless: z.object({
    sources: z.array(path).min(1).max(10_000),
    order: losslessSchema.prefault({}),
    output: output.prefault({}),
    draft: z.boolean().default(false),
  }),
  /** Lets drafts run. One that is to be split becomes a job a segment. */
  submitJobs: z.object({ ids }),
  /** Makes lossless jobs that do not run drafts again, to be changed before another run. */
  draftJobs: z.object({ ids }),
  /** Keyframes and length of a file, for cutting. */
  timeline: z.object({ path }),
  /** What a file is that can be added to a film: sound, subtitles or a cover. */
  probeExtra: z.object({ path }),
  /** Changes jobs that are not running; they are planned anew. */
  changeJobs: z.object({
    ids,
    preset: id.optional(),
    overrides: overridesSchema.optional(),
    /** For lossless jobs. */
    order: losslessSchema.optional(),
    output: output.optional(),
  }),
  /** What happened to a job, line by line. */
  jobLog: z.object({ id }),
  /** Starts waiting jobs as places come free, until stopped. */
  startQueue: z.object({}),
  /** Starts no further job; running ones go on. */
  stopQueue: z.object({}),
  /** The machine neither sleeps nor shuts down now that the queue is done. */
  callOff: z.object({}),
  /** Pauses all that runs and starts nothing, also after a restart, until the queue is resumed. */
  pauseQueue: z.object({}),
  /** Lets the queue go on as it was. Jobs that were paused by themselves stay so. */
  resumeQueue: z.object({}),
  /** Running jobs stand still, waiting ones are not started, also after a restart, until they are resumed or tried again. */
  pauseJobs: z.object({ ids }),
  resumeJobs: z.object({ ids }),
  /** Ends running jobs and takes waiting ones out of the run; the partial file goes. */
  cancelJobs: z.object({ ids }),
  /** Puts failed, cancelled or finished jobs back in the queue, exports by another preset where one is named. */
  retryJobs: z.object({ ids, preset: id.optional() }),
  /** Forgets jobs, cancelling those that run. Finished files stay. */
  removeJobs: z.object({ ids }),
  /**
   * Moves jobs, in their present order, before another; null moves them to the end. Without `group` they join the group that they
   * come to stand in the midst of, and leave their own when they come to stand away from it; a whole group stays one.
   */
  moveJobs: z.object({ ids, before: id.nullable(), group: groupName.nullable().optional() }),
  /** Which waiting jobs are started first; what runs is not stopped for it. */
  prioritizeJobs: z.object({ ids, priority }),
  /** Puts jobs behind the others of a group, or makes one of them; null takes them out of theirs. */
  groupJobs: z.object({ ids, group: groupName.nullable() }),
  /** Whether the sources of jobs may go, by the job. */
  originals: z.object({ ids: ids.max(mostOriginals) }),
  /** Moves sources to the trash or to another folder, each looked at again right before. Throws bad-input where there is no trash. */
  moveOriginals: moveOriginalsSchema,
  /** Makes a live session (without an id) or changes one; while it is live only its targets, its break card and its recording can change. */
  saveLive: z.object({ id: id.optional(), setup: liveSessionSchema }),
  removeLive: z.object({ id }),
  /** Keeps a stream key or passphrase in the sealed store and tells its place, for a setup that is saved next. */
  keepKey: z.object({ key: z.string().min(1).max(1000) }),
  /** Runs the source without sending anything. */
  previewLive: z.object({ id }),
  /** Ends a preview. */
  closeLive: z.object({ id }),
  goLive: z.object({ id }),
  /** Ends all targets and the recording properly. */
  endLive: z.object({ id }),
  startTarget: z.object({ id, target: id }),
  stopTarget: z.object({ id, target: id }),
  /** Tries a target now, also one that was refused. */
  retryTarget: z.object({ id, target: id }),
  /** Measures the upload by sending to a target for some seconds, without anybody seeing it; the session's figure is what came of it. */
  measureUplink: z.object({ id, target: id }),
  /** The break card, on or off. */
  slateLive: z.object({ id, on: z.boolean() }),
  muteLive: z.object({ id, on: z.boolean() }),
  /** Starts or ends recording while live. */
  recordLive: z.object({ id, on: z.boolean() }),
  /** Makes a preset of one's own (without an id) or changes one. Throws preset-built-in for one that came with Muxwell. */
  savePreset: z.object({ id: id.optional(), preset: presetSchema.omit({ version: true, id: true }) }),
  /** Forgets presets of one's own. Throws preset-in-use while a job that has not run yet goes by one. */
  removePresets: z.object({ ids }),
  /** Takes presets out of a file's text: Muxwell's own, of any version, or HandBrake's. What cannot be used is named in the answer. */
  importPresets: z.object({ text: z.string().max(5_000_000) }),
  /** Presets as the text of a file that `importPresets` takes. */
  exportPresets: z.object({ ids }),
  liveDevices: z.object({}),
  /** Makes a watch folder (without an id) or changes one. */
  saveWatch: z.object({ id: id.optional(), setup: watchSchema }),
  /** Watches a folder no more. Its jobs and files stay. */
  removeWatch: z.object({ id }),
  changeSettings: settingsChange,
  /** Asks now whether there is a newer Muxwell; the table in the state tells what comes of it. */
  checkUpdate: z.object({}),
  /** Ends this Muxwell and starts the newer one. Throws too-busy while a job runs or a session is live. */
  installUpdate: z.object({}),
  /** Versions, and where the logs are. */
  about: z.object({}),
  /** A text for a bug report, in Markdown, about one job or none: without keys, tokens, home folders and the user's name. */
  report: z.object({ job: id.optional() }),
};

export type Commands = { [K in keyof typeof commands]: z.output<(typeof commands)[K]> };
/** The same as a caller writes them, with defaults left out. */
export type CommandInputs = { [K in keyof typeof commands]: z.input<(typeof commands)[K]> };

export interface Results {
  browse: Folder;
  /** By the file's place in the list. `isAll` is false when there were more than can be added at once. */
  collectFiles: {
    files: string[];
    /** The name of the folder that a file was found in, of those that were asked for; null for one that was asked for itself. */
    folders: (string | null)[];
    isAll: boolean;
  };
  /** In the order asked; null where a file was not found. */
  findFiles: { paths: (string | null)[] };
  tryHardware: null;
  probe: MediaInfo;
  plan: Plan;
  compare: Comparison;
  findQuality: QualityFound;
  /** By the preset's id. */
  estimate: Record<string, PresetEstimate>;
  addJobs: { ids: string[] };
  addLossless: { ids: string[] };
  /** The jobs that run now, in place of those that were split. */
  submitJobs: { ids: string[] };
  draftJobs: null;
  timeline: Timeline;
  probeExtra: MediaInfo;
  changeJobs: null;
  jobLog: LogLine[];
  startQueue: null;
  stopQueue: null;
  callOff: null;
  pauseQueue: null;
  resumeQueue: null;
  pauseJobs: null;
  resumeJobs: null;
  cancelJobs: null;
  retryJobs: null;
  removeJobs: null;
  moveJobs: null;
  prioritizeJobs: null;
  groupJobs: null;
  /** By the job's id; jobs that are gone are left out. */
  originals: Record<string, Original>;
  moveOriginals: Record<string, MovedOriginal>;
  saveLive: { id: string };
  removeLive: null;
  keepKey: { place: string; masked: string };
  previewLive: null;
  closeLive: null;
  goLive: null;
  endLive: null;
  startTarget: null;
  stopTarget: null;
  retryTarget: null;
  /** kb/s. */
  measureUplink: { kbps: number };
  slateLive: null;
  muteLive: null;
  recordLive: null;
  savePreset: { id: string };
  removePresets: null;
  importPresets: PresetImport;
  exportPresets: { text: string };
  liveDevices: LiveDevices;
  saveWatch: { id: string };
  removeWatch: null;
  changeSettings: null;
  checkUpdate: null;
  installUpdate: null;
  about: About;
  report: { text: string };
}

/** What all files that were asked for would weigh by one preset. */
export interface PresetEstimate {
  /** null where a file does not tell how long it is. */
  bytes: number | null;
  /** Why a file cannot be exported by it, in words; null where all can. */
  refused: string | null;
}

/** What a job is. What it is doing stands apart in `statuses`, so that progress moves a small record. */
export interface Job {
  id: string;
  /** Within a priority, jobs run in ascending order. */
  order: number;
  priority: Priority;
  /** null for a job by itself. */
  group: string | null;
  /** It is not to run until it is resumed. */
  paused: boolean;
  source: string;
  /** What is done without encoding; null for an export, which goes by preset and overrides. */
  lossless: LosslessOrder | null;
  /** An export's; empty for lossless work. */
  preset: string;
  overrides: Overrides;
  output: Commands['addJobs']['output'];
  /** null until the file has been read. */
  media: MediaInfo | null;
  /** The plan's words; empty until planned. */
  notes: Note[];
  /** What will come of lossless work; null until planned, and for exports. */
  outline: LosslessOutline | null;
  estimatedBytes: number | null;
  /** The device that is to encode it, by its id; null for the processor. */
  device: string | null;
  /** The choice of encoder and its reasons in words; empty until planned. */
  chosen: string;
  /** What was found out about the film for its settings, so that it is not searched again; absent until it was. */
  found?: Findings;
  /** ms since 1970. */
  added: number;
}

/** What a file's settings need to know of its pictures and sound, measured once. */
export interface Findings extends Partial<Survey> {
  /** For a target of quality, and the settings it was searched for (any change makes it stale). */
  quality?: QualityFound & { for: string };
}

export type JobStatus =
  | { phase: 'reading' }
  /** Lossless work that is still being made up; it runs when it is submitted. `problem`: why it could not run as it is. */
  | { phase: 'draft'; problem: ErrorData | null }
  /** `held`: a trouble that may pass (a full disk, a drive that went away); the job goes on by itself when it is over. */
  | { phase: 'waiting'; held?: ErrorData }
  /** `resumed`: the share that was encoded before an interruption, and is kept. */
  | ({ phase: 'running'; paused: boolean; output: string; resumed?: number } & Progress)
  | { phase: 'done'; output: string; proof: Proof; seconds: number; warnings: string[] }
  | { phase: 'failed'; error: ErrorData }
  | { phase: 'cancelled' };

export interface LogLine {
  /** ms since 1970. */
  at: number;
  text: string;
}

/** How it goes with jobs, all or those of a group. */
export interface JobTotals {
  total: number;
  waiting: number;
  running: number;
  done: number;
  failed: number;
  cancelled: number;
  /** 0 to 1 over all jobs that are not cancelled, by media time. */
  fraction: number;
  etaSeconds: number | null;
}

export interface QueueInfo extends JobTotals {
  /** Waiting jobs are started as places come free. */
  started: boolean;
  /** Nothing runs and nothing is started until the queue is resumed. */
  paused: boolean;
  /** Why no job is started although it is, in words; null when they are. */
  held: string | null;
  parallel: number;
}

/** The whole shared state. Tables that hold one record have it under the id `studio`. */
export type State = {
  jobs: Record<string, Job>;
  statuses: Record<string, JobStatus>;
  presets: Record<string, Preset>;
  settings: Record<string, Settings>;
  queue: Record<string, QueueInfo>;
  run: Record<string, QueueRun>;
  hardware: Record<string, DeviceReport>;
  machine: Record<string, Machine>;
  disk: Record<string, Disk>;
  update: Record<string, Update>;
  watches: Record<string, WatchFolder>;
  services: Record<string, StreamingService>;
  sessions: Record<string, LiveSession>;
  live: Record<string, LiveStatus>;
  /** The newest events of every session, by a rising number. */
  liveEvents: Record<string, LiveEvent & { session: string }>;
  /** The last ten minutes of every session. */
  liveFigures: Record<string, LiveFigures>;
  livePulse: Record<string, LivePulse>;
};

/** The topic on which patches of the state are pushed. */
export const stateTopic = 'state';

/** Of a long wrong input the first mistakes are enough, characters. */
const mostDetail = 4000;

/** Wire input checks from a table of schemas: its keys are the whitelist, its values the run-time check. */
export function parseWith(schemas: Record<string, z.ZodType>): Service['parse'] {
  return (method, input) => {
    const schema = Object.hasOwn(schemas, method) ? schemas[method] : undefined;
    if (!schema) throw new StudioError('unknown-command', `There is no command “${method.slice(0, 80)}”.`);
    const result = schema.safeParse(input);
    if (!result.success)
      throw new StudioError('bad-input', `The input of ${method} is not valid.`, z.prettifyError(result.error).slice(0, mostDetail));
    return result.data;
  };
}
