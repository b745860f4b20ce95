/** Sources that are not needed any more: asked about, and moved away. */
import { useEffect, useState } from 'react';
import type { Results } from '../../native/contract/contract.ts';
import type { Original } from '../../native/contract/originals.ts';
import { attempt } from '../notices.ts';
import { call, useStudio } from '../studio.ts';
import { notify } from '../ui-state.ts';
import { t } from '../words/index.ts';

/** As many as are asked about at a time. */
export const most = 1000;
/** Reasons that are told one by one; more of them would hide the page. */
const mostTold = 3;

export type Verdicts = Results['originals'];

/** null until it is known; asked anew whenever jobs come, go or end, because that may change it. */
export function useOriginals(ids: string[]): Verdicts | null {
  const [found, setFound] = useState<Verdicts | null>(null);
  const key = ids.join();
  const when = useStudio(({ queue, connected }) => {
    const { total, done, failed, cancelled } = queue['studio'] ?? {};
    return [connected, total, done, failed, cancelled].join();
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same ids are another array each time
  useEffect(() => {
    const abort = new AbortController();
    call('originals', { ids: ids.slice(0, most) }, abort.signal).then(
      (next) => !abort.signal.aborted && setFound(next),
      () => {}, // nothing is said rather than something untrue
    );
    return () => abort.abort();
  }, [key, when]);
  return found;
}

/** It may be let go: at once, or by who has seen what its result lacks. */
export const mayGo = ({ safe, lacks }: Original) => safe || lacks.length > 0;

/** Moves them to a folder, or to the trash where that is null, and tells what came of it. */
export function moveOriginals(chosen: [id: string, verdict: Original][], folder: string | null): void {
  const originals = chosen.map(([id, { lacks }]) => ({ id, seen: lacks }));
  attempt(
    call('moveOriginals', { originals, folder }).then((answers) => {
      const all = Object.values(answers);
      const count = all.filter(({ moved }) => moved).length;
      if (count > 0) notify({ kind: 'info', text: t(folder === null ? 'export:originals.trashed' : 'export:originals.moved', { count }) });
      for (const { why } of all.filter(({ moved }) => !moved).slice(0, mostTold)) notify({ kind: 'error', text: why });
    }),
  );
}
