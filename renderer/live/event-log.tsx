/** What happened, newest first, in sentences. */
import { Check, CircleAlert, CircleX, Dot, type LucideIcon } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveEvent } from '../../native/contract/live.ts';
import { useStudio } from '../studio.ts';

const shownEvents = 200;
const signs: Record<LiveEvent['kind'], { icon: LucideIcon; color: string }> = {
  info: { icon: Dot, color: 'text-muted' },
  good: { icon: Check, color: 'text-good' },
  warning: { icon: CircleAlert, color: 'text-warn' },
  error: { icon: CircleX, color: 'text-bad' },
};
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export function EventLog({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const events = useStudio((mirror) => mirror.liveEvents);
  const own = useMemo(() => newest(events, id), [events, id]);
  if (own.length === 0) return null;
  return (
    <section aria-label={t('live:log.title')} className="flex h-[26vh] min-h-36 shrink-0 flex-col border-t border-line">
      <h2 className="px-4 pt-2 pb-1 text-sm font-semibold">{t('live:log.title')}</h2>
      <ol tabIndex={0} aria-live="polite" className="min-h-0 flex-1 overflow-y-auto px-4 pb-2 -outline-offset-2">
        {own.map(([key, event]) => {
          const { kind } = event;
          const { icon: Icon, color } = signs[kind];
          return (
            <li key={key} className="grid grid-cols-[64px_15px_minmax(0,1fr)] gap-x-2 py-0.5">
              <time className="text-muted" dateTime={new Date(event.at).toISOString()}>
                {time.format(event.at)}
              </time>
              <Icon
                size={15}
                className={`mt-0.5 ${color}`}
                {...(kind === 'info' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': t(`live:log.${kind}`) })}
              />
              <span className="selectable">{event.text}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const newest = (events: Record<string, LiveEvent & { session: string }>, session: string) =>
  Object.entries(events)
    .filter(([, event]) => event.session === session)
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .slice(0, shownEvents);
