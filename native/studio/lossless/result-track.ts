/** One track of the result, in the plan's terms: what is said of it, by the source, by the order and by what the container holds. */
import type { TargetId, TrackChoice } from '../../contract/lossless.ts';
import type { StreamInfo } from '../../contract/media.ts';
import type { RemuxStream } from '../../contract/remux-plan.ts';
import { marks } from '../container-marks.ts';
import { keepTags, tagFor } from '../plan-words.ts';
import type { Fate, TakenTrack } from './choose-tracks.ts';
import { inThreeLetters } from './languages.ts';

/** Counts and marks of other muxers, which would be wrong or are written anew. */
const bookkeeping =
  /^(duration|number_of_.*|bps.*|_statistics_.*|rotate|vendor_id|creation_time|stereo_mode|name|title|language)(-[a-z]{3})?$/i;

/** What is said of a track once the order has had its say: the source's words and flags, or those in their place. */
export interface TrackWords {
  language: string | null;
  title: string | null;
  disposition: string[];
  /** Further tags. */
  tags: Record<string, string>;
}

export function wordsOf(stream: StreamInfo, choice: TrackChoice): TrackWords {
  return {
    language: choice.language === undefined ? stream.language : choice.language,
    title: choice.title === undefined ? stream.title : choice.title,
    disposition: choice.disposition ?? stream.disposition,
    tags: keepTags(stream.tags, bookkeeping),
  };
}

/** MP4 and MPEG-TS pack three letters; Matroska takes what comes. */
const packedLanguages: TargetId[] = ['mp4', 'mov', 'm4a', 'ts'];

/** The language as the container can say it; null where there is none to say. */
export function languageFor(target: TargetId, language: string | null): string | null {
  if (language === null || marks[target].languages !== 'tracks') return null;
  if (packedLanguages.includes(target)) return inThreeLetters(language);
  // Matroska's old element knows three letters only, and FFmpeg writes no other.
  return language.length === 2 ? (inThreeLetters(language) ?? language) : language;
}

/** A flag that the container has no place for, but which another that it has stands for. */
const impliedBy: Record<string, string> = { captions: 'hearing_impaired', descriptions: 'visual_impaired' };

/** Flags of a track that the container holds. */
export function flagsFor(target: TargetId, stream: StreamInfo, flags: string[]): { held: string[]; lost: string[] } {
  if (stream.kind !== 'video' && stream.kind !== 'audio' && stream.kind !== 'subtitle') return { held: [], lost: [] };
  const known = [...marks[target].dispositions[stream.kind], ...(stream.kind === 'video' && stream.cover ? ['attached_pic'] : [])];
  const held = flags.filter((flag) => known.includes(flag));
  const lost = flags.filter((flag) => !known.includes(flag) && flag !== 'attached_pic' && !held.includes(impliedBy[flag] ?? ''));
  return { held, lost };
}

/** Further tags of a track that the container holds, and those that it does not. */
export function tagsFor(target: TargetId, tags: Record<string, string>): { held: Record<string, string>; lost: string[] } {
  const { trackTags } = marks[target];
  const isHeld = (key: string) => trackTags === 'any' || trackTags.includes(key.toLowerCase());
  const entries = Object.entries(tags);
  return {
    held: Object.fromEntries(entries.filter(([key]) => isHeld(key))),
    lost: entries.flatMap(([key]) => (isHeld(key) ? [] : [key.toLowerCase()])),
  };
}

/** Attached files need a name and a kind; many covers have neither. */
function fileTags(stream: StreamInfo, fate: Fate): Record<string, string> {
  const image = stream.kind === 'video';
  if (fate.action !== 'attach' && stream.kind !== 'attachment' && !(image && stream.cover && stream.tags['filename'])) return {};
  const kind = stream.codec === 'mjpeg' ? 'jpeg' : stream.codec;
  return {
    filename: stream.tags['filename'] ?? (image ? `cover.${kind === 'jpeg' ? 'jpg' : kind}` : `attachment-${stream.index}`),
    mimetype: stream.tags['mimetype'] ?? (image ? `image/${kind}` : 'application/octet-stream'),
  };
}

/** `inputs` are the places of its files among the plan's inputs: one for an added file, all main ones for a track of the source. */
export function resultTrack({ choice, stream, fate }: TakenTrack, target: TargetId, inputs: number[]): RemuxStream {
  const words = wordsOf(stream, choice);
  const language = languageFor(target, words.language);
  const to = fate.action === 'convert' ? fate.to : null;
  return {
    from: inputs.map((input) => ({ input, stream: stream.index })),
    kind: stream.kind,
    action: fate.action,
    codec: stream.codec,
    to,
    tags: {
      ...tagsFor(target, words.tags).held,
      ...(marks[target].titles && words.title !== null && { title: words.title }),
      ...(language !== null && { language }),
      ...fileTags(stream, fate),
    },
    disposition: fate.action === 'attach' ? [] : flagsFor(target, stream, words.disposition).held,
    codecTag: codecTag(stream, target, to ?? stream.codec),
    shift: choice.shift,
    rotation: choice.rotation ?? null,
    frameRate: stream.kind === 'video' ? stream.frameRate : null,
  };
}

function codecTag(stream: StreamInfo, target: TargetId, codec: string): string | null {
  const mp4 = ['mp4', 'mov', 'm4a'].includes(target);
  // Its colours mean nothing to players that know no Dolby Vision, and the mark keeps them from trying.
  if (target === 'mp4' && stream.kind === 'video' && codec === 'hevc' && stream.dolbyVision?.profile === 5) return 'dvh1';
  return mp4 && stream.kind === 'data' ? (stream.tag ?? null) : tagFor(target, codec);
}
