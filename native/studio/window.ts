/** When the queue may start jobs: between two times of the day, as the clock on the wall shows them. */

/** `22:30`; null is no limit. */
export interface Window {
  from: string | null;
  until: string | null;
}

const dayMs = 24 * 3600_000;

/**
 * When the queue may start jobs next, ms since 1970; null: now. With both times it is open between them every day; with
 * `from` alone it opens at the first such time after it was started, with `until` alone it closes then, until it is started again.
 */
export function opensAt({ from, until }: Window, startedAt: number, now: number): number | null {
  const next = (time: string, after: number) => nextTime(time, after);
  if (from !== null && until !== null) {
    if (from === until) return null;
    const [open, close] = [next(from, now), next(until, now)];
    return close < open ? null : open;
  }
  if (from !== null) {
    const open = next(from, startedAt);
    return now >= open ? null : open;
  }
  if (until !== null && now >= next(until, startedAt)) return Infinity;
  return null;
}

/** The first moment after another at which the wall clock shows a time; a day of 23 or 25 hours has it once, too. */
function nextTime(time: string, after: number): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  for (let day = 0; ; day++) {
    const at = new Date(after + day * dayMs);
    at.setHours(hours, minutes, 0, 0);
    if (at.getTime() > after) return at.getTime();
  }
}
