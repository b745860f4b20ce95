/** How a target is, in a sign and a word; the trouble under it. */
import { CircleAlert, CircleCheck, CircleDashed, CircleX, type LucideIcon, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { LiveTarget, TargetState as State, TargetHealth } from '../../native/contract/live.ts';
import { t } from '../words/index.ts';
import { targetWords } from './words.ts';

interface Sign {
  icon: LucideIcon | null;
  color: string;
}

const off: Sign = { icon: CircleDashed, color: 'text-muted' };
const busy: Sign = { icon: RefreshCw, color: 'text-warn' };
const bad: Sign = { icon: CircleX, color: 'text-bad' };
/** Live is the disc that only live things have. */
const signs: Record<State, Sign> = {
  off,
  connecting: busy,
  live: { icon: null, color: 'bg-live' },
  reconnecting: busy,
  refused: bad,
  failed: bad,
  stopping: off,
};

export function TargetState({ words, trouble, sign }: { words: string; trouble: string; sign: Sign }): ReactNode {
  const { icon: Icon, color } = sign;
  return (
    <div className="grid min-w-0 grid-cols-[16px_minmax(0,1fr)] items-center gap-x-2">
      {Icon ? <Icon size={14} className={color} aria-hidden /> : <span className={`ml-0.5 size-2.5 rounded-full ${color}`} aria-hidden />}
      <p className="truncate">{words}</p>
      {trouble && (
        <p className="selectable col-start-2 truncate text-sm text-muted" title={trouble}>
          {trouble}
        </p>
      )}
    </div>
  );
}

/** While it is live. */
export const runningState = (health: TargetHealth | undefined, at: number): ReactNode => (
  <TargetState words={targetWords(health, at)} trouble={health?.trouble ?? ''} sign={health ? signs[health.state] : off} />
);

/** Before it is. */
export function preparedState({ enabled }: LiveTarget, needsKey: boolean): ReactNode {
  if (!enabled) return <TargetState words={t('live:target.leftOut')} trouble="" sign={off} />;
  if (needsKey) return <TargetState words={t('live:target.keyMissing')} trouble="" sign={{ icon: CircleAlert, color: 'text-warn' }} />;
  return <TargetState words={t('live:target.ready')} trouble="" sign={{ icon: CircleCheck, color: 'text-good' }} />;
}
