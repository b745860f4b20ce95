/** Live in a person's words. */
import type { LiveSource, TargetHealth } from '../../native/contract/live.ts';
import { bitRate, clock, decimal } from '../format.ts';
import { t } from '../words/index.ts';

export const sourceKinds = ['rtmp-listen', 'screen', 'camera', 'files', 'pull', 'srt', 'test-card'] as const satisfies LiveSource['kind'][];

/** "Live 12:04", "Reconnecting, try 3 in 2 s", "Key refused". `at` is when this was told, by the studio's clock. */
export function targetWords(target: TargetHealth | undefined, at: number): string {
  if (!target) return t('live:state.off');
  const { state, since, tries, nextTry } = target;
  const seconds = nextTry === null ? null : Math.max(0, Math.ceil((nextTry - at) / 1000));
  switch (state) {
    case 'live':
      return t('live:state.live', { time: clock(Math.max(0, Math.round((at - since) / 1000))) });
    case 'reconnecting':
      return seconds === null ? t('live:state.reconnecting', { tries }) : t('live:state.reconnectingIn', { tries: tries + 1, seconds });
    case 'refused':
      return seconds === null ? t('live:state.refused') : t('live:state.refusedIn', { seconds });
    default:
      return t(`live:state.${state}`);
  }
}

/** With a true minus sign and one digit: −20.0. */
export const decibels = (db: number) => decimal(db).replace('-', '−');

/** 3128 → `3.1 Mb/s`. */
export const rate = (kbps: number) => bitRate(kbps * 1000);
