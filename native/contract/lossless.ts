/**
 * Lossless work: another container, other tracks, cuts, joins and repairs, with nothing encoded again but the few pictures
 * a smart cut needs. What is asked (`LosslessOrder`), and what will come of it (`LosslessOutline`), before anything is done.
 */
import { z } from 'zod';
import { containerIds } from './preset.ts';

const path = z.string().min(1).max(32_768);
/** Seconds on the source's own timeline, as the probe tells it. */
const time = z.number().min(-1e6).max(1e7);

/** All that lossless work can write: films, sound, the text of one subtitle track, and `file`: one attachment or cover as it is. */
export const targetIds = [...containerIds, 'ts', 'mka', 'ogg', 'wav', 'srt', 'ass', 'vtt', 'file'] as const;
export type TargetId = (typeof targetIds)[number];

/** A language as files name it (ISO 639-2/B or /T, or an ISO 639-1 or BCP 47 tag in Matroska), e.g. `eng`. */
const language = z.string().regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/);

/** Which tracks of a kind are kept: all, none, or those in these languages (`und`: no language told). */
const trackRule = z.union([z.enum(['all', 'none']), z.array(language).min(1).max(20)]);
export type TrackRule = z.infer<typeof trackRule>;

/** Rules that fit any file, for batches: "keep English sound and forced subtitles". */
export const trackRulesSchema = z.object({
  video: z.enum(['all', 'none']).default('all'),
  audio: trackRule.default('all'),
  /** `forced` keeps those that are marked so, in any language. */
  subtitles: z.union([trackRule, z.literal('forced')]).default('all'),
  /** Fonts and other files inside the file, and its cover picture. */
  attachments: z.boolean().default(true),
});
export type TrackRules = z.infer<typeof trackRulesSchema>;

/** Flags a track can carry, by FFmpeg's names. A container writes those it knows. */
export const dispositionNames = [
  ...(['default', 'forced', 'original', 'dub', 'comment', 'hearing_impaired', 'visual_impaired'] as const),
  ...(['captions', 'descriptions', 'lyrics', 'karaoke', 'attached_pic'] as const),
] as const;

/** One track of the result, chosen by hand. What is absent stays as it is in the source. */
export const trackChoiceSchema = z.object({
  /** 0 is the source, 1 the first of `files`. */
  file: z.number().int().min(0).max(50).default(0),
  /** Its index in that file. */
  stream: z.number().int().min(0).max(10_000),
  /** null takes the mark away. */
  language: language.nullable().optional(),
  title: z.string().max(1000).nullable().optional(),
  disposition: z.array(z.enum(dispositionNames)).max(dispositionNames.length).optional(),
  /** Later by so many seconds (negative: earlier), against the other tracks. */
  shift: z.number().min(-86_400).max(86_400).default(0),
  /** Degrees clockwise that a player turns the picture: a flag, nothing is encoded. */
  rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]).optional(),
});
export type TrackChoice = z.infer<typeof trackChoiceSchema>;

/** A part of the source that is kept. `start` null: from the beginning; `end` null: to the end. */
export const segmentSchema = z
  .object({ start: time.nullable(), end: time.nullable(), title: z.string().max(1000).optional() })
  .refine(({ start, end }) => start === null || end === null || end > start, 'A segment ends after it starts.');
export type Segment = z.infer<typeof segmentSchema>;

const chapterSchema = z.object({
  start: time,
  end: time,
  title: z.string().max(10_000),
  language: z.string().max(40).optional(),
});

export const losslessSchema = z.object({
  /** `same`: the source's own, or Matroska where that cannot be written. */
  target: z.enum([...targetIds, 'same']).default('same'),
  /** For tracks of the source where `tracks` is null. */
  rules: trackRulesSchema.prefault({}),
  /** Exactly these tracks, in this order; null goes by the rules and takes every track of `files` after them. */
  tracks: z.array(trackChoiceSchema).min(1).max(1000).nullable().default(null),
  /** Files whose tracks can be added, on the source's timeline: sound, subtitles (SRT, ASS, WebVTT), a cover (JPEG, PNG). */
  files: z.array(path).max(50).default([]),
  /** Files that follow the source, of equal parameters. Not together with `files` and `segments`. */
  join: z.array(path).max(1000).default([]),
  /** What is kept, in the order it plays; empty keeps everything. */
  segments: z.array(segmentSchema).max(10_000).default([]),
  /**
   * Where a segment begins that does not begin at a keyframe: `keyframe` at the last one before it, `smart` exactly there, with
   * the pictures up to the next keyframe encoded again.
   */
  cut: z.enum(['keyframe', 'smart']).default('keyframe'),
  /** Every segment becomes a file of its own, instead of one after the other in one. */
  split: z.boolean().default(false),
  /** MP4 and QuickTime: index in front (`faststart`), or `fragmented`, which is readable up to where writing stopped. */
  layout: z.enum(['faststart', 'fragmented']).default('faststart'),
  /** Take the place of the file's tags; null keeps them. */
  tags: z.record(z.string().min(1).max(200), z.string().max(100_000)).nullable().default(null),
  /** Take the place of the file's chapters, on the source's timeline; null keeps them. */
  chapters: z.array(chapterSchema).max(10_000).nullable().default(null),
  /** Gives the result the source's modification time. */
  keepDates: z.boolean().default(true),
});
export type LosslessOrder = z.output<typeof losslessSchema>;
/** The same as a caller writes it, with defaults left out. */
export type LosslessInput = z.input<typeof losslessSchema>;

/** What becomes of one track of the source or of an added file. */
export interface TrackOutcome {
  file: number;
  stream: number;
  /** `kept` as it is, `converted` where it is text, `left` out. */
  outcome: 'kept' | 'converted' | 'left';
  /** Why it is left out or what it is converted to, in words; empty where there is nothing to say. */
  why: string;
  /** It is left out because the person asked for it. */
  asked: boolean;
}

/** Where a segment really falls. Times in seconds of the source. */
export interface CutPlace {
  asked: { start: number | null; end: number | null };
  start: number;
  /** null where the source does not tell how long it is. */
  end: number | null;
  /** Stretches that are encoded again for a smart cut; empty otherwise. */
  encoded: { from: number; to: number }[];
}

/** What will come of an order, shown before it is started. */
export interface LosslessOutline {
  target: TargetId;
  /** Of the result, without a dot. */
  extension: string;
  /** Seconds; null where the source does not tell. */
  duration: number | null;
  tracks: TrackOutcome[];
  cuts: CutPlace[];
}

/** The keyframes and the length of what a timeline shows. Seconds on the file's own timeline. */
export interface Timeline {
  /** Index of the stream; null without a picture: sound can be cut anywhere. */
  stream: number | null;
  /** Where a lossless segment can begin, rising; not listed one by one where every picture is such a place (`intraOnly`). */
  keyframes: number[];
  /** Every picture is one: any cut is lossless. */
  intraOnly: boolean;
  start: number;
  end: number;
  /** Seconds from picture to picture, for steps by one; null without a picture or where it varies too much to tell. */
  frame: number | null;
}
