/** What jobs are exported with, as an editor of their changes sees it: one's own, or what several share. */
import type { Job } from '../../../native/contract/contract.ts';
import { fitted } from '../../../native/contract/fitted.ts';
import { applyOverrides } from '../../../native/contract/overrides.ts';
import type { FieldKey, Overrides, Preset, PresetSettings } from '../../../native/contract/preset.ts';
import { attempt } from '../../notices.ts';
import type { Editing } from '../../presets/fields/editing.ts';
import type { Mirror } from '../../studio.ts';
import { call, jobOf } from '../../studio.ts';

export interface Edited {
  jobs: Job[];
  /** Of the preset that all go by. */
  preset: Preset;
  /** The preset with the changes that all share. */
  settings: PresetSettings;
  /** Settings that one or another has of its own and not all alike. */
  differing: ReadonlySet<string>;
  /** What all share. */
  overrides: Overrides;
  /** Changes settings of all the jobs; undefined takes a change back. Each keeps what it has of its own besides. */
  set(change: { [K in keyof Overrides]?: Overrides[K] | undefined }): void;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** null where they do not all go by one preset. */
export function editedOf(jobs: Job[], presets: Mirror['presets']): Edited | null {
  const [first] = jobs;
  const preset = presets[first?.preset ?? ''];
  if (!first || !preset || jobs.some((job) => job.preset !== first.preset)) return null;
  const keys = [...new Set(jobs.flatMap((job) => Object.keys(job.overrides)))] as (keyof Overrides)[];
  const shared = keys.filter((key) => jobs.every((job) => same(job.overrides[key], first.overrides[key])));
  const overrides = Object.fromEntries(shared.map((key) => [key, first.overrides[key]])) as Overrides;
  return {
    jobs,
    preset,
    settings: applyOverrides(preset, overrides),
    differing: new Set(keys.filter((key) => !shared.includes(key))),
    overrides,
    set: (change) => attempt(changeAll(jobs, change)),
  };
}

/** What jobs were last given, until the studio has told it: a second change builds on the first, however soon it comes. */
const given = new Map<string, Overrides>();
/** The state may be told a little after the answer, ms. */
const toldMs = 1000;

/** What a job changes of its preset, with what was asked a moment ago. */
export const latest = (job: Job): Overrides => given.get(job.id) ?? jobOf(job.id)?.overrides ?? job.overrides;

/** Jobs that have the same changes are changed by one call. */
async function changeAll(jobs: Job[], change: Parameters<Edited['set']>[0]): Promise<void> {
  const calls = new Map<string, { ids: string[]; overrides: Overrides }>();
  for (const job of jobs) {
    const { id } = job;
    const next = { ...latest(job), ...change } as Overrides;
    for (const key of Object.keys(change) as (keyof Overrides)[]) if (change[key] === undefined) delete next[key];
    given.set(id, next);
    const known = calls.get(JSON.stringify(next));
    if (known) known.ids.push(id);
    else calls.set(JSON.stringify(next), { ids: [id], overrides: next });
  }
  const forget = ({ ids, overrides }: { ids: string[]; overrides: Overrides }) => {
    for (const id of ids) if (same(given.get(id), overrides)) given.delete(id);
  };
  await Promise.all(
    [...calls.values()].map(async (one) => {
      try {
        await call('changeJobs', one);
        setTimeout(forget, toldMs, one);
      } catch (thrown) {
        forget(one);
        throw thrown;
      }
    }),
  );
}

/** For the controls that presets have, too: what contradicts a change gives way. */
export function editingOf(edited: Edited): Editing {
  return {
    settings: edited.settings,
    isChanged: (key) => isChanged(edited, [key]),
    set(changes) {
      const next = { ...changes };
      let settings = edited.settings;
      for (const [key, value] of Object.entries(changes) as [FieldKey, unknown][]) {
        const { settings: fitting, moved } = fitted(settings, key, value);
        settings = fitting;
        for (const { key: other, to } of moved) next[other as FieldKey] = to;
      }
      edited.set(next as Overrides);
    },
    reset: (keys) => edited.set(Object.fromEntries(keys.map((key) => [key, undefined]))),
  };
}

/** What the person changed of these settings, by the shared changes or by one or another file. */
export const isChanged = ({ overrides, differing }: Edited, keys: (keyof Overrides)[]) =>
  keys.some((key) => overrides[key] !== undefined || differing.has(key));
