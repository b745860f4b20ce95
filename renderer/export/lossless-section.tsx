/** In Export's inspector, a file that is not encoded: what is kept of it, and the way to where that is changed. */
import { Scissors } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job, JobStatus } from '../../native/contract/contract.ts';
import { canEditAgain, editAgain } from '../lossless/files.ts';
import { describeOutcome, shownTarget, targetName } from '../lossless/words.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/button.tsx';
import { Section } from '../parts/field.tsx';

export function LosslessSection({ job, status }: { job: Job; status: JobStatus }): ReactNode {
  const { t } = useTranslation();
  const parts = job.lossless?.segments.length ?? 0;
  const joined = job.lossless?.join.length ?? 0;
  const facts = [
    job.outline && describeOutcome(job.outline).text,
    parts > 0 && t('export:lossless.parts', { count: parts }),
    joined > 0 && t('export:lossless.joined', { number: joined + 1 }),
    job.lossless?.cut === 'smart' && parts > 0 && t('export:lossless.exact'),
  ];
  return (
    <Section title={t('export:lossless.title')}>
      <p>{t('export:lossless.target', { target: targetName(shownTarget(job)) })}</p>
      <p className="text-sm text-muted">{facts.filter(Boolean).join(' · ')}</p>
      {status.phase !== 'running' && status.phase !== 'reading' && (
        <div className="pt-2">
          <Button icon={Scissors} disabled={!canEditAgain(job.id)} onClick={() => attempt(editAgain([job.id]))}>
            {t('export:lossless.change')}
          </Button>
        </div>
      )}
    </Section>
  );
}
