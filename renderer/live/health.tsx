/** How the broadcast does, in figures that hold their places: what someone who is live looks at when something feels wrong. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveHealth } from '../../native/contract/live.ts';
import { decimal, number, size } from '../format.ts';
import type { Catalogue } from '../words/en/index.ts';
import { t } from '../words/index.ts';
import type { RunningStatus } from './session.ts';
import { rate } from './words.ts';

interface Figure {
  name: Exclude<keyof Catalogue['live']['health'], 'title' | `${'times' | 'pictureOf' | 'ofCore'}${string}`>;
  value(health: LiveHealth, status: RunningStatus): string;
  /** Something to look at. */
  isWrong?(health: LiveHealth): boolean;
  /** Shown only then. */
  when?(health: LiveHealth, status: RunningStatus): boolean;
}

const networkDrops = ({ targets }: LiveHealth) => targets.reduce((sum, { droppedFrames }) => sum + droppedFrames, 0);
const queue = ({ targets }: LiveHealth) => Math.max(0, ...targets.map(({ queueSeconds }) => queueSeconds));
const signed = (value: number) => `${value < 0 ? '−' : value > 0 ? '+' : ''}${Math.abs(value)}`;

const figures: Figure[] = [
  {
    name: 'picture',
    value: ({ videoKbps, targetKbps }) => t('live:health.pictureOf', { rate: rate(videoKbps), target: rate(targetKbps) }),
  },
  {
    name: 'encoder',
    value: ({ encoder, speed }) => `${encoder}, ${decimal(speed, 2)}×`,
    isWrong: ({ speed, frames }) => frames > 100 && speed < 0.95,
  },
  {
    name: 'lostEncoding',
    value: ({ encoderDropped }) => number(encoderDropped),
    isWrong: ({ encoderDropped }) => encoderDropped > 0,
  },
  {
    name: 'lostOnTheWay',
    value: (health) => number(networkDrops(health)),
    isWrong: (health) => networkDrops(health) > 0,
  },
  { name: 'behind', value: ({ lagMs }) => `${Math.round(lagMs)} ms`, isWrong: ({ lagMs }) => lagMs > 1000 },
  { name: 'waiting', value: (health) => `${decimal(queue(health))} s`, isWrong: (health) => queue(health) > 1 },
  {
    name: 'soundToPicture',
    value: ({ avOffsetMs }) => `${signed(avOffsetMs)} ms`,
    isWrong: ({ avOffsetMs }) => Math.abs(avOffsetMs) > 80,
  },
  { name: 'processor', value: ({ cpu }) => t('live:health.ofCore', { percent: Math.round(cpu) }) },
  { name: 'memory', value: ({ memoryBytes }) => size(memoryBytes) },
  {
    name: 'recorded',
    value: ({ recordedBytes }) => size(recordedBytes ?? 0),
    when: ({ recordedBytes }) => recordedBytes !== null,
  },
  {
    name: 'restarts',
    value: (_health, { restarts }) => t('live:health.times', { count: restarts }),
    when: (_health, { restarts }) => restarts > 0,
  },
];

export function Health({ status }: { status: RunningStatus }): ReactNode {
  const { t } = useTranslation();
  const { health } = status;
  return (
    <section aria-label={t('live:health.title')} className="border-b border-line px-4 py-3">
      <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-y-1">
        {figures
          .filter(({ when }) => !when || (health && when(health, status)))
          .map(({ name, value, isWrong }) => (
            <div key={name} className="col-span-2 grid grid-cols-subgrid">
              <dt className="text-muted">{t(`live:health.${name}`)}</dt>
              <dd className={`text-right ${health && isWrong?.(health) ? 'text-warn' : ''}`}>{health ? value(health, status) : '–'}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
