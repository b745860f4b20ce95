/** A watermark: a picture file, decoded once before anything is encoded, and laid over every frame. */
import { basename } from 'node:path';
import { type Frame, Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { Watermark } from '../../contract/plan.ts';
import { openDecoder } from '../decoder.ts';
import { createChain } from '../filter-chain.ts';
import { openPicture } from '../picture-file.ts';
import { pictureShape } from '../video-filters.ts';
import type { Painter } from './drawing.ts';
import { createInk, type Surface } from './ink.ts';
import { layInk } from './lay-ink.ts';
import { placeInCorner } from './place.ts';
import { fromRgba, type Graphic, resample } from './resample.ts';

const even = (side: number) => Math.max(2, 2 * Math.round(side / 2));

/** Reads the file; `shape` is the width of the film's pixels to their height. Throws source-missing, source-unreadable, not-media or source-damaged, with a sentence that names it. */
export function readWatermark({ path, width, opacity }: Watermark, shape: number): Graphic {
  const name = basename(path);
  const picture = openPicture(path, 'drawing');
  if (!picture) throw new StudioError('not-media', `The watermark ${name} is no PNG, JPEG or WebP picture.`);
  const { stream, context } = picture;
  const packet = new Packet();
  packet.alloc();
  const chain = createChain(
    name,
    (frame) => pictureShape(frame, { num: 1, den: 25 }, null),
    () => 'format=rgba',
  );
  const decoder = openDecoder({ parameters: stream.codecpar, timeBase: stream.timeBase, name }, 1, null);
  let graphic: Graphic | null = null;
  try {
    const take = (frame: Frame) =>
      chain.process(frame, (rgba) => {
        graphic ??= fromRgba(packedRows(rgba), rgba.width, rgba.height, opacity);
      });
    if (context.readFrameSync(packet) >= 0) decoder?.decode(packet, take);
    decoder?.decode(null, take);
  } finally {
    packet.free();
    chain.close();
    decoder?.close();
    picture.close();
  }
  if (!graphic) throw new StudioError('source-damaged', `The watermark ${name} cannot be decoded.`);
  const whole: Graphic = graphic;
  return resample(whole, width, even((whole.height * width * shape) / whole.width));
}

/** A picture's rows without the room between them. */
function packedRows({ data, linesize, width, height }: Frame): Uint8Array {
  const [bytes = Buffer.alloc(0)] = data ?? [];
  const [pitch = 0] = linesize;
  return Buffer.concat(Array.from({ length: height }, (_, row) => bytes.subarray(row * pitch, row * pitch + width * 4)));
}

export function createWatermarkPainter(graphic: Graphic, { position, margin }: Watermark, surface: Surface): Painter {
  const { x, y } = placeInCorner(graphic, position, margin, surface);
  const inks = [createInk(graphic, x, y, surface)];
  return { paint: (frame, _at, next) => layInk(inks, frame, next), close() {} };
}
