/** Files that can only be added to a film: subtitles and cover pictures. They are described as media with one stream. */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { MediaInfo, StreamInfo } from '../contract/media.ts';
import { openPicture } from './picture-file.ts';
import { describeStream, probe } from './probe.ts';
import { parseSubtitleFile, type SubtitleFileFormat } from './subtitles/files.ts';
import { toldByName } from './subtitles/told-by-name.ts';

/** Names by the format's own; FFmpeg's, where it has them. */
const formats: Record<SubtitleFileFormat, { format: string; codec: string }> = {
  subrip: { format: 'srt', codec: 'subrip' },
  ass: { format: 'ass', codec: 'ass' },
  webvtt: { format: 'webvtt', codec: 'webvtt' },
};

/** Names that subtitle files have: what is none of these, and no media, is no subtitle either. */
const textNames = /\.(srt|ass|ssa|vtt|webvtt|txt)$/i;
const pictureNames = /\.(jpe?g|jpe|png)$/i;

/** What a file is that may be media, subtitles or a picture. Throws as the probe does. */
export function probeExtra(path: string): MediaInfo {
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file?.isFile()) return probe(path);
  if (pictureNames.test(path)) return describePicture(path, file) ?? probe(path);
  return textNames.test(path) ? describeSubtitles(path, file) : probe(path);
}

type FileFacts = { size: number; mtimeMs: number };

const mediaOf = (
  path: string,
  { size, mtimeMs }: FileFacts,
): Pick<MediaInfo, 'path' | 'bytes' | 'modified' | 'bitRate' | 'chapters' | 'tags'> => ({
  ...{ path, bytes: size, modified: mtimeMs, bitRate: null },
  ...{ chapters: [], tags: {} },
});

function describeSubtitles(path: string, file: FileFacts): MediaInfo {
  const name = basename(path);
  const { format: own, title, cues } = parseSubtitleFile(readFileSync(path), name);
  const { format, codec } = formats[own];
  const start = (cues[0]?.start ?? 0) / 1000;
  const end = Math.max(...cues.map((cue) => cue.end)) / 1000;
  const { language, disposition } = toldByName(name);
  const stream: StreamInfo = {
    ...{ kind: 'subtitle', index: 0, codec, profile: null, decodable: true, text: true },
    ...{ start, duration: end - start, bitRate: null, language, title: null, disposition },
    tags: language === null ? {} : { language },
  };
  return { ...mediaOf(path, file), format, formatName: title, duration: end, durationIsExact: true, streams: [stream] };
}

function describePicture(path: string, file: FileFacts): MediaInfo | null {
  const picture = openPicture(path);
  if (!picture) return null;
  try {
    const stream = { ...describeStream(picture.stream), disposition: ['attached_pic'], cover: true } as StreamInfo;
    const format = picture.context.iformat?.name ?? 'image2';
    const formatName = stream.codec === 'png' ? 'PNG picture' : 'JPEG picture';
    return {
      ...mediaOf(path, file),
      format,
      formatName,
      duration: null,
      durationIsExact: false,
      streams: [{ ...stream, start: null, duration: null }],
    };
  } finally {
    picture.close();
  }
}
