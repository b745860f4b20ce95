/** What happened to a file, with times: read when it is unfolded and whenever the file gets into another state. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobStatus, LogLine } from '../../native/contract/contract.ts';
import { toErrorData } from '../../native/contract/errors.ts';
import { call, useStudio } from '../studio.ts';
import { language } from '../words/index.ts';

export function JobLog({ id, phase }: { id: string; phase: JobStatus['phase'] }): ReactNode {
  const { t } = useTranslation();
  const [lines, setLines] = useState<LogLine[] | string | null>(null);
  const box = useRef<HTMLOListElement>(null);
  const online = useStudio((mirror) => mirror.connected);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new phase and a new connection bring new lines
  useEffect(() => {
    const abort = new AbortController();
    call('jobLog', { id }, abort.signal).then(
      (read) => !abort.signal.aborted && setLines(read),
      (thrown) => !abort.signal.aborted && setLines(toErrorData(thrown).message),
    );
    return () => abort.abort();
  }, [id, phase, online]);
  useEffect(() => {
    if (lines !== null) box.current?.scrollIntoView({ block: 'nearest' });
  }, [lines]);
  if (lines === null) return <p className="text-sm text-muted">{t('export:log.reading')}</p>;
  if (typeof lines === 'string') return <p className="text-sm text-bad">{lines}</p>;
  if (lines.length === 0) return <p className="text-sm text-muted">{t('export:log.nothing')}</p>;
  return (
    <ol ref={box} tabIndex={0} aria-label={t('export:log.title')} className="selectable max-h-64 overflow-auto font-mono text-xs">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added
        <li key={index} className="grid grid-cols-[64px_minmax(0,1fr)] gap-1 py-0.5">
          <time dateTime={new Date(line.at).toISOString()} className="text-muted">
            {new Date(line.at).toLocaleTimeString(language(), { hour12: false })}
          </time>
          <span className="break-words">{line.text}</span>
        </li>
      ))}
    </ol>
  );
}
