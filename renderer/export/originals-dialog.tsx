/** Asks which sources of finished jobs go: each with its name, its size and what speaks for or against it. What is to be kept cannot be chosen. */
import { FolderInput, Trash2 } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Original } from '../../native/contract/originals.ts';
import { fileName, size } from '../format.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useStudio } from '../studio.ts';
import { closeDialog } from '../ui-state.ts';
import { chooseFolder } from './add-files.ts';
import { Lacks } from './original-line.tsx';
import { mayGo, moveOriginals, useOriginals } from './originals.ts';

export function OriginalsDialog({ jobs }: { jobs: string[] }): ReactNode {
  const { t } = useTranslation();
  const verdicts = useOriginals(jobs);
  const keep = useRef<HTMLButtonElement>(null);
  const hasTrash = useStudio((mirror) => mirror.machine['studio']?.trash === true);
  /** Chosen otherwise than it is proposed: all that is safe, nothing else. */
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const all = Object.entries(verdicts ?? {});
  const chosen = all.filter(([id, verdict]) => mayGo(verdict) && verdict.safe !== turned.has(id));
  const turn = (id: string) => setTurned((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id]));
  const go = () => {
    closeDialog();
    if (hasTrash) moveOriginals(chosen, null);
    else chooseFolder(null, (folder) => moveOriginals(chosen, folder));
  };
  const bytes = chosen.reduce((sum, [, verdict]) => sum + verdict.bytes, 0);
  return (
    <Dialog title={t('export:originals.title')} className="w-[600px]" initialFocus={keep}>
      <p className="px-4 pt-4 text-muted">{t(hasTrash ? 'export:originals.toTrash' : 'export:originals.toFolder')}</p>
      <ul aria-label={t('export:originals.title')} className="flex flex-col overflow-y-auto p-2">
        {all.map(([id, verdict]) => (
          <Row key={id} verdict={verdict} chosen={chosen.some(([one]) => one === id)} onTurn={() => turn(id)} />
        ))}
        {verdicts === null && <li className="p-2 text-muted">{t('export:originals.looking')}</li>}
      </ul>
      <div className="flex items-center gap-2 border-t border-line p-4">
        <p className="min-w-0 flex-1 truncate" aria-live="polite">
          {chosen.length > 0 && t('export:originals.chosen', { count: chosen.length, size: size(bytes) })}
        </p>
        <Button ref={keep} onClick={closeDialog}>
          {t('export:originals.keep')}
        </Button>
        <Button look="primary" icon={hasTrash ? Trash2 : FolderInput} disabled={chosen.length === 0} onClick={go}>
          {t(hasTrash ? 'export:originals.trash' : 'export:originals.move')}
        </Button>
      </div>
    </Dialog>
  );
}

function Row({ verdict, chosen, onTurn }: { verdict: Original; chosen: boolean; onTurn(): void }): ReactNode {
  const { path, bytes, why, lacks } = verdict;
  return (
    <li className="px-2 py-1.5">
      <label className="flex items-start gap-3">
        <input type="checkbox" className="mt-1 accent-(--accent)" checked={chosen} disabled={!mayGo(verdict)} onChange={onTurn} />
        <span className="min-w-0 flex-1">
          <span className="block truncate" title={path}>
            {fileName(path)}
          </span>
          <span className="block text-sm text-muted">{why}</span>
        </span>
        <span className="shrink-0 text-muted">{size(bytes)}</span>
      </label>
      {lacks.length > 1 && (
        <div className="pl-7 text-sm">
          <Lacks lacks={lacks} />
        </div>
      )}
    </li>
  );
}
