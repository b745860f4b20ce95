/** What is drawn into the finished picture: a subtitle first, a watermark above it. */
import type { Frame, Stream } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { Borders, Rational } from '../../contract/media.ts';
import type { Plan, VideoEncode } from '../../contract/plan.ts';
import type { Control } from '../control.ts';
import { inMemory } from '../devices.ts';
import { toSeconds } from '../legs.ts';
import type { Surface } from './ink.ts';
import { createPicturePainter } from './pictures.ts';
import { pixelLayout } from './pixel-layout.ts';
import type { Stage } from './place.ts';
import { readTrack, type SubtitleTrack } from './read-track.ts';
import type { Graphic } from './resample.ts';
import { createTextPainter } from './text.ts';
import { createWatermarkPainter, readWatermark } from './watermark.ts';

export interface Painter {
  /** Hands the frame on as it is or with something drawn on it. `at` is its time in milliseconds; frames are only valid during the call. */
  paint(frame: Frame, at: number, next: (frame: Frame) => void): void;
  close(): void;
}

/** What is to be drawn, read before the encode starts and used in each of its passes. */
export interface Drawn {
  track: SubtitleTrack | null;
  watermark: Graphic | null;
}

/** By the plan's own stream. Throws what is wrong with a watermark's file. */
export async function readDrawn(plan: Plan, control: Control): Promise<Map<number, Drawn>> {
  const drawn = new Map<number, Drawn>();
  for (const stream of plan.streams) {
    if (stream.kind !== 'video' || stream.action !== 'encode' || !(stream.burn || stream.watermark)) continue;
    const span = { origin: plan.origin, length: plan.duration };
    const watermark = stream.watermark && readWatermark(stream.watermark, stream.sar.num / stream.sar.den);
    drawn.set(stream.input, { watermark, track: stream.burn && (await readTrack(plan.source, stream.burn, stream.input, span, control)) });
  }
  return drawn;
}

export interface Drawing {
  /** Frames as they go to the encoder, times in the encoder's time base. */
  draw(frame: Frame, next: (frame: Frame) => void): void;
  close(): void;
}

/** null where nothing is drawn. */
export function createDrawing(
  plan: VideoEncode,
  drawn: Drawn | undefined,
  source: Stream,
  timeBase: Rational,
  subject: string,
): Drawing | null {
  if (!drawn) return null;
  const layout = pixelLayout(plan.pixelFormat);
  if (!layout) throw new StudioError('internal', `Nothing can be drawn into pictures of the kind ${plan.pixelFormat}.`);
  const surface: Surface = { width: plan.width, height: plan.height, layout, color: plan.color };
  const painters: Painter[] = [];
  if (drawn.track && plan.burn) {
    const { track } = drawn;
    const stage = stageOf(plan, source);
    painters.push(createPicturePainter(track, plan.burn, surface, stage) ?? createTextPainter(track, plan, stage, timeBase, subject));
  }
  if (drawn.watermark && plan.watermark) painters.push(createWatermarkPainter(drawn.watermark, plan.watermark, surface));

  function paint(from: number, frame: Frame, at: number, next: (frame: Frame) => void): void {
    const painter = painters[from];
    if (painter) painter.paint(frame, at, (painted) => paint(from + 1, painted, at, next));
    else next(frame);
  }
  return {
    draw(frame, next) {
      const memory = inMemory(frame);
      try {
        paint(0, memory.frame, toSeconds(frame.pts, timeBase) * 1000, next);
      } finally {
        memory.done();
      }
    },
    close() {
      for (const painter of painters) painter.close();
    },
  };
}

function stageOf(plan: VideoEncode, { codecpar }: Stream): Stage {
  const isTurned = plan.rotation === 90 || plan.rotation === 270;
  const [width, height] = isTurned ? [codecpar.height, codecpar.width] : [codecpar.width, codecpar.height];
  const { top, right, bottom, left } = uprightBorders(plan);
  const kept = { x: left, y: top, width: width - left - right, height: height - top - bottom };
  return { output: { width: plan.width, height: plan.height }, whole: { width, height }, kept, shape: plan.sar.num / plan.sar.den };
}

/** What is cut away of the picture as it lies in the file, by its sides once it is mirrored and turned. */
function uprightBorders({ crop, flip, rotation }: VideoEncode): Borders {
  const { top, bottom, left, right } = crop ?? { top: 0, bottom: 0, left: 0, right: 0 };
  const clockwise = flip ? [top, left, bottom, right] : [top, right, bottom, left];
  const [up = 0, east = 0, down = 0, west = 0] = clockwise.map((_, side) => clockwise[(side + 4 - rotation / 90) % 4] ?? 0);
  return { top: up, right: east, bottom: down, left: west };
}
