/** What a preset is where it says nothing else: H.264 and AAC in MP4 at the source's size and rate. Apart from the schemas, which stay out of a page. */
import type { PresetSettings, TrackSettings } from './preset.ts';

const track: TrackSettings = { codec: 'aac', kbps: 160, mixdown: 'stereo', sampleRate: null, gain: 0, passthrough: [] };

export const presetTemplate = {
  container: 'mp4',
  video: {
    codec: 'h264',
    rate: { mode: 'quality', value: 22 },
    speed: 'fast',
    maxWidth: null,
    maxHeight: null,
    anamorphic: 'keep',
    crop: { mode: 'off' },
    rotate: 0,
    flip: false,
    frameRate: { mode: 'source', fps: null },
    bitDepth: 8,
    hdr: 'tonemap',
    deinterlace: 'auto',
    deinterlaceTo: 'frames',
    denoise: 'off',
    denoiser: 'hqdn3d',
    sharpen: 'off',
    deband: 'off',
    grayscale: false,
    watermark: null,
    profile: null,
    tune: null,
    gopSeconds: null,
    bFrames: null,
    options: {},
  },
  audio: { ...track, tracks: 'all', languages: [], loudness: null, more: [] },
  subtitles: { tracks: 'all', languages: [], forcedOnly: false, burn: 'none' },
  muxerOptions: {},
} satisfies PresetSettings as PresetSettings & { video: object; audio: object };
