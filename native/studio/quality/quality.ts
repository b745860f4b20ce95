/** What an encode would be, measured before it is made: a moment before and after, and the quality that a target asks for. */
import type { Commands } from '../../contract/contract.ts';
import { abortError, StudioError } from '../../contract/errors.ts';
import type { MediaInfo } from '../../contract/media.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Overrides, Preset, PresetSettings } from '../../contract/preset.ts';
import type { Comparison, QualityFound } from '../../contract/quality.ts';
import { isScaled } from '../../contract/quality-scale.ts';
import type { WorkerInputs, WorkerResults } from '../../contract/worker-contract.ts';
import type { Hardware } from '../hardware.ts';
import { makePlan, type PlanInput } from '../plan.ts';
import type { Prober } from '../prober.ts';
import { surveyFor } from '../survey.ts';
import type { SpawnWorker } from '../worker-process.ts';
import { createComparisonPictures, type PicturePair } from './comparisons.ts';
import { besides, candidatesFor, qualityKey, samplePlaces, targetOf } from './target.ts';
import { createMeasurers } from './workers.ts';

export interface QualityDeps {
  spawn: SpawnWorker;
  prober: Prober;
  hardware: Hardware;
  findPreset(id: string): Preset;
  /** For pictures, its own; null where nobody sees any. */
  folder: string | null;
  /** Something is known of a file that was not: its jobs may be told. */
  onFound(path: string): void;
}

/** Who compares: what it asks next takes the place of what it asked before. */
export interface Comparer {
  compare(input: Commands['compare'], signal: AbortSignal): Promise<Comparison>;
  close(): void;
}

export interface Quality {
  findQuality(input: Commands['findQuality'], signal: AbortSignal): Promise<QualityFound>;
  /** One for each page. */
  comparer(): Comparer;
  /** A plan with what is known by now of the quality that its target asks for. */
  plan(input: Commands['plan'], signal: AbortSignal): Promise<Plan>;
  findings: Findings;
  respond(request: Request): Promise<Response | null>;
  pids(): number[];
  close(): Promise<void>;
}

/** Findings of this run, by their key (target.ts). */
export interface Findings {
  quality(key: string): QualityFound | null;
  bytes(key: string): number | null;
  keep(key: string, found: QualityFound): void;
}

/** Findings that are kept, the newest. */
const mostFindings = 500;

interface Asked {
  path: string;
  preset: string;
  overrides: Overrides;
}

