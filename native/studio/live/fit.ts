/** What a session's targets take: the wanted figures lowered to their services' limits, in one encode or in two, and said in words. */
import type { LiveEncode, LiveSetup, LiveTarget } from '../../contract/live.ts';
import type { TargetPlan } from '../../contract/live-plan.ts';
import type { Note } from '../../contract/plan.ts';
import type { Service } from '../../contract/services.ts';
import { findService, mostKbps, mostSize } from './services.ts';

/** Figures that all targets of an encode take. */
export interface Fitted {
  encode: LiveEncode;
  profile: 'main' | 'high';
  bFrames: number;
}

export interface Sent extends Fitted {
  /** What targets get whose services take less of the picture; null where one encode is for all. */
  second: Fitted | null;
  /** What was lowered, and who gets which. */
  notes: Note[];
}

/** Share of the measured upload that may be used, summed over targets. */
const uplinkShare = 0.75;
/** FLV, TCP and RTMP around the media. */
const overhead = 1.03;

const codecNames: Record<LiveEncode['codec'], string> = { h264: 'H.264', hevc: 'HEVC', av1: 'AV1' };

/** What every enabled target takes; with `encode.second` the most generous ones get the most, and all others share a second encode. */
export function fitEncode({ encode: wanted, targets }: LiveSetup): Sent {
  const enabled = targets.filter((target) => target.enabled);
  const best = enabled.map((target) => lowered(wanted, [target]).encode).sort(byPicture(wanted))[0];
  const firsts = wanted.second && best ? enabled.filter((target) => takes(target, best)) : enabled;
  const others = enabled.filter((target) => !firsts.includes(target));
  const first = lowered(wanted, firsts);
  const notes = [...first.pictureNotes, ...first.notes];
  if (others.length === 0) return { ...first.fitted, second: null, notes };
  const second = lowered(wanted, others);
  const [most, less] = [figures(first.encode, second.encode), figures(second.encode, first.encode)];
  const split: Note = { kind: 'info', text: `${get(others)} a second encode at ${less}; ${get(firsts)} ${most}.` };
  return { ...first.fitted, second: second.fitted, notes: [split, ...notes, ...second.notes] };
}

/** Which encode of a session a target gets. */
export const encodeFor = (target: LiveTarget, { encode, second }: Pick<Sent, 'encode' | 'second'>): TargetPlan['encode'] =>
  second && !takes(target, encode) ? 'second' : 'first';

/** A warning where the encodes at work are more than a target's service takes: for one that is started while live. */
export function excess(target: LiveTarget, sent: Pick<Sent, 'encode' | 'second'>): string | null {
  const { encode } = (encodeFor(target, sent) === 'second' && sent.second) || sent;
  if (takes(target, encode)) return null;
  const most = lowered(encode, [target]).encode;
  const name = findService(target.service)?.name ?? target.name;
  return `${name} takes ${figures(most, encode)} at most and gets ${figures(encode, most)}, because the picture stays as it is while live. End the broadcast and go live again to send less.`;
}

/** What all enabled targets take of the upload, kb/s, and a warning where that is too much. */
export function uplinkBudget({ targets, uplinkKbps }: LiveSetup, sent: Pick<Sent, 'encode' | 'second'>): { kbps: number; notes: Note[] } {
  const far = targets.filter((target) => target.enabled && !isLocal(target));
  const encodes = far.map((target) => (encodeFor(target, sent) === 'second' && sent.second ? sent.second.encode : sent.encode));
  const sum = (key: 'videoKbps' | 'audioKbps') => encodes.reduce((kbps, encode) => kbps + encode[key], 0);
  const count = far.length;
  const kbps = Math.round((sum('videoKbps') + sum('audioKbps')) * overhead);
  if (uplinkKbps === null || kbps <= uplinkKbps * uplinkShare) return { kbps, notes: [] };
  const percent = Math.round((kbps / uplinkKbps) * 100);
  const each = Math.max(100, Math.floor(((uplinkKbps * uplinkShare) / overhead - sum('audioKbps')) / Math.max(1, count)));
  const text = `${count} ${count === 1 ? 'target takes' : 'targets take'} ${percent} % of the upload (${kbps} of ${uplinkKbps} kb/s). Up to 75 % is safe: lower the picture to ${each} kb/s or leave out a target.`;
  return { kbps, notes: [{ kind: 'loss', text }] };
}

