/**
 * Puts a source's own timeline on ours: a frame is due a steady delay after the source made it, long enough that most come in
 * time, as short as the source's jitter allows. Follows a source whose clock runs a little fast or slow.
 */
export interface SourceClock {
  /** When a frame that came at `now` is due, both in seconds of our clock. */
  due(seconds: number, now: number): number;
  /** For a source that begins anew. */
  reset(): void;
  /** Seconds that frames wait, about. */
  delay(): number;
}

/** Spare time on top of the jitter seen, seconds. */
const spare = 0.008;
/** A source whose frames come later than this is not waited for, seconds. */
const mostDelay = 1.2;
/** At first sources send what they had in store: no jitter, only a wrong start. */
const settling = 1;
/** Jitter is remembered for so many seconds. */
const memory = 10;
/** Of these so many worst seconds are left out of account. */
const hiccups = 2;
/** How fast a delay that is not needed any more is given up, seconds a second. */
const giveUp = 0.005;
/** A correction of more than this is made at once, seconds. */
const jump = 0.3;

export function createSourceClock(): SourceClock {
  let offset: number | null = null;
  let began = 0;
  let last = 0;
  let seen: { second: number; least: number; most: number }[] = [];

  function wanted(): { least: number; want: number } {
    const least = Math.min(...seen.map((one) => one.least));
    // One hiccup is over when it is noticed; what comes back in several seconds is jitter.
    const most = seen.map((one) => one.most).sort((a, b) => b - a)[Math.min(hiccups, seen.length - 1)] ?? least;
    return { least, want: Math.min(most, least + mostDelay) + spare };
  }

  return {
    due(seconds, now) {
      const transit = now - seconds;
      if (offset === null) {
        offset = transit + spare;
        began = last = now;
      }
      if (now - began < settling) {
        // The quickest frame so far tells where the source really is.
        offset = Math.min(offset, transit + spare);
        seen = [{ second: Math.floor(now), least: offset - spare, most: offset - spare }];
        last = now;
        return seconds + offset;
      }
      const second = Math.floor(now);
      const slot = seen.at(-1);
      if (slot?.second === second) {
        slot.least = Math.min(slot.least, transit);
        slot.most = Math.max(slot.most, transit);
      } else {
        seen = [...seen.filter((one) => one.second > second - memory), { second, least: transit, most: transit }];
      }
      const { want } = wanted();
      const off = want - offset;
      if (off > 0 || off < -jump) offset = want;
      else offset += Math.max(off, -giveUp * (now - last));
      last = now;
      return seconds + offset;
    },
    reset() {
      offset = null;
      seen = [];
    },
    delay: () => (offset === null || seen.length === 0 ? 0 : offset - wanted().least),
  };
}
