/** What a worker process can be asked, and what it tells on its own. The studio calls, the worker answers. */
import { z } from 'zod';
import { deviceSchema, type Refusal } from './hardware.ts';
import type { LiveDevices } from './live.ts';
import type { LiveChange, LivePlan } from './live-plan.ts';
import { type CutPlace, segmentSchema, type Timeline } from './lossless.ts';
import type { MediaInfo, Survey } from './media.ts';
import type { Plan, Proof } from './plan.ts';
import type { Score } from './quality.ts';
import type { RemuxPlan } from './remux-plan.ts';

const path = z.string().min(1).max(32_768);
/** Plans are made by the studio and only cross a private channel: their shape is the type's matter, not a schema's. */
const plan = z.custom<Plan>((value) => typeof value === 'object' && value !== null);
const livePlan = z.custom<LivePlan>((value) => typeof value === 'object' && value !== null);
const liveChange = z.custom<LiveChange>((value) => typeof value === 'object' && value !== null);
const remuxPlan = z.custom<RemuxPlan>((value) => typeof value === 'object' && value !== null);
/** Parts of the result, seconds on its own timeline. */
const places = z.array(z.object({ start: z.number().min(0), seconds: z.number().positive() })).max(20);

export const workerCommands = {
  /** Runs a plan into `partial`, proves it and leaves it there: giving it its final name is the studio's. */
  encode: z.object({
    plan,
    partial: path,
    /** Codec threads per stream; 0 leaves it to FFmpeg. */
    threads: z.number().int().min(0).max(64),
    /** Of decoders, where that is another number. */
    decodeThreads: z.number().int().min(0).max(64).optional(),
    /** A disk that fills up midway is waited for, as if paused; else the job fails. */
    waitForSpace: z.boolean().optional(),
    /** Where a small JPEG of the picture at hand is put every few seconds; absent for none. */
    preview: path.optional(),
    /** The picture's chunks, in order; absent where it is still to be encoded. Each is waited for until `chunkReady` tells of it. */
    chunks: z.array(path).min(1).optional(),
  }),
  /** Encodes the plan's picture from one second of the result to another (null: its end) into a file that `encode` takes as a chunk. */
  encodeChunk: z.object({
    plan,
    from: z.number().min(0),
    to: z.number().positive().nullable(),
    file: path,
    decodeThreads: z.number().int().min(0).max(64),
    waitForSpace: z.boolean(),
    preview: path.optional(),
  }),
  /** A chunk that the encode at work waits for is there, and what was counted in making it. */
  chunkReady: z.object({ number: z.number().int().min(0), frames: z.number(), damaged: z.number() }),
  /** Runs a lossless plan into `partial`, proves it and leaves it there. */
  remux: z.object({ plan: remuxPlan, partial: path, waitForSpace: z.boolean().optional() }),
  /** Runs a live session until it is aborted; what happens is pushed on the topic `live`. The worker does nothing else then. */
  live: z.object({ plan: livePlan }),
  changeLive: z.object({ change: liveChange }),
  /** Screens, cameras and microphones. */
  liveDevices: z.object({}),
  /** Searches the least quality that measures as asked, on stretches of the plan's first picture. Progress is pushed. */
  searchQuality: z.object({
    plan,
    /** The best first: the codec's quality, and all of the encoder's options for it. */
    candidates: z
      .array(z.object({ value: z.number(), options: z.record(z.string(), z.string()) }))
      .min(1)
      .max(1000),
    /** The candidate to begin with. */
    guess: z.number().int().min(0),
    metric: z.enum(['xpsnr', 'ssim']),
    target: z.number(),
    places: places.min(1),
  }),
  /**
   * Encodes the moment `at` (seconds of the result) and writes two PNG pictures of it, as it is and as it would be; then, while
   * there is time, further places, for the size.
   */
  compare: z.object({ plan, at: z.number().min(0), places, before: path, after: path }),
  /** Which FFmpeg this is; loads it. */
  versions: z.object({}),
  pause: z.object({}),
  resume: z.object({}),
  /** `extras` also takes what can only be added to a film: subtitle files and pictures. */
  probe: z.object({ path, extras: z.boolean().default(false) }),
  /** Looks at pictures all over a film for what only they tell. */
  survey: z.object({ path, stream: z.number().int().min(0) }),
  /** Keyframes and length, for cutting. */
  timeline: z.object({ path }),
  /** Where segments really fall. Throws cut-impossible, with the reason, where a smart cut cannot be made. */
  cutPlaces: z.object({ path, segments: z.array(segmentSchema).min(1).max(10_000), cut: z.enum(['keyframe', 'smart']) }),
  /** Encodes or decodes a few real pictures on a device. Never fails for the device's sake: the answer says what came of it. */
  tryDevice: z.object({
    device: deviceSchema,
    what: z.enum(['encode', 'decode']),
    codec: z.enum(['h264', 'hevc', 'av1']),
    bitDepth: z.union([z.literal(8), z.literal(10)]),
    /** FFmpeg's encoder and its options: the device's own, or for a decoder the one that makes what is decoded. */
    encoder: z.string().max(40),
    options: z.record(z.string(), z.string()),
  }),
  /** Writes one picture as JPEG. `at` in seconds. */
  thumbnail: z.object({ path, at: z.number().min(0), width: z.number().int().min(16).max(4096), out: path }),
  /**
   * Writes a picture as JPEG, for a player or a timeline: the keyframe at or before `ms`, or with `exact` what is shown then.
   * Milliseconds on the source's own clock.
   */
  still: z.object({ path, ms: z.number().int(), width: z.number().int().min(16).max(4096), exact: z.boolean(), out: path }),
  /** Writes the loudness of a block of sound, a byte for every 20 ms (see viewing.ts). */
  waveform: z.object({ path, block: z.number().int().min(0), out: path }),
  /** Writes a chunk of the light proxy as WebM whose times begin at 0. */
  proxy: z.object({ path, chunk: z.number().int().min(0), out: path }),
};

