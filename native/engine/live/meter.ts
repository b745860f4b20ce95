/** How loud the broadcast is: peaks, and short-term loudness after ITU-R BS.1770-4. */
import type { Stereo } from './sound.ts';

export interface Meter {
  add(sound: Stereo): void;
  /** dBFS peaks of left and right since the last reading (-100 for silence), and LUFS over the last three seconds. */
  read(): { peakDb: [number, number]; lufs: number };
}

const silence = -100;
/** Steps of a tenth of a second, as many as the window has. */
const steps = 30;

interface Biquad {
  b: [number, number, number];
  a: [number, number];
}

/** The two filters of K-weighting for any sampling rate, from their analogue forms. */
function weighting(rate: number): [Biquad, Biquad] {
  const shelf = (): Biquad => {
    const [f, gain, q] = [1681.974450955533, 3.999843853973347, 0.7071752369554196];
    const k = Math.tan((Math.PI * f) / rate);
    const vh = 10 ** (gain / 20);
    const vb = vh ** 0.4996667741545416;
    const a0 = 1 + k / q + k * k;
    return {
      b: [(vh + (vb * k) / q + k * k) / a0, (2 * (k * k - vh)) / a0, (vh - (vb * k) / q + k * k) / a0],
      a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0],
    };
  };
  const highPass = (): Biquad => {
    const [f, q] = [38.13547087602444, 0.5003270373238773];
    const k = Math.tan((Math.PI * f) / rate);
    const a0 = 1 + k / q + k * k;
    return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0] };
  };
  return [shelf(), highPass()];
}

export function createMeter(rate: number): Meter {
  const [first, second] = weighting(rate);
  /** Per side: the memory of both filters. */
  const memory = [new Float64Array(4), new Float64Array(4)] as const;
  const step = Math.round(rate / 10);
  const powers: number[] = [];
  let power = 0;
  let filled = 0;
  let peaks: [number, number] = [0, 0];

  function filter(sample: number, m: Float64Array): number {
    const [m0 = 0, m1 = 0, m2 = 0, m3 = 0] = m;
    const one = first.b[0] * sample + m0;
    m[0] = first.b[1] * sample - first.a[0] * one + m1;
    m[1] = first.b[2] * sample - first.a[1] * one;
    const two = second.b[0] * one + m2;
    m[2] = second.b[1] * one - second.a[0] * two + m3;
    m[3] = second.b[2] * one - second.a[1] * two;
    return two;
  }

  return {
    add([left, right]) {
      for (let n = 0; n < left.length; n++) {
        const l = left[n] ?? 0;
        const r = right[n] ?? 0;
        if (Math.abs(l) > peaks[0]) peaks[0] = Math.abs(l);
        if (Math.abs(r) > peaks[1]) peaks[1] = Math.abs(r);
        power += filter(l, memory[0]) ** 2 + filter(r, memory[1]) ** 2;
        if (++filled < step) continue;
        powers.push(power / step);
        if (powers.length > steps) powers.shift();
        power = 0;
        filled = 0;
      }
    },
    read() {
      const decibels = (peak: number) => (peak > 0 ? Math.max(silence, 20 * Math.log10(peak)) : silence);
      const peakDb: [number, number] = [decibels(peaks[0]), decibels(peaks[1])];
      peaks = [0, 0];
      const mean = powers.reduce((sum, one) => sum + one, 0) / Math.max(1, powers.length);
      return { peakDb, lufs: mean > 0 ? Math.max(silence, -0.691 + 10 * Math.log10(mean)) : silence };
    },
  };
}
