/** A choice of one of many, each with an optional sentence, in optional groups. */
import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';

export interface Choice {
  value: string;
  label: string;
  /** A sentence under the label. */
  text?: string;
  group?: string;
  /** Why it cannot be taken, in words; it is shown and stays out of reach. */
  why?: string | null;
}

export interface SelectProps {
  /** For an action that opens it. */
  id?: string;
  name: string;
  choices: Choice[];
  value: string;
  /** Shown when the value is none of the choices, e.g. for several files that differ. */
  placeholder?: string;
  disabled?: boolean;
  onChange(value: string): void;
  className?: string;
}

export function Select({ id, name, choices, value, placeholder = '', disabled = false, onChange, className = '' }: SelectProps): ReactNode {
  const chosen = choices.find((choice) => choice.value === value);
  const groups = [...new Set(choices.map((choice) => choice.group))];
  return (
    <Base.Root value={chosen ? value : null} disabled={disabled} onValueChange={(next) => next !== null && onChange(next)}>
      <Base.Trigger
        id={id}
        aria-label={name}
        className={`flex h-8 min-w-0 items-center justify-between gap-2 rounded-md border border-line bg-raised px-2.5 text-left hover:border-line-strong data-disabled:opacity-60 ${className}`}
      >
        <span className={`truncate ${chosen ? '' : 'text-muted'}`}>{chosen?.label ?? placeholder}</span>
        <ChevronsUpDown size={13} className="shrink-0 text-muted" aria-hidden />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner role="region" aria-label={name} sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
          <Base.Popup className="max-h-[min(460px,var(--available-height))] min-w-(--anchor-width) animate-appear overflow-y-auto rounded-md bg-raised p-1 shadow-float outline-none">
            {groups.map((group) => (
              <Base.Group key={group ?? ''}>
                {group && <Base.GroupLabel className="px-2 pt-2 pb-1 text-xs font-medium text-muted">{group}</Base.GroupLabel>}
                {choices
                  .filter((choice) => choice.group === group)
                  .map((choice) => (
                    <Base.Item
                      key={choice.value}
                      value={choice.value}
                      disabled={Boolean(choice.why)}
                      className="group/choice flex max-w-96 gap-2 rounded-md px-2 py-1 outline-none data-highlighted:bg-selected"
                    >
                      <span className="w-4 shrink-0 pt-0.5">
                        <Base.ItemIndicator>
                          <Check size={14} aria-hidden />
                        </Base.ItemIndicator>
                      </span>
                      <span className="min-w-0">
                        <span className="group-data-disabled/choice:text-muted">
                          <Base.ItemText>{choice.label}</Base.ItemText>
                        </span>
                        {(choice.why ?? choice.text) && <span className="block text-sm text-muted">{choice.why ?? choice.text}</span>}
                      </span>
                    </Base.Item>
                  ))}
              </Base.Group>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
