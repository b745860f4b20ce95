/** One file on the studio's machine, or none. */
import { FileUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseFiles } from '../export/add-files.ts';
import { fileName } from '../format.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';

export interface PathFieldProps {
  label: string;
  value: string | null;
  /** What is there without a file. */
  none: string;
  disabled: boolean;
  onChange(path: string | null): void;
}

export function PathField({ label, value, none, disabled, onChange }: PathFieldProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Field label={label}>
      <div className="flex min-w-0 gap-1">
        <Button
          icon={FileUp}
          disabled={disabled}
          aria-label={t('live:path.named', { label, value: value ? fileName(value) : none })}
          title={value ?? undefined}
          className="min-w-0 flex-1 !justify-start"
          onClick={() => chooseFiles(([path]) => path !== undefined && onChange(path))}
        >
          <span className="truncate">{value ? fileName(value) : none}</span>
        </Button>
        {value !== null && !disabled && (
          <Button look="ghost" onClick={() => onChange(null)}>
            {t('live:off')}
          </Button>
        )}
      </div>
    </Field>
  );
}
