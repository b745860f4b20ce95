/** The right side: the selected file, what all selected files share, or the settings for new ones. */
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { ManyFiles } from './many-files.tsx';
import { NewFiles } from './new-files.tsx';
import { OneFile } from './one-file.tsx';

export function Inspector(): ReactNode {
  const { t } = useTranslation();
  const selected = useUi((ui) => ui.selected);
  const ids = useMemo(() => [...selected], [selected]);
  const [only] = ids;
  const exists = useStudio((mirror) => only !== undefined && mirror.jobs[only] !== undefined);
  return (
    <aside
      aria-label={t('export:inspector')}
      className="flex w-84 shrink-0 flex-col max-[860px]:absolute max-[860px]:inset-y-0 max-[860px]:right-0 max-[860px]:z-10 max-[860px]:shadow-float overflow-y-auto border-l border-line bg-panel"
    >
      {!exists || only === undefined ? <NewFiles /> : ids.length === 1 ? <OneFile key={only} id={only} /> : <ManyFiles ids={ids} />}
    </aside>
  );
}
