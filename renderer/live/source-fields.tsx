/** Where the picture comes from: one row of fields for each kind of source. */
import { Copy, FilePlus2 } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveDevices, LiveSession, LiveSource } from '../../native/contract/live.ts';
import { chooseFiles } from '../export/add-files.ts';
import { fileName } from '../format.ts';
import { attempt } from '../notices.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { CommitBox, Field } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { call } from '../studio.ts';
import { t } from '../words/index.ts';
import { KeyField } from './key-field.tsx';
import { changeSetup, isRunning, useLiveStatus } from './session.ts';
import { sourceKinds } from './words.ts';

interface Fields<K extends LiveSource['kind']> {
  source: Extract<LiveSource, { kind: K }>;
  session: LiveSession;
  disabled: boolean;
  onChange(change: Partial<Extract<LiveSource, { kind: K }>>): void;
}

/** What each kind begins with. */
const beginnings: Record<LiveSource['kind'], LiveSource> = {
  'rtmp-listen': { kind: 'rtmp-listen', port: 1935, lan: false, app: 'live', key: null },
  screen: { kind: 'screen', screen: null, region: null, microphone: null },
  camera: { kind: 'camera', camera: null, microphone: null },
  files: { kind: 'files', paths: [''], loop: true },
  pull: { kind: 'pull', url: 'rtsp://', address: null },
  srt: { kind: 'srt', mode: 'listener', host: '', port: 9000, passphrase: null, streamId: '', latency: 120 },
  'test-card': { kind: 'test-card' },
};

const kindFields: { [K in LiveSource['kind']]: (props: Fields<K>) => ReactNode } = {
  'rtmp-listen': RtmpFields,
  screen: ScreenFields,
  camera: CameraFields,
  files: FilesFields,
  pull: PullFields,
  srt: SrtFields,
  'test-card': () => null,
};

export function SourceFields({ session, disabled }: { session: LiveSession; disabled: boolean }): ReactNode {
  const { t } = useTranslation();
  const { source } = session.setup;
  /** A kind that needs something more before it can be saved. */
  const [draft, setDraft] = useState<LiveSource | null>(null);
  const current = draft ?? source;
  const choose = (kind: LiveSource['kind']) => {
    const next = beginnings[kind];
    const isWhole = kind !== 'files' && kind !== 'pull';
    setDraft(isWhole ? null : next);
    if (isWhole) changeSetup(session, { source: next });
  };
  const change = (changed: object) => {
    const next = { ...current, ...changed } as LiveSource;
    setDraft(null);
    changeSetup(session, { source: next });
  };
  const Kind = kindFields[current.kind] as (props: Fields<LiveSource['kind']>) => ReactNode;
  return (
    <>
      <Field label={t('live:source.from')} hint={t(`live:source.${current.kind}.text`)}>
        <Select
          name={t('live:source.kind')}
          disabled={disabled}
          choices={sourceKinds.map((kind) => ({ value: kind, label: t(`live:source.${kind}.name`), text: t(`live:source.${kind}.text`) }))}
          value={current.kind}
          onChange={(kind) => choose(kind as LiveSource['kind'])}
        />
      </Field>
      <Kind source={current as never} session={session} disabled={disabled} onChange={change} />
    </>
  );
}

const portOf = (text: string) => Math.min(65_535, Math.max(0, Math.round(Number(text) || 0)));

/** The studio's machine as this page reached it; where both are one machine, others know another name of it. */
const reachedHost = () =>
  /^(localhost|127\.|\[::1\]|muxwell$)/.test(location.hostname) ? t('live:source.thisMachine') : location.hostname;

function RtmpFields({ source, session, disabled, onChange }: Fields<'rtmp-listen'>): ReactNode {
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
      <Field label={t('live:source.port')}>
        <CommitBox
          aria-label={t('live:source.port')}
          inputMode="numeric"
          disabled={disabled}
          value={String(source.port)}
          onCommit={(text) => onChange({ port: portOf(text) })}
        />
      </Field>
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

/** Devices of the studio's machine; null while they are looked for. */
function useDevices(): LiveDevices | null {
  const [devices, setDevices] = useState<LiveDevices | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    attempt(call('liveDevices', {}, leaving.signal).then((found) => leaving.signal.aborted || setDevices(found)));
    return () => leaving.abort();
  }, []);
  return devices;
}

