/** Which job is next: the most urgent of those that could be, and of equals the first. */
import { type Priority, priorities } from '../contract/priority.ts';

/** `items` in the order they would be taken in if all were equal. */
export function mostUrgent<T>(items: Iterable<T>, priorityOf: (item: T) => Priority, fits: (item: T) => boolean): T | undefined {
  let found: T | undefined;
  let best: number = priorities.length;
  for (const item of items) {
    const rank = priorities.indexOf(priorityOf(item));
    if (rank >= best || !fits(item)) continue;
    if (rank === 0) return item;
    [found, best] = [item, rank];
  }
  return found;
}
