/** How near the result comes, how large it will be and how long it will take, in words; the figures one fold deeper. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Comparison, QualityFound, Score } from '../../../native/contract/quality.ts';
import { clock, decimal } from '../../format.ts';
import { aboutSize } from '../estimates.ts';

/**
 * XPSNR in dB from which on a word holds. Beside the quality scale (contract/quality-scale.ts): 44 dB is 80 on it, 41 is 70, 38.5
 * is 60 and 33 is 40.
 */
const verdicts = [
  { least: 44, word: 'same' },
  { least: 41, word: 'veryGood' },
  { least: 38, word: 'good' },
  { least: 33, word: 'visible' },
  { least: -Infinity, word: 'poor' },
] as const;

export const verdictOf = ({ xpsnr }: Score) => verdicts.find(({ least }) => xpsnr >= least)?.word ?? 'poor';

function Figures({ score }: { score: Score }): ReactNode {
  const { t } = useTranslation();
  return (
    <details className="text-sm text-muted">
      <summary className="w-fit rounded-md">{t('export:compare.figures')}</summary>
      <p className="selectable">{t('export:compare.measured', { xpsnr: decimal(score.xpsnr), ssim: decimal(score.ssim, 4) })}</p>
    </details>
  );
}

interface VerdictProps {
  comparison: Comparison;
  /** Of the source. */
  bytes: number;
  /** Of what is exported, seconds; null where nobody knows. */
  length: number | null;
}

export function Verdict({ comparison: { score, estimatedBytes, speed }, bytes, length }: VerdictProps): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="grid grid-cols-3 gap-4">
      <div>
        <p className="font-medium">{score ? t(`export:compare.verdict.${verdictOf(score)}`) : t('export:compare.unmeasured')}</p>
        {score && <Figures score={score} />}
      </div>
      <p>{estimatedBytes === null ? t('export:compare.noSize') : aboutSize(estimatedBytes, bytes)}</p>
      <p>
        {t('export:compare.speed', { times: decimal(speed) })}
        {length !== null && speed > 0 && (
          <span className="block text-sm text-muted">{t('export:compare.takes', { time: clock(length / speed) })}</span>
        )}
      </p>
    </div>
  );
}

export function Found({ found, bytes }: { found: QualityFound; bytes: number }): ReactNode {
  const { t } = useTranslation();
  const { value, reached, estimatedBytes, estimatedSeconds, score } = found;
  return (
    <div className="grid grid-cols-3 gap-4">
      <div>
        <p className={reached ? 'font-medium' : 'font-medium text-warn'}>
          {t(reached ? 'export:compare.found' : 'export:compare.notReached', { value: decimal(value, value % 1 === 0 ? 0 : 1) })}
        </p>
        <Figures score={score} />
      </div>
      <p>{estimatedBytes === null ? t('export:compare.noSize') : aboutSize(estimatedBytes, bytes)}</p>
      <p>{estimatedSeconds !== null && t('export:compare.takes', { time: clock(estimatedSeconds) })}</p>
    </div>
  );
}
