/** MP4 in fragments: each is complete by itself, so that a file is readable up to where its writing, or its way here, stopped. */
import type { RemuxPlan } from '../../contract/remux-plan.ts';

/**
 * FFmpeg's options for a plan's layout. A fragment begins at a keyframe, and holds a second of pictures at least and ten of
 * anything at most, which is also what is held in memory. The index before them is written with the first of them, when the
 * start of every track is known: without that FFmpeg leaves edit lists out, and some codecs cannot be written at all.
 */
export const layoutOptions = ({ layout }: Pick<RemuxPlan, 'layout'>): Record<string, string> =>
  layout === 'fragmented'
    ? { movflags: '+frag_keyframe+delay_moov+default_base_moof', min_frag_duration: '1000000', frag_duration: '10000000' }
    : {};
