/** Two or three choices beside each other, one of them pressed. */
import type { ReactNode } from 'react';
import { keepFocus } from '../parts/button.tsx';

interface SwitchProps<V extends string> {
  name: string;
  value: V;
  choices: { value: V; label: string; title?: string }[];
  disabled?: boolean;
  onChange(value: V): void;
}

export function Switch<V extends string>({ name, value, choices, disabled = false, onChange }: SwitchProps<V>): ReactNode {
  return (
    <fieldset disabled={disabled} className="flex h-8 shrink-0 rounded-md border border-line bg-raised p-0.5 disabled:opacity-60">
      <legend className="sr-only">{name}</legend>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          title={choice.title}
          aria-pressed={choice.value === value}
          onMouseDown={keepFocus}
          onClick={() => onChange(choice.value)}
          className="rounded px-2.5 text-sm whitespace-nowrap text-muted hover:text-text aria-pressed:bg-selected aria-pressed:text-text"
        >
          {choice.label}
        </button>
      ))}
    </fieldset>
  );
}
