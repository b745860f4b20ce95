/** Sound as bars: the peak of each channel, and how loud it is over three seconds. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LivePulse } from '../../native/contract/live.ts';
import { decibels } from './words.ts';

/** The bars' range, dBFS. */
const floor = -60;
const hot = -6;

export function Meters({ pulse, muted }: { pulse: LivePulse | undefined; muted: boolean }): ReactNode {
  const { t } = useTranslation();
  const [left, right] = pulse?.peakDb ?? [-100, -100];
  const words = muted ? t('live:meter.muted') : !pulse ? '' : pulse.lufs > -70 ? `${decibels(pulse.lufs)} LUFS` : t('live:meter.silent');
  return (
    <div className="flex items-center gap-3">
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <Bar name="left" db={left} />
        <Bar name="right" db={right} />
      </div>
      <span className={`w-20 text-right text-sm ${muted ? 'text-warn' : 'text-muted'}`}>{words}</span>
    </div>
  );
}

function Bar({ name, db }: { name: 'left' | 'right'; db: number }): ReactNode {
  const { t } = useTranslation();
  const share = Math.min(1, Math.max(0, (db - floor) / -floor));
  return (
    <div
      role="meter"
      aria-label={t(`live:meter.${name}`)}
      aria-valuemin={floor}
      aria-valuemax={0}
      aria-valuenow={Math.round(Math.max(floor, Math.min(0, db)))}
      aria-valuetext={db <= floor ? t('live:meter.silentValue') : t('live:meter.decibels', { value: Math.round(db) })}
      className="h-1.5 overflow-hidden rounded-full bg-track"
    >
      <div
        className={`h-full origin-left transition-transform duration-180 ease-linear ${db > hot ? 'bg-warn' : 'bg-good'}`}
        style={{ transform: `scaleX(${share})` }}
      />
    </div>
  );
}