function Microphone({
  value,
  devices,
  disabled,
  onChange,
}: {
  value: string | null;
  devices: LiveDevices | null;
  disabled: boolean;
  onChange(id: string | null): void;
}) {
  const { t } = useTranslation();
  return (
    <Field label={t('live:source.microphone')}>
      <Select
        name={t('live:source.microphone')}
        disabled={disabled}
        choices={[
          { value: '', label: t('live:source.noMicrophone') },
          ...(devices?.microphones ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        value={value ?? ''}
        onChange={(id) => onChange(id || null)}
      />
    </Field>
  );
}

function ScreenFields({ source, disabled, onChange }: Fields<'screen'>): ReactNode {
  const { t } = useTranslation();
  const devices = useDevices();
  return (
    <>
      <Field label={t('live:source.screenName')} hint={devices?.screens.length === 0 ? t('live:source.noScreen') : undefined}>
        <Select
          name={t('live:source.screenName')}
          disabled={disabled}
          choices={[
            { value: '', label: t('live:source.first') },
            ...(devices?.screens ?? []).map(({ id, name, width, height }) => ({ value: id, label: `${name} (${width}×${height})` })),
          ]}
          value={source.screen ?? ''}
          onChange={(id) => onChange({ screen: id || null })}
        />
      </Field>
      <Field label={t('live:source.part')} hint={t('live:source.partHint')}>
        <CommitBox
          aria-label={t('live:source.partName')}
          placeholder={t('live:source.all')}
          disabled={disabled}
          value={source.region ? `${source.region.x}, ${source.region.y}, ${source.region.width}, ${source.region.height}` : ''}
          onCommit={(text) => {
            const [x, y, width, height] = (text.match(/-?\d+/g) ?? []).map(Number);
            const whole = x !== undefined && y !== undefined && (width ?? 0) >= 16 && (height ?? 0) >= 16;
            onChange({ region: whole ? { x, y, width: width as number, height: height as number } : null });
          }}
        />
      </Field>
      <Microphone value={source.microphone} devices={devices} disabled={disabled} onChange={(microphone) => onChange({ microphone })} />
    </>
  );
}

function CameraFields({ source, disabled, onChange }: Fields<'camera'>): ReactNode {
  const { t } = useTranslation();
  const devices = useDevices();
  return (
    <>
      <Field label={t('live:source.cameraName')} hint={devices?.cameras.length === 0 ? t('live:source.noCamera') : undefined}>
        <Select
          name={t('live:source.cameraName')}
          disabled={disabled}
          choices={[
            { value: '', label: t('live:source.firstCamera') },
            ...(devices?.cameras ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={source.camera ?? ''}
          onChange={(id) => onChange({ camera: id || null })}
        />
      </Field>
      <Microphone value={source.microphone} devices={devices} disabled={disabled} onChange={(microphone) => onChange({ microphone })} />
    </>
  );
}

const shownFiles = 6;
function listed(paths: string[]): string {
  const files = paths.slice(0, shownFiles).map(fileName).join(', ');
  return paths.length > shownFiles ? t('live:source.more', { files, count: paths.length - shownFiles }) : files;
}

function FilesFields({ source, disabled, onChange }: Fields<'files'>): ReactNode {
  const { t } = useTranslation();
  const paths = source.paths.filter(Boolean);
  return (
    <>
      <Field label={t('live:source.fileList')} hint={paths.length > 1 ? listed(paths) : undefined}>
        <Button
          icon={FilePlus2}
          disabled={disabled}
          className="min-w-0 !justify-start"
          onClick={() => chooseFiles((chosen) => chosen.length > 0 && onChange({ paths: chosen }))}
        >
          <span className="truncate">
            {paths.length === 0
              ? t('live:source.choose')
              : paths.length === 1
                ? fileName(paths[0] ?? '')
                : t('common:file', { count: paths.length })}
          </span>
        </Button>
      </Field>
      <Field label={t('live:source.atEnd')}>
        <Select
          name={t('live:source.atEnd')}
          disabled={disabled || paths.length === 0}
          choices={[
            { value: 'loop', label: t('live:source.loop') },
            { value: 'once', label: t('live:source.once') },
          ]}
          value={source.loop ? 'loop' : 'once'}
          onChange={(value) => onChange({ loop: value === 'loop' })}
        />
      </Field>
    </>
  );
}

function PullFields({ source, disabled, onChange }: Fields<'pull'>): ReactNode {
  const { t } = useTranslation();
  return (
    <Field label={t('live:source.address')}>
      <CommitBox
        aria-label={t('live:source.addressName')}
        placeholder="rtsp://camera/stream"
        disabled={disabled}
        value={source.url}
        onCommit={(url) => /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(url.trim()) && onChange({ url: url.trim(), address: null })}
      />
    </Field>
  );
}

function SrtFields({ source, session, disabled, onChange }: Fields<'srt'>): ReactNode {
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
      <Field label={t('live:source.port')}>
        <CommitBox
          aria-label={t('live:source.port')}
          inputMode="numeric"
          disabled={disabled}
          value={String(source.port)}
          onCommit={(text) => onChange({ port: portOf(text) })}
        />
      </Field>
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
