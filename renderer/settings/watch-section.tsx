/** Watch folders: which, what becomes of the files in them, and how it goes. */
import { FolderOpen, FolderPlus, Trash2, TriangleAlert, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { priorities } from '../../native/contract/priority.ts';
import type { WatchFolder, WatchSetup } from '../../native/contract/watch.ts';
import { chooseFolder } from '../export/add-files.ts';
import { PresetPicker } from '../export/preset-picker.tsx';
import { fileName, shortPath } from '../format.ts';
import { Switch } from '../lossless/switch.tsx';
import { attempt } from '../notices.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { CommitBox, Field, Fold, Section } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { call, useStudio } from '../studio.ts';

export function WatchSection(): ReactNode {
  const { t } = useTranslation();
  const watches = useStudio((mirror) => mirror.watches);
  const preset = useStudio((mirror) => mirror.settings['studio']?.preset ?? '');
  const all = Object.values(watches).sort((a, b) => a.setup.folder.localeCompare(b.setup.folder));
  const add = (folder: string) =>
    attempt(call('saveWatch', { setup: { folder, preset, group: fileName(folder), results: `${folder.replace(/[\\/]$/, '')}/Exported` } }));
  return (
    <Section
      title={t('settings:watch.title')}
      aside={
        <Button look="ghost" icon={FolderPlus} onClick={() => chooseFolder(null, add)}>
          {t('settings:watch.add')}
        </Button>
      }
    >
      {all.length === 0 && <p className="text-muted">{t('settings:watch.none')}</p>}
      {all.map((watch) => (
        <OneFolder key={watch.id} watch={watch} />
      ))}
    </Section>
  );
}

/** Folders that a watch folder has besides itself. */
const places = ['results', 'done', 'failed'] as const;

function OneFolder({ watch: { id, setup, growing, taken, problem } }: { watch: WatchFolder }): ReactNode {
  const { t } = useTranslation();
  const home = useStudio((mirror) => mirror.machine['studio']?.home);
  const change = (next: Partial<WatchSetup>) => attempt(call('saveWatch', { id, setup: { ...setup, ...next } }));
  const name = shortPath(setup.folder, home);
  const state = [
    setup.enabled ? t('settings:watch.taken', { count: taken }) : t('settings:watch.off'),
    growing > 0 && t('settings:watch.growing', { count: growing }),
  ];
  return (
    <article aria-label={name} className="border-b border-line py-2 last:border-b-0">
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <p className="selectable truncate" title={setup.folder}>
            {name}
          </p>
          <p className="text-sm text-muted">{state.filter(Boolean).join(' · ')}</p>
        </div>
        <Switch
          name={t('settings:watch.title')}
          choices={[
            { value: 'on', label: t('settings:watch.watched') },
            { value: 'off', label: t('settings:watch.notWatched') },
          ]}
          value={setup.enabled ? 'on' : 'off'}
          onChange={(next) => change({ enabled: next === 'on' })}
        />
        <IconButton icon={Trash2} name={t('settings:watch.remove')} onClick={() => attempt(call('removeWatch', { id }))} />
      </div>
      {problem && (
        <p className="flex gap-2 py-1 text-sm text-warn">
          <TriangleAlert size={13} className="mt-0.5 shrink-0" aria-hidden />
          {problem}
        </p>
      )}
      <div className="-mx-4">
        <Fold title={t('settings:watch.what')}>
          <PresetPicker value={setup.preset} onChange={(preset) => change({ preset })} />
          <Field label={t('settings:watch.subfolders')}>
            <Switch
              name={t('settings:watch.subfolders')}
              choices={[
                { value: 'no', label: t('settings:watch.without') },
                { value: 'yes', label: t('settings:watch.with') },
              ]}
              value={setup.subfolders ? 'yes' : 'no'}
              onChange={(next) => change({ subfolders: next === 'yes' })}
            />
          </Field>
          <Field label={t('settings:watch.priority')} hint={t('settings:watch.priorityHint')}>
            <Select
              name={t('settings:watch.priority')}
              choices={priorities.map((priority) => ({ value: priority, label: t(`export:priority.${priority}`) }))}
              value={setup.priority}
              onChange={(priority) => change({ priority: priority as WatchSetup['priority'] })}
            />
          </Field>
          <Field label={t('settings:watch.group')}>
            <CommitBox
              aria-label={t('settings:watch.group')}
              placeholder={t('settings:watch.groupNone')}
              value={setup.group ?? ''}
              maxLength={80}
              onCommit={(text) => change({ group: text.trim() || null })}
            />
          </Field>
          {places.map((place) => (
            <Place
              key={place}
              label={t(`settings:watch.${place}`)}
              none={t(`settings:watch.${place}None`)}
              value={setup[place]}
              onChange={(folder) => change({ [place]: folder })}
            />
          ))}
        </Fold>
      </div>
    </article>
  );
}

interface PlaceProps {
  label: string;
  /** What happens without a folder. */
  none: string;
  value: string | null;
  onChange(folder: string | null): void;
}

function Place({ label, none, value, onChange }: PlaceProps): ReactNode {
  const home = useStudio((mirror) => mirror.machine['studio']?.home);
  const shown = value === null ? none : shortPath(value, home);
  return (
    <Field label={label}>
      <div className="flex min-w-0 gap-1">
        <Button
          icon={FolderOpen}
          className="min-w-0 flex-1 !justify-start"
          aria-label={`${label}: ${shown}`}
          onClick={() => chooseFolder(value, onChange)}
        >
          <span className="truncate">{shown}</span>
        </Button>
        {value !== null && <IconButton icon={Undo2} name={none} onClick={() => onChange(null)} />}
      </div>
    </Field>
  );
}
