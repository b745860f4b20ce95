/** What plans of every kind share: how tracks are named, where time begins, which tags and marks go over. */

import type { TargetId } from '../contract/lossless.ts';
import type { Chapter, MediaInfo, StreamInfo, VideoStream } from '../contract/media.ts';
import type { Note, VideoEncode } from '../contract/plan.ts';
import type { ContainerRow } from './containers.ts';

/** "Sound track 2 (fre)": how a person would point at it. */
export function describeTrack(stream: StreamInfo): string {
  const what = { video: 'Picture', audio: 'Sound track', subtitle: 'Subtitle track', attachment: 'Attachment', data: 'Data track' }[
    stream.kind
  ];
  return `${what} ${stream.index}${stream.language ? ` (${stream.language})` : ''}${stream.title ? ` “${stream.title}”` : ''}`;
}

/** The earliest start of what is exported becomes 0, so that delays between streams stay. */
export function originOf(streams: { start: number | null }[]): number {
  const starts = streams.flatMap((stream) => (stream.start === null ? [] : [stream.start]));
  return starts.length > 0 ? Math.min(...starts) : 0;
}

/** Chapters as the output shows them, when its time begins at `origin`; a note when the container has no place for them. */
export function planChapters(
  media: MediaInfo,
  container: ContainerRow,
  origin: number,
  duration: number | null,
  isCut: boolean,
  notes: Note[],
): Chapter[] {
  if (media.chapters.length > 0 && !container.chapters)
    notes.push({ kind: 'loss', text: `The ${media.chapters.length} chapters are left out: ${container.title} cannot hold them.` });
  if (!container.chapters) return [];
  const whole = duration ?? Infinity;
  const moved = media.chapters.map((chapter) => ({ ...chapter, start: chapter.start - origin, end: chapter.end - origin }));
  const seen = moved.filter(({ start, end }) => (end > 0 || start >= 0) && start < whole);
  // What is cut off at either end is not the chapter's any more.
  return seen.map((chapter) => ({
    ...chapter,
    start: Math.max(0, chapter.start),
    end: isCut ? Math.min(chapter.end, whole) : chapter.end,
  }));
}

/** Tags but those that a result must not take over. */
export function keepTags(tags: Record<string, string>, without: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !without.test(key)));
}

/** Apple's players want HEVC marked hvc1 (Apple HLS authoring specification, 1.10); FFmpeg calls 3GPP text in QuickTime by another kind's name. */
export function tagFor(container: TargetId, codec: string): string | null {
  if (codec === 'hevc' && (container === 'mp4' || container === 'mov')) return 'hvc1';
  return codec === 'mov_text' && container === 'mov' ? 'tx3g' : null;
}

/** The film of a file, not its cover. */
export const filmOf = (media: MediaInfo): VideoStream | undefined =>
  media.streams.find((stream): stream is VideoStream => stream.kind === 'video' && !stream.cover);

/** Tags and flags every stream keeps. Statistics some muxers write would be wrong after encoding. */
export function common(stream: StreamInfo): Pick<VideoEncode, 'input' | 'tags' | 'disposition'> {
  return {
    input: stream.index,
    tags: keepTags(stream.tags, /^(encoder|duration|vendor_id|bps|number_of_|_statistics_|rotate)/i),
    disposition: stream.disposition,
  };
}
