/** What a session is made of: source, encode, recording, break card, upload. While it is live, what cannot change is told and locked. */
import { FolderOpen } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession } from '../../native/contract/live.ts';
import { chooseFolder } from '../export/add-files.ts';
import { shortPath } from '../format.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/button.tsx';
import { CommitBox, Field, Fold, Section } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { call, useStudio } from '../studio.ts';
import { EncodeFields } from './encode-fields.tsx';
import { Health } from './health.tsx';
import { PathField } from './path-field.tsx';
import { changeSetup, useLiveStatus } from './session.ts';
import { SourceFields } from './source-fields.tsx';

export function SetupColumn({ session }: { session: LiveSession }): ReactNode {
  const { t } = useTranslation();
  const status = useLiveStatus(session.id);
  const isLive = status.phase === 'live';
  return (
    <>
      <h2 className="sr-only">{t('live:page.source')}</h2>
      {isLive && <Health status={status} />}
      {isLive ? (
        <Fold title={t('live:setup.fixed')}>
          <p className="pb-1 text-sm text-muted">{t('live:setup.fixedHint')}</p>
          <SourceFields session={session} disabled />
          <EncodeFields session={session} disabled />
        </Fold>
      ) : (
        <>
          <Section title={t('live:setup.source')}>
            <SourceFields session={session} disabled={false} />
          </Section>
          <Section title={t('live:setup.pictureSound')}>
            <EncodeFields session={session} disabled={false} />
          </Section>
        </>
      )}
      <Section title={t('live:setup.recording')}>
        <Recording session={session} isFixed={isLive && status.recording !== null} />
      </Section>
      <Fold title={t('live:setup.breakCard')}>
        <BreakCard session={session} disabled={isLive} />
      </Fold>
      <Fold title={t('live:setup.upload')}>
        <Upload session={session} isLive={isLive} />
      </Fold>
    </>
  );
}

/** What is being recorded keeps its place and its kind. */
function Recording({ session, isFixed }: { session: LiveSession; isFixed: boolean }): ReactNode {
  const { t } = useTranslation();
  const home = useStudio((mirror) => mirror.machine['studio']?.home);
  const { recording } = session.setup;
  const choose = () =>
    chooseFolder(recording?.folder ?? null, (folder) =>
      changeSetup(session, { recording: { container: 'mp4', name: null, ...recording, folder } }),
    );
  return (
    <>
      <Field label={t('live:recording.into')}>
        <div className="flex min-w-0 gap-1">
          <Button icon={FolderOpen} disabled={isFixed} className="min-w-0 flex-1 !justify-start" onClick={choose}>
            <span className="truncate">{recording ? shortPath(recording.folder, home) : t('live:recording.not')}</span>
          </Button>
          {recording && !isFixed && (
            <Button look="ghost" onClick={() => changeSetup(session, { recording: null })}>
              {t('live:off')}
            </Button>
          )}
        </div>
      </Field>
      {recording && (
        <Field label={t('live:recording.as')}>
          <Select
            name={t('live:recording.container')}
            disabled={isFixed}
            choices={[
              { value: 'mp4', label: 'MP4', text: t('live:recording.mp4') },
              { value: 'mkv', label: 'Matroska', text: t('live:recording.mkv') },
            ]}
            value={recording.container}
            onChange={(container) => changeSetup(session, { recording: { ...recording, container: container as 'mp4' | 'mkv' } })}
          />
        </Field>
      )}
    </>
  );
}

function BreakCard({ session, disabled }: { session: LiveSession; disabled: boolean }): ReactNode {
  const { t } = useTranslation();
  const { slate } = session.setup;
  return (
    <>
      <p className="pb-1 text-sm text-muted">{t('live:break.hint')}</p>
      <Field label={t('live:break.text')}>
        <CommitBox
          aria-label={t('live:break.textName')}
          value={slate.text}
          maxLength={200}
          disabled={disabled}
          onCommit={(text) => changeSetup(session, { slate: { ...slate, text } })}
        />
      </Field>
      <PathField
        label={t('live:break.picture')}
        value={slate.file}
        none={t('live:break.textAlone')}
        disabled={disabled}
        onChange={(file) => changeSetup(session, { slate: { ...slate, file } })}
      />
      <PathField
        label={t('live:break.music')}
        value={slate.music}
        none={t('live:break.silence')}
        disabled={disabled}
        onChange={(music) => changeSetup(session, { slate: { ...slate, music } })}
      />
    </>
  );
}

/** What a speed test says, or what the first target's server takes. */
function Upload({ session, isLive }: { session: LiveSession; isLive: boolean }): ReactNode {
  const { t } = useTranslation();
  const { uplinkKbps, targets } = session.setup;
  const [measuring, setMeasuring] = useState(false);
  const target = targets.find(({ enabled }) => enabled);
  const measure = (id: string) => {
    setMeasuring(true);
    attempt(call('measureUplink', { id: session.id, target: id }).finally(() => setMeasuring(false)));
  };
  return (
    <>
      <Field label={t('live:setup.upload')} hint={t('live:upload.hint')}>
        <CommitBox
          aria-label={t('live:upload.name')}
          inputMode="numeric"
          value={uplinkKbps === null ? '' : String(uplinkKbps)}
          placeholder={t('live:upload.unknown')}
          onCommit={(text) => {
            const kbps = Math.round(Number(text.replace(/[^\d.]/g, '')));
            changeSetup(session, { uplinkKbps: kbps > 0 ? kbps : null });
          }}
        />
      </Field>
      {target && (
        <Button className="mt-1 ml-[116px]" disabled={measuring || isLive} onClick={() => measure(target.id)}>
          {measuring ? t('live:upload.measuring') : t('live:upload.measure', { name: target.name })}
        </Button>
      )}
    </>
  );
}
