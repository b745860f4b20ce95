/** A listener that a publisher sends to: its address, key and port, and who may reach it. */
import { Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { attempt } from '../../notices.ts';
import { IconButton } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Select } from '../../parts/select.tsx';
import { t } from '../../words/index.ts';
import { KeyField } from '../key-field.tsx';
import { isRunning, useLiveStatus } from '../session.ts';
import type { KindFields } from './kind-fields.ts';
import { PortField } from './port-field.tsx';

/** The studio's machine as this page reached it; where both are one machine, others know another name of it. */
const reachedHost = () =>
  /^(localhost|127\.|\[::1\]|muxwell$)/.test(location.hostname) ? t('live:source.thisMachine') : location.hostname;

export function RtmpFields({ source, session, disabled, onChange }: KindFields<'rtmp-listen'>): ReactNode {
  const { t } = useTranslation();
  const status = useLiveStatus(session.id);
  const port = (isRunning(status) ? status.health?.sourcePort : null) ?? source.port;
  const address = `rtmp://${source.lan ? reachedHost() : '127.0.0.1'}:${port || '…'}/${source.app}`;
  return (
    <>
      <Field label={t('live:source.publishTo')}>
        <div className="flex min-w-0 items-center gap-1">
          <code className="selectable min-w-0 flex-1 truncate rounded-md bg-raised px-2 py-1 text-sm" title={address}>
            {address}
          </code>
          {navigator.clipboard && (
            <IconButton icon={Copy} name={t('live:source.copy')} onClick={() => attempt(navigator.clipboard.writeText(address))} />
          )}
        </div>
      </Field>
      <KeyField
        label={t('live:source.key')}
        name={t('live:source.keyName')}
        hint={source.key === null ? t('live:source.keyHint') : undefined}
        masked={source.key === null ? null : (session.keys[source.key] ?? '')}
        disabled={disabled}
        onChange={(key) => onChange({ key })}
      />
      <PortField value={source.port} disabled={disabled} onChange={(port) => onChange({ port })} />
      <Field label={t('live:source.reachable')}>
        <Select
          name={t('live:source.who')}
          disabled={disabled}
          choices={[
            { value: 'here', label: t('live:source.here') },
            { value: 'lan', label: t('live:source.lan'), text: t('live:source.lanText') },
          ]}
          value={source.lan ? 'lan' : 'here'}
          onChange={(value) => onChange({ lan: value === 'lan' })}
        />
      </Field>
    </>
  );
}
