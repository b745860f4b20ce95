/** Lossless: the opened files, the one at hand with its picture and timeline, and what goes into its result. */
import { MousePointerClick } from 'lucide-react';
import { type ReactNode, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { describeMedia, fileName } from '../format.ts';
import { ActionButton, ActionIcon } from '../parts/button.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { Message } from '../parts/states.tsx';
import { useStudio } from '../studio.ts';
import { select, useUi } from '../ui-state.ts';
import { Batch } from './batch.tsx';
import { Editor } from './editor.tsx';
import { Empty } from './empty.tsx';
import { FileList } from './file-list.tsx';
import { losslessIds, useCurrentId } from './files.ts';
import { Side } from './side/side.tsx';

/** What the file at hand is, in a line. */
function About({ id }: { id: string }): ReactNode {
  const job = useStudio((mirror) => mirror.jobs[id]);
  if (!job?.media) return null;
  return (
    <p className="truncate pt-0.5 text-muted" title={job.source}>
      {fileName(job.source)} <span className="px-1">·</span> {describeMedia(job.media)}
    </p>
  );
}

export function LosslessPage(): ReactNode {
  const { t } = useTranslation();
  const ids = useStudio(losslessIds);
  const selected = useUi((ui) => ui.selected);
  const inspector = useUi((ui) => ui.inspector);
  const current = useCurrentId();
  const isRead = useStudio((mirror) => mirror.jobs[current ?? '']?.media != null);
  const chosen = useMemo(() => ids.filter((id) => selected.has(id)), [ids, selected]);
  const [first] = ids;
  // Whoever comes here wants to see a file.
  useEffect(() => {
    if (first !== undefined && useUi.getState().selected.size === 0) select([first]);
  }, [first]);
  return (
    <>
      <PageHeader title={t('lossless:title')}>
        <div className="min-w-0 flex-1">{current !== null && <About id={current} />}</div>
        <ActionButton id="add" label={t('lossless:open')} />
        <ActionIcon id="inspector" />
      </PageHeader>
      {ids.length === 0 ? (
        <Empty />
      ) : (
        <div className="relative flex min-h-0 flex-1">
          <nav aria-label={t('lossless:files')} className="flex w-56 shrink-0 flex-col border-r border-line bg-panel max-[1000px]:w-44">
            <FileList />
          </nav>
          {current !== null ? (
            <Editor key={current} id={current} />
          ) : chosen.length > 1 ? (
            <Batch ids={chosen} />
          ) : (
            <Message icon={MousePointerClick} title={t('lossless:nothing.title')}>
              {t('lossless:nothing.text')}
            </Message>
          )}
          {inspector && isRead && current !== null && (
            <aside
              aria-label={t('lossless:inspector')}
              className="flex w-84 shrink-0 flex-col border-l border-line bg-panel max-[1000px]:absolute max-[1000px]:inset-y-0 max-[1000px]:right-0 max-[1000px]:z-30 max-[1000px]:shadow-float 2xl:w-100"
            >
              <Side key={current} id={current} />
            </aside>
          )}
        </div>
      )}
    </>
  );
}
