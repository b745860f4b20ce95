/** A live session in its own process: a source that is watched from the start, and a broadcast of it from going live to the end. */
import { basename } from 'node:path';
import { abortError } from '../../contract/errors.ts';
import type { LiveEvent, LiveHealth, SourceState } from '../../contract/live.ts';
import type { LiveChange, LivePlan, LiveReport, TargetPlan } from '../../contract/live-plan.ts';
import { listenToLog, withLog } from '../av-error.ts';
import { pictureOf } from '../picture.ts';
import { createPreview } from '../preview.ts';
import type { Broadcast } from './broadcast.ts';
import { createBroadcasts } from './broadcasts.ts';
import { createProgram } from './program.ts';
import type { OpenSource } from './source.ts';
import { createTicker } from './ticker.ts';

export interface LiveSession {
  /** What the person asks for while it runs. */
  change(change: LiveChange): Promise<void>;
  /** Settles when all is closed: after `signal` was aborted, or with an error when nothing encodes any more. */
  ended: Promise<void>;
}

const healthMs = 1000;
/** A picture for the pages, and what the meters show. */
const pulseMs = 250;
/**
 * Packets are copied for the network into slabs of so many bytes. Each by itself would come from the heap and go back with many
 * others at the next collection; the holes they leave there cost a megabyte a minute.
 */
const slab = 1 << 20;
/** Samples at a time while nothing is encoded. */
const idleSound = 1024;
/** The computer's clock and the process's drift apart by this much only when it was asleep, ms. */
const sleepMs = 5000;

export function createLiveSession(
  plan: LivePlan,
  openSource: OpenSource,
  signal: AbortSignal,
  tell: (report: LiveReport) => void,
): LiveSession {
  listenToLog();
  Buffer.poolSize = slab;
  const { fps } = plan.video;
  const { sampleRate } = plan.audio;
  const frame = fps.den / fps.num;
  let broadcast: Broadcast | null = null;
  /** The clock's frame at which it went live. */
  let liveFrom = 0;
  let wentLive = 0;
  let recordingTo = plan.recording;
  const wanted = new Map<string, TargetPlan>(plan.targets.map((target) => [target.id, target]));
  /** Changes are made one after the other. */
  let changing: Promise<unknown> = Promise.resolve();
  let finish: (error?: Error) => void = () => {};
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => (error ? reject(error) : resolve());
  });

  function say(kind: LiveEvent['kind'], target: string | null, text: string): void {
    tell({ event: { at: Date.now(), kind, target, text } });
  }

  const preview = plan.preview === null ? null : createPreview(plan.preview, pulseMs);
  const small = { ...plan.video, sar: { num: 1, den: 1 }, rotation: 0, flip: false, toneMap: null } as const;
  const show = preview?.watch(pictureOf(small, plan.video.width), 'the preview');

  let current = 0;
  const ticker = createTicker(fps, tick, (missed) => {
    say('warning', null, `The computer was too busy for ${(missed * frame).toFixed(1)} s, which are missing from the broadcast.`);
    program.skipSound(Math.round(missed * frame * sampleRate));
  });
  const program = createProgram(plan, {
    openSource,
    now: ticker.now,
    onState: sourceWords(say),
    onAir: (what) => say(what === 'source' ? 'good' : 'warning', null, onAirWords[what]),
    warn: (words) => say('warning', null, words),
  });

  function tick(n: number): void {
    current = n;
    const at = n * frame;
    const { frame: picture, cut } = program.picture(at);
    const size = broadcast?.soundFrame ?? idleSound;
    while (program.soundAt() + size / sampleRate <= at) {
      const first = Math.round(program.soundAt() * sampleRate) - Math.round(liveFrom * frame * sampleRate);
      const sound = program.sound(size);
      broadcast?.sound(sound, first);
    }
    if (!picture) return;
    show?.(picture);
    if (n >= liveFrom) broadcast?.picture(picture, n - liveFrom, cut);
  }

  async function goLive(): Promise<void> {
    if (broadcast) return;
    const made = createBroadcasts(plan, {
      tell: say,
      now: ticker.now,
      frameTime: (n) => (n + liveFrom) * frame,
      onFailed(error) {
        say('error', null, `The broadcast has ended: ${error.message}`);
        finish(error);
      },
    });
    liveFrom = current + 1;
    wentLive = Date.now();
    broadcast = made;
    for (const target of wanted.values()) await made.startTarget(target);
    if (recordingTo) await made.record(recordingTo);
    say('info', null, recordingTo ? `Going live, and recording to ${basename(recordingTo.path)}.` : 'Going live.');
  }

  async function endLive(): Promise<void> {
    const ending = broadcast;
    broadcast = null;
    if (!ending) return;
    await ending.end();
    say('info', null, 'The broadcast has ended.');
  }

  const changes: { [K in LiveChange['do']]: (change: Extract<LiveChange, { do: K }>) => Promise<void> | void } = {
    'go-live': goLive,
    'end-live': endLive,
    'start-target': async ({ target }) => {
      wanted.set(target.id, target);
      await broadcast?.startTarget(target);
    },
    'stop-target': async ({ id }) => {
      wanted.delete(id);
      await broadcast?.stopTarget(id);
    },
    'retry-target': ({ id }) => broadcast?.retryTarget(id),
    slate: ({ on }) => program.setSlate(on),
    mute: ({ on }) => program.setMute(on),
    record: async ({ recording }) => {
      recordingTo = recording;
      await broadcast?.record(recording);
    },
  };

  const usage = createUsage();
  const reporting = setInterval(() => {
    const slept = usage.slept();
    if (slept > sleepMs) say('warning', null, `The computer was asleep for about ${Math.round(slept / 1000)} s.`);
    tell({ health: health() });
  }, healthMs);
  let picture = { count: 0, at: 0 };
  const pulsing = setInterval(() => {
    const count = preview?.count() ?? 0;
    if (count !== picture.count) picture = { count, at: Date.now() };
    tell({ pulse: { ...program.meters(), picture: picture.at } });
  }, pulseMs);

  function health(): LiveHealth {
    const { cpu, memoryBytes } = usage.read();
    const seconds = broadcast ? (Date.now() - wentLive) / 1000 : 0;
    const live = broadcast?.health(performance.now());
    const off = { ...nothing, targetKbps: plan.video.kbps, encoder: plan.video.encoders[0]?.encoder ?? '' };
    return { ...program.health(), ...(live ?? off), at: Date.now(), seconds, cpu, memoryBytes };
  }

  async function run(): Promise<void> {
    const abort = () => finish();
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) finish();
    try {
      await finished;
    } catch (error) {
      throw await withLog(error);
    } finally {
      signal.removeEventListener('abort', abort);
      clearInterval(reporting);
      clearInterval(pulsing);
      await changing;
      await endLive();
      ticker.stop();
      await program.close();
    }
  }

  return {
    change(change) {
      if (signal.aborted) return Promise.reject(abortError(signal));
      const made = changing.then(() => changes[change.do](change as never));
      changing = made.catch(() => {});
      return made;
    },
    ended: run(),
  };
}

