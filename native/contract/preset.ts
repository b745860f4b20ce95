/** What a person chooses: container, quality, size and sound, independent of any one file or machine. */
import { z } from 'zod';
import { audioCodecs, containerIds, corners, mixdowns, speeds, strengths, videoCodecs } from './preset-names.ts';

export { audioCodecs, containerIds, corners, speeds, strengths, videoCodecs } from './preset-names.ts';

/** Version of the schema that preset files carry; a change of meaning raises it and adds a migration. */
export const presetVersion = 2;

export type ContainerId = (typeof containerIds)[number];
export type Speed = (typeof speeds)[number];
export type VideoCodec = (typeof videoCodecs)[number];
export type AudioCodec = (typeof audioCodecs)[number];
export type Strength = (typeof strengths)[number];

const strength = z.enum(strengths);
const side = z.number().int().min(0).max(16_384);
/** ISO 639-2 codes (`eng`), the most wanted first. */
const languages = z.array(z.string().regex(/^[a-z]{3}$/)).max(20);
const options = z.record(z.string().max(60), z.string().max(1000));

const videoRate = z.discriminatedUnion('mode', [
  /** Constant quality on the codec's own CRF scale (H.264 and HEVC 0–51, AV1 and VP9 0–63; lower is better). */
  z.object({ mode: z.literal('quality'), value: z.number().min(0).max(63) }),
  /** Average bitrate in kb/s, in one or two passes. */
  z.object({ mode: z.literal('bitrate'), kbps: z.number().int().min(50).max(400_000), passes: z.union([z.literal(1), z.literal(2)]) }),
  /** The whole file in MB (10^6 bytes), never above; two passes. */
  z.object({ mode: z.literal('size'), megabytes: z.number().min(0.1).max(100_000) }),
  /** The smallest file that measures at least this well against its source: XPSNR in dB, or SSIM from 0 to 1. The CRF is searched on samples first. */
  z.object({ mode: z.literal('target'), metric: z.enum(['xpsnr', 'ssim']), value: z.number().min(0).max(100) }),
  /** Codecs that have one quality per profile (ProRes, DNxHR, CineForm) or none to choose (FFV1). */
  z.object({ mode: z.literal('fixed') }),
]);

const crop = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('off') }),
  /** Black borders are found by looking at pictures all over the film. */
  z.object({ mode: z.literal('auto') }),
  /** Lines and columns taken away of the picture as it is shown upright, pixels of the source. */
  z.object({ mode: z.literal('manual'), top: side, bottom: side, left: side, right: side }),
]);

export type WatermarkPlace = (typeof corners)[number];

const watermark = z.object({
  /** A PNG, JPEG or WebP file; what is transparent in it stays so. */
  path: z.string().min(1).max(32_768),
  position: z.enum(corners),
  /** Width as a share of the picture's width. */
  width: z.number().min(0.01).max(1),
  /** 0 is not seen, 1 is solid. */
  opacity: z.number().min(0).max(1),
});

const video = z.object({
  codec: z.enum(videoCodecs),
  rate: videoRate,
  speed: z.enum(speeds),
  /** The picture is made to fit, never enlarged. Even numbers; null is no limit. For an upright film the limits are turned. */
  maxWidth: z.number().int().min(16).max(16_384).nullable(),
  maxHeight: z.number().int().min(16).max(16_384).nullable(),
  /** Pixels that are not square are kept as they are, or made square. */
  anamorphic: z.enum(['keep', 'square']),
  crop,
  /** Degrees clockwise, on top of what the file says of itself. */
  rotate: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  /** Mirrored left to right, after any turn. */
  flip: z.boolean(),
  /** `source` keeps every frame time; `peak` also drops frames above fps; `constant` spaces them evenly at the source's rate or fps, whichever is lower. */
  frameRate: z.object({ mode: z.enum(['source', 'peak', 'constant']), fps: z.number().min(1).max(240).nullable() }),
  /** Bits per sample: 8 or 10, or `source` for what the file has (lossless codecs). */
  bitDepth: z.union([z.literal(8), z.literal(10), z.literal('source')]),
  /** `tonemap` turns PQ and HLG into BT.709 SDR; `keep` leaves them where bitDepth allows. */
  hdr: z.enum(['tonemap', 'keep']),
  /** `auto` deinterlaces what the file marks as interlaced; `always` every picture. */
  deinterlace: z.enum(['auto', 'always', 'off']),
  /** A picture of every frame, or of every field at twice the rate: smoother motion. */
  deinterlaceTo: z.enum(['frames', 'fields']),
  denoise: strength,
  /** `hqdn3d` is quick, `nlmeans` keeps more detail and takes many times as long. */
  denoiser: z.enum(['hqdn3d', 'nlmeans']),
  sharpen: strength,
  /** Smooths the steps in skies and dark walls. */
  deband: strength,
  grayscale: z.boolean(),
  watermark: watermark.nullable(),
  /** Codec profile by FFmpeg's name; null leaves it to the encoder. */
  profile: z.string().max(40).nullable(),
  /** What the encoder is tuned for, by its own name (`film`, `animation`, `grain`); null for nothing. */
  tune: z.string().max(40).nullable(),
  /** Longest distance between keyframes in seconds; null leaves it to the encoder. */
  gopSeconds: z.number().min(0.1).max(20).nullable(),
  /** Consecutive B-frames at most; null leaves it to the encoder. */
  bFrames: z.number().int().min(0).max(16).nullable(),
  /** Further options by FFmpeg's names, for the software encoder of the codec; they win over all else. */
  options,
});

