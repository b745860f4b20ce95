/** One lossless job from its files as they are now to a proved result. */
import { basename } from 'node:path';
import type { Job } from '../../contract/contract.ts';
import type { LosslessOrder } from '../../contract/lossless.ts';
import type { MediaInfo } from '../../contract/media.ts';
import type { RemuxPlan } from '../../contract/remux-plan.ts';
import { isUnchanged, type JobRuns, type Runner } from '../job-run.ts';
import type { Jobs } from '../jobs.ts';
import type { Prober } from '../prober.ts';
import { describeRemux } from './log-words.ts';
import { makeRemuxPlan, type RemuxSources } from './plan.ts';

export interface LosslessDeps {
  jobs: Jobs;
  runs: JobRuns;
  prober: Prober;
  /** A disk that fills up is waited for. */
  patient: boolean;
}

export function createLosslessRunner({ jobs, runs, prober, patient }: LosslessDeps): Runner {
  /** Everything the plan has to know of the files. */
  async function read(media: MediaInfo, order: LosslessOrder, signal: AbortSignal): Promise<RemuxSources> {
    const { segments, cut } = order;
    const joined: MediaInfo[] = [];
    for (const path of order.join) joined.push(await prober.probe(path, signal));
    const beside: MediaInfo[] = [];
    for (const path of order.files) beside.push(await prober.probeExtra(path, signal));
    const places = segments.length > 0 ? await prober.cutPlaces({ path: media.path, segments, cut }, signal) : [];
    return { media, joined, beside, places };
  }

  async function plan(id: string, signal: AbortSignal): Promise<{ plan: RemuxPlan; extension: string }> {
    const known = jobs.get(id);
    const media = isUnchanged(known.media) ? known.media : await prober.probe(known.source, signal);
    const job = jobs.get(id); // it may have been changed meanwhile
    const order = job.lossless as LosslessOrder;
    // What was read is shown even where it cannot be used as it is ordered.
    if (job.media !== media) jobs.change({ ...job, media });
    // A draft that will be split is planned as a whole: its parts are jobs of their own once it is submitted.
    const made = makeRemuxPlan(await read(media, order, signal), { ...order, split: false });
    const now = jobs.get(id);
    const { notes, estimatedBytes } = made.plan;
    const next: Job = { ...now, notes, estimatedBytes, outline: made.outline };
    if (now.lossless === order && JSON.stringify(next) !== JSON.stringify(now)) jobs.change(next);
    return { plan: made.plan, extension: made.outline.extension };
  }

  return {
    prepare: async (id, signal) => void (await plan(id, signal)),
    async run(id, { lease }, signal) {
      try {
        const made = await plan(id, signal);
        const { lossless, media, source } = jobs.get(id);
        for (const line of describeRemux(made.plan)) jobs.log.add(id, line);
        return await runs.tryOnce(id, {
          extension: made.extension,
          done: 'Written',
          stage: 'copying',
          modified: lossless?.keepDates ? (media?.modified ?? null) : null,
          work: ({ partial }, onProgress) =>
            lease.call(
              'remux',
              { plan: made.plan, partial, waitForSpace: patient },
              { work: `Copying ${basename(source)}`, signal, onProgress },
            ),
        });
      } catch (thrown) {
        return runs.endedBy(id, thrown, signal);
      }
    },
  };
}
