/** The tracks of a result as a list that can be checked and put in order: from an order's rules or choices, and back. Pure. */
import type { LosslessOrder, LosslessOutline, TrackChoice, TrackOutcome } from '../../native/contract/lossless.ts';
import type { MediaInfo, StreamInfo } from '../../native/contract/media.ts';

export interface TrackRow {
  key: string;
  file: number;
  info: StreamInfo;
  /** null: it is not asked for. */
  choice: TrackChoice | null;
  /** null while it is not known. */
  outcome: TrackOutcome | null;
}

const keyOf = (file: number, stream: number) => `${file}:${stream}`;

/**
 * All tracks of the source and of added files: those that are chosen in their order, and each that is not after the one it follows
 * in its file, so that a row stays where it is when it is unchecked.
 */
export function trackRows(order: LosslessOrder, files: (MediaInfo | undefined)[], outline: LosslessOutline | null): TrackRow[] {
  const known = files.flatMap((media, file) => media?.streams.map((info) => ({ key: keyOf(file, info.index), file, info })) ?? []);
  const outcomes = new Map(outline?.tracks.map((track) => [keyOf(track.file, track.stream), track]));
  const chosen = new Map(order.tracks?.map((choice) => [keyOf(choice.file, choice.stream), choice]));
  const sorted = known.filter(({ key }) => chosen.has(key));
  const places = [...chosen.keys()];
  sorted.sort((a, b) => places.indexOf(a.key) - places.indexOf(b.key));
  for (const [index, one] of known.entries()) {
    if (sorted.includes(one)) continue;
    const before = known[index - 1];
    sorted.splice(before && before.file === one.file ? sorted.indexOf(before) + 1 : one.file === 0 ? 0 : sorted.length, 0, one);
  }
  return sorted.map((one) => {
    const outcome = outcomes.get(one.key) ?? null;
    const byRule = outcome?.outcome === 'left' && outcome.asked ? null : { file: one.file, stream: one.info.index, shift: 0 };
    return { ...one, outcome, choice: order.tracks ? (chosen.get(one.key) ?? null) : byRule };
  });
}

/** The order's `tracks` for rows as they stand. */
export const choicesOf = (rows: TrackRow[]): TrackChoice[] => rows.flatMap(({ choice }) => choice ?? []);

export const withChoice = (rows: TrackRow[], key: string, choice: TrackChoice | null): TrackRow[] =>
  rows.map((row) => (row.key === key ? { ...row, choice } : row));

export function moveRow(rows: TrackRow[], from: number, to: number): TrackRow[] {
  const row = rows[from];
  if (!row || to < 0 || to >= rows.length) return rows;
  const rest = rows.filter((_, index) => index !== from);
  return [...rest.slice(0, to), row, ...rest.slice(to)];
}

/** An order without one added file: its tracks go, and those of later files move up. `index` in `files`. */
export function withoutFile(order: LosslessOrder, index: number): Pick<LosslessOrder, 'files' | 'tracks'> {
  const gone = index + 1;
  const tracks = order.tracks
    ?.filter(({ file }) => file !== gone)
    .map((choice) => ({ ...choice, file: choice.file > gone ? choice.file - 1 : choice.file }));
  return { files: order.files.filter((_, at) => at !== index), tracks: tracks && tracks.length > 0 ? tracks : null };
}

/** What one track alone is written as. */
export function targetOf(info: StreamInfo): LosslessOrder['target'] {
  if (info.kind === 'attachment' || (info.kind === 'video' && info.cover)) return 'file';
  if (info.kind === 'audio') return soundTargets[info.codec] ?? 'mka';
  if (info.kind === 'subtitle') return info.text ? (info.codec === 'ass' ? 'ass' : info.codec === 'webvtt' ? 'vtt' : 'srt') : 'mkv';
  return 'same';
}
const soundTargets: Record<string, LosslessOrder['target']> = {
  aac: 'm4a',
  alac: 'm4a',
  mp3: 'mp3',
  flac: 'flac',
  opus: 'ogg',
  vorbis: 'ogg',
};

/** What a track says of itself after its choice: the choice's words where it has some, else the file's. */
export function shownWords({ info, choice }: TrackRow): { language: string | null; title: string | null; disposition: string[] } {
  return {
    language: choice?.language === undefined ? info.language : choice.language,
    title: choice?.title === undefined ? info.title : choice.title,
    disposition: choice?.disposition ?? info.disposition,
  };
}