const track = z.object({
  codec: z.enum(audioCodecs),
  /** Bitrate of a stereo track in kb/s, scaled by the number of channels; null for lossless codecs. */
  kbps: z.number().int().min(16).max(1536).nullable(),
  /** Most channels; more are mixed down. `source` keeps them as far as the codec can. */
  mixdown: z.enum(mixdowns),
  /** Hz; null keeps the source's as far as the codec can. */
  sampleRate: z.number().int().min(8000).max(192_000).nullable(),
  /** Louder or quieter, dB. */
  gain: z.number().min(-40).max(40),
  /** Codecs that are copied instead of encoded again when the container holds them and nothing is to be done to the sound. */
  passthrough: z.array(z.string().max(40)).max(20),
});

const audio = track.extend({
  /** Which tracks: all, the main one, or those in `languages` (the main one where there is none). */
  tracks: z.enum(['all', 'first', 'language']),
  languages,
  /** Loudness of the whole programme in LUFS (EBU R128: -23; streaming: -14), measured in a first pass; null leaves it. */
  loudness: z.number().min(-40).max(-5).nullable(),
  /** Further tracks made of each one that is kept, after the main one (a surround copy beside stereo). */
  more: z.array(track).max(4),
});

const subtitles = z.object({
  tracks: z.enum(['all', 'none', 'language']),
  languages,
  /** Only those that translate signs and foreign speech. */
  forcedOnly: z.boolean(),
  /** Drawn into the picture, of those chosen: none, the first forced one, or the first. */
  burn: z.enum(['none', 'forced', 'first']),
});

/** Settings without a name: what the plan reads and what a job may override. */
export const settingsSchema = z.object({
  container: z.enum(containerIds),
  video: video.nullable(),
  audio: audio.nullable(),
  subtitles,
  /** FFmpeg muxer options beyond the container's own (e.g. `use_editlist`). */
  muxerOptions: options,
});
export type PresetSettings = z.infer<typeof settingsSchema>;
export type VideoSettings = NonNullable<PresetSettings['video']>;
export type AudioSettings = NonNullable<PresetSettings['audio']>;
/** One track as it is made, the main one or a further one. */
export type TrackSettings = z.infer<typeof track>;

export const presetSchema = settingsSchema.extend({
  version: z.literal(presetVersion),
  id: z.string().min(1).max(80),
  name: z.string().min(1).max(80),
  group: z.string().min(1).max(40),
  /** One sentence for someone who knows nothing of codecs. */
  description: z.string().max(200),
  /** Where the figures come from and when they were read; null for our own choice. */
  source: z.object({ title: z.string().max(120), date: z.string().max(10) }).nullable(),
});
export type Preset = z.infer<typeof presetSchema>;

/** Seconds on the source's own timeline; null is its beginning or end. */
const trim = z.object({ start: z.number().min(0).max(1e7).nullable(), end: z.number().min(0).max(1e7).nullable() });

type Paths<Name extends string, Shape> = { [K in keyof Shape & string as `${Name}.${K}`]: Shape[K] };
const paths = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  Object.fromEntries(Object.entries(shape).map(([key, schema]) => [`${name}.${key}`, schema])) as Paths<Name, Shape>;

/**
 * What a single job changes of its preset, by the setting's place in it (`video.maxHeight`), and the part of the film it
 * takes. Absent means: as the preset says. `video` and `audio` leave the picture or the sound out.
 */
export const overridesSchema = z
  .strictObject({
    container: settingsSchema.shape.container,
    video: z.null(),
    audio: z.null(),
    ...paths('video', video.shape),
    ...paths('audio', audio.shape),
    ...paths('subtitles', subtitles.shape),
    muxerOptions: options,
    trim,
  })
  .partial();
export type Overrides = z.infer<typeof overridesSchema>;
/** The settings that have a name of their own. */
export type FieldKey = Exclude<keyof Overrides, 'video' | 'audio'>;
