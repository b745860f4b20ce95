/** Graphics brought to another size, their colours multiplied by their opacity, so that what is not seen does not shine through. */

export interface Graphic {
  width: number;
  height: number;
  /** Red, green, blue and alpha from 0 to 1; colours never above alpha. */
  pixels: Float32Array;
}

export function fromRgba(rgba: Uint8Array, width: number, height: number, opacity = 1): Graphic {
  const pixels = new Float32Array(width * height * 4);
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = ((rgba[at + 3] ?? 0) / 255) * opacity;
    for (let part = 0; part < 3; part++) pixels[at + part] = ((rgba[at + part] ?? 0) / 255) * alpha;
    pixels[at + 3] = alpha;
  }
  return { width, height, pixels };
}

export function resample(graphic: Graphic, width: number, height: number): Graphic {
  if (graphic.width === width && graphic.height === height) return graphic;
  const across = stretch(graphic.pixels, graphic.width, width, graphic.height, 4, graphic.width * 4);
  const pixels = stretch(across, graphic.height, height, width, width * 4, 4);
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = Math.max(0, Math.min(1, pixels[at + 3] ?? 0));
    pixels[at + 3] = alpha;
    for (let part = 0; part < 3; part++) pixels[at + part] = Math.max(0, Math.min(alpha, pixels[at + part] ?? 0));
  }
  return { width, height, pixels };
}

/** Catmull-Rom's cubic. */
const cubic = (x: number): number => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0);

/** Makes every one of `lines` `to` pixels long; `step` leads from pixel to pixel, `pitch` from line to line, in numbers. */
function stretch(source: Float32Array, from: number, to: number, lines: number, step: number, pitch: number): Float32Array {
  const isAcross = step === 4;
  const out = new Float32Array(to * lines * 4);
  const [outStep, outPitch] = isAcross ? [4, to * 4] : [lines * 4, 4];
  const scale = from / to;
  const wide = Math.max(1, scale);
  for (let n = 0; n < to; n++) {
    const center = (n + 0.5) * scale - 0.5;
    const first = Math.ceil(center - 2 * wide);
    const last = Math.floor(center + 2 * wide);
    const weights = Array.from({ length: last - first + 1 }, (_, k) => cubic(Math.abs(first + k - center) / wide));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (let line = 0; line < lines; line++) {
      let [r, g, b, a] = [0, 0, 0, 0];
      for (let k = 0; k < weights.length; k++) {
        const at = line * pitch + Math.max(0, Math.min(from - 1, first + k)) * step;
        const weight = (weights[k] ?? 0) / sum;
        r += (source[at] ?? 0) * weight;
        g += (source[at + 1] ?? 0) * weight;
        b += (source[at + 2] ?? 0) * weight;
        a += (source[at + 3] ?? 0) * weight;
      }
      out.set([r, g, b, a], line * outPitch + n * outStep);
    }
  }
  return out;
}
