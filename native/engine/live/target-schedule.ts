/** When a lost target is tried again: quickly at first, since platforms end a broadcast after a minute or so, then patiently. */

/** Seconds before the first tries. */
const first = [0.5, 1, 2, 3, 4, 5];
/** Every five seconds until about two minutes are over. */
const usual = 5;
const patientAfter = 26;
const patient = 30;

/** So many refusals in a row are an answer: it is not hammered any more. */
export const refusalsUntilSlow = 3;

/** Milliseconds to wait. `failures` counts from 0 since it was lost; `slow`: trying again is unlikely to help. */
export function waitBefore({ failures, slow }: { failures: number; slow: boolean }): number {
  if (slow || failures >= patientAfter) return patient * 1000;
  return (first[failures] ?? usual) * 1000;
}
