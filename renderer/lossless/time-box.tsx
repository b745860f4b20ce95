/** A time that can be typed. What is no time is put back. */
import type { ComponentProps, ReactNode } from 'react';
import { CommitBox } from '../parts/field.tsx';
import { notify } from '../ui-state.ts';
import { t } from '../words/index.ts';
import { exactTime, readTime } from './time.ts';

interface TimeBoxProps extends Omit<ComponentProps<typeof CommitBox>, 'value' | 'onCommit'> {
  /** Seconds from the film's beginning. */
  value: number;
  onCommit(seconds: number): void;
}

export function TimeBox({ value, onCommit, className = '', ...rest }: TimeBoxProps): ReactNode {
  return (
    <CommitBox
      inputMode="decimal"
      leaves
      {...rest}
      className={`text-center ${className}`}
      value={exactTime(value)}
      onCommit={(text) => {
        const seconds = readTime(text);
        if (seconds !== null) onCommit(seconds);
        else notify({ kind: 'info', text: t('lossless:player.noTime', { text }) });
      }}
    />
  );
}
