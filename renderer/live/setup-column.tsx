/** What a session is made of: source, encode, recording, break card, upload. While it is live, what cannot change is told and locked. */
import { FolderOpen } from 'lucide-react';
import { type ReactNode, useState } from 'react';
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
  const status = useLiveStatus(session.id);
  const isLive = status.phase === 'live';
  return (
    <>
      <h2 className="sr-only">Source and settings</h2>
      {isLive && <Health status={status} />}
      {isLive ? (
        <Fold title="Source, picture and sound">
          <p className="pb-1 text-sm text-muted">They are fixed while it is live.</p>
          <SourceFields session={session} disabled />
          <EncodeFields session={session} disabled />
        </Fold>
      ) : (
        <>
          <Section title="Source">
            <SourceFields session={session} disabled={false} />
          </Section>
          <Section title="Picture and sound">
            <EncodeFields session={session} disabled={false} />
          </Section>
        </>
      )}
      <Section title="Recording">
        <Recording session={session} isFixed={isLive && status.recording !== null} />
      </Section>
      <Fold title="Break card">
        <BreakCard session={session} disabled={isLive} />
      </Fold>
      <Fold title="Upload">
        <Upload session={session} isLive={isLive} />
      </Fold>
    </>
  );
}

/** What is being recorded keeps its place and its kind. */
function Recording({ session, isFixed }: { session: LiveSession; isFixed: boolean }): ReactNode {
  const home = useStudio((mirror) => mirror.machine['studio']?.home);
  const { recording } = session.setup;
  const choose = () =>
    chooseFolder(recording?.folder ?? null, (folder) =>
      changeSetup(session, { recording: { container: 'mp4', name: null, ...recording, folder } }),
    );
  return (
    <>
      <Field label="Record into">
        <div className="flex min-w-0 gap-1">
          <Button icon={FolderOpen} disabled={isFixed} className="min-w-0 flex-1 !justify-start" onClick={choose}>
            <span className="truncate">{recording ? shortPath(recording.folder, home) : 'Not recorded'}</span>
          </Button>
          {recording && !isFixed && (
            <Button look="ghost" onClick={() => changeSetup(session, { recording: null })}>
              Off
            </Button>
          )}
        </div>
      </Field>
      {recording && (
        <Field label="As">
          <Select
            name="Recording's container"
            disabled={isFixed}
            choices={[
              { value: 'mp4', label: 'MP4', text: 'Plays everywhere; survives a crash up to the last second.' },
              { value: 'mkv', label: 'Matroska', text: 'Survives a crash up to the last second.' },
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
  const { slate } = session.setup;
  return (
    <>
      <p className="pb-1 text-sm text-muted">It goes on air when the source is gone, and when you ask for a break.</p>
      <Field label="Text">
        <CommitBox
          aria-label="Text of the break card"
          value={slate.text}
          maxLength={200}
          disabled={disabled}
          onCommit={(text) => changeSetup(session, { slate: { ...slate, text } })}
        />
      </Field>
      <PathField
        label="Picture or film"
        value={slate.file}
        none="The text alone"
        disabled={disabled}
        onChange={(file) => changeSetup(session, { slate: { ...slate, file } })}
      />
      <PathField
        label="Music"
        value={slate.music}
        none="Silence"
        disabled={disabled}
        onChange={(music) => changeSetup(session, { slate: { ...slate, music } })}
      />
    </>
  );
}

/** What a speed test says, or what the first target's server takes. */
function Upload({ session, isLive }: { session: LiveSession; isLive: boolean }): ReactNode {
  const { uplinkKbps, targets } = session.setup;
  const [measuring, setMeasuring] = useState(false);
  const target = targets.find(({ enabled }) => enabled);
  const measure = (id: string) => {
    setMeasuring(true);
    attempt(call('measureUplink', { id: session.id, target: id }).finally(() => setMeasuring(false)));
  };
  return (
    <>
      <Field label="Upload" hint="kb/s, as a speed test tells it. Up to 75 % of it is safe, summed over all targets.">
        <CommitBox
          aria-label="Upload in kilobits a second"
          inputMode="numeric"
          value={uplinkKbps === null ? '' : String(uplinkKbps)}
          placeholder="Not known"
          onCommit={(text) => {
            const kbps = Math.round(Number(text.replace(/[^\d.]/g, '')));
            changeSetup(session, { uplinkKbps: kbps > 0 ? kbps : null });
          }}
        />
      </Field>
      {target && (
        <Button className="mt-1 ml-[116px]" disabled={measuring || isLive} onClick={() => measure(target.id)}>
          {measuring ? 'Measuring, 10 s…' : `Measure at ${target.name}`}
        </Button>
      )}
    </>
  );
}
