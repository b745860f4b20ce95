/** Of a finished job, whether its source is still needed: a calm line, and the way to let it go. */
import { Shield, ShieldCheck } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../parts/button.tsx';
import { mayGo, useOriginals } from './originals.ts';

export function OriginalLine({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const ids = useMemo(() => [id], [id]);
  const verdict = useOriginals(ids)?.[id];
  if (!verdict) return null;
  const { safe, why, lacks } = verdict;
  const Sign = safe ? ShieldCheck : Shield;
  return (
    <div className="flex flex-col gap-2 border-t border-line pt-2">
      <p className="selectable flex gap-2 text-sm">
        <Sign size={14} className={`mt-0.5 shrink-0 ${safe ? 'text-good' : 'text-muted'}`} aria-hidden />
        {why}
      </p>
      {lacks.length > 1 && (
        <details className="text-sm">
          <summary className="rounded-md text-muted">{t('export:originals.lacks')}</summary>
          <Lacks lacks={lacks} />
        </details>
      )}
      {mayGo(verdict) && (
        <div>
          <ActionButton id="originals" label={t('export:originals.button')} />
        </div>
      )}
    </div>
  );
}

export function Lacks({ lacks }: { lacks: string[] }): ReactNode {
  return (
    <ul className="selectable flex list-disc flex-col gap-0.5 pt-1 pl-5 text-muted">
      {lacks.map((lack) => (
        <li key={lack}>{lack}</li>
      ))}
    </ul>
  );
}
