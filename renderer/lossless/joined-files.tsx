/** The files that play one after the other in a joined result, in their order. */
import { ArrowDown, ArrowUp, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LosslessOrder } from '../../native/contract/lossless.ts';
import { fileName } from '../format.ts';
import { IconButton } from '../parts/button.tsx';
import { edit } from './orders.ts';

interface JoinedProps {
  id: string;
  source: string;
  order: LosslessOrder;
  disabled: boolean;
}

export function JoinedFiles({ id, source, order: { join }, disabled }: JoinedProps): ReactNode {
  const { t } = useTranslation();
  const swap = (index: number, by: 1 | -1) => {
    const next = [...join];
    [next[index], next[index + by]] = [next[index + by] as string, next[index] as string];
    edit(id, { join: next });
  };
  return (
    <section aria-label={t('lossless:join.name')} className="flex max-h-44 shrink-0 flex-col border-t border-line">
      <h2 className="px-3 pt-2 pb-1 text-sm font-semibold">{t('lossless:join.title', { count: join.length + 1 })}</h2>
      <ol className="min-h-0 overflow-y-auto px-3 pb-2">
        <li className="flex h-8 items-center gap-2">
          <span className="w-5 text-right text-sm text-muted">1</span>
          <span className="truncate" title={source}>
            {fileName(source)}
          </span>
          <span className="text-sm text-muted">{t('lossless:join.leads')}</span>
        </li>
        {join.map((path, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a file may be joined twice
          <li key={index} className="flex h-8 items-center gap-2">
            <span className="w-5 text-right text-sm text-muted">{index + 2}</span>
            <span className="min-w-0 flex-1 truncate" title={path}>
              {fileName(path)}
            </span>
            <IconButton
              icon={ArrowUp}
              name={t('lossless:join.earlier', { name: fileName(path) })}
              disabled={disabled || index === 0}
              onClick={() => swap(index, -1)}
            />
            <IconButton
              icon={ArrowDown}
              name={t('lossless:join.later', { name: fileName(path) })}
              disabled={disabled || index === join.length - 1}
              onClick={() => swap(index, 1)}
            />
            <IconButton
              icon={X}
              name={t('lossless:leaveOut', { name: fileName(path) })}
              disabled={disabled}
              onClick={() => edit(id, { join: join.filter((_, other) => other !== index) })}
            />
          </li>
        ))}
      </ol>
    </section>
  );
}
