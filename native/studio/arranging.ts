/** Where jobs stand in the list: their places, their priorities, and groups that stay together. */
import type { Commands } from '../contract/contract.ts';
import type { Jobs } from './jobs.ts';
import { leastStep, reorder } from './reorder.ts';

export interface Arranging {
  moveJobs(input: Commands['moveJobs']): void;
  prioritizeJobs(input: Commands['prioritizeJobs']): void;
  groupJobs(input: Commands['groupJobs']): void;
  /** The order of a group's last job, with room behind it for so many; undefined where there is none. */
  endOf(group: string | null, count: number): number | undefined;
}

/** `changed` is called when another job may be next. */
export function createArranging(jobs: Jobs, changed: () => void): Arranging {
  const groupOf = (id: string | undefined) => (id === undefined ? null : jobs.get(id).group);
  const existing = (ids: string[]) => new Set(ids.filter(jobs.has));

  function place(moving: ReadonlySet<string>, before: string | null): void {
    for (const [id, order] of reorder(jobs.ids(), (one) => jobs.get(one).order, moving, before)) jobs.change({ ...jobs.get(id), order });
  }

  /** The job that stands right behind a group, apart from some; undefined where nobody else is in it. */
  function behind(group: string, without: ReadonlySet<string>): string | null | undefined {
    const rest = jobs.ids().filter((id) => !without.has(id));
    const last = rest.findLastIndex((id) => groupOf(id) === group);
    return last < 0 ? undefined : (rest[last + 1] ?? null);
  }

  /** Out of their groups, whose others go on standing together. */
  function ungroup(leaving: ReadonlySet<string>): void {
    for (const group of new Set([...leaving].map(groupOf))) {
      if (group === null) continue;
      const members = new Set([...leaving].filter((id) => groupOf(id) === group));
      const before = behind(group, members);
      if (before !== undefined) place(members, before);
      for (const id of members) jobs.change({ ...jobs.get(id), group: null });
    }
  }

  return {
    moveJobs({ ids, before, group: asked }) {
      const moving = existing(ids);
      const rest = jobs.ids().filter((id) => !moving.has(id));
      const found = before === null ? -1 : rest.indexOf(before);
      const at = found < 0 ? rest.length : found;
      const [above, below] = [groupOf(rest[at - 1]), groupOf(rest[at])];
      const left = new Set(rest.map(groupOf));
      const groupThere = (own: string | null) => {
        if (asked !== undefined) return asked;
        if (above !== null && above === below) return above;
        return own === above || own === below || !left.has(own) ? own : null;
      };
      jobs.together(() => {
        place(moving, before);
        for (const id of moving) {
          const group = groupThere(groupOf(id));
          if (group !== groupOf(id)) jobs.change({ ...jobs.get(id), group });
        }
      });
      changed();
    },
    prioritizeJobs({ ids, priority }) {
      jobs.together(() => {
        for (const id of existing(ids)) if (jobs.get(id).priority !== priority) jobs.change({ ...jobs.get(id), priority });
      });
      changed();
    },
    groupJobs({ ids, group }) {
      const moving = existing(ids);
      const [first] = jobs.ids().filter((id) => moving.has(id));
      if (first === undefined) return;
      jobs.together(() => {
        if (group === null) return ungroup(moving);
        const own = groupOf(first);
        const at = jobs.ids().indexOf(first);
        let before = behind(group, moving);
        // A new group begins behind the one that its first job leaves, or where that job stands.
        if (before === undefined && own !== null) before = behind(own, moving);
        if (before === undefined) before = jobs.ids().find((id, index) => index > at && !moving.has(id)) ?? null;
        place(moving, before);
        for (const id of moving) jobs.change({ ...jobs.get(id), group });
      });
      changed();
    },
    endOf(group, count) {
      const ids = jobs.ids();
      const at = group === null ? -1 : ids.findLastIndex((id) => groupOf(id) === group);
      const [last, next] = [ids[at], ids[at + 1]];
      if (last === undefined) return undefined;
      const step = next === undefined ? 1 : (jobs.get(next).order - jobs.get(last).order) / (count + 1);
      if (step < leastStep) jobs.together(() => ids.forEach((id, index) => void jobs.change({ ...jobs.get(id), order: index + 1 })));
      return jobs.get(last).order;
    },
  };
}
