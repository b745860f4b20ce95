/** A thin bar that moves evenly. */
import type { ReactNode } from 'react';

export function Progress({ fraction, name, quiet }: { fraction: number; name: string; quiet?: boolean }): ReactNode {
  return (
    <div
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(fraction * 100)}
      className="h-1 overflow-hidden rounded-full bg-track"
    >
      <div
        className={`h-full origin-left transition-transform duration-500 ease-linear ${quiet ? 'bg-muted' : 'bg-accent-text'}`}
        style={{ transform: `scaleX(${fraction})` }}
      />
    </div>
  );
}
