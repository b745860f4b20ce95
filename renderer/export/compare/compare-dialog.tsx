/** Before and after: any moment of a film as it is and as its job would make it, before the whole of it is encoded. */
import { LoaderCircle } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../native/contract/contract.ts';
import { applyOverrides } from '../../../native/contract/overrides.ts';
import { viewed } from '../../../native/contract/viewing.ts';
import { clock, fileName, percent } from '../../format.ts';
import { Button, keepFocus } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { useStudio } from '../../studio.ts';
import { addSample } from '../sample.ts';
import { useComparison, useFoundQuality } from './comparison.ts';
import { SplitView, type Zoom, zooms } from './split-view.tsx';
import { Found, Verdict } from './verdict.tsx';

/** A moment that was only passed on the way is not encoded, ms. */
const settleMs = 350;

export function CompareDialog({ id }: { id: string }): ReactNode {
  const job = useStudio((mirror) => mirror.jobs[id]);
  return job?.media ? <Compare job={job} media={job.media} /> : null;
}

function Compare({ job, media }: { job: Job; media: NonNullable<Job['media']> }): ReactNode {
  const { t } = useTranslation();
  const line = useRef<HTMLDivElement>(null);
  const { start, duration } = viewed(media);
  const { trim } = job.overrides;
  const first = trim?.start ?? start;
  const last = Math.max(first, trim?.end ?? start + (duration ?? 0));
  /** The moment that the slider shows, and the one that is asked for. */
  const [shown, setShown] = useState(first + (last - first) * 0.3);
  const [at, setAt] = useState<number | null>(shown);
  const [zoom, setZoom] = useState<Zoom>(1);
  const [searching, setSearching] = useState(false);
  const preset = useStudio((mirror) => mirror.presets[job.preset]);
  const target = preset && applyOverrides(preset, job.overrides).video?.rate.mode === 'target';
  const { result, error, working } = useComparison(job, searching ? null : at);
  const found = useFoundQuality(job, searching);
  const busy = working || found.working;
  const problem = error ?? found.error;
  useEffect(() => {
    if (shown === at) return;
    const timer = setTimeout(() => setAt(shown), settleMs);
    return () => clearTimeout(timer);
  }, [shown, at]);

  return (
    <Dialog
      title={t('export:compare.title', { name: fileName(job.source) })}
      className="h-[min(900px,90vh)] !max-h-[90vh] w-[1240px]"
      initialFocus={line}
    >
      <SplitView pictures={result} zoom={zoom} onZoom={setZoom} line={line} />
      <div role="status" className="flex h-7 shrink-0 items-center gap-2 px-4 pt-2 text-muted">
        {busy && (
          <>
            <LoaderCircle size={14} className="animate-spin motion-reduce:animate-none" aria-hidden />
            {t(found.working ? 'export:compare.searching' : 'export:compare.working')}
            <Elapsed />
          </>
        )}
        {!busy && (problem ? <span className="truncate text-bad">{problem.message}</span> : t('export:compare.hint'))}
      </div>
      <div className="flex shrink-0 items-center gap-3 px-4 py-2">
        <span className="w-16 text-right">{clock(shown - start)}</span>
        <input
          type="range"
          aria-label={t('export:compare.moment')}
          aria-valuetext={clock(shown - start)}
          min={first}
          max={last}
          step={last - first > 60 ? 1 : 0.1}
          value={shown}
          onChange={(event) => setShown(event.target.valueAsNumber)}
          className="min-w-0 flex-1 accent-(--accent)"
        />
        <span className="w-16 text-muted">{clock(last - start)}</span>
        <fieldset className="flex gap-0.5">
          <legend className="sr-only">{t('export:compare.zoom')}</legend>
          {zooms.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === zoom}
              onMouseDown={keepFocus}
              onClick={() => setZoom(one)}
              className="h-7 rounded-md px-2 text-muted hover:bg-hover hover:text-text aria-pressed:bg-selected-idle aria-pressed:text-text"
            >
              {percent(one)}
            </button>
          ))}
        </fieldset>
      </div>
      <div className="flex min-h-16 shrink-0 items-start gap-4 border-t border-line px-4 py-3">
        <div className={`min-w-0 flex-1 ${busy ? 'opacity-70' : ''}`}>
          {found.result ? (
            <Found found={found.result} bytes={media.bytes} />
          ) : (
            result && <Verdict comparison={result} bytes={media.bytes} length={duration === null ? null : last - first} />
          )}
        </div>
        {target && !searching && <Button onClick={() => setSearching(true)}>{t('export:compare.findQuality')}</Button>}
        {busy ? (
          <Button
            onClick={() => {
              setSearching(false);
              setAt(null);
            }}
          >
            {t('export:compare.cancel')}
          </Button>
        ) : (
          at === null && <Button onClick={() => setAt(shown)}>{t('export:compare.again')}</Button>
        )}
        <Button onClick={() => addSample(job, shown)}>{t('export:sample.button')}</Button>
      </div>
    </Dialog>
  );
}

/** Seconds since it appeared. */
function Elapsed(): ReactNode {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return seconds > 0 && <span>{clock(seconds)}</span>;
}
