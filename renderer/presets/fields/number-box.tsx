/** A number with its unit; what is out of bounds or no number is said beside it and changes nothing. */
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { number } from '../../format.ts';
import { CommitBox } from '../../parts/field.tsx';

interface NumberBoxProps {
  name: string;
  value: number | null;
  least: number;
  most: number;
  step?: number;
  unit?: string;
  /** Shown while it is empty; without it a number is wanted. */
  empty?: string;
  disabled?: boolean;
  onCommit(value: number | null): void;
}

export function NumberBox({ name, value, least, most, step = 1, unit, empty, disabled = false, onCommit }: NumberBoxProps): ReactNode {
  const { t } = useTranslation();
  const [wrong, setWrong] = useState(false);
  const message = useId();
  const commit = (text: string) => {
    const typed = text.trim().replace(',', '.');
    const given = typed === '' ? null : Number(typed);
    const isRight = given === null ? empty !== undefined : Number.isFinite(given) && given >= least && given <= most;
    setWrong(!isRight);
    if (!isRight) return;
    onCommit(given === null ? null : Math.min(most, Number((Math.round(given / step) * step).toFixed(3))));
  };
  return (
    <div className="min-w-0">
      <div className="flex items-center gap-2">
        <CommitBox
          aria-label={unit ? `${name}, ${unit}` : name}
          aria-invalid={wrong || undefined}
          aria-describedby={wrong ? message : undefined}
          inputMode="decimal"
          className="!w-28 text-right"
          value={value === null ? '' : String(value)}
          placeholder={empty}
          disabled={disabled}
          onCommit={commit}
        />
        {unit && <span className="text-muted">{unit}</span>}
      </div>
      {wrong && (
        <p id={message} role="alert" className="pt-0.5 text-sm text-bad">
          {t('fields:number.between', { least: number(least), most: number(most) })}
        </p>
      )}
    </div>
  );
}
