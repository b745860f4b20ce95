/** What each backend can do to pictures without bringing them down: one row per backend, one function per thing that is asked. */
import type { Backend } from '../contract/hardware.ts';
import type { VideoEncode } from '../contract/plan.ts';

/** Turned clockwise by degrees, then mirrored, in the words of FFmpeg's transpose filters. */
type Turn = 'clock' | 'cclock' | 'reversal' | 'hflip';
const turns: Record<VideoEncode['rotation'], Turn[]> = { 0: [], 90: ['clock'], 180: ['reversal'], 270: ['cclock'] };

interface Row {
  scale(width: number, height: number, format: string): string;
  deinterlace: string;
  turn(turn: Turn): string;
  /** HDR to BT.709 in the given pixel format. */
  toneMap(format: string): string;
}

/**
 * Backends that are not here have no filters of their own in this build (libplacebo finds no Vulkan in it): their pictures
 * come down for anything but encoding.
 */
const rows: Partial<Record<Backend, Row>> = {
  nvenc: {
    scale: (width, height, format) => `scale_cuda=${width}:${height}:format=${format}`,
    deinterlace: 'bwdif_cuda=mode=send_frame:deint=interlaced',
    turn: (turn) => `transpose_cuda=dir=${turn}`,
    toneMap: (format) => `tonemap_cuda=format=${format}:p=bt709:t=bt709:m=bt709:tonemap=hable`,
  },
  vaapi: {
    scale: (width, height, format) => `scale_vaapi=w=${width}:h=${height}:format=${format}`,
    deinterlace: 'deinterlace_vaapi=rate=frame:auto=1',
    turn: (turn) => `transpose_vaapi=dir=${turn}`,
    toneMap: (format) => `tonemap_vaapi=format=${format}:p=bt709:t=bt709:m=bt709`,
  },
  qsv: {
    scale: (width, height, format) => `vpp_qsv=w=${width}:h=${height}:format=${format}`,
    deinterlace: 'deinterlace_qsv',
    turn: (turn) => `vpp_qsv=transpose=${turn}`,
    toneMap: (format) => `vpp_qsv=tonemap=1:format=${format}:out_color_primaries=bt709:out_color_transfer=bt709:out_color_matrix=bt709`,
  },
};

export interface DeviceShape {
  width: number;
  height: number;
  /** The pixel format its pictures would have in memory. */
  format: string;
}

/**
 * Filters that do all a plan asks on its device, or null where they cannot: the pictures then come down once, and go up
 * again for the encoder. An empty string: nothing is asked.
 */
export function deviceFilters(plan: VideoEncode, shape: DeviceShape): string | null {
  const row = plan.device && rows[plan.device.backend];
  if (!row || asksMore(plan)) return null;
  const turned = plan.rotation === 90 || plan.rotation === 270;
  const [width, height] = turned ? [shape.height, shape.width] : [shape.width, shape.height];
  const scaled = width !== plan.width || height !== plan.height;
  const filters = [
    ...(plan.deinterlace ? [row.deinterlace] : []),
    ...(plan.timing === 'constant' && plan.frameRate ? [`fps=${plan.frameRate.num}/${plan.frameRate.den}:start_time=0`] : []),
    ...[...(plan.flip ? (['hflip'] as const) : []), ...turns[plan.rotation]].map(row.turn),
    ...(plan.toneMap ? [row.toneMap(plan.pixelFormat)] : []),
    ...(scaled || (!plan.toneMap && shape.format !== plan.pixelFormat) ? [row.scale(plan.width, plan.height, plan.pixelFormat)] : []),
    ...(scaled ? [`setsar=${plan.sar.num}/${plan.sar.den}`] : []),
  ];
  return filters.join(',');
}

/** Steps that no row has. */
const asksMore = ({ crop, clean, finish, burn, watermark, deinterlace }: VideoEncode) =>
  Boolean(crop || clean.length > 0 || finish.length > 0 || burn || watermark) ||
  (deinterlace !== null && (deinterlace.which !== 'marked' || deinterlace.to !== 'frames'));

/** Whether a backend has filters of its own at all. */
export const hasDeviceFilters = (backend: Backend): boolean => rows[backend] !== undefined;
