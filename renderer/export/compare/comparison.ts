/** A comparison as it is asked for: a few seconds are encoded, which takes a while; a new moment ends the work on the one before. */
import { useEffect, useState } from 'react';
import type { Job } from '../../../native/contract/contract.ts';
import { type ErrorData, toErrorData } from '../../../native/contract/errors.ts';
import type { Comparison, QualityFound } from '../../../native/contract/quality.ts';
import { call } from '../../studio.ts';

export interface Asked<T> {
  /** What came last, which stays in sight while the next is made. */
  result: T | null;
  error: ErrorData | null;
  working: boolean;
}

const nothing = { result: null, error: null, working: false };

/** Runs work for as long as `key` stays the same and it is looked at; null asks for nothing. */
function useAsked<T>(key: string | null, work: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>(nothing);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for what the work asks
  useEffect(() => {
    if (key === null) return setAsked((before) => ({ ...before, working: false }));
    const abort = new AbortController();
    setAsked(({ result }) => ({ result, error: null, working: true }));
    work(abort.signal).then(
      (result) => !abort.signal.aborted && setAsked({ result, error: null, working: false }),
      (thrown) => !abort.signal.aborted && setAsked(({ result }) => ({ result, error: toErrorData(thrown), working: false })),
    );
    return () => abort.abort();
  }, [key]);
  return asked;
}

const order = ({ source, preset, overrides }: Job) => ({ path: source, preset, overrides });

/** `at` in seconds of the source; null rests. */
export function useComparison(job: Job, at: number | null): Asked<Comparison> {
  const key = at === null ? null : JSON.stringify([order(job), at]);
  return useAsked(key, (signal) => call('compare', { ...order(job), at: at ?? 0 }, signal));
}

/** The quality that reaches the target of the job's settings. */
export function useFoundQuality(job: Job, on: boolean): Asked<QualityFound> {
  return useAsked(on ? JSON.stringify(order(job)) : null, (signal) => call('findQuality', order(job), signal));
}
