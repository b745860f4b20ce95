/** HDR brought to BT.709, as filters. */
import { referenceWhite, usualPeak } from '../contract/hdr.ts';

/**
 * Share of white up to which nothing is pressed together: where the curve stays nearest to ITU-R BT.2390's for a screen of
 * 203 cd/m², within 8 steps of 255 for peaks of 600 to 10,000 cd/m² (0.5 for the usual 1000), and never falls again above the peak.
 */
const kneeOf = (peak: number) => Math.min(0.7, Math.max(0.1, 0.52 - 0.42 * Math.log10(peak / usualPeak)));

/** PQ or HLG to BT.709 by way of linear light, colours first. White is BT.2408's, so that a grey card (26 cd/m²) keeps its 42 %. */
export function toneMap(peak: number): string {
  const curve = `tonemap=mobius:param=${kneeOf(peak).toFixed(3)}:peak=${(peak / referenceWhite).toFixed(3)}:desat=0`;
  return `zscale=t=linear:npl=${referenceWhite},format=gbrpf32le,zscale=p=bt709,${curve},zscale=t=bt709:m=bt709:r=tv`;
}
