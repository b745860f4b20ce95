/** What a person chooses: container, quality, size and sound, independent of any one file or machine. */
import { z } from 'zod';

/** Version of the schema that preset files carry; a change of meaning raises it and adds a migration. */
export const presetVersion = 1;

export const containerIds = ['mp4', 'mov', 'mkv', 'webm', 'm4a', 'mp3', 'flac', 'opus'] as const;
export type ContainerId = (typeof containerIds)[number];

/** Encoder effort, fastest first, named as x264 names it; each encoder maps it to its own scale. */
export const speeds = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower', 'veryslow'] as const;
export type Speed = (typeof speeds)[number];

const videoRate = z.discriminatedUnion('mode', [
  /** Constant quality on the codec's own CRF scale (H.264 and HEVC 0–51, AV1 0–63; lower is better). */
  z.object({ mode: z.literal('quality'), value: z.number().min(0).max(63) }),
  /** Average bitrate in kb/s, in one or two passes. */
  z.object({ mode: z.literal('bitrate'), kbps: z.number().int().min(50).max(400_000), passes: z.union([z.literal(1), z.literal(2)]) }),
  /** The whole file in MB (10^6 bytes), never above; two passes. */
  z.object({ mode: z.literal('size'), megabytes: z.number().min(0.5).max(100_000) }),
  /** Codecs that have one quality per profile (ProRes) or none to choose (FFV1). */
  z.object({ mode: z.literal('fixed') }),
]);

const video = z.object({
  codec: z.enum(['h264', 'hevc', 'av1', 'prores', 'ffv1']),
  rate: videoRate,
  speed: z.enum(speeds),
  /** The picture is made to fit, never enlarged. Even numbers; null is no limit. For an upright film the limits are turned. */
  maxWidth: z.number().int().min(16).max(16_384).nullable(),
  maxHeight: z.number().int().min(16).max(16_384).nullable(),
  /** `source` keeps every frame time; `peak` also drops frames above fps; `constant` spaces them evenly at the source's rate or fps, whichever is lower. */
  frameRate: z.object({ mode: z.enum(['source', 'peak', 'constant']), fps: z.number().min(1).max(240).nullable() }),
  /** Bits per sample: 8 or 10, or `source` for what the file has (lossless codecs). */
  bitDepth: z.union([z.literal(8), z.literal(10), z.literal('source')]),
  /** `tonemap` turns PQ and HLG into BT.709 SDR; `keep` leaves them where bitDepth allows. */
  hdr: z.enum(['tonemap', 'keep']),
  /** `auto` deinterlaces what the file marks as interlaced. */
  deinterlace: z.enum(['auto', 'off']),
  /** Codec profile by FFmpeg's name; null leaves it to the encoder. */
  profile: z.string().max(40).nullable(),
  /** Longest distance between keyframes in seconds; null leaves it to the encoder. */
  gopSeconds: z.number().min(0.1).max(20).nullable(),
  /** Consecutive B-frames at most; null leaves it to the encoder. */
  bFrames: z.number().int().min(0).max(16).nullable(),
});

const audio = z.object({
  codec: z.enum(['aac', 'mp3', 'opus', 'flac', 'pcm']),
  /** Bitrate of a stereo track in kb/s, scaled by the number of channels; null for lossless codecs. */
  kbps: z.number().int().min(16).max(640).nullable(),
  /** Most channels; more are mixed down. `source` keeps them as far as the codec can. */
  mixdown: z.enum(['mono', 'stereo', '5.1', 'source']),
  tracks: z.enum(['all', 'first']),
  /** Codecs that are copied instead of encoded again when the container holds them. */
  passthrough: z.array(z.string().max(40)).max(20),
});

/** Settings without a name: what the plan reads and what a job may override. */
export const settingsSchema = z.object({
  container: z.enum(containerIds),
  video: video.nullable(),
  audio: audio.nullable(),
  subtitles: z.enum(['keep', 'drop']),
  /** FFmpeg muxer options beyond the container's own (e.g. `use_editlist`). */
  muxerOptions: z.record(z.string().max(60), z.string().max(200)),
});
export type PresetSettings = z.infer<typeof settingsSchema>;

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

/** The basics a single job may change. Absent means: as the preset says. */
export const overridesSchema = z
  .object({
    container: z.enum(containerIds),
    quality: z.number().min(0).max(63),
    megabytes: z.number().min(0.5).max(100_000),
    speed: z.enum(speeds),
    maxHeight: z.number().int().min(16).max(16_384),
    audioKbps: z.number().int().min(16).max(640),
    subtitles: z.enum(['keep', 'drop']),
  })
  .partial()
  .strict();
export type Overrides = z.infer<typeof overridesSchema>;
