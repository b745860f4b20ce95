/** One target: which service, where, and its key, which is never shown again. */
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveTarget } from '../../native/contract/live.ts';
import { splitKey } from '../../native/contract/live-url.ts';
import { number } from '../format.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field, TextBox } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { call, useStudio } from '../studio.ts';
import { closeDialog } from '../ui-state.ts';
import { t } from '../words/index.ts';
import { changeSetup } from './session.ts';

const custom = 'custom';

export function TargetDialog({ session: id, target: known }: { session: string; target: string | null }): ReactNode {
  const { t } = useTranslation();
  const session = useStudio((mirror) => mirror.sessions[id]);
  const services = useStudio((mirror) => mirror.services);
  const before = session?.setup.targets.find((target) => target.id === known);
  const [service, setService] = useState(before?.service ?? 'twitch');
  const [name, setName] = useState(before?.name ?? '');
  const [url, setUrl] = useState(before?.url ?? '');
  const [key, setKey] = useState('');
  const first = useRef<HTMLInputElement>(null);
  if (!session) return null;
  const row = services[service];
  const server = row ? (row.servers.find((one) => one.url === url)?.url ?? row.servers[0]?.url ?? '') : url;
  // A key that is typed is the key: the address is whole then, whatever its last part looks like.
  const address = row || key.trim() ? { url: server.trim(), key: null } : splitKey(server);
  const isAddress = /^(rtmps?|srt):\/\/[^/\s]+/i.test(address.url);
  const sameService = before?.service === service;
  const hasKey = key.trim() !== '' || address.key !== null || (sameService && before?.key != null);
  const isWhole = isAddress && (hasKey || !row);

  const save = async () => {
    const secret = key.trim() || address.key;
    const place = secret ? (await call('keepKey', { key: secret })).place : sameService ? (before?.key ?? null) : null;
    const target: LiveTarget = {
      id: before?.id ?? crypto.randomUUID(),
      name: name.trim() || row?.name || new URL(address.url.replace(/^\w+:/, 'http:')).hostname,
      ...{ service, url: address.url, key: place, enabled: before?.enabled ?? true },
    };
    changeSetup(session, ({ targets }) => ({
      targets: before ? targets.map((one) => (one.id === target.id ? target : one)) : [...targets, target],
    }));
    closeDialog();
  };

  return (
    <Dialog
      title={before ? t('live:target.changeName', { name: before.name }) : t('live:target.dialog')}
      className="w-120"
      initialFocus={first}
    >
      <form
        className="flex flex-col gap-1 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (isWhole) attempt(save());
        }}
      >
        <Field
          label={t('live:target.service')}
          hint={row && !row.confirmed ? t('live:target.unconfirmed', { title: row.source.title, date: row.source.date }) : undefined}
        >
          <Select
            name={t('live:target.service')}
            choices={[
              ...Object.values(services).map((one) => ({ value: one.id, label: one.name, text: limits(one.maxVideoKbps) })),
              { value: custom, label: t('live:target.other'), text: t('live:target.otherText') },
            ]}
            value={row ? service : custom}
            onChange={(next) => {
              setService(next);
              setUrl('');
            }}
          />
        </Field>
        {row ? (
          row.servers.length > 1 && (
            <Field label={t('live:target.server')}>
              <Select
                name={t('live:target.server')}
                choices={row.servers.map((one) => ({ value: one.url, label: one.name, text: one.url }))}
                value={server}
                onChange={setUrl}
              />
            </Field>
          )
        ) : (
          <Field label={t('live:target.address')} hint={t('live:target.addressHint')}>
            <TextBox
              aria-label={t('live:target.address')}
              placeholder="rtmp://server/app"
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          </Field>
        )}
        <Field
          label={t('live:target.key')}
          hint={row ? t('live:target.keyAt', { page: row.keyPage.replace('https://', '') }) : t('live:target.keyIf')}
        >
          <TextBox
            ref={first}
            type="password"
            aria-label={t('live:target.key')}
            placeholder={
              sameService && before?.key ? (session.keys[before.key] ?? '') : t(address.key ? 'live:target.inAddress' : 'live:target.noKey')
            }
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
        </Field>
        <Field label={t('live:target.name')}>
          <TextBox
            aria-label={t('live:target.name')}
            placeholder={row?.name ?? t('live:target.asServer')}
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <div className="flex justify-end gap-2 pt-3">
          <Button onClick={closeDialog}>{t('live:cancel')}</Button>
          <Button type="submit" look="primary" disabled={!isWhole}>
            {t(before ? 'live:save' : 'live:add')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const limits = (kbps: number) => t('live:target.upTo', { rate: number(kbps / 1000) });
