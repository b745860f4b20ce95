/** What plans of every kind share: how tracks are named, where time begins, which tags and marks go over. */
import type { StreamInfo } from '../contract/media.ts';
import type { ContainerId } from '../contract/preset.ts';

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

/** Tags but those that a result must not take over. */
export function keepTags(tags: Record<string, string>, without: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !without.test(key)));
}

/** Apple's players want HEVC marked hvc1 (Apple HLS authoring specification, 1.10). */
export function tagFor(container: ContainerId, codec: string): string | null {
  return codec === 'hevc' && (container === 'mp4' || container === 'mov') ? 'hvc1' : null;
}
