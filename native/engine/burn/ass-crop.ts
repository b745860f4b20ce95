/** ASS for a picture whose borders were cut away: what has a place of its own stays where it was on the film, all else keeps to the new edges. */
import type { Stage } from './place.ts';

/** The canvas of a file that does not tell (libass). */
const usualCanvas = { x: 384, y: 288 };

/** `file` with its canvas and its places made for what is kept. */
export function cropAss(file: string, { whole, kept }: Pick<Stage, 'whole' | 'kept'>): string {
  if (kept.width === whole.width && kept.height === whole.height) return file;
  const canvas = { x: sizeOf(file, 'PlayResX') ?? usualCanvas.x, y: sizeOf(file, 'PlayResY') ?? usualCanvas.y };
  const share = { x: kept.width / whole.width, y: kept.height / whole.height };
  const shift = { x: (canvas.x * kept.x) / whole.width, y: (canvas.y * kept.y) / whole.height };
  const header = (['x', 'y'] as const).map((axis) => `PlayRes${axis.toUpperCase()}: ${Math.round(canvas[axis] * share[axis])}`).join('\n');
  return file
    .replace(/^PlayRes[XY]\s*:.*\n/gim, '')
    .replace(/^(LayoutRes([XY])\s*:\s*)(\d+)/gim, (_, key: string, axis: string, size: string) => {
      return `${key}${Math.round(Number(size) * (axis.toUpperCase() === 'X' ? share.x : share.y))}`;
    })
    .replace(/^(\[Script Info\].*\n)/im, `$1${header}\n`)
    .replace(/\\(pos|org|move|i?clip)\(([^()]*)\)/g, (_, tag: string, values: string) => `\\${tag}(${moved(tag, values, shift)})`);
}

function sizeOf(file: string, key: string): number | null {
  const found = new RegExp(`^${key}\\s*:\\s*(\\d+)`, 'im').exec(file)?.[1];
  return found && Number(found) > 0 ? Number(found) : null;
}

/** A drawing that cuts out: the places it goes by, after how fine they are (2 is in halves, 3 in quarters). */
const drawing = /^(?:\s*(\d+)\s*,)?(\s*m\b.*)$/s;

function moved(tag: string, values: string, shift: { x: number; y: number }): string {
  const [, fineness, path] = (tag.endsWith('clip') && drawing.exec(values)) || [];
  if (path === undefined) {
    // Beyond the fourth, a move tells its times.
    return values
      .split(',')
      .map((value, n) => (n < 4 ? away(value, n % 2 === 0 ? shift.x : shift.y) : value))
      .join(',');
  }
  const fine = 2 ** (Number(fineness ?? 1) - 1);
  let count = 0;
  const places = path.replace(/-?\d+(?:\.\d+)?/g, (value) => away(value, (count++ % 2 === 0 ? shift.x : shift.y) * fine));
  return fineness === undefined ? places : `${fineness},${places}`;
}

const away = (value: string, by: number): string => {
  const number = Number(value);
  return Number.isFinite(number) ? String(Math.round((number - by) * 1000) / 1000) : value;
};
