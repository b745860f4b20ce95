/** The selected file's picture: its thumbnail, and while it is encoded the frame at hand. */
import { Music } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job, JobStatus } from '../../native/contract/contract.ts';
import { clock, fileName } from '../format.ts';

export function Picture({ job, status }: { job: Job; status: JobStatus }): ReactNode {
  const { t } = useTranslation();
  const [missing, setMissing] = useState('');
  const live = status.phase === 'running' && status.preview > 0;
  const source = live ? `/assets/preview/${job.id}?${status.preview}` : `/assets/thumbnail/${job.id}?${job.media?.modified ?? 0}`;
  const hasPicture = job.media?.streams.some((stream) => stream.kind === 'video') && missing !== source;
  return (
    <figure className="relative flex aspect-video w-full shrink-0 items-center justify-center border-b border-line bg-black/90 text-muted">
      {hasPicture ? (
        // The same element throughout: it keeps the last picture until the next one is there.
        <img
          src={source}
          alt={
            live
              ? t('export:picture.at', { name: fileName(job.source), time: clock(status.done) })
              : t('export:picture.from', { name: fileName(job.source) })
          }
          draggable={false}
          onError={() => setMissing(source)}
          className="absolute inset-0 size-full object-contain"
        />
      ) : (
        <Music size={28} strokeWidth={1.4} aria-hidden />
      )}
      {live && (
        <figcaption className="absolute right-2 bottom-2 rounded bg-black/70 px-1.5 text-sm text-white">{clock(status.done)}</figcaption>
      )}
    </figure>
  );
}