const nothing = { videoKbps: 0, frames: 0, encoderDropped: 0, speed: 0, lagMs: 0, recordedBytes: null, targets: [] };

const onAirWords: Record<LiveHealth['onAir'], string> = {
  source: 'The source is on air.',
  'slate-lost': 'There is no picture from the source: the break card is on air.',
  'slate-asked': 'The break card is on air, as asked.',
};

/** The source's states as lines of the log, each once. */
function sourceWords(say: (kind: LiveEvent['kind'], target: null, text: string) => void) {
  const kinds: Partial<Record<SourceState, LiveEvent['kind']>> = { lost: 'warning', running: 'good' };
  let last = '';
  return (state: SourceState, words: string): void => {
    if (words === '' || words === last) return;
    last = words;
    say(kinds[state] ?? 'info', null, words);
  };
}

/** What the process takes of the machine. */
function createUsage() {
  let before = { at: performance.now(), cpu: process.cpuUsage() };
  let clocks = Date.now() - performance.now();
  return {
    read() {
      const at = performance.now();
      const used = process.cpuUsage(before.cpu);
      const cpu = Math.round((used.user + used.system) / 10 / Math.max(1, at - before.at));
      before = { at, cpu: process.cpuUsage() };
      return { cpu, memoryBytes: process.memoryUsage.rss() };
    },
    /** Milliseconds that the computer's clock went ahead of ours since the last reading. */
    slept() {
      const apart = Date.now() - performance.now();
      const ahead = apart - clocks;
      clocks = apart;
      return ahead;
    },
  };
}
