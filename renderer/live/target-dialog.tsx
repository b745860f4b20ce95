/** One target: which service, where, and its key, which is never shown again. */
import { type ReactNode, useRef, useState } from 'react';
import type { LiveTarget } from '../../native/contract/live.ts';
import { splitKey } from '../../native/contract/live-url.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field, TextBox } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { call, useStudio } from '../studio.ts';
import { closeDialog } from '../ui-state.ts';
import { changeSetup } from './session.ts';

const custom = 'custom';

export function TargetDialog({ session: id, target: known }: { session: string; target: string | null }): ReactNode {
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
    <Dialog title={before ? `Change ${before.name}` : 'Add a target'} className="w-120" initialFocus={first}>
      <form
        className="flex flex-col gap-1 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (isWhole) attempt(save());
        }}
      >
        <Field
          label="Service"
          hint={row && !row.confirmed ? `Figures from ${row.source.title}, ${row.source.date}; not confirmed.` : undefined}
        >
          <Select
            name="Service"
            choices={[
              ...Object.values(services).map((one) => ({ value: one.id, label: one.name, text: limits(one.maxVideoKbps) })),
              { value: custom, label: 'Another server', text: 'rtmp://, rtmps:// or srt://' },
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
            <Field label="Server">
              <Select
                name="Server"
                choices={row.servers.map((one) => ({ value: one.url, label: one.name, text: one.url }))}
                value={server}
                onChange={setUrl}
              />
            </Field>
          )
        ) : (
          <Field label="Address" hint="A whole address with the key at its end may be pasted: the key is kept apart.">
            <TextBox aria-label="Address" placeholder="rtmp://server/app" value={url} onChange={(event) => setUrl(event.target.value)} />
          </Field>
        )}
        <Field label="Stream key" hint={row ? `Found at ${row.keyPage.replace('https://', '')}` : 'If the server wants one.'}>
          <TextBox
            ref={first}
            type="password"
            aria-label="Stream key"
            placeholder={sameService && before?.key ? (session.keys[before.key] ?? '') : address.key ? 'In the address' : 'None'}
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
        </Field>
        <Field label="Name">
          <TextBox
            aria-label="Name"
            placeholder={row?.name ?? 'As the server'}
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <div className="flex justify-end gap-2 pt-3">
          <Button onClick={closeDialog}>Cancel</Button>
          <Button type="submit" look="primary" disabled={!isWhole}>
            {before ? 'Save' : 'Add'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const limits = (kbps: number) => `Up to ${kbps / 1000} Mb/s`;
