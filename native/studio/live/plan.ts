/** What a live session sends: (setup, services, ways to encode) → a plan within every service's limits, with notes in words. */
import { StudioError } from '../../contract/errors.ts';
import type { LiveEncode, LiveSetup, LiveSource, LiveTarget } from '../../contract/live.ts';
import type { LivePlan, LiveVideo, TargetPlan } from '../../contract/live-plan.ts';
import { shownAddress } from '../../contract/live-url.ts';
import type { Note } from '../../contract/plan.ts';
import type { Service } from '../../contract/services.ts';
import type { Rung } from '../hardware.ts';
import { findService, mostKbps } from './services.ts';

export interface LivePlanInput {
  setup: LiveSetup;
  /** Ways to encode, best first, the processor last. */
  rungs: Rung[];
  /** Opens a secret by its place. */
  secret(place: string): string;
  recordingPath: string | null;
  preview: string | null;
  /** A file of PEM certificates. */
  certificates: string;
}

/** Share of the measured upload that may be used, summed over targets. */
const uplinkShare = 0.75;
/** FLV, TCP and RTMP around the media. */
const overhead = 1.03;
/** Adapting never goes below this share of the rate, nor below this many kb/s. */
const floor = { share: 0.3, kbps: 400 };

/** The encode that every enabled target takes, and in words what was lowered for it. */
export function fitEncode(setup: LiveSetup): { encode: LiveEncode; profile: 'main' | 'high'; bFrames: number; notes: Note[] } {
  const notes: Note[] = [];
  const taken = setup.targets.filter((target) => target.enabled).flatMap(({ service }) => findService(service) ?? []);
  const encode = { ...setup.encode };
  const lower = (key: 'videoKbps' | 'audioKbps' | 'keyframeSeconds', most: number, service: Service, words: string) => {
    if (encode[key] <= most) return;
    encode[key] = most;
    notes.push({ kind: 'info', text: `${words} for ${service.name}.` });
  };
  for (const service of taken) {
    const most = mostKbps(service, encode.height, encode.fps);
    lower('videoKbps', most, service, `The picture's rate is lowered to ${most} kb/s`);
    lower('audioKbps', service.audio.most, service, `The sound's rate is lowered to ${service.audio.most} kb/s`);
    lower('keyframeSeconds', service.keyframe.most, service, `Keyframes come every ${service.keyframe.most} s`);
    if (!service.codecs.includes(encode.codec)) {
      encode.codec = 'h264';
      notes.push({ kind: 'info', text: `H.264 is sent, because ${service.name} takes nothing else.` });
    }
  }
  return {
    encode,
    profile: taken.some((service) => service.profile === 'main') ? 'main' : 'high',
    bFrames: encode.latency === 'low' ? 0 : Math.min(2, ...taken.map((service) => service.bFrames)),
    notes,
  };
}

/** What all enabled targets take of the upload, kb/s, and a warning where that is too much. */
export function uplinkBudget({ targets, uplinkKbps }: LiveSetup, encode: LiveEncode): { kbps: number; notes: Note[] } {
  const count = targets.filter((target) => target.enabled && !isLocal(target)).length;
  const kbps = Math.round(count * (encode.videoKbps + encode.audioKbps) * overhead);
  if (uplinkKbps === null || kbps <= uplinkKbps * uplinkShare) return { kbps, notes: [] };
  const percent = Math.round((kbps / uplinkKbps) * 100);
  const each = Math.max(100, Math.floor((uplinkKbps * uplinkShare) / overhead / Math.max(1, count) - encode.audioKbps));
  const text = `${count} ${count === 1 ? 'target takes' : 'targets take'} ${percent} % of the upload (${kbps} of ${uplinkKbps} kb/s). Up to 75 % is safe: lower the picture to ${each} kb/s or leave out a target.`;
  return { kbps, notes: [{ kind: 'loss', text }] };
}

const isLocal = ({ url }: LiveTarget) => /^\w+:\/\/(127\.|localhost|\[::1\])/.test(url);

/** Throws nothing-to-export when there is nowhere to send to, no-key when a key is missing, bad-input for an address that cannot be. */
export function makeLivePlan({ setup, rungs, secret, recordingPath, preview, certificates }: LivePlanInput): {
  plan: LivePlan;
  notes: Note[];
} {
  const { encode, profile, bFrames, notes } = fitEncode(setup);
  const budget = uplinkBudget(setup, encode);
  const { source } = setup;
  const places = [secretOf(source)].filter((place) => place !== null);
  const plan: LivePlan = {
    source,
    secrets: Object.fromEntries(places.map((place) => [place, secret(place)])),
    video: videoOf(encode, profile, bFrames, rungs),
    audio: { encoder: 'aac', kbps: encode.audioKbps, sampleRate: 48_000, channels: 2 },
    targets: setup.targets.filter((target) => target.enabled).map((target) => planTarget(target, secret)),
    recording: recordingPath && setup.recording ? { path: recordingPath, container: setup.recording.container } : null,
    slate: setup.slate,
    preview,
    certificates,
  };
  return { plan, notes: [...notes, ...budget.notes] };
}

/** The secret that a source names; null where it has none. */
export function secretOf(source: LiveSource): string | null {
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

function videoOf(encode: LiveEncode, profile: 'main' | 'high', bFrames: number, rungs: Rung[]): LiveVideo {
  const even = (value: number) => Math.max(2, Math.round(value / 2) * 2);
  const bits = String(encode.videoKbps * 1000);
  return {
    encoders: rungs.map(({ row, device }) => ({
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

/** A target as the engine connects to it. `secret` opens its key. */
export function planTarget(target: LiveTarget, secret: (place: string) => string): TargetPlan {
  const protocol = target.url.slice(0, target.url.indexOf(':')).toLowerCase();
  const format = protocols[protocol];
  if (!format) throw new StudioError('bad-input', `${target.name} cannot be reached by ${protocol}: use rtmp, rtmps or srt.`);
  const key = target.key === null ? '' : secret(target.key).trim();
  return {
    ...{ id: target.id, name: target.name, format, shownUrl: shownAddress(target.url) },
    url: withKey(target.url, key, format),
    steady: findService(target.service)?.steady ?? false,
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
