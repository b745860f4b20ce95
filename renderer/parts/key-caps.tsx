/** A key or a combination, as it is printed on a keyboard. */
import type { ReactNode } from 'react';
import { keyParts } from '../keys.ts';

export function KeyCaps({ keys }: { keys: string }): ReactNode {
  return (
    <span className="inline-flex gap-1">
      {keyParts(keys).map((part) => (
        <kbd
          key={part}
          className="inline-flex h-5 min-w-5 items-center justify-center rounded border border-line-strong bg-raised px-1 font-sans text-xs text-muted"
        >
          {part}
        </kbd>
      ))}
    </span>
  );
}
