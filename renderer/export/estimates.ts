/** What files would weigh by every preset, asked of the studio while the choice is open; and the words for it. */
import { useEffect, useState } from 'react';
import type { PresetEstimate } from '../../native/contract/contract.ts';
import { decimal, size } from '../format.ts';
import { call, useStudio } from '../studio.ts';
import { t } from '../words/index.ts';

/** More files than this are not planned sixty times over. */
const most = 100;

export type Estimates = Record<string, PresetEstimate>;

/** By the preset's id; empty until they are there, and for no files or very many. */
export function useEstimates(ids: string[], open: boolean): Estimates {
  const [found, setFound] = useState<Estimates>({});
  const key = ids.join();
  const online = useStudio((mirror) => mirror.connected);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same ids are another array each time
  useEffect(() => {
    setFound({});
    if (!open || !online || ids.length === 0 || ids.length > most) return;
    const abort = new AbortController();
    call('estimate', { ids }, abort.signal).then(
      (next) => !abort.signal.aborted && setFound(next),
      () => {}, // the choice is as good without
    );
    return () => abort.abort();
  }, [key, open, online]);
  return found;
}

/** "about 240 MB, 40 % smaller" than the sources. */
export function aboutSize(bytes: number, before: number): string {
  const about = size(bytes);
  if (before === 0) return t('export:preset.about', { size: about });
  const ratio = bytes / before;
  if (ratio >= 2) return t('export:preset.aboutTimes', { size: about, times: decimal(ratio, ratio < 10 ? 1 : 0) });
  const percent = Math.round(Math.abs(ratio - 1) * 100);
  if (percent === 0) return t('export:preset.about', { size: about });
  return t(ratio < 1 ? 'export:preset.aboutSmaller' : 'export:preset.aboutLarger', { size: about, percent });
}

/** Of the sources of jobs, bytes. */
export const sourceBytes = (ids: string[]) => {
  const { jobs } = useStudio.getState();
  return ids.reduce((sum, id) => sum + (jobs[id]?.media?.bytes ?? 0), 0);
};
