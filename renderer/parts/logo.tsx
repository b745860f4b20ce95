/** Three streams that become one. */
import type { ReactNode } from 'react';

export function Logo({ size = 22 }: { size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden className="text-accent-text">
      <g stroke="currentColor" strokeWidth="2.2" strokeLinecap="round">
        <path d="M3 5h3c4.5 0 4.5 7 9 7" />
        <path d="M3 12h18" />
        <path d="M3 19h3c4.5 0 4.5-7 9-7" />
      </g>
    </svg>
  );
}
