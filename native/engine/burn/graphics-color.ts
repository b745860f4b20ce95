/** The colours of text and graphics on a picture: as they are on SDR, and on HDR as bright as ITU-R BT.2408 has graphics white. */
import type { ColorInfo } from '../../contract/media.ts';

export type Rgb = [number, number, number];

/** cd/m² of graphics white on HDR (BT.2408, table 1), and of the brightest light of PQ and of a reference HLG display. */
const white = 203;
const brightest = { pq: 10_000, hlg: 1000 };

/** Transfer characteristics (ITU-T H.273) of PQ and HLG; primaries of BT.2020. */
const transfers: Record<number, 'pq' | 'hlg'> = { 16: 'pq', 18: 'hlg' };
const wide = 9;

/** BT.2087: linear light of BT.709 in BT.2020's primaries. */
const toWide = [
  [0.6274, 0.3293, 0.0433],
  [0.0691, 0.9195, 0.0114],
  [0.0164, 0.088, 0.8956],
] as const;

/** SMPTE ST 2084: light as a share of 10,000 cd/m². */
function pq(light: number): number {
  const power = light ** (2610 / 16_384);
  return ((3424 / 4096 + (2413 / 128) * power) / (1 + (2392 / 128) * power)) ** (2523 / 32);
}

/** BT.2100: the light of a scene, from 0 to 1. */
const hlg = (light: number): number =>
  light <= 1 / 12 ? Math.sqrt(3 * light) : 0.17883277 * Math.log(12 * light - 0.28466892) + 0.55991073;

/** BT.2100's system gamma at 1000 cd/m². */
const systemGamma = 1.2;

/** From BT.709's colours as files hold them to those of the picture, all from 0 to 1. */
export function graphicsColor({ transfer, primaries }: ColorInfo): (color: Rgb) => Rgb {
  const kind = transfers[transfer];
  if (!kind) return (color) => color;
  return (color) => {
    const linear = color.map((part) => part ** 2.4 * (white / brightest[kind])) as Rgb;
    const [r, g, b] = linear;
    const light = primaries === wide ? (toWide.map((row) => row[0] * r + row[1] * g + row[2] * b) as Rgb) : linear;
    if (kind === 'pq') return light.map(pq) as Rgb;
    const luma = 0.2627 * light[0] + 0.678 * light[1] + 0.0593 * light[2];
    const gain = luma > 0 ? luma ** ((1 - systemGamma) / systemGamma) : 0;
    return light.map((part) => hlg(Math.max(0, part * gain))) as Rgb;
  };
}
