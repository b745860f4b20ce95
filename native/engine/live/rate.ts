/** The encoder's rate, made to fit what the targets' connections take: down at once, up slowly, never below the floor. */

export interface Rate {
  /** The longest queue of the targets that count, seconds, about four times a second; returns the rate that fits, kb/s. */
  fit(queueSeconds: number, now: number): number;
}

export interface RateLimits {
  kbps: number;
  floorKbps: number;
}

/** A queue longer than this that still grows is more than the connection takes, seconds. */
const growing = 0.35;
/** A queue longer than this lowers the rate whether it grows or not. */
const long = 1.2;
/** Below this a connection takes all there is. */
const clear = 0.15;
const down = { growing: 0.75, long: 0.5 };
/** A lower rate shows in the queue only after a while, seconds. */
const settle = 1.2;
const up = 1.06;
/** How long a connection must have been clear before the rate rises by a step, seconds: longer each time that a rise was too much. */
const patience = { first: 6, most: 60, step: 2 };

export function createRate({ kbps, floorKbps }: RateLimits): Rate {
  let current = kbps;
  let lastQueue = 0;
  let lastDown = -Infinity;
  let lastUp = -Infinity;
  let clearSince: number | null = null;
  let wait = patience.first;

  function lower(factor: number, now: number): void {
    if (now - lastDown < settle || current <= floorKbps) return;
    if (now - lastUp < 10) wait = Math.min(patience.most, wait * 2);
    current = Math.max(floorKbps, Math.round(current * factor));
    lastDown = now;
  }

  return {
    fit(queue, now) {
      const grows = queue > lastQueue;
      lastQueue = queue;
      clearSince = queue < clear ? (clearSince ?? now) : null;
      if (queue > long) lower(down.long, now);
      else if (queue > growing && grows) lower(down.growing, now);
      const rested = clearSince !== null && now - clearSince > wait && now - lastDown > wait && now - lastUp > patience.step;
      if (rested && current < kbps) {
        current = Math.min(kbps, Math.ceil(current * up));
        lastUp = now;
        if (current === kbps) wait = patience.first;
      }
      return current;
    },
  };
}
