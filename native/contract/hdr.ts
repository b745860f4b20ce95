/** How bright an HDR picture gets, which tone mapping has to know. Apart from the plan, because thumbnails and players ask, too. */
import type { VideoStream } from './media.ts';

/** White of ordinary pictures in HDR, cd/m² (ITU-R BT.2408-7, 2.1: HDR reference white). */
export const referenceWhite = 203;
/** What HLG is graded for, and most HDR10 (BT.2408-7, 2.2), cd/m². */
export const usualPeak = 1000;
/** The most that PQ can say (SMPTE ST 2084), cd/m². */
const mostBright = 10_000;

/** The brightest a film says it gets, cd/m². MaxCLL is of the film itself, mastering of the screen it was graded on. */
export function peakOf({ hdr, contentLight, mastering }: Pick<VideoStream, 'hdr' | 'contentLight' | 'mastering'>): number {
  const told = hdr === 'hlg' ? usualPeak : contentLight?.max || mastering?.maxLuminance || usualPeak;
  return Math.min(mostBright, Math.max(referenceWhite, told));
}

/** What a plan says of a stream that is to be brought to ordinary colours; null where it has them. */
export const toneMapOf = (stream: Pick<VideoStream, 'hdr' | 'contentLight' | 'mastering'>) =>
  stream.hdr === null ? null : { peak: peakOf(stream) };
