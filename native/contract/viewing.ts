/** What a player and a timeline show of a source: one film and one sound track, on the source's own clock. Times in seconds. */
import type { AudioStream, MediaInfo, StreamInfo, VideoStream } from './media.ts';

/** Length of one chunk of the light proxy that stands in where a browser cannot play a source itself. */
export const chunkSeconds = 4;
/** Length of one block of a waveform, and of what one byte of it stands for. */
export const blockSeconds = 60;
export const peakSeconds = 0.02;
/** Widths in pixels that pictures can be asked in. */
export const pictureWidths = [120, 160, 240, 480, 960];

export interface Viewed {
  video: VideoStream | null;
  audio: AudioStream | null;
  /** Where chunk 0 and block 0 begin. */
  start: number;
  /** From `start` to the end; null where the source does not tell. */
  duration: number | null;
}

/** What GET /assets/proxy/JOB/info answers. */
export interface ProxyInfo {
  /** null where the source does not tell. */
  duration: number | null;
  start: number;
  video: boolean;
  audio: boolean;
  /** For `MediaSource.addSourceBuffer`. */
  mime: string;
  chunkSeconds: number;
}

/** Of each kind the one that is marked as default, else the first; never a cover. */
function choose<K extends 'video' | 'audio'>(streams: StreamInfo[], kind: K): (StreamInfo & { kind: K }) | null {
  const fit = streams.filter(
    (one): one is StreamInfo & { kind: K } => one.kind === kind && one.decodable && !('cover' in one && one.cover),
  );
  return fit.find(({ disposition }) => disposition.includes('default')) ?? fit[0] ?? null;
}

export function viewed({ streams, duration }: Pick<MediaInfo, 'streams' | 'duration'>): Viewed {
  const video = choose(streams, 'video');
  const audio = choose(streams, 'audio');
  const earliest = (some: (StreamInfo | null)[]) => {
    const starts = some.flatMap((one) => one?.start ?? []);
    return starts.length > 0 ? Math.min(...starts) : 0;
  };
  const start = earliest([video, audio]);
  return { video, audio, start, duration: duration === null ? null : Math.max(0, earliest(streams) + duration - start) };
}
