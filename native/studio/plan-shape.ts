/** What shape a picture gets: cropped as it is seen, turned, and made to fit. */
import { StudioError } from '../contract/errors.ts';
import type { Borders, Rational, VideoStream } from '../contract/media.ts';
import type { VideoEncode } from '../contract/plan.ts';
import type { VideoSettings } from '../contract/preset.ts';

export type Shape = Pick<VideoEncode, 'crop' | 'flip' | 'rotation' | 'width' | 'height' | 'sar'>;
type Angle = VideoEncode['rotation'];

/** Pixels that sides must be multiples of. */
export interface Grid {
  width: number;
  height: number;
}

/** Less than this is left of a side by mistake, pixels; some encoders take no smaller picture. */
const leastSide = 16;

/** `found` is what automatic cropping takes away. Throws bad-crop where too little is left. */
export function planShape(stream: VideoStream, settings: VideoSettings, found: Borders | null, limits: Limits, grid: Grid): Shape {
  const crop = cropOf(stream, settings, found);
  const turn = turned(stream, settings);
  const size = {
    width: stream.width - (crop ? crop.left + crop.right : 0),
    height: stream.height - (crop ? crop.top + crop.bottom : 0),
  };
  return { crop, ...turn, ...fitted(size, stream.sar, turn.rotation, settings.anamorphic, limits, grid) };
}

/** Of the picture as shown upright; Infinity for none. */
export interface Limits {
  width: number;
  height: number;
}

const isQuarter = (angle: number) => angle === 90 || angle === 270;

/** The picture as it is shown upright, pixels of the source. */
export const uprightSize = ({ width, height, rotation }: VideoStream): Limits =>
  isQuarter(rotation) ? { width: height, height: width } : { width, height };

function cropOf(stream: VideoStream, { crop }: VideoSettings, found: Borders | null): Borders | null {
  const asked = crop.mode === 'manual' ? crop : crop.mode === 'auto' ? found : null;
  if (!asked || asked.top + asked.bottom + asked.left + asked.right === 0) return null;
  const upright = uprightSize(stream);
  if (upright.width - asked.left - asked.right < leastSide || upright.height - asked.top - asked.bottom < leastSide)
    throw new StudioError(
      'bad-setting',
      `The crop leaves too little of the picture, which is ${upright.width}×${upright.height}. Leave at least ${leastSide} pixels of each side.`,
    );
  return asStored(asked, stream);
}

/** Edges of the upright picture, as they lie in the file: turned back, then mirrored back. */
function asStored({ top, right, bottom, left }: Borders, { rotation, flip }: VideoStream): Borders {
  const edges = [top, right, bottom, left];
  // A turn by 90° clockwise brings the left edge to the top.
  const at = (edge: number) => edges[(edge + rotation / 90) % 4] ?? 0;
  const [up, east, down, west] = [at(0), at(1), at(2), at(3)];
  return { top: up, bottom: down, left: flip ? east : west, right: flip ? west : east };
}

/** The file's own turn and the one that is asked for, as one mirror and one turn: a mirror after a turn is one before the opposite turn. */
function turned({ rotation, flip }: VideoStream, settings: VideoSettings): { rotation: Angle; flip: boolean } {
  const both = (rotation + settings.rotate) % 360;
  return { rotation: (settings.flip ? (360 - both) % 360 : both) as Angle, flip: flip !== settings.flip };
}

/**
 * The largest picture inside the limits that is no larger than the source. Limits are held against the shape as shown
 * (upright, square pixels); an upright film turns them.
 */
function fitted(
  stored: Limits,
  storedSar: Rational,
  rotation: Angle,
  anamorphic: VideoSettings['anamorphic'],
  limits: Limits,
  grid: Grid,
): { width: number; height: number; sar: Rational } {
  const [width, height] = isQuarter(rotation) ? [stored.height, stored.width] : [stored.width, stored.height];
  const sar = isQuarter(rotation) ? { num: storedSar.den, den: storedSar.num } : storedSar;
  const shape = sar.num / sar.den;
  // Wide pixels are drawn wider, tall ones taller: nothing is shown smaller than it is stored.
  const shown = { width: width * Math.max(1, shape), height: height / Math.min(1, shape) };
  const upright = shown.height > shown.width;
  const [limitX, limitY] = upright ? [limits.height, limits.width] : [limits.width, limits.height];
  const factor = Math.min(1, limitX / shown.width, limitY / shown.height);
  const whole = (side: number, step: number) =>
    step === 1 ? Math.max(1, Math.round(side * factor)) : Math.max(step, Math.floor((side * factor + 0.5) / step) * step);
  const square = anamorphic === 'square';
  return {
    width: whole(square ? shown.width : width, grid.width),
    height: whole(square ? shown.height : height, grid.height),
    sar: square ? { num: 1, den: 1 } : sar,
  };
}
