/** The folders of the studio's machine: for choosing files to add, or the folder results go to. */
import { ArrowUp } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FolderEntry } from '../../native/contract/contract.ts';
import { fileName, size } from '../format.ts';
import { attempt } from '../notices.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { CommitBox, TextBox } from '../parts/field.tsx';
import { useStudio } from '../studio.ts';
import { closeDialog } from '../ui-state.ts';
import { addPaths } from './add-files.ts';
import { FolderEntries } from './folder-entries.tsx';
import { useFolder } from './use-folder.ts';

interface FileBrowserProps {
  /** Names the person dropped, which the studio could not find by itself. */
  wanted?: string[];
  start?: string | null;
  /** Takes the files, of any kind, instead of the place at hand. */
  chooseFiles?(paths: string[]): void;
  /** Present when a folder is wanted, not files. */
  chooseFolder?(folder: string): void;
}

export function FileBrowser({ wanted = [], start = null, chooseFiles, chooseFolder }: FileBrowserProps): ReactNode {
  const { t } = useTranslation();
  const { folder, error, opening, open } = useFolder(start);
  const [search, setSearch] = useState('');
  const [all, setAll] = useState(chooseFiles !== undefined);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const entries = useMemo(() => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const wantedNames = new Set(wanted);
    const fits = (folder?.entries ?? []).filter(
      (entry) =>
        (entry.kind === 'folder' || (!chooseFolder && (entry.kind === 'media' || all || wantedNames.has(entry.name)))) &&
        words.every((word) => entry.name.toLowerCase().includes(word)),
    );
    return wantedNames.size > 0 ? fits.sort((a, b) => Number(wantedNames.has(b.name)) - Number(wantedNames.has(a.name))) : fits;
  }, [folder, search, all, wanted, chooseFolder]);

  const enter = (path: string) => {
    open(path);
    setSearch('');
    setChosen(new Set());
    setCursor(0);
    input.current?.focus();
  };
  const toggle = ({ path }: FolderEntry) => {
    const next = new Set(chosen);
    if (!next.delete(path)) next.add(path);
    setChosen(next);
  };
  const finish = (paths: string[]) => {
    closeDialog();
    if (chooseFolder) chooseFolder(paths[0] ?? '');
    else if (chooseFiles) chooseFiles(paths);
    else attempt(addPaths(paths));
  };
  const submit = () => {
    if (chooseFolder) folder && finish([folder.path]);
    else if (chosen.size > 0) finish([...chosen]);
  };
  const current = entries[cursor];
  const keys: Record<string, () => void> = {
    ArrowDown: () => setCursor(Math.min(entries.length - 1, cursor + 1)),
    ArrowUp: () => setCursor(Math.max(0, cursor - 1)),
    Enter: () => {
      if (current?.kind === 'folder') enter(current.path);
      else if (!chooseFolder && (chosen.size > 0 || current)) finish(chosen.size > 0 ? [...chosen] : [current?.path as string]);
    },
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const withMod = event.ctrlKey || event.metaKey;
    const action =
      withMod && event.key === 'Enter'
        ? submit
        : event.key === ' ' && search === '' && current && current.kind !== 'folder'
          ? () => toggle(current)
          : event.key === 'Backspace' && search === '' && folder?.parent
            ? () => enter(folder.parent as string)
            : withMod && event.key === 'a' && search === '' && !chooseFolder
              ? () => setChosen(new Set(entries.filter((entry) => entry.kind !== 'folder').map((entry) => entry.path)))
              : keys[event.key];
    if (!action) return;
    event.preventDefault();
    if (!opening) action();
  };

  const bytes = (folder?.entries ?? []).reduce((sum, entry) => sum + (chosen.has(entry.path) ? entry.bytes : 0), 0);
  const submitWord = chooseFolder
    ? folder
      ? t('export:browser.use', { folder: fileName(folder.path) })
      : t('export:browser.useThis')
    : chosen.size > 1
      ? t('export:browser.addMany', { number: chosen.size })
      : t('export:browser.add');
  const machine = useStudio((mirror) => mirror.machine['studio']?.name);
  return (
    <Dialog
      title={
        chooseFolder ? t('export:browser.chooseFolder') : t('export:browser.addFrom', { machine: machine ?? t('export:browser.aMachine') })
      }
      className="h-[620px] w-[860px]"
      initialFocus={input}
    >
      {wanted.length > 0 && (
        <p className="border-b border-line bg-warn-ground px-4 py-2 text-warn">
          {wanted.length === 1 ? t('export:browser.findOne', { name: wanted[0] }) : t('export:browser.findMany', { number: wanted.length })}
        </p>
      )}
      <div className="flex items-center gap-2 border-b border-line px-3 py-2">
        <IconButton
          icon={ArrowUp}
          name={t('export:browser.above')}
          keys="Backspace"
          disabled={!folder?.parent}
          onClick={() => folder?.parent && enter(folder.parent)}
        />
        <div className="flex-1">
          <CommitBox aria-label={t('export:browser.folder')} value={folder?.path ?? ''} onCommit={enter} />
        </div>
        <div className="w-48">
          <TextBox
            ref={input}
            role="combobox"
            aria-expanded
            aria-controls="folder-list"
            aria-activedescendant={current && `entry-${cursor}`}
            aria-label={t('export:browser.find')}
            placeholder={t('export:browser.find')}
            value={search}
            onChange={(event) => {
              setSearch(event.target.value);
              setCursor(0);
            }}
            onKeyDown={onKeyDown}
          />
        </div>
      </div>
      <div className="flex min-h-0 flex-1">
        <nav aria-label={t('export:browser.places')} className="w-40 shrink-0 overflow-y-auto border-r border-line p-2">
          {folder?.places.map((place) => (
            <button
              key={place.path}
              type="button"
              title={place.path}
              aria-current={place.path === folder.path ? 'true' : undefined}
              onClick={() => enter(place.path)}
              className="block h-8 w-full truncate rounded-md px-2 text-left text-muted hover:bg-hover hover:text-text aria-[current]:bg-selected-idle aria-[current]:text-text"
            >
              {place.name}
            </button>
          ))}
        </nav>
        <FolderEntries
          folder={folder}
          error={error}
          opening={opening}
          entries={entries}
          chosen={chosen}
          cursor={cursor}
          wanted={wanted}
          filtered={search !== ''}
          forFolder={chooseFolder !== undefined}
          onPress={(entry, index) => {
            setCursor(index);
            if (entry.kind !== 'folder') toggle(entry);
          }}
          onOpen={(entry) => (entry.kind === 'folder' ? enter(entry.path) : finish([...new Set([...chosen, entry.path])]))}
        />
      </div>
      <div className="flex h-14 shrink-0 items-center gap-3 border-t border-line px-4">
        {chooseFolder ? (
          <span className="min-w-0 flex-1 truncate text-muted">{folder?.path}</span>
        ) : (
          <>
            <label className="flex items-center gap-2 text-muted">
              <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} className="accent-(--accent)" />
              {t('export:browser.everyKind')}
            </label>
            <span className="flex-1 text-right text-muted">
              {chosen.size > 0 && t('export:browser.chosen', { count: chosen.size, size: size(bytes) })}
            </span>
            {!chooseFiles && (
              <Button disabled={!folder || opening} onClick={() => folder && finish([folder.path])}>
                {t('export:browser.wholeFolder')}
              </Button>
            )}
          </>
        )}
        <Button look="primary" disabled={opening || (chooseFolder ? !folder : chosen.size === 0)} onClick={submit}>
          {submitWord}
        </Button>
      </div>
    </Dialog>
  );
}
