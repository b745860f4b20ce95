/** Sizes and rates for live, in steps that every service takes; source: the services' own tables (studio/live/services.json). */
import type { LiveEncode } from './live.ts';

const encode = (height: number, fps: number, videoKbps: number, audioKbps: number) =>
  ({ height, fps, videoKbps, audioKbps }) satisfies Partial<LiveEncode>;

/** Their names are the same in every language; what each is good for is the page's to say. */
export const livePresets = [
  { id: '480p30', encode: encode(480, 30, 1200, 96) },
  { id: '720p30', encode: encode(720, 30, 3000, 128) },
  { id: '720p60', encode: encode(720, 60, 4500, 128) },
  { id: '1080p30', encode: encode(1080, 30, 4500, 128) },
  { id: '1080p60', encode: encode(1080, 60, 6000, 128) },
] as const;

export const defaultLivePreset = '720p30';
