/** The question mark beside a label: what the word means on hover, and the glossary on a press. */
import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { explain, type Term } from './terms.ts';

export function TermMark({ term }: { term: Term }): ReactNode {
  const { t } = useTranslation();
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        render={
          <button
            type="button"
            aria-label={t('glossary:what', { name: t(`glossary:term.${term}.name`) })}
            onClick={() => explain(term)}
            className="inline-flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong text-[10px] leading-none text-muted hover:border-accent-text hover:text-accent-text"
          />
        }
      >
        <span aria-hidden>?</span>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Positioner aria-hidden sideOffset={6} className="z-50">
          <Tooltip.Popup className="max-w-72 animate-appear rounded-md bg-raised px-3 py-2 text-sm text-text shadow-float">
            {t(`glossary:term.${term}.text`)}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
