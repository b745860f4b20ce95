/** Lossless work in a person's words: what it writes, what it keeps. */
import type { Job } from '../../native/contract/contract.ts';
import type { LosslessOrder, LosslessOutline, TargetId, TrackOutcome } from '../../native/contract/lossless.ts';
import type { Choice } from '../parts/select.tsx';
import { t } from '../words/index.ts';

type Target = LosslessOrder['target'];
const groups = {
  films: ['mp4', 'mkv', 'mov', 'webm', 'ts'],
  sounds: ['mka', 'm4a', 'mp3', 'flac', 'ogg', 'opus', 'wav'],
  singles: ['srt', 'ass', 'vtt', 'file'],
} as const satisfies Record<string, Target[]>;

/** Names that are the same in every language; the others are words. */
const names = {
  ...{ mp4: 'MP4', mkv: 'Matroska (MKV)', mov: 'QuickTime (MOV)', webm: 'WebM', ts: 'MPEG-TS' },
  ...{ m4a: 'M4A', mp3: 'MP3', flac: 'FLAC', ogg: 'OGG', opus: 'Opus', wav: 'WAV' },
} satisfies Partial<Record<Target, string>>;
const isName = (target: Target): target is keyof typeof names => Object.hasOwn(names, target);

export const targetName = (target: Target): string => (isName(target) ? names[target] : t(`lossless:target.${target}.label`));

/** Everything lossless work can write, as it is offered. */
export function targets(): (Choice & { value: Target })[] {
  const choice = (value: Target) => ({
    value,
    label: targetName(value),
    ...(hasText(value) && { text: t(`lossless:target.${value}.text`) }),
  });
  const grouped = Object.entries(groups).flatMap(([group, values]) =>
    values.map((value) => ({ ...choice(value), group: t(`lossless:target.group.${group as keyof typeof groups}`) })),
  );
  return [choice('same'), ...grouped];
}

const told = ['same', 'mp4', 'mkv', 'mov', 'webm', 'ts', 'm4a', 'ogg', 'wav', 'file'] as const satisfies Target[];
/** Something more is said of it than its name. */
const hasText = (target: Target): target is (typeof told)[number] => (told as readonly Target[]).includes(target);

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
    const what = t('lossless:outcome.leaves', { count: gone.length });
    const text = !short && reasons.length === 1 ? t('lossless:outcome.because', { what, why: reasons[0] ?? '' }) : what;
    return { text, isLoss: true };
  }
  const kept = asked.length > 0 ? 'keepsChosen' : 'keepsAll';
  const count = converted.length;
  if (count === 0) return { text: t(`lossless:outcome.${kept}`), isLoss: false };
  return { text: short ? t('lossless:outcome.converts', { count }) : t(`lossless:outcome.${kept}Converts`, { count }), isLoss: false };
}
