/** Where the picture comes from: one row of fields for each kind of source. */
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession, LiveSource } from '../../native/contract/live.ts';
import { Field } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { changeSetup } from './session.ts';
import { CameraFields, ScreenFields } from './sources/capture-fields.tsx';
import { FilesFields, PullFields } from './sources/file-fields.tsx';
import type { KindFields } from './sources/kind-fields.ts';
import { RtmpFields } from './sources/rtmp-fields.tsx';
import { SrtFields } from './sources/srt-fields.tsx';
import { sourceKinds } from './words.ts';

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

const kindFields: { [K in LiveSource['kind']]: (props: KindFields<K>) => ReactNode } = {
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
  const Kind = kindFields[current.kind] as (props: KindFields<LiveSource['kind']>) => ReactNode;
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
