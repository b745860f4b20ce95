/** The words of the field that are explained, in the order a learner would want them. Their sentences stand in the catalogue. */
import { openDialog } from '../ui-state.ts';

export const terms = [
  ...(['container', 'codec', 'passthrough', 'remux', 'resolution', 'frameRate', 'vfr', 'bitrate', 'crf', 'twoPass'] as const),
  ...(['xpsnr', 'keyframe', 'profile', 'bitDepth', 'chroma', 'hdr', 'toneMapping', 'interlaced', 'crop', 'loudness'] as const),
  ...(['mixdown', 'subtitles', 'forced'] as const),
];
export type Term = (typeof terms)[number];

/** Opens the glossary, at a word if one is given. */
export const explain = (term: Term | null = null) => openDialog({ kind: 'glossary', term });
