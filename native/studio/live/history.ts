/** What was: the newest events of every session, and its figures of the last ten minutes. */
import type { State } from '../../contract/contract.ts';
import type { LiveEvent, LiveHealth } from '../../contract/live.ts';
import type { StateOwner } from '../../contract/state.ts';

export interface History {
  event(session: string, event: LiveEvent): void;
  /** One second's figures. */
  figures(session: string, health: LiveHealth): void;
  forget(session: string): void;
}

const mostEvents = 500;
/** Rows in one record, so that a second's news is small; and records kept: ten minutes. */
const rowsInOne = 10;
const mostRecords = 60;

export function createHistory(state: StateOwner<State>): History {
  let lastEvent = 0;
  const dropped = new Map<string, number>();
  const of = <T extends { session: string }>(table: Readonly<Record<string, T>>, session: string) =>
    Object.entries(table).filter(([, record]) => record.session === session);

  return {
    event(session, event) {
      state.put('liveEvents', String(++lastEvent).padStart(9, '0'), { ...event, session });
      const old = of(state.all('liveEvents'), session).sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [id] of old.slice(0, Math.max(0, old.length - mostEvents))) state.remove('liveEvents', id);
    },
    figures(session, { targets, encoderDropped, lagMs }) {
      const now = Date.now();
      const total = encoderDropped + targets.reduce((sum, target) => sum + target.droppedFrames, 0);
      const kbps = targets.reduce((sum, target) => sum + target.kbps, 0);
      const queue = Math.max(0, ...targets.map((target) => target.queueSeconds));
      const row: [number, number, number, number] = [kbps, Math.max(0, total - (dropped.get(session) ?? total)), lagMs, queue];
      dropped.set(session, total);
      const records = of(state.all('liveFigures'), session).sort(([, a], [, b]) => a.from - b.from);
      const [id, last] = records.at(-1) ?? [];
      if (id !== undefined && last && last.rows.length < rowsInOne) state.put('liveFigures', id, { ...last, rows: [...last.rows, row] });
      else state.put('liveFigures', `${session}:${now}`, { session, from: now, rows: [row] });
      for (const [old] of records.slice(0, Math.max(0, records.length - mostRecords))) state.remove('liveFigures', old);
    },
    forget(session) {
      dropped.delete(session);
      for (const table of ['liveEvents', 'liveFigures'] as const)
        for (const [id] of of<{ session: string }>(state.all(table), session)) state.remove(table, id);
    },
  };
}
