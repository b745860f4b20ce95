/** What lies in the folder of a file browser: a list to choose from, or why there is none. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { File, Film, Folder as FolderIcon } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Folder, FolderEntry } from '../../native/contract/contract.ts';
import { day, size } from '../format.ts';

const rowHeight = 32;
const icons = { folder: FolderIcon, media: Film, other: File };

interface EntriesProps {
  folder: Folder | null;
  error: string | null;
  /** Another folder is: what lies in this one is not to be chosen any more. */
  opening: boolean;
  entries: FolderEntry[];
  chosen: ReadonlySet<string>;
  cursor: number;
  wanted: string[];
  filtered: boolean;
  forFolder: boolean;
  onPress(entry: FolderEntry, index: number): void;
  onOpen(entry: FolderEntry): void;
}

export function FolderEntries({
  folder,
  error,
  opening,
  entries,
  chosen,
  cursor,
  wanted,
  filtered,
  forFolder,
  onPress,
  onOpen,
}: EntriesProps): ReactNode {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const getScrollElement = useCallback(() => scroller.current, []);
  const rows = useVirtualizer({ count: entries.length, getScrollElement, estimateSize: () => rowHeight, overscan: 10 });
  useEffect(() => {
    if (entries.length > 0) rows.scrollToIndex(cursor);
  }, [cursor, rows, entries.length]);
  const why =
    error ??
    t(
      !folder
        ? 'export:browser.reading'
        : filtered
          ? 'export:browser.noneCalled'
          : forFolder
            ? 'export:browser.noFolder'
            : 'export:browser.noMedia',
    );
  return (
    <div ref={scroller} tabIndex={0} aria-busy={opening} className="min-w-0 flex-1 overflow-y-auto aria-busy:pointer-events-none">
      {entries.length === 0 && (
        <p role="status" className={`p-6 text-center ${error ? 'text-bad' : 'text-muted'}`}>
          {why}
        </p>
      )}
      <div
        id="folder-list"
        role="listbox"
        aria-label={folder?.path ?? t('export:browser.folder')}
        aria-multiselectable={!forFolder}
        className="relative"
        style={{ height: rows.getTotalSize() }}
      >
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const entry = entries[index] as FolderEntry;
          const Icon = icons[entry.kind];
          return (
            <div
              key={key}
              id={`entry-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={chosen.has(entry.path)}
              aria-setsize={entries.length}
              aria-posinset={index + 1}
              data-cursor={index === cursor || undefined}
              onClick={() => onPress(entry, index)}
              onDoubleClick={() => onOpen(entry)}
              className="absolute inset-x-0 flex items-center gap-2.5 px-4 hover:bg-hover aria-selected:bg-selected data-cursor:outline data-cursor:-outline-offset-1 data-cursor:outline-line-strong"
              style={{ height: rowHeight, top: start }}
            >
              <Icon size={15} aria-hidden className={`shrink-0 ${entry.kind === 'folder' ? 'text-accent-text' : 'text-muted'}`} />
              <span className={`min-w-0 flex-1 truncate ${wanted.includes(entry.name) ? 'font-semibold text-warn' : ''}`}>
                {entry.name}
              </span>
              {entry.kind !== 'folder' && <span className="text-sm text-muted">{size(entry.bytes)}</span>}
              <span className="w-24 text-right text-sm text-muted">{day(entry.modified)}</span>
            </div>
          );
        })}
      </div>
      {folder && folder.more > 0 && <p className="p-3 text-center text-muted">{t('export:browser.more', { count: folder.more })}</p>}
    </div>
  );
}