export type WorkerCommands = { [K in keyof typeof workerCommands]: z.infer<(typeof workerCommands)[K]> };
/** The same as the studio writes them, with defaults left out. */
export type WorkerInputs = { [K in keyof typeof workerCommands]: z.input<(typeof workerCommands)[K]> };

export interface WorkerResults {
  encode: EncodeResult;
  encodeChunk: ChunkResult;
  chunkReady: null;
  remux: EncodeResult;
  live: null;
  changeLive: null;
  liveDevices: LiveDevices;
  searchQuality: {
    value: number;
    score: Score;
    /** false: not even the best candidate measures as asked. */
    reached: boolean;
    /** Of the picture alone. */
    bytesPerSecond: number;
    /** Seconds of the clock for a second of film, all passes together. */
    cost: number;
    /** What the search took, seconds. */
    seconds: number;
  };
  compare: {
    width: number;
    height: number;
    /** When the picture after is shown, seconds of the result. */
    at: number;
    score: Score;
    bytesPerSecond: number;
    cost: number;
  };
  versions: { ffmpeg: string; nodeAv: string };
  pause: null;
  resume: null;
  probe: MediaInfo;
  survey: Survey;
  timeline: Timeline;
  cutPlaces: CutPlace[];
  tryDevice: TrialResult;
  thumbnail: { width: number; height: number };
  still: null;
  waveform: null;
  proxy: null;
}

/** `ofDevice`: the refusal is the whole device's, and nothing else on it needs to be tried. */
export type TrialResult = { fps: number } | { refusal: Refusal; ofDevice: boolean };

export interface ChunkResult {
  bytes: number;
  /** Decoded for it, and how many of those were damaged. */
  frames: number;
  damaged: number;
  /** When its first picture and the first one behind it are shown, ticks of the encoder; null where there is none. */
  first: number | null;
  next: number | null;
  /** Seconds of wall clock, pauses left out. */
  seconds: number;
}

export interface EncodeResult {
  proof: Proof;
  /** Seconds of wall clock, pauses left out. */
  seconds: number;
  /** Things a person should know about a good output ("3 damaged frames were skipped"). */
  warnings: string[];
  /** FFmpeg's own last words, for the job's log. */
  log: string[];
}

/** The environment variable that names a worker's own temporary folder. */
export const scratchVariable = 'MUXWELL_SCRATCH';

/** Pushed on the topic `progress` about twice a second while encoding; also the sign that the worker is alive. */
export interface Progress {
  /** 0 to 1 by media time over all passes, never falling; 1 is only said by the reply. */
  fraction: number;
  /** Media seconds done and planned. */
  done: number;
  planned: number | null;
  /** Video frames per second, smoothed; 0 without video. */
  fps: number;
  /** Media seconds per second. */
  speed: number;
  etaSeconds: number | null;
  /** Bytes written so far. */
  bytes: number;
  /** Bytes that will be written, about; null where that is not known (encoding). */
  plannedBytes: number | null;
  /** Bytes written a second, smoothed. */
  bytesPerSecond: number;
  /** `waiting` for free space; `searching` the quality that a target asks for. */
  stage: 'searching' | 'analysing' | 'waiting' | 'encoding' | 'copying' | 'finishing' | 'proving';
  /** How many previews have been put so far: a new number is a new picture. */
  preview: number;
}
