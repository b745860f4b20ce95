/** Where the picture comes from: one row of fields for each kind of source. */
import { FilePlus2 } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { LiveDevices, LiveSession, LiveSource } from '../../native/contract/live.ts';
import { desktop } from '../desktop.ts';
import { fileName } from '../format.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/button.tsx';
import { CommitBox, Field } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { call } from '../studio.ts';
import { KeyField } from './key-field.tsx';
import { changeSetup } from './session.ts';
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
      <Field label="Comes from" hint={sourceKinds[current.kind].text}>
        <Select
          name="Kind of source"
          disabled={disabled}
          choices={Object.entries(sourceKinds).map(([value, { name, text }]) => ({ value, label: name, text }))}
          value={current.kind}
          onChange={(kind) => choose(kind as LiveSource['kind'])}
        />
      </Field>
      <Kind source={current as never} session={session} disabled={disabled} onChange={change} />
    </>
  );
}

const portOf = (text: string) => Math.min(65_535, Math.max(0, Math.round(Number(text) || 0)));

function RtmpFields({ source, session, disabled, onChange }: Fields<'rtmp-listen'>): ReactNode {
  const host = source.lan ? 'this-machine' : '127.0.0.1';
  return (
    <>
      <Field label="Publish to">
        <code className="selectable truncate rounded-md bg-raised px-2 py-1 text-sm">
          rtmp://{host}:{source.port}/{source.app}
        </code>
      </Field>
      <KeyField
        label="Stream key"
        name="Key that publishers must know"
        hint={source.key === null ? 'Without one anybody who reaches the port can publish.' : undefined}
        masked={source.key === null ? null : (session.keys[source.key] ?? '')}
        disabled={disabled}
        onChange={(key) => onChange({ key })}
      />
      <Field label="Port">
        <CommitBox
          aria-label="Port"
          inputMode="numeric"
          disabled={disabled}
          value={String(source.port)}
          onCommit={(text) => onChange({ port: portOf(text) })}
        />
      </Field>
      <Field label="Reachable">
        <Select
          name="Who can publish"
          disabled={disabled}
          choices={[
            { value: 'here', label: 'From this machine only' },
            { value: 'lan', label: 'From the local network, too', text: 'Give it a key then.' },
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
  return (
    <Field label="Microphone">
      <Select
        name="Microphone"
        disabled={disabled}
        choices={[
          { value: '', label: 'None, silence' },
          ...(devices?.microphones ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        value={value ?? ''}
        onChange={(id) => onChange(id || null)}
      />
    </Field>
  );
}

function ScreenFields({ source, disabled, onChange }: Fields<'screen'>): ReactNode {
  const devices = useDevices();
  return (
    <>
      <Field label="Screen" hint={devices?.screens.length === 0 ? 'The studio’s machine has no screen that can be read.' : undefined}>
        <Select
          name="Screen"
          disabled={disabled}
          choices={[
            { value: '', label: 'The first one' },
            ...(devices?.screens ?? []).map(({ id, name, width, height }) => ({ value: id, label: `${name} (${width}×${height})` })),
          ]}
          value={source.screen ?? ''}
          onChange={(id) => onChange({ screen: id || null })}
        />
      </Field>
      <Field label="Part of it" hint="Left, top, width, height in pixels; empty takes all.">
        <CommitBox
          aria-label="Part of the screen"
          placeholder="All"
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
  const devices = useDevices();
  return (
    <>
      <Field label="Camera" hint={devices?.cameras.length === 0 ? 'No camera was found at the studio’s machine.' : undefined}>
        <Select
          name="Camera"
          disabled={disabled}
          choices={[{ value: '', label: 'The first one' }, ...(devices?.cameras ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
          value={source.camera ?? ''}
          onChange={(id) => onChange({ camera: id || null })}
        />
      </Field>
      <Microphone value={source.microphone} devices={devices} disabled={disabled} onChange={(microphone) => onChange({ microphone })} />
    </>
  );
}

function FilesFields({ source, disabled, onChange }: Fields<'files'>): ReactNode {
  const paths = source.paths.filter(Boolean);
  return (
    <>
      <Field label="Files" hint={paths.length > 0 ? paths.map(fileName).join(', ') : 'Paths on the studio’s machine, one after the other.'}>
        {desktop ? (
          <Button
            icon={FilePlus2}
            disabled={disabled}
            onClick={() => attempt(desktop?.chooseFiles().then((chosen) => chosen.length > 0 && onChange({ paths: chosen })))}
          >
            Choose…
          </Button>
        ) : (
          <CommitBox
            aria-label="Files, separated by semicolons"
            placeholder="/home/me/film.mp4; …"
            disabled={disabled}
            value={paths.join('; ')}
            onCommit={(text) => {
              const next = text.split(/\s*;\s*/).filter(Boolean);
              if (next.length > 0) onChange({ paths: next });
            }}
          />
        )}
      </Field>
      <Field label="At the end">
        <Select
          name="At the end"
          disabled={disabled || paths.length === 0}
          choices={[
            { value: 'loop', label: 'Begin again' },
            { value: 'once', label: 'Show the break card' },
          ]}
          value={source.loop ? 'loop' : 'once'}
          onChange={(value) => onChange({ loop: value === 'loop' })}
        />
      </Field>
    </>
  );
}

function PullFields({ source, disabled, onChange }: Fields<'pull'>): ReactNode {
  return (
    <Field label="Address">
      <CommitBox
        aria-label="Address of the source"
        placeholder="rtsp://camera/stream"
        disabled={disabled}
        value={source.url}
        onCommit={(url) => /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(url.trim()) && onChange({ url: url.trim(), address: null })}
      />
    </Field>
  );
}

function SrtFields({ source, session, disabled, onChange }: Fields<'srt'>): ReactNode {
  return (
    <>
      <Field label="This studio">
        <Select
          name="Who calls whom"
          disabled={disabled}
          choices={[
            { value: 'listener', label: 'waits for a call' },
            { value: 'caller', label: 'calls' },
          ]}
          value={source.mode}
          onChange={(mode) => onChange({ mode: mode as 'listener' | 'caller' })}
        />
      </Field>
      {source.mode === 'caller' && (
        <Field label="Host">
          <CommitBox aria-label="Host" disabled={disabled} value={source.host} onCommit={(host) => onChange({ host: host.trim() })} />
        </Field>
      )}
      <Field label="Port">
        <CommitBox
          aria-label="Port"
          inputMode="numeric"
          disabled={disabled}
          value={String(source.port)}
          onCommit={(text) => onChange({ port: portOf(text) })}
        />
      </Field>
      <KeyField
        label="Passphrase"
        name="Passphrase"
        hint="10 to 79 characters; both sides need the same."
        masked={source.passphrase === null ? null : (session.keys[source.passphrase] ?? '')}
        disabled={disabled}
        onChange={(passphrase) => onChange({ passphrase })}
      />
    </>
  );
}
