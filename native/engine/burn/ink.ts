/** Graphics in a picture's own colours and planes, made once and then laid over every frame they are seen on. */
import type { ColorInfo } from '../../contract/media.ts';
import { graphicsColor, type Rgb } from './graphics-color.ts';
import type { Component, Part, PixelLayout } from './pixel-layout.ts';
import type { Graphic } from './resample.ts';

/** One component's share of a graphic: where it lies, how much of the picture it hides, and what it adds. */
interface Stain {
  component: Component;
  x: number;
  y: number;
  width: number;
  height: number;
  /** 0 to 1. */
  hides: Float32Array;
  /** In the picture's samples, already multiplied by opacity. */
  adds: Float32Array;
}

export interface Ink {
  layout: PixelLayout;
  stains: Stain[];
}

/** The picture that is drawn upon. */
export interface Surface {
  width: number;
  height: number;
  layout: PixelLayout;
  color: ColorInfo;
}

/** Luma's shares of red and blue by matrix coefficients (ITU-T H.273); the others are BT.601's. */
const matrices: Record<number, [number, number]> = { 1: [0.2126, 0.0722], 9: [0.2627, 0.0593], 10: [0.2627, 0.0593] };
const television: [number, number] = [0.299, 0.114];
const unspecified = 2;
const bt709 = 1;

/** Players take pictures that do not tell for BT.709 where they are large. */
export const matrixOf = ({ color, height }: Pick<Surface, 'color' | 'height'>): number =>
  color.matrix === unspecified && height >= 720 ? bt709 : color.matrix;

/** What each part of a colour is in whole samples, from red, green and blue between 0 and 1. */
function sampler(surface: Surface): Record<Part, (rgb: Rgb) => number> {
  const { layout, color } = surface;
  const unit = 2 ** (layout.depth - 8 + layout.shift);
  const most = (2 ** layout.depth - 1) * 2 ** layout.shift;
  const isFull = color.range === 'pc';
  const [kr, kb] = matrices[matrixOf(surface)] ?? television;
  const luma = ([r, g, b]: Rgb) => kr * r + (1 - kr - kb) * g + kb * b;
  const chroma = (difference: number) => 128 * unit + difference * (isFull ? most / 2 : 112 * unit);
  return {
    y: (rgb) => (isFull ? luma(rgb) * most : (16 + 219 * luma(rgb)) * unit),
    u: (rgb) => chroma((rgb[2] - luma(rgb)) / (1 - kb)),
    v: (rgb) => chroma((rgb[0] - luma(rgb)) / (1 - kr)),
    r: ([r]) => r * most,
    g: ([, g]) => g * most,
    b: ([, , b]) => b * most,
    a: () => most,
  };
}

/** Prepares a graphic whose upper left corner is at a place of the picture; what lies outside is left out. */
export function createInk(graphic: Graphic, left: number, top: number, surface: Surface): Ink {
  const { pixels, width, height } = graphic;
  const sample = sampler(surface);
  const recolor = graphicsColor(surface.color);
  const [x0, y0] = [Math.max(0, left), Math.max(0, top)];
  const [x1, y1] = [Math.min(surface.width, left + width), Math.min(surface.height, top + height)];
  if (x1 <= x0 || y1 <= y0) return { layout: surface.layout, stains: [] };

  const stains = surface.layout.components.map((component): Stain => {
    const { subX, subY } = component;
    const [x, y] = [x0 >> subX, y0 >> subY];
    const box = { x, y, width: ((x1 - 1) >> subX) - x + 1, height: ((y1 - 1) >> subY) - y + 1 };
    const size = box.width * box.height;
    return { component, ...box, hides: new Float32Array(size), adds: new Float32Array(size) };
  });
  for (let py = y0; py < y1; py++) {
    for (let px = x0; px < x1; px++) {
      const at = ((py - top) * width + px - left) * 4;
      const alpha = pixels[at + 3] ?? 0;
      if (alpha <= 0) continue;
      const part = (n: number) => (pixels[at + n] ?? 0) / alpha;
      const color = recolor([part(0), part(1), part(2)]);
      for (const { component, x, y, width: columns, hides, adds } of stains) {
        const to = ((py >> component.subY) - y) * columns + (px >> component.subX) - x;
        const share = alpha / (1 << (component.subX + component.subY));
        hides[to] = (hides[to] ?? 0) + share;
        adds[to] = (adds[to] ?? 0) + share * sample[component.part](color);
      }
    }
  }
  return { layout: surface.layout, stains };
}

/** Memory of a picture, which must be its own. */
export interface Planes {
  data: Buffer[];
  /** Bytes from row to row. */
  linesize: number[];
}

export function apply({ layout, stains }: Ink, { data, linesize }: Planes): void {
  const isWide = layout.depth > 8;
  for (const { component, x, y, width, height, hides, adds } of stains) {
    const bytes = data[component.plane];
    if (!bytes) continue;
    const samples = isWide ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1) : bytes;
    const pitch = (linesize[component.plane] ?? 0) / (isWide ? 2 : 1);
    for (let row = 0; row < height; row++) {
      let to = (y + row) * pitch + x * component.step + component.offset;
      for (let from = row * width; from < (row + 1) * width; from++, to += component.step) {
        const hidden = hides[from] ?? 0;
        if (hidden > 0) samples[to] = (samples[to] ?? 0) * (1 - hidden) + (adds[from] ?? 0) + 0.5;
      }
    }
  }
}
