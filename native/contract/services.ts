/** What a streaming service takes: its servers, its limits, and where those figures come from. */
import { z } from 'zod';

const kbps = z.number().int().min(50).max(200_000);

export const serviceSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  name: z.string().min(1).max(80),
  servers: z.array(z.object({ name: z.string().max(80), url: z.string().max(500) })).min(1),
  /** Most kb/s of the picture at a size and rate; the smallest row that is as large as the picture counts. Empty: `maxVideoKbps` alone. */
  video: z.array(z.object({ height: z.number().int(), fps: z.number(), kbps })),
  maxVideoKbps: kbps,
  /** Seconds between keyframes: what it wants, and the most it takes. */
  keyframe: z.object({ seconds: z.number(), most: z.number() }),
  /** H.264 profile it takes at most. */
  profile: z.enum(['main', 'high']),
  /** Consecutive B-frames at most. */
  bFrames: z.number().int().min(0).max(16),
  codecs: z.array(z.enum(['h264', 'hevc', 'av1'])).min(1),
  audio: z.object({ kbps, most: kbps }),
  /** It forbids changes of rate while live. */
  steady: z.boolean(),
  /** What the key becomes for a test that nobody sees; null where there is none. */
  testKey: z.string().max(200).nullable(),
  /** Where a person finds the key. */
  keyPage: z.string().max(500),
  source: z.object({ title: z.string().max(200), date: z.string().max(10) }),
  /** false: the figures come from third parties, and the stricter one was taken. */
  confirmed: z.boolean(),
});
export type Service = z.infer<typeof serviceSchema>;
