/** How the broadcast does, in figures that hold their places: what someone who is live looks at when something feels wrong. */
import type { ReactNode } from 'react';
import type { LiveHealth } from '../../native/contract/live.ts';
import { size } from '../format.ts';
import type { RunningStatus } from './session.ts';
import { rate } from './words.ts';

interface Figure {
  name: string;
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
    name: 'Picture',
    value: ({ videoKbps, targetKbps }) => `${rate(videoKbps)} of ${rate(targetKbps)}`,
  },
  {
    name: 'Encoder',
    value: ({ encoder, speed }) => `${encoder}, ${speed.toFixed(2)}×`,
    isWrong: ({ speed, frames }) => frames > 100 && speed < 0.95,
  },
  {
    name: 'Lost in encoding',
    value: ({ encoderDropped }) => encoderDropped.toLocaleString('en'),
    isWrong: ({ encoderDropped }) => encoderDropped > 0,
  },
  {
    name: 'Lost on the way',
    value: (health) => networkDrops(health).toLocaleString('en'),
    isWrong: (health) => networkDrops(health) > 0,
  },
  { name: 'Behind', value: ({ lagMs }) => `${Math.round(lagMs)} ms`, isWrong: ({ lagMs }) => lagMs > 1000 },
  { name: 'Waiting to be sent', value: (health) => `${queue(health).toFixed(1)} s`, isWrong: (health) => queue(health) > 1 },
  {
    name: 'Sound to picture',
    value: ({ avOffsetMs }) => `${signed(avOffsetMs)} ms`,
    isWrong: ({ avOffsetMs }) => Math.abs(avOffsetMs) > 80,
  },
  { name: 'Processor', value: ({ cpu }) => `${Math.round(cpu)} % of a core` },
  { name: 'Memory', value: ({ memoryBytes }) => size(memoryBytes) },
  {
    name: 'Recorded',
    value: ({ recordedBytes }) => size(recordedBytes ?? 0),
    when: ({ recordedBytes }) => recordedBytes !== null,
  },
  {
    name: 'Engine started again',
    value: (_health, { restarts }) => (restarts === 1 ? 'once' : `${restarts} times`),
    when: (_health, { restarts }) => restarts > 0,
  },
];

export function Health({ status }: { status: RunningStatus }): ReactNode {
  const { health } = status;
  return (
    <section aria-label="Health" className="border-b border-line px-4 py-3">
      <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-y-1">
        {figures
          .filter(({ when }) => !when || (health && when(health, status)))
          .map(({ name, value, isWrong }) => (
            <div key={name} className="col-span-2 grid grid-cols-subgrid">
              <dt className="text-muted">{name}</dt>
              <dd className={`text-right ${health && isWrong?.(health) ? 'text-warn' : ''}`}>{health ? value(health, status) : '–'}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
