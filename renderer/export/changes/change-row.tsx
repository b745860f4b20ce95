/** One setting of a job: its label with the way to its word in the glossary, its control, and the way back to what the preset says. */
import { Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overrides } from '../../../native/contract/preset.ts';
import { TermMark } from '../../glossary/term-mark.tsx';
import type { Term } from '../../glossary/terms.ts';
import { IconButton } from '../../parts/button.tsx';
import { type Edited, isChanged } from './effective.ts';

interface RowProps {
  edited: Edited;
  /** The settings it changes: resetting it resets all of them. */
  keys: (keyof Overrides)[];
  label: string;
  term?: Term;
  hint?: string | undefined;
  children: ReactNode;
}

export function ChangeRow({ edited, keys, label, term, hint, children }: RowProps): ReactNode {
  const { t } = useTranslation();
  const changed = isChanged(edited, keys);
  return (
    <div className="grid grid-cols-[108px_minmax(0,1fr)] items-center gap-x-2 py-1">
      <span className={`flex min-w-0 items-center gap-1 ${changed ? 'font-medium text-text' : 'text-muted'}`}>
        {changed && (
          <span role="img" aria-label={t('export:change.own')} className="-ml-2.5 size-1.5 shrink-0 rounded-full bg-accent-text" />
        )}
        <span className="truncate">{label}</span>
        {term && <TermMark term={term} />}
      </span>
      <div className="flex min-w-0 items-center gap-1">
        <div className="grid min-w-0 flex-1">{children}</div>
        {changed && (
          <IconButton
            icon={Undo2}
            name={t('export:change.reset', { label })}
            className="!size-7"
            onClick={() => edited.set(Object.fromEntries(keys.map((key) => [key, undefined])))}
          />
        )}
      </div>
      {hint && <span className="col-start-2 pt-0.5 text-sm text-muted">{hint}</span>}
    </div>
  );
}
