/** The heading of a group in the list: how it goes with all of it, its files shown or folded away. A press selects them all. */
import { ChevronRight, Folder, Pause, Play } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { percent, timeLeft } from '../format.ts';
import { attempt } from '../notices.ts';
import { IconButton } from '../parts/button.tsx';
import { Progress } from '../parts/progress.tsx';
import { call, useStudio } from '../studio.ts';
import { fold, useUi } from '../ui-state.ts';
import { t } from '../words/index.ts';
import { pickRow } from './pick-row.ts';
import { arePaused, canPause } from './queue-state.ts';
import { groupsOf, groupTotals, type Heading } from './rows.ts';

export const headingHeight = 40;

interface GroupRowProps {
  /** Its key among the rows. */
  id: string;
  heading: Heading;
  index: number;
  top: number;
  list: string[];
}

export const GroupRow = memo(function GroupRow({ id, heading, index, top, list }: GroupRowProps): ReactNode {
  const { t } = useTranslation();
  const { group, folded, ids } = heading;
  const totals = useStudio(useShallow((mirror) => groupTotals(mirror, group)));
  const selected = useUi((ui) => ids.every((one) => ui.selected.has(one)));
  const isCursor = useUi((ui) => ui.cursor === id);
  const { fraction, etaSeconds, running } = totals;
  const turn = () => fold([group], !folded);
  return (
    <div
      id={`row-${id}`}
      data-row={id}
      role="row"
      aria-rowindex={index + 1}
      aria-level={1}
      aria-expanded={!folded}
      aria-selected={selected}
      data-cursor={isCursor || undefined}
      onClick={(event) => pickRow(id, event, list)}
      onDoubleClick={turn}
      className="absolute inset-x-0 grid grid-cols-[minmax(0,1fr)_auto_32px] items-center gap-3 border-b border-line bg-panel pr-4 pl-2 hover:bg-hover aria-selected:bg-selected-idle group-focus/list:aria-selected:bg-selected group-focus-visible/list:data-cursor:outline-2 group-focus-visible/list:data-cursor:-outline-offset-2 group-focus-visible/list:data-cursor:outline-accent-text"
      style={{ height: headingHeight, top }}
    >
      <div role="gridcell" className="flex min-w-0 items-center gap-2">
        <button
          type="button"
          tabIndex={-1}
          aria-label={t(folded ? 'export:group.unfold' : 'export:group.fold', { group })}
          onClick={(event) => {
            event.stopPropagation();
            turn();
          }}
          onDoubleClick={(event) => event.stopPropagation()}
          className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text"
        >
          <ChevronRight size={15} className={`transition-transform duration-150 ${folded ? '' : 'rotate-90'}`} aria-hidden />
        </button>
        <Folder size={15} className="shrink-0 text-muted" aria-hidden />
        <span className="truncate font-medium" title={group}>
          {group}
        </span>
        <span className="max-w-3/5 shrink-0 truncate text-sm text-muted">{inWords(totals)}</span>
      </div>
      <div role="gridcell" className="flex min-w-0 items-center justify-end gap-2 text-sm text-muted">
        {running > 0 && etaSeconds !== null && <span className="truncate">{timeLeft(etaSeconds)}</span>}
        {fraction > 0 && fraction < 1 && (
          <>
            <div className="w-20 shrink-0">
              <Progress fraction={fraction} name={t('export:group.progress', { group })} quiet={running === 0} />
            </div>
            <span className="shrink-0">{percent(fraction)}</span>
          </>
        )}
      </div>
      <div role="gridcell">
        <PauseGroup group={group} />
      </div>
    </div>
  );
});

/** `12 files · 3 done · 1 failed`. */
function inWords({ total, done, failed, running }: ReturnType<typeof groupTotals>): string {
  const counts = [
    t('common:file', { count: total }),
    running > 0 && t('export:group.running', { count: running }),
    done > 0 && t('export:group.done', { count: done }),
    failed > 0 && t('export:group.failed', { count: failed }),
  ];
  return counts.filter(Boolean).join(' · ');
}

function PauseGroup({ group }: { group: string }): ReactNode {
  const { t } = useTranslation();
  const members = useStudio((mirror) => groupsOf(mirror).get(group));
  const can = useStudio((mirror) => members?.some((id) => canPause(mirror, id)) === true);
  const paused = useStudio((mirror) => members !== undefined && arePaused(mirror, members));
  if (!members || !can) return null;
  return (
    <IconButton
      icon={paused ? Play : Pause}
      name={t(paused ? 'export:group.goOn' : 'export:group.pause', { group })}
      tabIndex={-1}
      onClick={(event) => {
        event.stopPropagation();
        attempt(call(paused ? 'resumeJobs' : 'pauseJobs', { ids: members }));
      }}
    />
  );
}
