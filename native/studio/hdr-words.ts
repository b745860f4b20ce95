/** HDR10's mastering display and light levels, in the words of the encoders that write them into the pictures' own stream. */
import type { VideoStream } from '../contract/media.ts';

export type Hdr10 = Pick<VideoStream, 'mastering' | 'contentLight'>;

/** `G(…)B(…)R(…)WP(…)L(…)`, with every figure in `units` to the whole. */
function display({ green, blue, red, white, maxLuminance, minLuminance }: NonNullable<Hdr10['mastering']>, units: Units): string {
  const point = ([x, y]: [number, number]) => `(${units.point(x)},${units.point(y)})`;
  return `G${point(green)}B${point(blue)}R${point(red)}WP${point(white)}L(${units.light(maxLuminance)},${units.light(minLuminance)})`;
}

interface Units {
  point(value: number): number;
  light(value: number): number;
}

/** Chromaticities in 0.00002, luminance in 0.0001 cd/m². */
const x265Units: Units = { point: (value) => Math.round(value * 50_000), light: (value) => Math.round(value * 10_000) };
const plainUnits: Units = { point: (value) => value, light: (value) => value };

export function x265Hdr10({ mastering, contentLight }: Hdr10): Record<string, string> {
  const words = [
    'hdr10=1:hdr10-opt=1:repeat-headers=1',
    mastering && `master-display=${display(mastering, x265Units)}`,
    contentLight && `max-cll=${contentLight.max},${contentLight.average}`,
  ];
  return { 'x265-params': words.filter(Boolean).join(':') };
}

export function svtHdr10({ mastering, contentLight }: Hdr10): Record<string, string> {
  const words = [
    mastering && `mastering-display=${display(mastering, plainUnits)}`,
    contentLight && `content-light=${contentLight.max},${contentLight.average}`,
  ].filter(Boolean);
  return words.length > 0 ? { 'svtav1-params': words.join(':') } : {};
}
