/** A file without a film: its cover, where it has one, and what it is. Its waveform takes the room of the picture. */
import { Music } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../native/contract/contract.ts';
import type { MediaInfo } from '../../native/contract/media.ts';
import { describeMedia, fileName } from '../format.ts';

export function SoundCover({ job, media }: { job: Job; media: MediaInfo }): ReactNode {
  const { t } = useTranslation();
  const [missing, setMissing] = useState(false);
  const hasCover = media.streams.some((stream) => stream.kind === 'video' && stream.cover) && !missing;
  return (
    <div className="flex shrink-0 items-center gap-4 px-4 py-4">
      <div className="flex size-20 shrink-0 items-center justify-center overflow-hidden rounded-md bg-track text-muted">
        {hasCover ? (
          <img
            src={`/assets/thumbnail/${job.id}?${media.modified}`}
            alt={t('lossless:cover')}
            draggable={false}
            onError={() => setMissing(true)}
            className="size-full object-cover"
          />
        ) : (
          <Music size={28} strokeWidth={1.4} aria-hidden />
        )}
      </div>
      <div className="min-w-0">
        <h2 className="selectable truncate text-lg font-medium">{media.tags['title'] ?? fileName(job.source)}</h2>
        <p className="selectable truncate text-muted">{[media.tags['artist'], media.tags['album']].filter(Boolean).join(' · ')}</p>
        <p className="selectable truncate text-sm text-muted">{describeMedia(media)}</p>
      </div>
    </div>
  );
}
