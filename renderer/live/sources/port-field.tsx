/** A port of the studio's machine. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CommitBox, Field } from '../../parts/field.tsx';

const portOf = (text: string) => Math.min(65_535, Math.max(0, Math.round(Number(text) || 0)));

export function PortField({ value, disabled, onChange }: { value: number; disabled: boolean; onChange(port: number): void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Field label={t('live:source.port')}>
      <CommitBox
        aria-label={t('live:source.port')}
        inputMode="numeric"
        disabled={disabled}
        value={String(value)}
        onCommit={(text) => onChange(portOf(text))}
      />
    </Field>
  );
}
