/** Sizes and rates for live, in steps that every service takes; source: the services' own tables (studio/live/services.json). */
import type { LiveEncode } from './live.ts';

export interface LivePreset {
  id: string;
  name: string;
  /** One sentence for someone who knows nothing of codecs. */
  description: string;
  encode: Pick<LiveEncode, 'height' | 'fps' | 'videoKbps' | 'audioKbps'>;
}

export const livePresets: readonly LivePreset[] = [
  {
    ...{ id: '480p30', name: '480p30', description: 'For slow uploads: about 1.3 Mb/s for each target.' },
    encode: { height: 480, fps: 30, videoKbps: 1200, audioKbps: 96 },
  },
  {
    ...{ id: '720p30', name: '720p30', description: 'Good for talks and most machines: about 3.1 Mb/s for each target.' },
    encode: { height: 720, fps: 30, videoKbps: 3000, audioKbps: 128 },
  },
  {
    ...{ id: '720p60', name: '720p60', description: 'Smooth motion: about 4.6 Mb/s for each target.' },
    encode: { height: 720, fps: 60, videoKbps: 4500, audioKbps: 128 },
  },
  {
    ...{ id: '1080p30', name: '1080p30', description: 'Sharp pictures: about 4.6 Mb/s for each target.' },
    encode: { height: 1080, fps: 30, videoKbps: 4500, audioKbps: 128 },
  },
  {
    ...{
      id: '1080p60',
      name: '1080p60',
      description: 'Sharp and smooth, what every service takes at most: about 6.1 Mb/s for each target.',
    },
    encode: { height: 1080, fps: 60, videoKbps: 6000, audioKbps: 128 },
  },
];

export const defaultLivePreset = '720p30';