const isLocal = ({ url }: LiveTarget) => /^\w+:\/\/(127\.|localhost|\[::1\])/.test(url);

/** The figures that the services of all these targets take, with notes of the picture and of the rest. */
function lowered(wanted: LiveEncode, targets: LiveTarget[]) {
  const taken = targets.flatMap(({ service }) => findService(service) ?? []);
  const encode = { ...wanted };
  const pictureNotes: Note[] = [];
  const notes: Note[] = [];
  type Figure = 'height' | 'fps' | 'videoKbps' | 'audioKbps' | 'keyframeSeconds';
  const lower = (key: Figure, most: number, { name }: Service, words: string, to = pictureNotes) => {
    if (encode[key] <= most) return;
    encode[key] = most;
    to.push({ kind: 'info', text: `${words} for ${name}.` });
  };
  for (const service of taken) {
    const { height, fps } = mostSize(service, encode.height, encode.fps);
    lower('height', height, service, `The picture is made smaller, ${height} lines,`);
    lower('fps', fps, service, `${fps} frames a second are sent`);
    if (!service.codecs.includes(encode.codec)) {
      encode.codec = 'h264';
      pictureNotes.push({ kind: 'info', text: `H.264 is sent, because ${service.name} takes nothing else.` });
    }
  }
  for (const service of taken) {
    const most = mostKbps(service, encode.height, encode.fps);
    lower('videoKbps', most, service, `The picture's rate is lowered to ${most} kb/s`);
    lower('audioKbps', service.audio.most, service, `The sound's rate is lowered to ${service.audio.most} kb/s`, notes);
    lower('keyframeSeconds', service.keyframe.most, service, `Keyframes come every ${service.keyframe.most} s`, notes);
  }
  const fitted: Fitted = {
    encode,
    profile: taken.some((service) => service.profile === 'main') ? 'main' : 'high',
    bFrames: encode.latency === 'low' ? 0 : Math.min(2, ...taken.map((service) => service.bFrames)),
  };
  return { fitted, encode, pictureNotes, notes };
}

const pictureKeys = ['codec', 'height', 'fps', 'videoKbps'] as const;

/** A target takes a picture as it is. Sound and keyframes alone are not worth an encode of their own. */
function takes(target: LiveTarget, encode: LiveEncode): boolean {
  const own = lowered(encode, [target]).encode;
  return pictureKeys.every((key) => own[key] === encode[key]);
}

/** The most first: in the wanted codec, larger, smoother, at a higher rate. */
const byPicture = (wanted: LiveEncode) => (a: LiveEncode, b: LiveEncode) =>
  Number(b.codec === wanted.codec) - Number(a.codec === wanted.codec) || b.height - a.height || b.fps - a.fps || b.videoKbps - a.videoKbps;

/** An encode in words: its rate, and in what else it is not like the other. */
function figures(encode: LiveEncode, other: LiveEncode): string {
  const size = [
    ...(encode.height === other.height ? [] : [`${encode.height} lines`]),
    ...(encode.fps === other.fps ? [] : [`${encode.fps} fps`]),
    `${encode.videoKbps} kb/s`,
  ];
  return `${size.join(', ')}${encode.codec === other.codec ? '' : ` in ${codecNames[encode.codec]}`}`;
}

/** `Twitch gets`, `Twitch, Kick and X get`. */
function get(targets: LiveTarget[]): string {
  const names = targets.map(({ name }) => name);
  const last = names.pop() ?? '';
  return names.length === 0 ? `${last} gets` : `${names.join(', ')} and ${last} get`;
}
