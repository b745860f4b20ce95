/** What is on air at each moment: the source's picture and sound, or the slate's. Cuts between them on its own account and on demand. */
import type { Frame } from 'node-av/lib';
import type { LiveHealth, SourceFacts, SourceState } from '../../contract/live.ts';
import type { LivePlan } from '../../contract/live-plan.ts';
import { createCanvas } from './canvas.ts';
import { createMeter } from './meter.ts';
import { createPictures } from './pictures.ts';
import { createSlate } from './slate.ts';
import { createSound, type Stereo } from './sound.ts';
import type { OpenSource } from './source.ts';
import { createSourceClock } from './source-clock.ts';

export interface Program {
  /** The picture for the frame at `at`; `cut` when something else came on air with it. */
  picture(at: number): { frame: Frame | null; cut: boolean };
  /** The next samples, from `soundAt` on. */
  sound(samples: number): Stereo;
  /** Seconds. */
  soundAt(): number;
  /** Leaves sound out after a gap of our own clock. */
  skipSound(samples: number): void;
  setSlate(on: boolean): void;
  setMute(on: boolean): void;
  health(): Pick<LiveHealth, 'source' | 'onAir' | 'facts' | 'avOffsetMs' | 'peakDb' | 'lufs' | 'muted'>;
  close(): Promise<void>;
}

export interface ProgramContext {
  openSource: OpenSource;
  /** Our clock, seconds. */
  now(): number;
  onState(state: SourceState, words: string): void;
  onAir(what: LiveHealth['onAir']): void;
  warn(words: string): void;
}

/** A source that gives no picture for so long is taken for lost, seconds; one of few pictures a second may take as long as 2.5 of them. */
const silenceAllowed = 0.7;
/** Sound is faded over so many samples where it would click. */
const fade = 480;

export function createProgram(plan: LivePlan, context: ProgramContext): Program {
  const { now } = context;
  const { fps } = plan.video;
  const { sampleRate } = plan.audio;
  /** Pictures wait for their frame, half of one in the middle; so does the sound. */
  const pictureDelay = fps.den / fps.num / 2;
  const pixelFormat = plan.video.encoders.at(-1)?.pixelFormat ?? 'yuv420p';
  const canvas = createCanvas(plan.video, pixelFormat, 'the source');
  const slate = createSlate(plan.slate, plan.video, pixelFormat, sampleRate, context.warn);
  const clock = createSourceClock();
  const pictures = createPictures(fps.den / fps.num);
  const sound = createSound(sampleRate, 'the source');
  const meter = createMeter(sampleRate);
  let state: SourceState = 'waiting';
  let facts: SourceFacts | null = null;
  let onAir: LiveHealth['onAir'] = 'slate-lost';
  let slateSince = 0;
  let asked = false;
  let muted = false;
  /** The source's newest picture that is due and not drawn, kept while the slate is on air. */
  let undrawn: Frame | null = null;
  let lastCame = -Infinity;
  let broken = '';
  let pictureLate = 0;
  let offset = 0;
  const gains = { source: 0, slate: 0 };

  const source = context.openSource(plan.source, plan.secrets, {
    video(frame, seconds) {
      lastCame = now();
      pictures.add(frame, clock.due(seconds, lastCame));
    },
    audio(frame, seconds) {
      const came = now();
      if (!facts?.videoCodec) lastCame = came;
      attempt(() => sound.add(frame, clock.due(seconds, came) + pictureDelay));
    },
    state(next, words) {
      state = next;
      if (next === 'running') {
        clock.reset();
        pictures.clear();
        sound.clear();
        undrawn?.free();
        undrawn = null;
        lastCame = -Infinity;
      }
      context.onState(next, words);
    },
    facts(found) {
      facts = found;
    },
    notice: context.warn,
  });

  /** What a source's odd frame does to a filter is said once, and costs that frame. */
  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (words !== broken) context.warn(words);
      broken = words;
    }
  }

  function decide(at: number): LiveHealth['onAir'] {
    if (asked) return 'slate-asked';
    const patience = Math.max(silenceAllowed, 2.5 / (facts?.fps || 30));
    return state === 'running' && at - lastCame < patience ? 'source' : 'slate-lost';
  }

  function takeDue(at: number): void {
    const due = pictures.take(at);
    if (!due) return;
    undrawn?.free();
    undrawn = due.frame;
    pictureLate += (at - due.due - pictureLate) * 0.1;
  }

  function draw(): void {
    if (!undrawn) return;
    const frame = undrawn;
    undrawn = null;
    attempt(() => canvas.draw(frame));
    frame.free();
  }

  function mix(samples: number): Stereo {
    const own = sound.read(samples);
    const to = { source: onAir === 'source' && !muted ? 1 : 0, slate: onAir !== 'source' && !muted ? 1 : 0 };
    const other = to.slate > 0 || gains.slate > 0 ? slate.sound(samples) : null;
    const gain = (from: number, end: number, n: number) => from + (end - from) * Math.min(1, n / fade);
    const steady = gains.source === to.source && gains.slate === to.slate;
    if (!(steady && to.source === 1)) {
      for (const side of [0, 1] as const) {
        const [mine, theirs] = [own[side], other?.[side]];
        for (let n = 0; n < samples; n++)
          mine[n] = (mine[n] ?? 0) * gain(gains.source, to.source, n) + (theirs?.[n] ?? 0) * gain(gains.slate, to.slate, n);
      }
    }
    Object.assign(gains, to);
    return own;
  }

  return {
    picture(at) {
      takeDue(at);
      const hasPicture = facts?.videoCodec !== null;
      const next = decide(at);
      // The source comes back with its first picture, not before.
      const waits = next === 'source' && onAir !== 'source' && hasPicture && !undrawn && lastCame > -Infinity;
      const cut = next !== onAir && !waits;
      if (cut) {
        onAir = next;
        if (next !== 'source') {
          slateSince = at;
          slate.begin();
        }
        context.onAir(next);
      }
      if (onAir === 'source' && hasPicture) {
        draw();
        return { frame: canvas.picture(), cut };
      }
      return { frame: slate.picture(at - slateSince), cut };
    },
    sound(samples) {
      const mixed = mix(samples);
      meter.add(mixed);
      return mixed;
    },
    soundAt: sound.position,
    skipSound: sound.skip,
    setSlate(on) {
      asked = on;
    },
    setMute(on) {
      muted = on;
    },
    health() {
      offset += (sound.offset() + pictureDelay - pictureLate - offset) * 0.5;
      const heard = state === 'running' && facts?.audioCodec && facts.videoCodec;
      const { peakDb, lufs } = meter.read();
      return {
        source: state,
        onAir,
        facts: state === 'running' ? facts : null,
        avOffsetMs: heard ? Math.round(offset * 1000) : 0,
        peakDb,
        lufs,
        muted,
      };
    },
    async close() {
      await source.close();
      pictures.clear();
      undrawn?.free();
      undrawn = null;
      canvas.close();
      slate.close();
      sound.close();
    },
  };
}
