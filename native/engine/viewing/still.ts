/** One picture of a source as JPEG, by its time: a keyframe for a timeline's strip, or exactly what is shown for a player that stands still. */
import { writeFileSync } from 'node:fs';
import type { Frame } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import { toneMapOf } from '../../contract/hdr.ts';
import type { WorkerCommands } from '../../contract/worker-contract.ts';
import type { Control } from '../control.ts';
import { pictureOf, toJpeg } from '../picture.ts';
import { openKeyframes } from './keyframes.ts';
import { createPictureChain } from './picture-filters.ts';
import { openPictures } from './pictures.ts';
import { createKeeper, type Sight } from './source.ts';

type Order = WorkerCommands['still'];

const withKeyframes = createKeeper(openKeyframes);
const withPictures = createKeeper(openPictures);

export async function still(order: Order, control: Control): Promise<void> {
  const { path, ms, exact } = order;
  const isDone = !exact && (await withKeyframes(path, ({ source, at }) => at(ms, control, (frame) => put(frame, source, order))));
  // Some streams begin in other ways than with a keyframe.
  if (!isDone) await withPictures(path, async ({ source, at }) => put(await at(ms, control), source, order));
}

function put(frame: Frame, { video, input }: Sight, { width, out }: Order): void {
  const plan = pictureOf({ ...video, toneMap: toneMapOf(video) }, width);
  const chain = createPictureChain(video, { width: plan.width, height: plan.height, format: 'yuvj420p' }, input.name);
  let jpeg: Buffer | null = null;
  try {
    chain.process(frame, (small) => {
      jpeg ??= toJpeg(small, plan);
    });
  } finally {
    chain.close();
  }
  if (!jpeg) throw new StudioError('source-damaged', `No picture of ${input.name} could be decoded.`);
  writeFileSync(out, jpeg);
}
