/**
 * Encoders on graphics cards, one row each. Their quality scales are not CRF: the offsets are our own estimates, made so that
 * a preset's result has about the size the software encoder gives it; no machine has measured them yet.
 */
import type { Backend, HardwareCodec } from '../contract/hardware.ts';
import type { Speed } from '../contract/preset.ts';
import type { VideoEncoderRow } from './encoders.ts';

type Options = Record<string, string>;
export type DeviceEncoderRow = VideoEncoderRow & { codec: HardwareCodec; backend: Backend };

/** What the codecs' rows share, whatever makes them. */
const codecs: Record<HardwareCodec, Pick<VideoEncoderRow, 'title' | 'usual' | 'pixelFormats'> & { toQp: number }> = {
  // Nothing on the market encodes H.264 with 10 bits in hardware that players could play.
  h264: { title: 'H.264', usual: { bitsPerPixel: 0.1, at: 22, halving: 6 }, pixelFormats: { 8: 'nv12' }, toQp: 1 },
  hevc: { title: 'HEVC', usual: { bitsPerPixel: 0.07, at: 22, halving: 6 }, pixelFormats: { 8: 'nv12', 10: 'p010le' }, toQp: 1 },
  // AV1's quantizer index goes to 255 where its CRF goes to 63.
  av1: { title: 'AV1', usual: { bitsPerPixel: 0.05, at: 30, halving: 9 }, pixelFormats: { 8: 'nv12', 10: 'p010le' }, toQp: 4 },
};

interface BackendRow {
  /** The end of FFmpeg's encoder names. */
  suffix: string;
  codecs: HardwareCodec[];
  /** `value` is on the codec's CRF scale; `toQp` leads from there to its quantizer's. */
  quality(value: number, toQp: number): Options;
  bitrate(bitsPerSecond: number): Options;
  speed(speed: Speed): Options;
  always: Options;
}

const whole = (value: number, most: number) => String(Math.max(1, Math.min(most, Math.round(value))));
const vbv = (rate: number): Options => ({ b: String(rate), maxrate: String(Math.round(rate * 1.5)), bufsize: String(rate * 2) });
/** Nine speeds on a backend's own scale, fastest first. */
const scale =
  (option: string, names: string[]) =>
  (speed: Speed): Options => ({ [option]: names[speedOrder.indexOf(speed)] ?? names[0] ?? '' });
const speedOrder: Speed[] = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower', 'veryslow'];
const none = (): Options => ({});

const backends: Record<Backend, BackendRow> = {
  nvenc: {
    suffix: 'nvenc',
    codecs: ['h264', 'hevc', 'av1'],
    quality: (value) => ({ rc: 'vbr', cq: whole(value + 4, 51), b: '0' }),
    bitrate: (rate) => ({ rc: 'vbr', ...vbv(rate) }),
    speed: scale('preset', ['p1', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p7']),
    always: { tune: 'hq', 'spatial-aq': '1' },
  },
  qsv: {
    suffix: 'qsv',
    codecs: ['h264', 'hevc', 'av1'],
    quality: (value) => ({ global_quality: whole(value + 2, 51) }),
    bitrate: vbv,
    speed: scale('preset', ['veryfast', 'veryfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower', 'veryslow']),
    always: {},
  },
  vaapi: {
    suffix: 'vaapi',
    codecs: ['h264', 'hevc', 'av1'],
    quality: (value, toQp) => ({ rc_mode: 'CQP', global_quality: whole((value + 2) * toQp, toQp === 1 ? 51 : 255) }),
    bitrate: (rate) => ({ rc_mode: 'VBR', ...vbv(rate) }),
    speed: none,
    always: {},
  },
  amf: {
    suffix: 'amf',
    codecs: ['h264', 'hevc', 'av1'],
    quality: (value, toQp) => {
      const qp = whole((value + 3) * toQp, toQp === 1 ? 51 : 255);
      return { rc: 'cqp', qp_i: qp, qp_p: qp };
    },
    bitrate: (rate) => ({ rc: 'vbr_peak', ...vbv(rate) }),
    speed: scale('quality', ['speed', 'speed', 'speed', 'speed', 'balanced', 'balanced', 'quality', 'quality', 'quality']),
    always: { usage: 'transcoding' },
  },
  videotoolbox: {
    suffix: 'videotoolbox',
    codecs: ['h264', 'hevc'],
    // 1 to 100, best last; FFmpeg counts it in units of 118.
    quality: (value) => ({ flags: '+qscale', global_quality: String(Math.round(118 * Math.max(1, 100 - value * 1.8))) }),
    bitrate: (rate) => ({ b: String(rate) }),
    speed: none,
    always: {},
  },
  mediafoundation: {
    suffix: 'mf',
    codecs: ['h264', 'hevc'],
    quality: (value) => ({ rate_control: 'quality', quality: whole(100 - value * 1.6, 100) }),
    bitrate: (rate) => ({ rate_control: 'u_vbr', b: String(rate) }),
    speed: none,
    always: { hw_encoding: '1' },
  },
  vulkan: {
    suffix: 'vulkan',
    codecs: ['h264', 'hevc', 'av1'],
    quality: (value, toQp) => ({ rc_mode: 'cqp', qp: whole((value + 2) * toQp, 255) }),
    bitrate: (rate) => ({ rc_mode: 'vbr', ...vbv(rate) }),
    speed: none,
    always: {},
  },
};

/** All rows, by backend. */
export const deviceEncoders: DeviceEncoderRow[] = Object.entries(backends).flatMap(([backend, row]) =>
  row.codecs.map((codec): DeviceEncoderRow => {
    const { toQp, ...shared } = codecs[codec];
    return {
      ...shared,
      ...{
        name: `${codec}_${row.suffix}`,
        codec,
        backend: backend as Backend,
        always: row.always,
        twoPass: false,
        grid: { width: 2, height: 2 },
      },
      ...{ speed: row.speed, quality: (value) => row.quality(value, toQp), bitrate: row.bitrate },
    };
  }),
);
