/** Why the queue took longer: the machine slept in this run. */
import { Moon, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Sleep } from '../../native/contract/when-done.ts';
import { IconButton } from '../parts/button.tsx';
import { useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { language, t } from '../words/index.ts';

const none: Sleep[] = [];

export function Sleeps(): ReactNode {
  const { t } = useTranslation();
  const sleeps = useStudio((mirror) => mirror.run['studio']?.sleeps ?? none);
  const seen = useUi((ui) => ui.sleepsSeen);
  const last = sleeps.at(-1)?.until;
  if (last === undefined || last <= seen) return null;
  return (
    <div role="status" className="flex shrink-0 items-start gap-3 border-b border-line bg-panel px-4 py-2 text-muted">
      <Moon size={15} className="mt-0.5 shrink-0" aria-hidden />
      <ul className="min-w-0 flex-1">
        {sleeps.map((sleep) => (
          <li key={sleep.from}>{describe(sleep)}</li>
        ))}
      </ul>
      <IconButton icon={X} name={t('common:dismiss')} onClick={() => useUi.setState({ sleepsSeen: last })} className="-my-1" />
    </div>
  );
}

function describe({ from, until }: Sleep): string {
  const minutes = Math.max(1, Math.round((until - from) / 60_000));
  const hours = Math.floor(minutes / 60);
  const length = hours === 0 ? t('export:sleep.minutes', { minutes }) : t('export:sleep.hours', { hours, minutes: minutes % 60 });
  return t('export:sleep.slept', { from: time(from), until: time(until), length });
}

const time = (at: number) => new Date(at).toLocaleTimeString(language(), { hour: '2-digit', minute: '2-digit' });
