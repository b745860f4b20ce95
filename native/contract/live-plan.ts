/** A resolved live session as its engine process gets it, over a private channel: with keys in it, so never logged, stored or shown. */
import type { Device } from './hardware.ts';
import type { LiveEvent, LiveHealth, LivePulse, LiveSource, Slate } from './live.ts';
import type { Rational } from './media.ts';

/** Secrets by their place in the sealed store. */
export type Secrets = Record<string, string>;

export interface LivePlan {
  source: LiveSource;
  /** What the source's and targets' `key` and `passphrase` stand for. */
  secrets: Secrets;
  video: LiveVideo;
  audio: { encoder: string; kbps: number; sampleRate: number; channels: number };
  /** Another encode of the same programme, for targets that take less; null where one is for all. */
  second: { video: LiveVideo; audioKbps: number } | null;
  targets: TargetPlan[];
  recording: RecordingPlan | null;
  slate: Slate;
  /** Where a small JPEG of what is on air is put a few times a second; null for none. */
  preview: string | null;
  /** A file of PEM certificates that rtmps:// servers are checked against. */
  certificates: string;
}

export interface LiveVideo {
  /** Ways to encode, best first; when one fails midway the next takes over on the same connections. The last is the processor's. */
  encoders: { encoder: string; options: Record<string, string>; pixelFormat: string; device: Device | null }[];
  width: number;
  height: number;
  fps: Rational;
  kbps: number;
  /** Never below while adapting, kb/s. */
  floorKbps: number;
  /** false: the rate is never changed. */
  adaptive: boolean;
  /** Pictures from keyframe to keyframe. */
  gop: number;
}

export interface TargetPlan {
  id: string;
  name: string;
  /** The whole address with the key in it. */
  url: string;
  /** What may be shown of it. */
  shownUrl: string;
  format: 'flv' | 'mpegts';
  /** The service forbids changes of rate midway (Facebook). */
  steady: boolean;
  /** Which encode it gets; without a second one all get the first. */
  encode: 'first' | 'second';
}

export interface RecordingPlan {
  path: string;
  container: 'mp4' | 'mkv';
}

/** What a running engine can be told. */
export type LiveChange =
  | { do: 'go-live' }
  /** Ends targets and recording properly; the source stays on for a preview. */
  | { do: 'end-live' }
  | { do: 'start-target'; target: TargetPlan }
  | { do: 'stop-target'; id: string }
  /** Now, without waiting for the next try; also after a refusal. */
  | { do: 'retry-target'; id: string }
  | { do: 'slate'; on: boolean }
  | { do: 'mute'; on: boolean }
  | { do: 'record'; recording: RecordingPlan | null };

/** Pushed by the engine on the topic `live`. */
export type LiveReport = { health: LiveHealth } | { event: LiveEvent } | { pulse: LivePulse };
