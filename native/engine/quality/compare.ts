/** The same moment as it is and as it would be, in seconds: a stretch around it is encoded, then, while there is time, others for the size. */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Frame } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { VideoEncode } from '../../contract/plan.ts';
import type { Progress, WorkerCommands, WorkerResults } from '../../contract/worker-contract.ts';
import { withLog } from '../av-error.ts';
import type { Control } from '../control.ts';
import { toSeconds } from '../legs.ts';
import { shownSize, throughPlan, toPng } from './picture.ts';
import { scoreOf } from './score.ts';
import { filmOf, tellLife } from './search.ts';
import { freeStretch, longestStretch, readStretch, type Stretch } from './stretch.ts';
import { tryStretch } from './trial.ts';
import { partOf, weigh } from './weigh.ts';

type Order = WorkerCommands['compare'];

/** So much film before the moment and behind it, seconds: a picture in the middle is neither a keyframe nor the last before the end. */
const around = 0.8;
/** Pictures of a large format are many pixels: so many at most are encoded, which takes some seconds with slow settings. */
const mostPixels = 120e6;
const leastPictures = 8;
/** Clocks of containers round, seconds. */
const justAfter = 0.002;
/** No further place is begun after this, ms. */
const enoughMs = 5000;

export async function compare(order: Order, control: Control, tell: (progress: Progress) => void): Promise<WorkerResults['compare']> {
  tellLife(control, tell);
  try {
    return await look(order, control);
  } catch (thrown) {
    throw await withLog(thrown);
  }
}

async function look(order: Order, control: Control): Promise<WorkerResults['compare']> {
  const film = filmOf(order);
  const seconds = lengthFor(film);
  const moment = await seeMoment(order, film, seconds, control);
  const parts = [moment.part];
  for (const place of order.places) {
    if (control.elapsed() > enoughMs) break;
    const stretch = await readStretch(order.plan, film, { ...place, seconds: Math.min(place.seconds, seconds) }, control);
    try {
      parts.push(partOf(stretch, await tryStretch(stretch, film, {}, control)));
    } finally {
      freeStretch(stretch);
    }
  }
  const { bytesPerSecond, cost } = weigh(parts, Number(film.options['g']) || null);
  const score = scoreOf([moment.part.measured]);
  return { ...shownSize(film), at: moment.at, score, bytesPerSecond, cost: cost * (order.plan.twoPass ? 2 : 1) };
}

/** How much film is encoded around the moment, seconds. */
function lengthFor(film: VideoEncode): number {
  const perSecond = film.frameRate ? film.frameRate.num / film.frameRate.den : 30;
  const pictures = Math.max(leastPictures, mostPixels / (film.width * film.height));
  return Math.min(2 * around, pictures / perSecond, longestStretch(film));
}

/** Encodes a stretch around the moment and writes its two pictures. */
async function seeMoment({ plan, at, before, after }: Order, film: VideoEncode, seconds: number, control: Control) {
  const latest = Math.max(0, (plan.duration ?? Infinity) - seconds);
  const start = Math.max(0, Math.min(at - seconds / 2, latest));
  const due = at - start;
  const interval = film.frameRate ? film.frameRate.den / film.frameRate.num : 1 / 25;
  // Source pictures near the moment: which one is the same as the coded one shows only when that is known.
  const near: { time: number; frame: Frame }[] = [];
  let stretch: Stretch | null = null;
  try {
    stretch = await readStretch(plan, film, { start, seconds }, control, (frame, time) => {
      if (time > due + justAfter && near.length > 0) return;
      const copy = frame.clone();
      if (copy) near.push({ time, frame: copy });
      while (near[1] && near[1].time < due - 2 * interval - justAfter) near.shift()?.frame.free();
    });
    const { pictures, timeBase } = stretch;
    const times = pictures.map(({ pts }) => toSeconds(pts, timeBase));
    const place = Math.max(
      0,
      times.findLastIndex((time) => time <= due + justAfter),
    );
    const shown = times[place] ?? 0;
    let coded: Buffer | null = null;
    const trial = await tryStretch(stretch, film, {}, control, (frame, index) => {
      if (index === place) coded = toPng(film, frame, plan.source);
    });
    const same = near.findLast(({ time }) => time <= shown + justAfter) ?? near[0];
    if (!coded || !same) throw new StudioError('source-damaged', `No picture of ${basename(plan.source)} could be decoded there.`);
    throughPlan(film, same.frame, plan.source, (frame) => writeFileSync(before, toPng(film, frame, plan.source)));
    writeFileSync(after, coded);
    return { part: partOf(stretch, trial), at: start + shown };
  } finally {
    for (const { frame } of near) frame.free();
    if (stretch) freeStretch(stretch);
  }
}
