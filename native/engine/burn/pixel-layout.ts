/** Where each part of a colour lies in a picture's memory, by FFmpeg's names of pixel formats. */

export type Part = 'y' | 'u' | 'v' | 'r' | 'g' | 'b' | 'a';

export interface Component {
  part: Part;
  plane: number;
  /** Samples from one to the next, and before the first. */
  step: number;
  offset: number;
  /** Powers of two by which it has fewer columns and rows than the picture. */
  subX: number;
  subY: number;
}

export interface PixelLayout {
  /** Significant bits, and zeros behind them. */
  depth: number;
  shift: number;
  components: Component[];
}

const plane = (part: Part, index: number, subX = 0, subY = 0): Component => ({ part, plane: index, step: 1, offset: 0, subX, subY });
const packed = (parts: string): Component[] =>
  [...parts].flatMap((part, offset) =>
    part === '0' ? [] : [{ part: part as Part, plane: 0, step: parts.length, offset, subX: 0, subY: 0 }],
  );

const subsampling: Record<string, [number, number]> = { 420: [1, 1], 422: [1, 0], 444: [0, 0], 440: [0, 1], 411: [2, 0], 410: [2, 2] };

/** Families of formats; the first that fits counts. */
const families: [RegExp, (found: RegExpExecArray) => PixelLayout][] = [
  [
    /^yuv(a?)j?(4\d\d)p(\d*)(?:le)?$/,
    ([, alpha, sampling = '', bits]) => {
      const [subX, subY] = subsampling[sampling] ?? [0, 0];
      const components = [plane('y', 0), plane('u', 1, subX, subY), plane('v', 2, subX, subY), ...(alpha ? [plane('a', 3)] : [])];
      return { depth: Number(bits || 8), shift: 0, components };
    },
  ],
  [
    /^gbr(a?)p(\d*)(?:le)?$/,
    ([, alpha, bits]) => ({
      depth: Number(bits || 8),
      shift: 0,
      components: [plane('g', 0), plane('b', 1), plane('r', 2), ...(alpha ? [plane('a', 3)] : [])],
    }),
  ],
  [/^gray(\d*)(?:le)?$/, ([, bits]) => ({ depth: Number(bits || 8), shift: 0, components: [plane('y', 0)] })],
  [/^(?:rgb|bgr)24$/, ([name]) => ({ depth: 8, shift: 0, components: packed(name.slice(0, 3)) })],
  [/^[rgba0]{4}$/, ([name]) => ({ depth: 8, shift: 0, components: packed(name) })],
  [
    /^(?:nv(12|16)|p([02])(1\d)le)$/,
    ([, nv, p, bits]) => {
      const subY = nv === '12' || p === '0' ? 1 : 0;
      const depth = Number(bits ?? 8);
      const chroma = (part: Part, offset: number): Component => ({ part, plane: 1, step: 2, offset, subX: 1, subY });
      return { depth, shift: bits ? 16 - depth : 0, components: [plane('y', 0), chroma('u', 0), chroma('v', 1)] };
    },
  ],
];

/** null for formats that no encoder of ours takes. */
export function pixelLayout(format: string): PixelLayout | null {
  for (const [pattern, layout] of families) {
    const found = pattern.exec(format);
    if (found) return layout(found);
  }
  return null;
}
