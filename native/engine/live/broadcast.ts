/** From going live to the end of it: one encode, and everything that takes its packets. */
import type { Frame, Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { LiveEvent, LiveHealth } from '../../contract/live.ts';
import type { LivePlan, RecordingPlan, TargetPlan } from '../../contract/live-plan.ts';
import { createLiveAudioEncoder } from './audio-encoder.ts';
import { createInterleaver } from './interleaver.ts';
import { createPackager, fourCcs, type Kind, type Packager, type Unit } from './packager.ts';
import { createRate } from './rate.ts';
import { createRecording, type Recording } from './recording.ts';
import type { Stereo } from './sound.ts';
import { createTarget, type Target } from './target.ts';
import { createLiveVideoEncoder } from './video-encoder.ts';

export interface Broadcast {
  /** Samples that the sound comes in. */
  soundFrame: number;
  /** A picture for the frame `n`, which counts from going live; with `cut` something else begins. */
  picture(frame: Frame, n: number, cut: boolean): void;
  /** `at` is the first sample's number, from going live. */
  sound(sound: Stereo, at: number): void;
  startTarget(plan: TargetPlan): Promise<void>;
  stopTarget(id: string): Promise<void>;
  retryTarget(id: string): void;
  record(plan: RecordingPlan | null): Promise<void>;
  health(now: number): BroadcastHealth;
  end(): Promise<void>;
}

export type BroadcastHealth = Pick<
  LiveHealth,
  'videoKbps' | 'targetKbps' | 'frames' | 'encoderDropped' | 'speed' | 'lagMs' | 'recordedBytes' | 'encoder' | 'targets'
>;

export type Tell = (kind: LiveEvent['kind'], target: string | null, text: string) => void;

/** An encoder is too slow when it drops more than this share of its pictures for so many seconds in a row. */
const slowShare = 0.05;
const slowAfter = 3;
/** How often queues are looked at, ms. */
const fitMs = 250;
/** A disk that does not answer keeps nobody from leaving, ms. */
const stopRecordingMs = 5000;

export interface BroadcastContext {
  tell: Tell;
  /** Our clock, seconds. */
  now(): number;
  /** When a frame was due on our clock, seconds. */
  frameTime(n: number): number;
  /** Nothing encodes any more. */
  onFailed(error: StudioError): void;
}

export function createBroadcast(plan: LivePlan, { tell, now, frameTime, onFailed }: BroadcastContext): Broadcast {
  const { fps } = plan.video;
  /** Keyframes on demand come no closer than a second, in frames: they cost everyone's picture. */
  const keyEvery = fps.num / fps.den;
  const targets = new Map<string, Target>();
  const packagers = new Map<TargetPlan['format'], Packager>();
  const unpacked = new Set<string>();
  let recording: Recording | null = null;
  let targetKbps = plan.video.kbps;
  let keyWanted = true;
  let lastKey = -Infinity;
  let slowFor = 0;
  let counted = { frames: 0, dropped: 0, bytes: 0, lag: 0, packets: 0, at: now(), framesBefore: 0, droppedBefore: 0 };

  const video = createLiveVideoEncoder(plan.video, {
    packet(packet) {
      counted.bytes += packet.size;
      counted.packets++;
      counted.frames++;
      counted.lag += now() - frameTime(Number(packet.pts));
      interleaver.take('video', packet, (Number(packet.dts) * fps.den) / fps.num);
    },
    changed: (words) => tell('warning', null, words),
    failed: onFailed,
  });
  const audio = createLiveAudioEncoder(plan.audio, (packet) =>
    interleaver.take('audio', packet, Number(packet.dts) / plan.audio.sampleRate),
  );
  const interleaver = createInterleaver(hand);
  const rate = createRate(plan.video);
  const fitting = setInterval(fit, fitMs);

  function hand(kind: Kind, packet: Packet): void {
    for (const [format, packager] of packagers) {
      try {
        packager.write(kind, packet);
      } catch (error) {
        // It costs the packet; what follows is a stream of its own again.
        if (!unpacked.has(format)) tell('error', null, `A packet could not be sent: ${error instanceof Error ? error.message : error}`);
        unpacked.add(format);
      }
    }
    recording?.take(kind, packet);
  }

  function packagerOf(format: TargetPlan['format']): Packager {
    const known = packagers.get(format);
    if (known) return known;
    const take = (unit: Unit) => {
      for (const target of targets.values()) if (target.plan.format === format) target.take(unit);
    };
    const made = createPackager(format, { video: video.context(), audio: audio.context }, take);
    packagers.set(format, made);
    return made;
  }

  function fit(): void {
    if (!plan.video.adaptive || !video.adapts()) return;
    const heard = [...targets.values()].filter((target) => !target.plan.steady);
    const next = rate.fit(Math.max(0, ...heard.map((target) => target.queueSeconds())), now());
    if (next === targetKbps) return;
    if (next < targetKbps && targetKbps === plan.video.kbps)
      tell('warning', null, `The upload does not keep up: the picture's rate goes down to ${next} kb/s for now.`);
    if (next === plan.video.kbps) tell('good', null, `The picture has its full rate of ${next} kb/s again.`);
    targetKbps = next;
    video.setRate(next);
  }

  async function stopRecording(): Promise<void> {
    const ending = recording;
    recording = null;
    if (!ending) return;
    await Promise.race([ending.stop(), new Promise((resolve) => setTimeout(resolve, stopRecordingMs).unref())]);
  }

  return {
    soundFrame: audio.frameSize,
    picture(frame, n, cut) {
      // Encoders count the pictures that they get: where one was dropped, the keyframe would come late.
      const key = cut || n - lastKey >= plan.video.gop || (keyWanted && n - lastKey >= keyEvery);
      if (video.encode(frame, n, key)) {
        if (key) {
          lastKey = n;
          keyWanted = false;
        }
        return;
      }
      counted.dropped++;
      // A cut whose picture was dropped is made with the next.
      keyWanted ||= cut;
    },
    sound: audio.encode,
    async startTarget(target) {
      await this.stopTarget(target.id);
      const packager = packagerOf(target.format);
      const fourCc = fourCcs[video.context().codecId];
      const made = createTarget(target, {
        certificates: plan.certificates,
        codecs: fourCc ? [fourCc] : [],
        start: packager.start,
        wantKey: () => {
          keyWanted = true;
        },
        tell: (kind, text) => tell(kind, target.id, text),
      });
      targets.set(target.id, made);
    },
    async stopTarget(id) {
      const target = targets.get(id);
      if (!target) return;
      await target.stop();
      if (targets.get(id) === target) targets.delete(id);
    },
    retryTarget: (id) => targets.get(id)?.retry(),
    async record(next) {
      await stopRecording();
      if (!next) return;
      const failed = (error: StudioError) => {
        recording = null;
        tell('error', null, `The recording has ended: ${error.message} The broadcast goes on.`);
      };
      try {
        recording = await createRecording(next, { video: video.context(), audio: audio.context }, failed);
        keyWanted = true;
      } catch (error) {
        failed(error instanceof StudioError ? error : new StudioError('output-unwritable', 'The file could not be created.'));
      }
    },
    health(at) {
      const seconds = Math.max(0.001, now() - counted.at);
      const { bytes, lag, packets, frames, dropped, framesBefore } = counted;
      slowFor = dropped - counted.droppedBefore > (slowShare * fps.num) / fps.den ? slowFor + 1 : 0;
      if (slowFor === slowAfter)
        tell('warning', null, 'The encoder is too slow for this picture: a faster preset, fewer lines or fewer frames a second help.');
      counted = { ...counted, bytes: 0, lag: 0, packets: 0, at: now(), framesBefore: frames, droppedBefore: dropped };
      return {
        videoKbps: Math.round((bytes * 8) / 1000 / seconds),
        targetKbps,
        frames,
        encoderDropped: dropped,
        speed: ((frames - framesBefore) * fps.den) / fps.num / seconds,
        lagMs: packets > 0 ? Math.max(0, Math.round((lag / packets) * 1000)) : 0,
        recordedBytes: recording ? recording.bytes() : null,
        encoder: video.name(),
        targets: [...targets.values()].map((target) => target.health(at)),
      };
    },
    async end() {
      clearInterval(fitting);
      await video.close();
      interleaver.flush();
      await Promise.all([stopRecording(), ...[...targets.values()].map((target) => target.stop())]);
      for (const packager of packagers.values()) packager.close();
      audio.close();
    },
  };
}
