/**
 * What is asked of each opened file. A change shows at once and is told to the studio a moment later; until the studio's answer is
 * in the mirror, the page goes by its own copy, so that nothing one types or drags lags or jumps back. Changes can be undone.
 */
import { create } from 'zustand';
import type { LosslessOrder } from '../../native/contract/lossless.ts';
import { attempt } from '../notices.ts';
import { same } from '../same.ts';
import { call, jobOf, useStudio } from '../studio.ts';

interface Snapshot {
  order: LosslessOrder;
  /** Segments are shown as what is taken out. */
  removing: boolean;
}

interface History {
  past: Snapshot[];
  future: Snapshot[];
  /** What the last change was of, and when, ms: changes of one thing in one go are undone as one. */
  key: string;
  at: number;
}

interface Orders {
  /** Orders that the mirror does not have yet, by job. */
  local: Record<string, LosslessOrder>;
  history: Record<string, History>;
  removing: ReadonlySet<string>;
}

/** A change is told when nothing followed it for so long, ms. */
const settleMs = 150;
/** Changes of one thing belong together when they follow each other within this, ms. */
const togetherMs = 1000;
const mostUndone = 200;
const keptKey = 'lossless-removing';

export const useOrders = create<Orders>(() => ({
  local: {},
  history: {},
  removing: new Set(JSON.parse(localStorage.getItem(keptKey) ?? '[]') as string[]),
}));

const timers = new Map<string, ReturnType<typeof setTimeout>>();
const flying = new Map<string, Promise<void>>();

export const orderOf = (id: string): LosslessOrder | null => useOrders.getState().local[id] ?? jobOf(id)?.lossless ?? null;
export const isRemoving = (id: string) => useOrders.getState().removing.has(id);

/** For a component. */
export function useOrder(id: string): LosslessOrder | null {
  const local = useOrders((orders) => orders.local[id]);
  const known = useStudio((mirror) => mirror.jobs[id]?.lossless ?? null);
  return local ?? known;
}

/** True while the outline in the mirror is of an earlier order. */
export const useIsPending = (id: string) => useOrders((orders) => orders.local[id] !== undefined);

function put(id: string, order: LosslessOrder, removing: boolean): void {
  useOrders.setState((orders) => {
    const next = new Set(orders.removing);
    if (removing) next.add(id);
    else next.delete(id);
    return { local: { ...orders.local, [id]: order }, removing: next };
  });
  const { removing: now } = useOrders.getState();
  localStorage.setItem(keptKey, JSON.stringify([...now].filter((one) => jobOf(one))));
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => void send(id), settleMs),
  );
}

function drop(id: string): void {
  useOrders.setState(({ local }) => {
    const { [id]: _gone, ...rest } = local;
    return { local: rest };
  });
}

/** Changes a file's order. `key` names what is changed, so that a drag or a word is undone as a whole; empty stands alone. */
export function edit(id: string, change: Partial<LosslessOrder>, key = '', removing = isRemoving(id)): void {
  const before = orderOf(id);
  if (!before) return;
  const order = { ...before, ...change };
  if (same(order, before) && removing === isRemoving(id)) return;
  const { history } = useOrders.getState();
  const { past = [], key: lastKey = '', at = 0 } = history[id] ?? {};
  const goesOn = key !== '' && key === lastKey && Date.now() - at < togetherMs;
  const kept = goesOn ? past : [...past.slice(-mostUndone), { order: before, removing: isRemoving(id) }];
  useOrders.setState({ history: { ...history, [id]: { past: kept, future: [], key, at: Date.now() } } });
  put(id, order, removing);
}

function step(id: string, from: 'past' | 'future', to: 'past' | 'future'): void {
  const { history } = useOrders.getState();
  const now = orderOf(id);
  const kept = history[id];
  const snapshot = kept?.[from].at(-1);
  if (!kept || !snapshot || !now) return;
  const next = { ...kept, key: '', [from]: kept[from].slice(0, -1), [to]: [...kept[to], { order: now, removing: isRemoving(id) }] };
  useOrders.setState({ history: { ...history, [id]: next } });
  put(id, snapshot.order, snapshot.removing);
}

export const undo = (id: string) => step(id, 'past', 'future');
export const redo = (id: string) => step(id, 'future', 'past');
export const canUndo = (id: string) => (useOrders.getState().history[id]?.past.length ?? 0) > 0;
export const canRedo = (id: string) => (useOrders.getState().history[id]?.future.length ?? 0) > 0;

/** Tells the studio; a change that comes meanwhile follows by itself. Without a connection the change waits for the next one. */
function send(id: string): Promise<void> {
  timers.delete(id);
  const order = useOrders.getState().local[id];
  if (!order) return Promise.resolve();
  const sent = (flying.get(id) ?? Promise.resolve())
    .then(() => call('changeJobs', { ids: [id], order }))
    .then(
      () => settle(id, order),
      (thrown) => {
        if (!useStudio.getState().connected) return;
        if (useOrders.getState().local[id] === order) drop(id);
        attempt(Promise.reject(thrown));
      },
    )
    .finally(() => flying.get(id) === sent && flying.delete(id));
  flying.set(id, sent);
  return sent;
}

/** The studio has it: the copy goes as soon as the mirror has it, too. */
function settle(id: string, order: LosslessOrder): void {
  const look = () => {
    if (useOrders.getState().local[id] !== order) return true;
    const known = jobOf(id)?.lossless;
    if (known && !same(known, order)) return false;
    drop(id);
    return true;
  };
  if (look()) return;
  const leave = useStudio.subscribe(() => look() && leave());
}

/** Tells what has not been told yet; resolves when the studio has it. */
export async function flush(ids: string[]): Promise<void> {
  await Promise.all(
    ids.map((id) => {
      if (!timers.has(id)) return flying.get(id);
      clearTimeout(timers.get(id));
      return send(id);
    }),
  );
}

/** A page that goes away tells what it still has. */
window.addEventListener('pagehide', () => void flush([...timers.keys()]));

/** A change that could not be told is told when the studio is there again. */
useStudio.subscribe((now, before) => {
  if (!now.connected || before.connected) return;
  for (const id of Object.keys(useOrders.getState().local)) if (!flying.has(id)) void send(id);
});
