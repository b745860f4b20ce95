/** Searches the least quality that still measures as well as asked: a few encodes of stretches all over the film. */
import { StudioError } from '../../contract/errors.ts';
import type { VideoEncode } from '../../contract/plan.ts';
import type { Score } from '../../contract/quality.ts';
import type { Progress, WorkerCommands, WorkerResults } from '../../contract/worker-contract.ts';
import { withLog } from '../av-error.ts';
import { createClock } from '../clock.ts';
import type { Control } from '../control.ts';
import { freeStretch, longestStretch, readStretch, type Stretch } from './stretch.ts';
import { tryStretch } from './trial.ts';
import { type Part, partOf, type Weighed, weigh } from './weigh.ts';

type Order = WorkerCommands['searchQuality'];

/** Encodes of all stretches at most. */
const mostProbes = 7;
/** Near enough above the target, on the scale of `levelOf`: what nobody sees. */
const nearEnough = 0.12;
/** What a step of CRF is worth there, about, before two encodes have told. */
const usualSlope = 0.65;

/** The film that a plan encodes. */
export function filmOf({ plan }: Pick<Order, 'plan'>): VideoEncode {
  const film = plan.streams.find((stream): stream is VideoEncode => stream.action === 'encode' && stream.kind === 'video');
  if (!film) throw new StudioError('nothing-to-export', 'No picture of this file is encoded, so there is no quality to be measured.');
  return film;
}

/** Both metrics as figures that fall evenly with CRF: XPSNR as it is, SSIM in dB (1 is infinite: 60 stands for it). */
const levelOf = (metric: Order['metric'], value: number) =>
  metric === 'xpsnr' ? value : Math.min(60, -10 * Math.log10(Math.max(1e-6, 1 - value)));
const figureOf = (metric: Order['metric'], score: Score) => levelOf(metric, score[metric]);

export async function searchQuality(
  order: Order,
  control: Control,
  tell: (progress: Progress) => void,
): Promise<WorkerResults['searchQuality']> {
  tellLife(control, tell);
  try {
    return await search(order, control);
  } catch (thrown) {
    throw await withLog(thrown);
  }
}

/** Signs of life, for as long as the control turns. How many encodes it will take is not known. */
export function tellLife(control: Control, tell: (progress: Progress) => void): void {
  const nothing = () => 0;
  const clock = createClock(null, control.elapsed, nothing, nothing, tell);
  clock.stage('searching');
  control.onTick(() => clock.report());
}

async function search(order: Order, control: Control): Promise<WorkerResults['searchQuality']> {
  const { plan, candidates, metric, target } = order;
  const film = filmOf(order);
  const stretches = createStretches(order, film, control);
  const wanted = levelOf(metric, target);
  const known = new Map<number, Weighed>();
  const level = (place: number) => figureOf(metric, (known.get(place) as Weighed).score);

  async function probe(place: number): Promise<void> {
    const parts: Part[] = [];
    for (let index = 0; index < order.places.length; index++) {
      const stretch = await stretches.take(index);
      try {
        const trial = await tryStretch(stretch, { ...film, options: candidates[place]?.options ?? {} }, {}, control);
        parts.push(partOf(stretch, trial));
      } finally {
        stretches.leave();
      }
    }
    known.set(place, weigh(parts, Number(film.options['g']) || null));
  }

  try {
    let place = Math.min(candidates.length - 1, order.guess);
    while (!known.has(place)) {
      await probe(place);
      // Candidates go from the best to the worst: the last that is good enough, the first that is not.
      const good = [...known.keys()].filter((one) => level(one) >= wanted);
      const best = Math.max(-1, ...good);
      const bad = Math.min(candidates.length, ...[...known.keys()].filter((one) => one > best && level(one) < wanted));
      if (known.size >= mostProbes && best >= 0) break;
      if (best >= 0 && (bad - best <= 1 || level(best) - wanted <= nearEnough)) break;
      if (best < 0 && known.has(0)) break;
      const next = best < 0 && known.size >= mostProbes ? 0 : Math.floor(guessBetween(best, bad));
      place = Math.max(best + 1, Math.min(bad - 1, next));
    }
    const reached = [...known.keys()].filter((one) => level(one) >= wanted);
    const chosen = reached.length > 0 ? Math.max(...reached) : 0;
    const { score, bytesPerSecond, cost } = known.get(chosen) as Weighed;
    const value = candidates[chosen]?.value ?? 0;
    return {
      value,
      score,
      reached: reached.length > 0,
      bytesPerSecond,
      cost: cost * (plan.twoPass ? 2 : 1),
      seconds: control.elapsed() / 1000,
    };
  } finally {
    stretches.close();
  }

  /** Where the target is, by a straight line through what is known on both sides, or from one side on. */
  function guessBetween(best: number, bad: number): number {
    const step = Math.abs((candidates[1]?.value ?? 1) - (candidates[0]?.value ?? 0)) || 1;
    const sorted = [...known.keys()].sort((a, b) => Math.abs(level(a) - wanted) - Math.abs(level(b) - wanted));
    const near = sorted[0] ?? 0;
    const other = best >= 0 && bad < candidates.length ? (near === best ? bad : best) : sorted[1];
    const measured = other === undefined ? 0 : (level(other) - level(near)) / (near - other);
    const slope = measured > 0 ? measured : usualSlope * step;
    return near + (level(near) - wanted) / slope;
  }
}

/** The stretches of an order: kept in memory as far as it goes, else read again for every encode. */
function createStretches({ plan, places }: Order, film: VideoEncode, control: Control) {
  const kept = new Map<number, Stretch>();
  let passing: Stretch | null = null;
  const longest = longestStretch(film);
  let used = 0;

  return {
    async take(index: number): Promise<Stretch> {
      const known = kept.get(index);
      if (known) return known;
      const place = places[index] ?? { start: 0, seconds: 1 };
      const stretch = await readStretch(plan, film, { ...place, seconds: Math.min(place.seconds, longest) }, control);
      if (used + stretch.seconds <= longest) {
        kept.set(index, stretch);
        used += stretch.seconds;
      } else passing = stretch;
      return stretch;
    },
    leave(): void {
      if (passing) freeStretch(passing);
      passing = null;
    },
    close() {
      this.leave();
      for (const stretch of kept.values()) freeStretch(stretch);
    },
  };
}
