/** A secret: typed once, kept in the studio's sealed store, from then on shown masked. */
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { attempt } from '../notices.ts';
import { Button } from '../parts/button.tsx';
import { Field, TextBox } from '../parts/field.tsx';
import { call } from '../studio.ts';

export interface KeyFieldProps {
  label: string;
  /** For screen readers. */
  name: string;
  hint?: string | undefined;
  /** null: there is none. */
  masked: string | null;
  disabled?: boolean;
  /** Gets the secret's place in the store, or null. */
  onChange(place: string | null): void;
}

export function KeyField({ label, name, hint, masked, disabled = false, onChange }: KeyFieldProps): ReactNode {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const keep = () => {
    const key = text.trim();
    setText('');
    if (key) attempt(call('keepKey', { key }).then(({ place }) => onChange(place)));
  };
  return (
    <Field label={label} hint={hint}>
      <div className="flex min-w-0 gap-1">
        <TextBox
          type="password"
          aria-label={name}
          autoComplete="off"
          placeholder={masked ?? t('live:key.none')}
          value={text}
          disabled={disabled}
          onChange={(event) => setText(event.target.value)}
          onBlur={keep}
          onKeyDown={(event) => event.key === 'Enter' && keep()}
        />
        {masked !== null && !disabled && (
          <Button look="ghost" onClick={() => onChange(null)}>
            {t('live:key.forget')}
          </Button>
        )}
      </div>
    </Field>
  );
}
