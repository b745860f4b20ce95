/** The value that all share, or undefined where they differ. */
import { same } from '../same.ts';

export function shared<T>(values: T[]): T | undefined {
  const [first] = values;
  return values.every((value) => same(value, first)) ? first : undefined;
}
