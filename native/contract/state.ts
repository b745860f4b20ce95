/** The shared state as tables of records, and the patches that keep a mirror equal to it. */

/** table → record id → record. Records are JSON-safe and replaced whole, never edited. */
export type Tables = Record<string, Record<string, unknown>>;

/** A change, or with `whole` the state itself (the first push after connecting). */
export interface Patch {
  whole?: true;
  put: Tables;
  remove: Record<string, string[]>;
}

/** The state after a patch. Tables the patch does not touch keep their identity, so that a page renders only what changed. */
export function applyPatch<T extends Tables>(state: T, patch: Patch): T {
  const next: Tables = patch.whole ? Object.fromEntries(Object.keys(state).map((table) => [table, {}])) : { ...state };
  for (const [table, records] of Object.entries(patch.put)) next[table] = { ...next[table], ...records };
  for (const [table, ids] of Object.entries(patch.remove)) {
    const left = { ...next[table] };
    for (const id of ids) delete left[id];
    next[table] = left;
  }
  return next as T;
}

/** One patch that does what two did, one after the other. */
export function mergePatches(earlier: Patch, later: Patch): Patch {
  if (later.whole) return later;
  const merged: Patch = { ...(earlier.whole && { whole: true }), put: { ...earlier.put }, remove: { ...earlier.remove } };
  for (const [table, records] of Object.entries(later.put)) {
    merged.put[table] = { ...merged.put[table], ...records };
    const removed = merged.remove[table]?.filter((id) => !Object.hasOwn(records, id));
    if (removed) merged.remove[table] = removed;
  }
  for (const [table, ids] of Object.entries(later.remove)) {
    const put = { ...merged.put[table] };
    for (const id of ids) delete put[id];
    merged.put[table] = put;
    merged.remove[table] = [...new Set([...(merged.remove[table] ?? []), ...ids])];
  }
  return merged;
}

/** The owner's side: changes are made here and told to subscribers, all changes of one turn as one patch. */
export interface StateOwner<T extends Tables> {
  get<K extends keyof T & string>(table: K, id: string): T[K][string] | undefined;
  all<K extends keyof T & string>(table: K): Readonly<T[K]>;
  put<K extends keyof T & string>(table: K, id: string, record: T[K][string]): void;
  remove<K extends keyof T & string>(table: K, id: string): void;
  /** Sends the whole state at once, then every patch. Returns the way out. */
  subscribe(listener: (patch: Patch) => void): () => void;
}

/** A table without a prototype: ids come from outside, and `constructor` must not be a record that was never put. */
const noRecords = (): Record<string, unknown> => Object.create(null);

export function createState<T extends Tables>(initial: T): StateOwner<T> {
  const tables: Tables = Object.fromEntries(
    Object.entries(structuredClone(initial)).map(([name, records]) => [name, Object.assign(noRecords(), records)]),
  );
  const listeners = new Set<(patch: Patch) => void>();
  let changed = new Map<string, Set<string>>();

  function touch(table: string, id: string): void {
    if (listeners.size === 0) return;
    if (changed.size === 0) queueMicrotask(flush);
    let ids = changed.get(table);
    if (!ids) changed.set(table, (ids = new Set()));
    ids.add(id);
  }

  function flush(): void {
    if (changed.size === 0) return;
    const patch: Patch = { put: {}, remove: {} };
    for (const [table, ids] of changed) {
      for (const id of ids) {
        const record = tables[table]?.[id];
        if (record === undefined) (patch.remove[table] ??= []).push(id);
        else (patch.put[table] ??= noRecords())[id] = record;
      }
    }
    changed = new Map();
    for (const listener of [...listeners]) if (listeners.has(listener)) listener(patch);
  }

  return {
    get: (table, id) => tables[table]?.[id] as never,
    all: (table) => tables[table] as never,
    put(table, id, record) {
      (tables[table] ??= noRecords())[id] = record;
      touch(table, id);
    },
    remove(table, id) {
      delete tables[table]?.[id];
      touch(table, id);
    },
    subscribe(listener) {
      if (changed.size > 0) flush(); // what the whole state already holds must not come again as news
      listener({ whole: true, put: Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, { ...table }])), remove: {} });
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
