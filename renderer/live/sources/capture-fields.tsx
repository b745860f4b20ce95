/** A screen or a camera, and a microphone. */
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveDevices } from '../../../native/contract/live.ts';
import { attempt } from '../../notices.ts';
import { CommitBox, Field } from '../../parts/field.tsx';
import { Select } from '../../parts/select.tsx';
import { call } from '../../studio.ts';
import type { KindFields } from './kind-fields.ts';

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

export function ScreenFields({ source, disabled, onChange }: KindFields<'screen'>): ReactNode {
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

export function CameraFields({ source, disabled, onChange }: KindFields<'camera'>): ReactNode {
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
