/**
 * The sound of a broadcast as one unbroken row of samples: a source's sound is laid where it belongs on our clock, and what is
 * missing is silence.
 */
import type { Frame } from 'node-av/lib';
import { soundShape } from '../audio-filters.ts';
import { createChain, type FilterChain } from '../filter-chain.ts';

/** Left and right. */
export type Stereo = [Float32Array, Float32Array];

export interface Sound {
  /** Lays a source's sound where it is due, seconds of our clock. */
  add(frame: Frame, due: number): void;
  /** The next samples, from where the last read ended. */
  read(samples: number): Stereo;
  /** Leaves samples out, after a gap of our own clock. */
  skip(samples: number): void;
  /** Where the next read begins, seconds. */
  position(): number;
  /** The source begins anew: what it left behind is forgotten. */
  clear(): void;
  /** Seconds that sound was laid later than it was due, by the last frame; nearly 0. */
  offset(): number;
  close(): void;
}

/** Seconds kept: more than any source is ahead of its time. */
const kept = 4;
/** Sound is stretched by up to half a percent to follow the source's clock, which nobody hears; when it is off by nearly a frame it is cut or filled. */
const follow = 'min_comp=0.005:min_hard_comp=0.03';
const microseconds = { num: 1, den: 1_000_000 };

/** Samples of a float planar frame, left and right. */
export function samplesOf(frame: Frame): Stereo {
  const [left, right] = frame.data ?? [];
  const view = (bytes: Buffer | undefined) => {
    if (!bytes) return new Float32Array(frame.nbSamples);
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(bytes);
    return new Float32Array(aligned.buffer, aligned.byteOffset, frame.nbSamples);
  };
  return [view(left), view(right)];
}

/** Any sound to float stereo at `rate`; frames' times are in `timeBase`. */
export const createStereoChain = (subject: string, rate: number, timeBase: typeof microseconds, resample: string): FilterChain =>
  createChain(
    subject,
    (frame) => soundShape(frame, timeBase),
    () => `aresample=${rate}${resample},aformat=sample_fmts=fltp:sample_rates=${rate}:channel_layouts=stereo`,
  );

export function createSound(rate: number, subject: string): Sound {
  const size = rate * kept;
  const ring: Stereo = [new Float32Array(size), new Float32Array(size)];
  const resample = `:async=${Math.round(rate / 200)}:${follow}`;
  let chain = createStereoChain(subject, rate, microseconds, resample);
  let at = 0;
  let offset = 0;

  function lay(frame: Frame): void {
    const start = Number(frame.pts);
    const first = Math.max(start, at);
    const end = Math.min(start + frame.nbSamples, at + size);
    if (end <= first) return;
    const samples = samplesOf(frame);
    for (const side of [0, 1] as const) {
      const part = samples[side].subarray(first - start, end - start);
      const from = first % size;
      const room = Math.min(part.length, size - from);
      ring[side].set(part.subarray(0, room), from);
      if (room < part.length) ring[side].set(part.subarray(room), 0);
    }
  }

  const wipe = (side: Float32Array, from: number, samples: number) => {
    const room = Math.min(samples, size - from);
    side.fill(0, from, from + room);
    side.fill(0, 0, samples - room);
  };

  return {
    add(frame, due) {
      frame.pts = BigInt(Math.round(due * 1e6));
      chain.process(frame, (out) => {
        offset = Number(out.pts) / rate - due;
        lay(out);
      });
    },
    read(samples) {
      const from = at % size;
      const room = Math.min(samples, size - from);
      const cut = (side: Float32Array) => {
        const out = new Float32Array(samples);
        out.set(side.subarray(from, from + room));
        out.set(side.subarray(0, samples - room), room);
        wipe(side, from, samples);
        return out;
      };
      at += samples;
      return [cut(ring[0]), cut(ring[1])];
    },
    skip(samples) {
      for (const side of ring) wipe(side, at % size, Math.min(samples, size));
      at += samples;
    },
    position: () => at / rate,
    clear() {
      for (const side of ring) side.fill(0);
      chain.close();
      chain = createStereoChain(subject, rate, microseconds, resample);
      offset = 0;
    },
    offset: () => offset,
    close: () => chain.close(),
  };
}
