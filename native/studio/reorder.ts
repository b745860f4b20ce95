/** Places in the list: numbers between those of the neighbours, so that only what is new or moved has to be told. */

/** Below this distance between two orders all are numbered anew: doubles still tell them apart at a million jobs. */
export const leastStep = 1e-6;

/** The orders that change when `moved` go before another, or to the end where that is null. `ids` are in their present order. */
export function reorder(
  ids: string[],
  orderOf: (id: string) => number,
  moved: ReadonlySet<string>,
  before: string | null,
): Map<string, number> {
  const moving = ids.filter((id) => moved.has(id));
  const rest = ids.filter((id) => !moved.has(id));
  const found = before === null ? -1 : rest.indexOf(before);
  const at = found < 0 ? rest.length : found;
  const order = (id: string | undefined) => (id === undefined ? undefined : orderOf(id));
  const [low, high] = [order(rest[at - 1]), order(rest[at])];
  const start = low ?? (high ?? 0) - moving.length - 1;
  const step = high === undefined ? 1 : (high - start) / (moving.length + 1);
  const wanted: [string, number][] =
    step > leastStep
      ? moving.map((id, index) => [id, start + step * (index + 1)])
      : [...rest.slice(0, at), ...moving, ...rest.slice(at)].map((id, index) => [id, index + 1]);
  return new Map(wanted.filter(([id, place]) => orderOf(id) !== place));
}

/** Orders for so many new jobs: behind one of the list's, or at its end. */
export function ordersBehind(ids: string[], orderOf: (id: string) => number, count: number, after?: number): number[] {
  const following = after === undefined ? undefined : ids.map(orderOf).find((order) => order > after);
  const end = ids.at(-1);
  const last = after ?? (end === undefined ? 0 : Math.max(0, orderOf(end)));
  const step = following === undefined ? 1 : (following - last) / (count + 1);
  return Array.from({ length: count }, (_, index) => last + step * (index + 1));
}
