/** SRT, which waits for a caller or calls itself. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CommitBox, Field } from '../../parts/field.tsx';
import { Select } from '../../parts/select.tsx';
import { KeyField } from '../key-field.tsx';
import type { KindFields } from './kind-fields.ts';
import { PortField } from './port-field.tsx';

export function SrtFields({ source, session, disabled, onChange }: KindFields<'srt'>): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <Field label={t('live:source.studio')}>
        <Select
          name={t('live:source.whoCalls')}
          disabled={disabled}
          choices={[
            { value: 'listener', label: t('live:source.waits') },
            { value: 'caller', label: t('live:source.calls') },
          ]}
          value={source.mode}
          onChange={(mode) => onChange({ mode: mode as 'listener' | 'caller' })}
        />
      </Field>
      {source.mode === 'caller' && (
        <Field label={t('live:source.host')}>
          <CommitBox
            aria-label={t('live:source.host')}
            disabled={disabled}
            value={source.host}
            onCommit={(host) => onChange({ host: host.trim() })}
          />
        </Field>
      )}
      <PortField value={source.port} disabled={disabled} onChange={(port) => onChange({ port })} />
      <KeyField
        label={t('live:source.passphrase')}
        name={t('live:source.passphrase')}
        hint={t('live:source.passphraseHint')}
        masked={source.passphrase === null ? null : (session.keys[source.passphrase] ?? '')}
        disabled={disabled}
        onChange={(passphrase) => onChange({ passphrase })}
      />
    </>
  );
}
