/** Bounds what one client is sent: patches that come faster than it may or can take them are merged into one. */
import { mergePatches, type Patch } from '../contract/state.ts';

/** The wait after a push, ms for each record in it: 25 progress records of about 330 bytes are some 8 kB a second. */
const msPerRecord = 40;
const shortest = 40;
const longest = 1000;
/** Bytes that may wait in a client's transport before it is left alone until it has read them. */
const mostBacklog = 256_000;

export interface Pace {
  push(patch: Patch): void;
  stop(): void;
}

/** The first patch after a quiet time goes out at once, so that an answer to a key press is not felt as late. */
export function createPace(send: (patch: Patch) => void, backlog: () => number): Pace {
  let held: Patch | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;

  function wait(ms: number): void {
    timer = setTimeout(() => {
      timer = null;
      if (held) release(held);
    }, ms);
  }

  function release(patch: Patch): void {
    held = patch;
    if (backlog() > mostBacklog) {
      wait(longest);
      return;
    }
    held = null;
    send(patch);
    // The first, whole state is what the page waited for: what follows it is news.
    wait(patch.whole ? shortest : Math.min(longest, Math.max(shortest, countRecords(patch) * msPerRecord)));
  }

  return {
    push(patch) {
      const next = held ? mergePatches(held, patch) : patch;
      if (timer) held = next;
      else release(next);
    },
    stop() {
      if (timer) clearTimeout(timer);
      timer = null;
      held = null;
    },
  };
}

function countRecords({ put, remove }: Patch): number {
  const puts = Object.values(put).reduce((sum, records) => sum + Object.keys(records).length, 0);
  return Object.values(remove).reduce((sum, ids) => sum + ids.length, puts);
}
