/** Where things lie on the finished picture: subtitles by their canvas, a watermark by its corner. */
import type { WatermarkPlace } from '../../contract/preset.ts';

export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  x: number;
  y: number;
}

/** The finished picture and what of the source is seen on it. */
export interface Stage {
  /** Of the picture as it is encoded. */
  output: Size;
  /** The source's whole picture upright, in its own pixels. */
  whole: Size;
  /** What of it is kept. */
  kept: Box;
  /** Width of a source's pixel to its height. */
  shape: number;
}

/** The finished picture with square pixels. */
export const shownSize = ({ output, shape }: Stage): Size => ({ width: Math.round(output.width * shape), height: output.height });

/** Canvases of television's size are stretched over the whole picture, whatever its shape. */
const televisionWidth = 720;
/** Shapes nearer than this are the same. */
const tolerance = 0.02;

/**
 * A box of a subtitle's canvas on the finished picture. A canvas of another shape than the picture is that of the film
 * before its borders were cut away: it covers the picture and lies in its middle. What would lie outside is moved in.
 */
export function placeOnStage(box: Box, canvas: Size, { output, whole, kept, shape }: Stage): Box {
  const [scaleX, scaleY] = [output.width / kept.width, output.height / kept.height];
  const isStretched =
    canvas.width <= televisionWidth || Math.abs((canvas.width / canvas.height / whole.width) * whole.height - 1) < tolerance;
  const cover = Math.max((whole.width * shape) / canvas.width, whole.height / canvas.height);
  const [toX, toY] = isStretched ? [whole.width / canvas.width, whole.height / canvas.height] : [cover / shape, cover];
  const [marginX, marginY] = [(whole.width - canvas.width * toX) / 2, (whole.height - canvas.height * toY) / 2];
  const fit = Math.min(1, output.width / (box.width * toX * scaleX), output.height / (box.height * toY * scaleY));
  const size = (side: number) => Math.max(1, Math.round(side * fit));
  const [width, height] = [size(box.width * toX * scaleX), size(box.height * toY * scaleY)];
  const inside = (at: number, side: number, room: number) => Math.round(Math.max(0, Math.min(room - side, at)));
  return {
    x: inside((marginX + box.x * toX - kept.x) * scaleX, width, output.width),
    y: inside((marginY + box.y * toY - kept.y) * scaleY, height, output.height),
    width,
    height,
  };
}

/** Shares of the room that is left beside a thing. */
const corners: Record<WatermarkPlace, [number, number]> = {
  'top-left': [0, 0],
  'top-right': [1, 0],
  'bottom-left': [0, 1],
  'bottom-right': [1, 1],
  center: [0.5, 0.5],
};

/** The margin is held on all sides; in the middle it makes no difference. On even places, where colours of most pictures have an edge. */
export function placeInCorner({ width, height }: Size, position: WatermarkPlace, margin: number, output: Size): Box {
  const [across, down] = corners[position];
  const at = (room: number, side: number, share: number) => 2 * Math.floor((margin + (room - side - 2 * margin) * share) / 2);
  return { x: at(output.width, width, across), y: at(output.height, height, down), width, height };
}
