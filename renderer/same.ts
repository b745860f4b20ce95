/** Whether two JSON values say the same, whatever the order of their keys; what is undefined is not there. */
export function same(one: unknown, two: unknown): boolean {
  if (one === two) return true;
  if (typeof one !== 'object' || typeof two !== 'object' || one === null || two === null) return false;
  const [a, b] = [entriesOf(one), entriesOf(two)];
  return a.length === b.length && a.every(([key, value]) => Object.hasOwn(two, key) && same(value, two[key as never]));
}

const entriesOf = (value: object) => Object.entries(value).filter(([, each]) => each !== undefined);
