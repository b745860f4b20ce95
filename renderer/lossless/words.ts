/** Lossless work in a person's words: what it writes, what it keeps. */
import type { Job } from '../../native/contract/contract.ts';
import type { LosslessOrder, LosslessOutline, TargetId, TrackOutcome } from '../../native/contract/lossless.ts';
import { plural } from '../format.ts';
import type { Choice } from '../parts/select.tsx';

const films = 'Picture and sound';
const sounds = 'Sound only';
const singles = 'One track alone';

/** Everything lossless work can write, as it is offered. */
export const targets: (Choice & { value: LosslessOrder['target'] })[] = [
  { value: 'same', label: 'Same as the source', text: 'Matroska where that cannot be written.' },
  { value: 'mp4', label: 'MP4', text: 'Plays everywhere.', group: films },
  { value: 'mkv', label: 'Matroska (MKV)', text: 'Holds nearly everything.', group: films },
  { value: 'mov', label: 'QuickTime (MOV)', text: 'For editing programs.', group: films },
  { value: 'webm', label: 'WebM', text: 'VP9 or AV1 with Opus, for web pages.', group: films },
  { value: 'ts', label: 'MPEG-TS', text: 'For broadcast and for joining.', group: films },
  { value: 'mka', label: 'Matroska sound (MKA)', group: sounds },
  { value: 'm4a', label: 'M4A', text: 'AAC or Apple Lossless.', group: sounds },
  { value: 'mp3', label: 'MP3', group: sounds },
  { value: 'flac', label: 'FLAC', group: sounds },
  { value: 'ogg', label: 'OGG', text: 'Vorbis, Opus or FLAC.', group: sounds },
  { value: 'opus', label: 'Opus', group: sounds },
  { value: 'wav', label: 'WAV', text: 'Uncompressed sound.', group: sounds },
  { value: 'srt', label: 'SRT subtitles', group: singles },
  { value: 'ass', label: 'ASS subtitles', group: singles },
  { value: 'vtt', label: 'WebVTT subtitles', group: singles },
  { value: 'file', label: 'The file itself', text: 'One attached file or cover, as it is.', group: singles },
];

export const targetName = (target: LosslessOrder['target']) => targets.find(({ value }) => value === target)?.label ?? target;

/** The container that will be written, as far as it is known. */
export const shownTarget = ({ lossless, outline }: Job): TargetId | 'same' => outline?.target ?? lossless?.target ?? 'same';

export interface Outcome {
  text: string;
  /** Something is lost that the person did not ask to lose. */
  isLoss: boolean;
}

/** Gone without having been asked for, and worth a word: what a muxer writes anew by itself is not. */
const lost = ({ outcome, asked, why }: TrackOutcome) => outcome === 'left' && !asked && why !== '';

/** `Keeps everything`, `Leaves out 1 track: WebM cannot hold AAC sound`, `Leaves out 3 tracks`; `short` for a narrow place. */
export function describeOutcome({ tracks }: LosslessOutline, short = false): Outcome {
  const gone = tracks.filter(lost);
  const converted = tracks.filter(({ outcome }) => outcome === 'converted');
  const asked = tracks.filter(({ outcome, asked }) => outcome === 'left' && asked);
  const reasons = [...new Set(gone.map((track) => track.why))].filter(Boolean);
  if (gone.length > 0) {
    const reason = !short && reasons.length === 1 ? `: ${reasons[0]}` : '';
    return { text: `Leaves out ${plural(gone.length, 'track')}${reason}`, isLoss: true };
  }
  const kept = asked.length > 0 ? 'Keeps what you chose' : 'Keeps everything';
  const changed = plural(converted.length, short ? 'subtitle' : 'subtitle track');
  if (converted.length > 0) return { text: short ? `Converts ${changed}` : `${kept}, converts ${changed}`, isLoss: false };
  return { text: kept, isLoss: false };
}
