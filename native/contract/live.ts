/**
 * Going live: what a person sets up (source, encode, targets, recording, slate), and what is seen of it while it runs. Stream
 * keys are named here by their place in the sealed store, never written.
 */
import { z } from 'zod';
import type { ErrorData } from './errors.ts';
import type { Note } from './plan.ts';
import { speeds } from './preset.ts';

const id = z.string().min(1).max(80);
const path = z.string().min(1).max(32_768);
const port = z.number().int().min(0).max(65_535);
/** Where a secret lies in the host's sealed store. */
const secret = z.string().min(1).max(80);
const url = z
  .string()
  .max(2000)
  .regex(/^[a-z][a-z0-9+.-]*:\/\/\S+$/i, 'An address looks like rtmp://host/app.');

/** Where picture and sound come from. */
export const liveSourceSchema = z.discriminatedUnion('kind', [
  /** We listen for one RTMP publisher (OBS, a camera, a phone). */
  z.object({
    kind: z.literal('rtmp-listen'),
    /** 0 takes any free one. */
    port: port.default(1935),
    /** false: this machine only; true: the local network, too. */
    lan: z.boolean().default(false),
    app: z
      .string()
      .regex(/^[\w-]{1,60}$/)
      .default('live'),
    /** The key a publisher has to know; null takes any. */
    key: secret.nullable().default(null),
  }),
  z.object({
    kind: z.literal('srt'),
    /** `listener` waits for a caller on the port; `caller` goes to the host. */
    mode: z.enum(['listener', 'caller']),
    host: z.string().max(253).default(''),
    port,
    passphrase: secret.nullable().default(null),
    streamId: z.string().max(512).default(''),
    /** Milliseconds of buffer against lost packets. */
    latency: z.number().int().min(20).max(8000).default(120),
  }),
  /**
   * RTSP, HLS, HTTP or RTMP from elsewhere. An address with a login, a key or a query in it is kept whole as a secret when it is
   * saved, and `url` is what may be shown of it.
   */
  z.object({ kind: z.literal('pull'), url, address: secret.nullable().default(null) }),
  z.object({
    kind: z.literal('screen'),
    /** As the device list names it; null is the first. */
    screen: z.string().max(200).nullable().default(null),
    /** Pixels of the screen; null takes all of it. */
    region: z
      .object({ x: z.number().int(), y: z.number().int(), width: z.number().int().min(16), height: z.number().int().min(16) })
      .nullable()
      .default(null),
    /** A microphone, as the device list names it; null is silence. */
    microphone: z.string().max(400).nullable().default(null),
  }),
  z.object({
    kind: z.literal('camera'),
    camera: z.string().max(400).nullable(),
    microphone: z.string().max(400).nullable().default(null),
  }),
  /** Files one after the other in real time. */
  z.object({ kind: z.literal('files'), paths: z.array(path).min(1).max(10_000), loop: z.boolean().default(true) }),
  /** A test card with a clock and a tone. */
  z.object({ kind: z.literal('test-card') }),
]);
export type LiveSource = z.output<typeof liveSourceSchema>;

/** What is sent: one encode for every target, or two. */
export const liveEncodeSchema = z.object({
  codec: z.enum(['h264', 'hevc', 'av1']).default('h264'),
  /** Lines of the picture; the width follows at 16:9 unless the source is upright. Never enlarged. */
  height: z.number().int().min(144).max(4320).default(720),
  /** Frames per second. */
  fps: z.number().min(1).max(120).default(30),
  /** kb/s, constant. */
  videoKbps: z.number().int().min(100).max(100_000).default(3000),
  audioKbps: z.number().int().min(32).max(512).default(128),
  speed: z.enum(speeds).default('veryfast'),
  /** Seconds from keyframe to keyframe. */
  keyframeSeconds: z.number().min(0.5).max(10).default(2),
  /** `zerolatency` for conversations: no B-frames, no look-ahead. */
  latency: z.enum(['normal', 'low']).default('normal'),
  /** Lower the rate when a target's queue grows, where its service allows. */
  adaptive: z.boolean().default(true),
  /** Where services' limits differ, those that take less share a second encode; false: one encode that all take. */
  second: z.boolean().default(false),
});
export type LiveEncode = z.output<typeof liveEncodeSchema>;

export const liveTargetSchema = z.object({
  id,
  name: z.string().min(1).max(80),
  /** A service of the service table, or `custom`. */
  service: z.string().max(40),
  /** rtmp://, rtmps:// or srt://, without the key. */
  url,
  /** The stream key; null where the address is all there is. */
  key: secret.nullable().default(null),
  /** Goes live with the session. */
  enabled: z.boolean().default(true),
});
export type LiveTarget = z.output<typeof liveTargetSchema>;

/** What is sent while there is no source, or while the person wants a break. */
export const slateSchema = z.object({
  /** A picture or a film, looped; null is a card with the text. */
  file: path.nullable().default(null),
  text: z.string().max(200).default('Be right back'),
  /** A sound file, looped; null is silence. */
  music: path.nullable().default(null),
});
export type Slate = z.output<typeof slateSchema>;