export function createQuality({ spawn, prober, hardware, findPreset, folder, onFound }: QualityDeps): Quality {
  const measurers = createMeasurers(spawn);
  const pictures = folder === null ? null : createComparisonPictures(folder);
  const found = new Map<string, QualityFound>();
  const sizes = new Map<string, number>();
  const comparers = new Set<Comparer>();

  function put<T>(table: Map<string, T>, key: string, value: T): void {
    table.delete(key);
    table.set(key, value);
    for (const oldest of table.keys()) {
      if (table.size <= mostFindings) return;
      table.delete(oldest);
    }
  }

  const findings: Findings = {
    quality: (key) => found.get(key) ?? null,
    bytes: (key) => sizes.get(key) ?? null,
    keep: (key, one) => put(found, key, one),
  };

  async function planFor({ path, preset, overrides }: Asked, signal: AbortSignal) {
    const media = await prober.probe(path, signal);
    const settings = findPreset(preset);
    const found = await surveyFor(prober, media, settings, overrides, {}, signal);
    const input: PlanInput = { media, settings, overrides, found, choose: (video, source) => hardware.rungs(video, source)[0] };
    return { ...input, media, settings, overrides };
  }

  /** The plan with the quality that its target asks for, searched for where that is not known yet. */
  async function settledPlan(input: PlanInput & { overrides: Overrides }, signal: AbortSignal): Promise<{ plan: Plan; key: string }> {
    const target = targetOf(input.settings, input.overrides);
    const plan = makePlan(input);
    const key = qualityKey(input.media, plan, target);
    if (!target) return { plan, key };
    const quality = findings.quality(key) ?? (await find(input, key, signal));
    return { plan: makePlan({ ...input, quality }), key };
  }

  async function find(input: PlanInput & { overrides: Overrides }, key: string, signal: AbortSignal): Promise<QualityFound> {
    const { order, tell } = searchOrder(input);
    const quality = tell(await measurers.ask('searchQuality', order, signal));
    findings.keep(key, quality);
    onFound(input.media.path);
    return quality;
  }

  function createComparer(): Comparer {
    let asking = new AbortController();
    let shown: PicturePair | null = null;
    const self: Comparer = {
      async compare({ at, ...asked }, signal) {
        if (!pictures) throw new StudioError('internal', 'Pictures are only made where there is a page to show them.');
        asking.abort(new StudioError('cancelled', 'Another moment is compared instead.'));
        asking = new AbortController();
        const both = AbortSignal.any([signal, asking.signal]);
        const input = await planFor(asked, both);
        const { plan, key } = await settledPlan(input, both);
        if (both.aborted) throw abortError(both);
        const pair = pictures.create();
        try {
          const places = samplePlaces(plan.duration, ...lookPlaces);
          const order = { plan, at: Math.max(0, at - plan.origin), places, ...pair.paths };
          const seen = await measurers.ask('compare', order, both);
          shown?.remove();
          shown = pair;
          const estimatedBytes = wholeSize(plan, input.media, seen.bytesPerSecond);
          if (estimatedBytes !== null) put(sizes, key, estimatedBytes);
          onFound(asked.path);
          const { width, height, score, cost } = seen;
          return { ...pair.urls, width, height, at: plan.origin + seen.at, score, estimatedBytes, speed: 1 / cost };
        } catch (thrown) {
          pair.remove();
          throw thrown;
        }
      },
      close() {
        asking.abort(new StudioError('cancelled', 'The page is gone.'));
        shown?.remove();
        shown = null;
        comparers.delete(self);
      },
    };
    comparers.add(self);
    return self;
  }

  return {
    async findQuality(asked, signal) {
      const input = await planFor(asked, signal);
      const target = targetOf(input.settings, asked.overrides);
      if (!target) throw new StudioError('bad-input', 'These settings name no target of quality, so there is nothing to search for.');
      const key = qualityKey(input.media, makePlan(input), target);
      return findings.quality(key) ?? (await find(input, key, signal));
    },
    async plan(asked, signal) {
      const input = await planFor(asked, signal);
      const target = targetOf(input.settings, asked.overrides);
      const plan = makePlan(input);
      const quality = target && findings.quality(qualityKey(input.media, plan, target));
      return quality ? makePlan({ ...input, quality }) : plan;
    },
    comparer: createComparer,
    findings,
    respond: async (request) => (await pictures?.respond(request)) ?? null,
    pids: measurers.pids,
    async close() {
      for (const comparer of comparers) comparer.close();
      await measurers.close();
      pictures?.close();
    },
  };
}

/** Further places that a comparison weighs, and seconds of each: more than a few take longer than somebody looks. */
const lookPlaces = [3, 1] as const;

/** A search's order to a worker, and how its answer is told. Throws bad-input where there is nothing to search for. */
export function searchOrder(input: PlanInput & { overrides: Overrides }): {
  order: WorkerInputs['searchQuality'];
  tell(answer: WorkerResults['searchQuality']): QualityFound;
} {
  const { media, overrides, settings } = input;
  const target = targetOf(settings, overrides);
  const plan = makePlan(input);
  const codec = codecOf(settings, overrides);
  if (!target || !codec || !isScaled(codec))
    throw new StudioError('bad-input', 'These settings name no quality that could be searched for.');
  // What encodes is chosen once, for the target: another rate might go to a device.
  const rungs = new Map<string, ReturnType<NonNullable<PlanInput['choose']>>>();
  const choose: PlanInput['choose'] =
    input.choose &&
    ((video, source) => {
      const key = JSON.stringify(source);
      if (!rungs.has(key)) rungs.set(key, input.choose?.({ ...video, rate: target }, source));
      return rungs.get(key);
    });
  const planWith = (value: number) =>
    makePlan({ ...input, ...(choose && { choose }), overrides: { ...overrides, 'video.rate': { mode: 'quality', value } } });
  const { metric, value } = target;
  return {
    order: { plan, ...candidatesFor(codec, target, planWith), metric, target: value, places: samplePlaces(plan.duration) },
    tell: ({ bytesPerSecond, cost, ...answer }) => ({
      ...answer,
      estimatedBytes: wholeSize(plan, media, bytesPerSecond),
      estimatedSeconds: plan.duration === null ? null : plan.duration * cost,
    }),
  };
}

const codecOf = (settings: PresetSettings, overrides: Overrides) => overrides['video.codec'] ?? settings.video?.codec;

function wholeSize(plan: Plan, media: MediaInfo, pictureBytesPerSecond: number): number | null {
  if (plan.duration === null) return null;
  if (plan.sizeLimit !== null) return plan.sizeLimit;
  return Math.round((pictureBytesPerSecond + besides(plan, media)) * plan.duration);
}
