/** What a live session sends: (setup, services, ways to encode) → a plan within every service's limits. */
import { StudioError } from '../../contract/errors.ts';
import type { LiveEncode, LiveSetup, LiveSource, LiveTarget } from '../../contract/live.ts';
import type { LivePlan, LiveVideo, TargetPlan } from '../../contract/live-plan.ts';
import { shownAddress } from '../../contract/live-url.ts';
import type { Rung } from '../hardware.ts';
import { encodeFor, type Fitted, fitEncode, type Sent } from './fit.ts';
import { findService } from './services.ts';

export interface LivePlanInput {
  setup: LiveSetup;
  /** Ways to encode it, best first, the processor last. */
  rungs(encode: LiveEncode): Rung[];
  /** Opens a secret by its place. */
  secret(place: string): string;
  recordingPath: string | null;
  preview: string | null;
  /** A file of PEM certificates. */
  certificates: string;
}

/** Adapting never goes below this share of the rate, nor below this many kb/s. */
const floor = { share: 0.3, kbps: 400 };

/** Throws no-key when a key is missing, bad-input for an address that cannot be. `sent` is what the plan was made from. */
export function makeLivePlan({ setup, rungs, secret, recordingPath, preview, certificates }: LivePlanInput): {
  plan: LivePlan;
  sent: Sent;
} {
  const sent = fitEncode(setup);
  const { source } = setup;
  const { second } = sent;
  const places = [secretOf(source)].filter((place) => place !== null);
  const plan: LivePlan = {
    source,
    secrets: Object.fromEntries(places.map((place) => [place, secret(place)])),
    video: videoOf(sent, rungs),
    audio: { encoder: 'aac', kbps: sent.encode.audioKbps, sampleRate: 48_000, channels: 2 },
    second: second && { video: videoOf(second, rungs), audioKbps: second.encode.audioKbps },
    targets: setup.targets.filter((target) => target.enabled).map((target) => planTarget(target, secret, encodeFor(target, sent))),
    recording: recordingPath && setup.recording ? { path: recordingPath, container: setup.recording.container } : null,
    slate: setup.slate,
    preview,
    certificates,
  };
  return { plan, sent };
}

/** The secret that a source names; null where it has none. */
function secretOf(source: LiveSource): string | null {
  switch (source.kind) {
    case 'rtmp-listen':
      return source.key;
    case 'srt':
      return source.passphrase;
    case 'pull':
      return source.address;
    default:
      return null;
  }
}

/** A preview need not be made anew for this change. */
export function isShownAlike(before: LiveSetup, after: LiveSetup): boolean {
  const shown = (setup: LiveSetup) => JSON.stringify([setup.source, setup.slate, { ...fitEncode(setup), notes: [] }]);
  return shown(before) === shown(after);
}

/** Every secret a setup names. */
export function placesOf({ source, targets }: LiveSetup): string[] {
  return [secretOf(source), ...targets.map((target) => target.key)].filter((place) => place !== null);
}

function videoOf({ encode, profile, bFrames }: Fitted, rungs: LivePlanInput['rungs']): LiveVideo {
  const even = (value: number) => Math.max(2, Math.round(value / 2) * 2);
  const bits = String(encode.videoKbps * 1000);
  return {
    encoders: rungs(encode).map(({ row, device }) => ({
      encoder: row.name,
      options: {
        ...row.always,
        ...row.speed(encode.speed),
        ...(encode.codec === 'h264' && { profile }),
        ...{ b: bits, maxrate: bits, bufsize: bits, bf: String(bFrames) },
        ...(encode.latency === 'low' && row.name === 'libx264' && { tune: 'zerolatency' }),
      },
      pixelFormat: row.pixelFormats[8] ?? 'yuv420p',
      device,
    })),
    height: even(encode.height),
    width: even((encode.height * 16) / 9),
    fps: rational(encode.fps),
    kbps: encode.videoKbps,
    floorKbps: Math.min(encode.videoKbps, Math.max(floor.kbps, Math.round(encode.videoKbps * floor.share))),
    adaptive: encode.adaptive,
    gop: Math.max(1, Math.round(encode.fps * encode.keyframeSeconds)),
  };
}

/** 29.97 and its like are 1000/1001 of a whole rate. */
function rational(fps: number) {
  const whole = Math.round(fps);
  if (Math.abs(fps - whole) < 0.001) return { num: whole, den: 1 };
  const ntsc = Math.round((fps * 1001) / 1000);
  return Math.abs((ntsc * 1000) / 1001 - fps) < 0.005 ? { num: ntsc * 1000, den: 1001 } : { num: Math.round(fps * 1000), den: 1000 };
}

const protocols: Record<string, TargetPlan['format']> = { rtmp: 'flv', rtmps: 'flv', srt: 'mpegts' };

/** A target as the engine connects to it. `secret` opens its key; `encode` is the one of the session that it gets. */
export function planTarget(target: LiveTarget, secret: (place: string) => string, encode: TargetPlan['encode'] = 'first'): TargetPlan {
  const protocol = target.url.slice(0, target.url.indexOf(':')).toLowerCase();
  const format = protocols[protocol];
  if (!format) throw new StudioError('bad-input', `${target.name} cannot be reached by ${protocol}: use rtmp, rtmps or srt.`);
  const key = target.key === null ? '' : secret(target.key).trim();
  return {
    ...{ id: target.id, name: target.name, format, shownUrl: shownAddress(target.url) },
    url: withKey(target.url, key, format),
    steady: findService(target.service)?.steady ?? false,
    encode,
  };
}

/** RTMP puts the key behind the application, before the application's own query; SRT calls it the stream id. */
function withKey(url: string, key: string, format: TargetPlan['format']): string {
  if (key === '') return url;
  if (format === 'mpegts') return `${url}${url.includes('?') ? '&' : '?'}streamid=${encodeURIComponent(key)}`;
  const [base = '', query] = url.split('?');
  const joined = `${base.replace(/\/+$/, '')}/${key}`;
  return query ? `${joined}${key.includes('?') ? '&' : '?'}${query}` : joined;
}
