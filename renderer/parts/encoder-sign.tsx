/** What does the work, in words for someone who knows nothing of codecs. */
import { Cpu, Gpu } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isUsable } from '../settings/hardware-section.tsx';
import { type Mirror, useStudio } from '../studio.ts';

type Use = 'card' | 'processor' | 'both';

/** What runs now; when nothing does, what would. */
function inUse({ statuses, jobs, hardware, settings, queue }: Mirror): Use {
  if (queue['studio']?.running) {
    const running = Object.keys(statuses).filter((id) => statuses[id]?.phase === 'running');
    const onCard = running.filter((id) => jobs[id]?.device != null).length;
    return onCard === 0 ? 'processor' : onCard === running.length ? 'card' : 'both';
  }
  const isAllowed = settings['studio']?.hardware !== 'software';
  return isAllowed && Object.values(hardware).some(isUsable) ? 'card' : 'processor';
}

export function EncoderSign(): ReactNode {
  const { t } = useTranslation();
  const use = useStudio(inUse);
  const title = useStudio(({ hardware, machine }) => {
    const cards = Object.values(hardware)
      .filter(isUsable)
      .map((report) => report.name);
    return [...cards, machine['studio']?.processor ?? ''].filter(Boolean).join(', ');
  });
  const Icon = use === 'processor' ? Cpu : Gpu;
  return (
    <span className="flex items-center gap-1.5" title={title}>
      <Icon size={14} aria-hidden />
      {t(`common:encoder.${use}`)}
    </span>
  );
}
