/** What happened, newest first, in sentences. */
import type { ReactNode } from 'react';
import type { LiveEvent } from '../../native/contract/live.ts';
import { useStudio } from '../studio.ts';

const shownEvents = 200;
const colors: Record<LiveEvent['kind'], string> = { info: 'text-muted', good: 'text-good', warning: 'text-warn', error: 'text-bad' };
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export function EventLog({ id }: { id: string }): ReactNode {
  const events = useStudio((mirror) => mirror.liveEvents);
  const own = Object.entries(events)
    .filter(([, event]) => event.session === id)
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .slice(0, shownEvents);
  if (own.length === 0) return null;
  return (
    <section aria-label="What happened" className="flex h-44 shrink-0 flex-col border-t border-line">
      <h2 className="px-4 pt-2 pb-1 text-sm font-semibold">What happened</h2>
      <ol tabIndex={0} aria-live="polite" className="min-h-0 flex-1 overflow-y-auto px-4 pb-2 outline-none">
        {own.map(([key, event]) => (
          <li key={key} className="grid grid-cols-[72px_minmax(0,1fr)] py-0.5">
            <time className="text-sm text-muted">{time.format(event.at)}</time>
            <span className={`selectable ${event.kind === 'info' ? '' : colors[event.kind]}`}>{event.text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