export const liveSessionSchema = z.object({
  name: z.string().min(1).max(80).default('Live'),
  source: liveSourceSchema,
  encode: liveEncodeSchema.prefault({}),
  targets: z.array(liveTargetSchema).max(20).default([]),
  /** null does not record. */
  recording: z
    .object({
      folder: path,
      container: z.enum(['mp4', 'mkv']).default('mp4'),
      /** Without an extension; null is the session's name with date and time. */
      name: z.string().min(1).max(200).nullable().default(null),
    })
    .nullable()
    .default(null),
  slate: slateSchema.prefault({}),
  /** Measured upload, kb/s; null where it was not measured. */
  uplinkKbps: z.number().int().min(1).nullable().default(null),
});
export type LiveSetup = z.output<typeof liveSessionSchema>;
export type LiveSetupInput = z.input<typeof liveSessionSchema>;

/** The state of a source, as a person would say it. `ended`: files that do not loop are through. */
export type SourceState = 'off' | 'waiting' | 'connecting' | 'running' | 'lost' | 'ended';

/** The state of a target. `connecting` until two seconds of media were accepted: a connection alone is not live. */
export type TargetState = 'off' | 'connecting' | 'live' | 'reconnecting' | 'refused' | 'failed' | 'stopping';

/** What the source turned out to be. */
export interface SourceFacts {
  width: number;
  height: number;
  fps: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
  sampleRate: number | null;
  channels: number | null;
}

/** One target's health, told every second. */
export interface TargetHealth {
  id: string;
  state: TargetState;
  /** When it came into this state, ms since 1970. */
  since: number;
  /** Tries so far, and when the next comes (ms since 1970) while reconnecting. */
  tries: number;
  nextTry: number | null;
  /** The last trouble in words; empty when there was none. */
  trouble: string;
  /** kb/s over the last second. */
  kbps: number;
  /** Pictures this target did not get since it went live. */
  droppedFrames: number;
  /** Seconds of media waiting to be sent. */
  queueSeconds: number;
  reconnects: number;
}

/** A session's health, told every second. */
export interface LiveHealth {
  /** When it was told, ms since 1970 by the studio's clock: what `since` and `nextTry` are to be held against. */
  at: number;
  source: SourceState;
  /** Why the source is so, for a person; empty before it said anything. */
  sourceWords: string;
  /** The port it listens on, once it does; null for sources that do not listen. */
  sourcePort: number | null;
  /** What is on air: the source, or the break card and why. */
  onAir: 'source' | 'slate-lost' | 'slate-asked';
  facts: SourceFacts | null;
  /** Seconds since going live; 0 before. */
  seconds: number;
  /** Encoder's output, kb/s over the last second. */
  videoKbps: number;
  /** What the encoder is told now, after adapting. */
  targetKbps: number;
  /** Pictures encoded since going live, and those that the encoder was too slow for. */
  frames: number;
  encoderDropped: number;
  /** Encoded seconds a second. */
  speed: number;
  /** Milliseconds from a picture's time to its being encoded. */
  lagMs: number;
  /** Sound against picture, ms; positive: the sound is late. */
  avOffsetMs: number;
  /** Of one core, per cent. */
  cpu: number;
  memoryBytes: number;
  /** dBFS peak of left and right in the last second, -100 for silence; LUFS over the last 3 s. */
  peakDb: [number, number];
  lufs: number;
  muted: boolean;
  /** Recorded so far; null without a recording. */
  recordedBytes: number | null;
  /** The name of the encoder at work, e.g. `libx264`. */
  encoder: string;
  targets: TargetHealth[];
}

/** One line of the event log. */
export interface LiveEvent {
  /** ms since 1970. */
  at: number;
  kind: 'info' | 'good' | 'warning' | 'error';
  /** A target's id, where it is about one. */
  target: string | null;
  /** A sentence for a person. */
  text: string;
}

/** What this machine can take pictures and sound from, by the names sources use. */
export interface LiveDevices {
  screens: { id: string; name: string; width: number; height: number }[];
  cameras: { id: string; name: string }[];
  microphones: { id: string; name: string }[];
}

/** A session as everyone sees it: no secret is in it. */
export interface LiveSession {
  id: string;
  setup: LiveSetup;
  /** Masked keys by their place in the sealed store. */
  keys: Record<string, string>;
  /** What was lowered for a service, what the upload is too small for. */
  notes: Note[];
  /** What all enabled targets take of the upload, kb/s. */
  uplinkNeed: number;
}

export type LiveStatus =
  | { phase: 'off' }
  | {
      /** `preview`: the source runs, nothing is sent. */
      phase: 'starting' | 'preview' | 'live' | 'ending';
      /** When it went live, ms since 1970; null before. */
      liveSince: number | null;
      /** null until the engine has told the first time. */
      health: LiveHealth | null;
      /** The break card is asked for. */
      slate: boolean;
      muted: boolean;
      /** The file that is being recorded into; null for none. */
      recording: string | null;
      /** How often the engine was started again. */
      restarts: number;
    }
  | { phase: 'failed'; error: ErrorData };

/** What meters and picture show, told a few times a second while the source is on. */
export interface LivePulse {
  /** dBFS peak of left and right since the last one, -100 for silence; LUFS over the last 3 s. */
  peakDb: [number, number];
  lufs: number;
  /** When the newest picture of what is on air was made, ms since 1970; 0 before there is any. */
  picture: number;
}

/** Ten seconds of figures, one row a second. */
export interface LiveFigures {
  session: string;
  /** Of the first row, ms since 1970. */
  from: number;
  /** kb/s sent to all targets, pictures dropped (encoder and network), lag in ms, seconds queued at the fullest target. */
  rows: [number, number, number, number][];
}
