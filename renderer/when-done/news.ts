/** Tells of a run's end as it was chosen: by a notification, by a sound, or on the page where the browser gives neither. */
import { newsOf, type QueueRun } from '../../native/contract/when-done.ts';
import { desktop } from '../desktop.ts';
import { isReady, type Mirror, useStudio } from '../studio.ts';
import { notify } from '../ui-state.ts';
import { t } from '../words/index.ts';
import { showNotification } from './notification.ts';
import { playTone } from './tone.ts';

/** Returns the way out. What had ended before this page came is no news. */
export function listenToRuns(): () => void {
  let isKnown = false;
  let told: number | null = null;
  const look = (mirror: Mirror) => {
    if (!isReady(mirror)) return;
    const run = mirror.run['studio'];
    const news = run ? newsOf(run) : null;
    if (!isKnown) told = run?.ended ?? null;
    isKnown = true;
    if (!run || !news || run.ended === told) return;
    told = run.ended;
    void tell(news, run);
  };
  look(useStudio.getState());
  return useStudio.subscribe(look);
}

async function tell(news: NonNullable<ReturnType<typeof newsOf>>, run: QueueRun): Promise<void> {
  const counts = describe(run);
  if (news === 'sound') {
    if (!(await playTone())) notify({ kind: 'info', text: `${t('common:ending.title')} ${counts}` });
    return;
  }
  if (desktop) return;
  const body = news === 'notify' ? counts : `${counts} ${t(`common:ending.${news}Soon`)}`;
  const isShown = showNotification(t('common:ending.title'), body, `muxwell-${run.ended}`);
  if (!isShown && news === 'notify') notify({ kind: 'info', text: `${t('common:ending.title')} ${counts}` });
}

const describe = ({ done, failed }: QueueRun) =>
  [done > 0 && t('common:ending.done', { count: done }), failed > 0 && t('common:ending.failed', { count: failed })]
    .filter(Boolean)
    .join(' ');
