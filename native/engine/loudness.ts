/** Loudness after EBU R128: measured over a whole programme, and what brings it to its target. */
import type { Frame } from 'node-av/lib';
import type { AudioEncode } from '../contract/plan.ts';

export interface Loudness {
  /** Integrated, LUFS; null for silence, or sound too short to be measured. */
  integrated: number | null;
  /** True peak, dBTP. */
  peak: number;
}

/** What is done to a track's level. */
export interface Level {
  /** dB. */
  gain: number;
  /** Peaks would go over the limit and are held under it. */
  limited: boolean;
  /** Of the result: a mix of more may go over the limit, too. */
  channels: number;
}

/** Highest true peak of programmes (EBU R128, and what streaming services ask for), dBTP. */
export const mostPeak = -1;
/** Quieter than this is noise of a silent room, which is not brought up (the gate of BS.1770 is -70), LUFS. */
const silence = -60;

/** `measured` is absent for a track whose loudness is left. */
export function levelOf({ gain, loudness, channels }: AudioEncode, measured?: Loudness): Level {
  if (loudness === null || !measured || measured.integrated === null || measured.integrated < silence)
    return { gain, limited: gain > 0, channels };
  const change = loudness - measured.integrated;
  return { gain: gain + change, limited: measured.peak + change > mostPeak, channels };
}

/** The filter that puts its measurements on every tenth of a second. It prints a summary, which nobody is to read. */
export const measuring = 'ebur128=peak=true:metadata=1:framelog=quiet';

/** Reads what `measuring` has told by this frame, or null where it tells nothing. */
export function readLoudness(frame: Frame): Loudness | null {
  const told = frame.getMetadata();
  const [integrated, peak] = [told.get('lavfi.r128.I'), told.get('lavfi.r128.true_peak')].map(Number);
  if (integrated === undefined || peak === undefined || Number.isNaN(integrated) || Number.isNaN(peak)) return null;
  return { integrated: integrated > -70 ? integrated : null, peak: 20 * Math.log10(Math.max(peak, 1e-6)) };
}
