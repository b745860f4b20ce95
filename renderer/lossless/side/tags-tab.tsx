/** What the file says of itself: title, artist, date and whatever else, as names and values. */
import { Plus, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../native/contract/contract.ts';
import type { LosslessOrder } from '../../../native/contract/lossless.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { CommitBox } from '../../parts/field.tsx';
import { edit } from '../orders.ts';

interface TabProps {
  job: Job;
  order: LosslessOrder;
  disabled: boolean;
}

/** What a muxer writes of itself; it would be wrong in another file. */
const ofContainer = /^(major_brand|minor_version|compatible_brands|encoder|duration)$/i;
/** Offered when there is nothing yet. */
const usual = ['title', 'artist', 'date', 'comment'];

export function TagsTab({ job, order, disabled }: TabProps): ReactNode {
  const { t } = useTranslation();
  const [added, setAdded] = useState<string | null>(null);
  const own = Object.fromEntries(Object.entries(job.media?.tags ?? {}).filter(([name]) => !ofContainer.test(name)));
  const tags = order.tags ?? own;
  const entries = Object.entries(tags);
  const put = (next: [string, string][]) => edit(job.id, { tags: Object.fromEntries(next) });
  const free = usual.find((name) => !Object.keys(tags).some((key) => key.toLowerCase() === name)) ?? 'note';
  return (
    <>
      {entries.length === 0 && added === null && <p className="px-4 pt-4 pb-1 text-muted">{t('lossless:tag.none')}</p>}
      <ul aria-label={t('lossless:tag.list')} className="py-1">
        {entries.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a tag keeps its place while its name is typed
          <li key={index} className="flex h-10 items-center gap-1 px-3">
            <span className="w-28 shrink-0">
              <CommitBox
                aria-label={t('lossless:tag.nameOf', { number: index + 1 })}
                leaves
                disabled={disabled}
                maxLength={200}
                value={name}
                onCommit={(text) => text.trim() && put(entries.map((entry, at) => (at === index ? [text.trim(), value] : entry)))}
              />
            </span>
            <CommitBox
              aria-label={name}
              leaves
              disabled={disabled}
              maxLength={100_000}
              value={value}
              onCommit={(text) => put(entries.map((entry, at) => (at === index ? [name, text] : entry)))}
            />
            <IconButton
              icon={X}
              name={t('lossless:delete', { name })}
              disabled={disabled}
              onClick={() => put(entries.filter((_, at) => at !== index))}
            />
          </li>
        ))}
        {added !== null && (
          <li className="flex h-10 items-center gap-1 px-3">
            <span className="w-28 shrink-0">
              <CommitBox
                aria-label={t('lossless:tag.newName')}
                maxLength={200}
                value={added}
                onCommit={(text) => setAdded(text.trim() || added)}
              />
            </span>
            <CommitBox
              aria-label={t('lossless:tag.valueOf', { name: added })}
              autoFocus
              placeholder={t('lossless:tag.value')}
              value=""
              onCommit={(text) => {
                put([...entries, [added, text]]);
                setAdded(null);
              }}
            />
            <IconButton icon={X} name={t('lossless:tag.noNew')} onClick={() => setAdded(null)} />
          </li>
        )}
      </ul>
      <div className="flex gap-2 px-4 py-3">
        <Button icon={Plus} disabled={disabled || added !== null} onClick={() => setAdded(free)}>
          {t('lossless:tag.add')}
        </Button>
        {order.tags !== null && !disabled && (
          <Button look="ghost" onClick={() => edit(job.id, { tags: null })}>
            {t('lossless:backToOwn')}
          </Button>
        )}
      </div>
    </>
  );
}
