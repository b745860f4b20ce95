/** Files of one sound track say everything in one place: Ogg of the track, others of the file. Here both know what is theirs. */
import type { StreamInfo } from '../contract/media.ts';

type Tags = Record<string, string>;

/** Demuxers of files with one sound track, by FFmpeg's names. */
const songs = /^(mp3|flac|wav|w64|ogg|aiff|ape|wv|tta)$/;

/** The file's tags, and its streams with a language where the file tells one. */
export function songTags<S extends StreamInfo>(format: string, tags: Tags, streams: S[]): { tags: Tags; streams: S[] } {
  const [song, ...more] = streams.filter((stream) => stream.kind === 'audio');
  if (!songs.test(format) || !song || more.length > 0) return { tags, streams };
  const all = format === 'ogg' ? { ...tags, ...song.tags } : tags;
  const language = song.language ?? all['language'] ?? all['LANGUAGE'] ?? null;
  const changed = { ...song, language, ...(format === 'ogg' && { title: null, tags: {} }) };
  return { tags: all, streams: streams.map((stream) => (stream === song ? changed : stream)) };
}
