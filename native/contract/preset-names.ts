/** The names that settings are chosen from. Apart from the schemas, which stay out of a page. */

export const containerIds = ['mp4', 'mov', 'mkv', 'webm', 'm4a', 'mp3', 'flac', 'opus'] as const;

/** Encoder effort, fastest first, named as x264 names it; each encoder maps it to its own scale. */
export const speeds = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower', 'veryslow'] as const;

export const videoCodecs = ['h264', 'hevc', 'av1', 'vp9', 'prores', 'dnxhr', 'cineform', 'ffv1'] as const;

export const audioCodecs = ['aac', 'mp3', 'opus', 'vorbis', 'ac3', 'eac3', 'alac', 'flac', 'pcm'] as const;

/** How much of a filter; each filter maps it to its own figures. */
export const strengths = ['off', 'light', 'medium', 'strong'] as const;

export const corners = ['top-left', 'top-right', 'bottom-left', 'bottom-right', 'center'] as const;

/** How sound is mixed down at most; `source` keeps its channels as far as the codec can. */
export const mixdowns = ['mono', 'stereo', '5.1', '7.1', 'source'] as const;
