/** What a file is: its container, and every stream in it. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MediaInfo } from '../../native/contract/media.ts';
import { bitRate, clock, describeStream, size, streamKind } from '../format.ts';
import { Section } from '../parts/field.tsx';

export function Facts({ media }: { media: MediaInfo | null }): ReactNode {
  const { t } = useTranslation();
  if (!media) return null;
  const { duration, durationIsExact, bytes, formatName, chapters } = media;
  const line = [
    formatName,
    duration !== null && (durationIsExact ? clock(duration) : t('export:facts.estimated', { length: clock(duration) })),
    size(bytes),
    media.bitRate !== null && bitRate(media.bitRate),
    chapters.length > 0 && t('export:facts.chapters', { count: chapters.length }),
  ];
  return (
    <Section title={t('export:facts.title')}>
      <p className="selectable">{line.filter(Boolean).join(' · ')}</p>
      <dl className="pt-1 text-sm">
        {media.streams.map((stream) => (
          <div key={stream.index} className="grid grid-cols-[76px_minmax(0,1fr)] py-0.5">
            <dt className="text-muted">{streamKind(stream.kind)}</dt>
            <dd className="selectable">{describeStream(stream)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
