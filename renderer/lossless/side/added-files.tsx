/** Subtitles, sound and covers from other files that go into the result. */
import { FilePlus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LosslessOrder } from '../../../native/contract/lossless.ts';
import type { MediaInfo } from '../../../native/contract/media.ts';
import { chooseFiles } from '../../export/add-files.ts';
import { fileName } from '../../format.ts';
import { attempt } from '../../notices.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { Section } from '../../parts/field.tsx';
import { readExtra } from '../extras.ts';
import { edit, orderOf } from '../orders.ts';
import { choicesOf, type TrackRow, withoutFile } from '../tracks.ts';

interface AddedProps {
  id: string;
  order: LosslessOrder;
  extras: (MediaInfo | string | undefined)[];
  rows: TrackRow[];
  disabled: boolean;
}

/** Puts files beside the source; where tracks are chosen by hand, all of theirs are chosen, too. */
async function addExtras(id: string, paths: string[], rows: TrackRow[]): Promise<void> {
  for (const path of paths) {
    const info = await readExtra(path);
    const order = orderOf(id);
    if (!order || order.files.includes(path)) continue;
    const file = order.files.length + 1;
    const added = info.streams.map((stream) => ({ file, stream: stream.index, shift: 0 }));
    const tracks = order.tracks === null ? null : [...(order.tracks ?? choicesOf(rows)), ...added];
    edit(id, { files: [...order.files, path], tracks });
  }
}

export function AddedFiles({ id, order, extras, rows, disabled }: AddedProps): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="border-t border-line">
      <Section
        title={t('lossless:added.title')}
        aside={
          <Button
            icon={FilePlus}
            className="!h-7 !px-2 text-sm"
            disabled={disabled || order.join.length > 0}
            onClick={() => chooseFiles((paths) => attempt(addExtras(id, paths, rows)))}
          >
            {t('lossless:added.add')}
          </Button>
        }
      >
        {order.files.length === 0 ? (
          <p className="text-sm text-muted">{t('lossless:added.hint')}</p>
        ) : (
          <ul>
            {order.files.map((path, index) => {
              const extra = extras[index];
              return (
                <li key={path} className="flex min-h-8 items-center gap-2">
                  <span className="min-w-0 flex-1">
                    <span className="block truncate" title={path}>
                      {fileName(path)}
                    </span>
                    {typeof extra === 'string' && <span className="block text-sm text-warn">{extra}</span>}
                  </span>
                  <span className="text-sm text-muted">
                    {extra === undefined
                      ? t('lossless:row.reading')
                      : typeof extra === 'string'
                        ? ''
                        : t('common:track', { count: extra.streams.length })}
                  </span>
                  <IconButton
                    icon={X}
                    name={t('lossless:leaveOut', { name: fileName(path) })}
                    disabled={disabled}
                    onClick={() => edit(id, withoutFile(order, index))}
                  />
                </li>
              );
            })}
          </ul>
        )}
      </Section>
    </div>
  );
}
