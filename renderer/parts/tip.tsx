/** The small word beside what the pointer rests on. */
import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';

export function Tip({ text, children }: { text: string; children: ReactElement<Record<string, unknown>> }): ReactNode {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner aria-hidden sideOffset={6} className="z-50">
          <Tooltip.Popup className="animate-appear rounded-md bg-raised px-2 py-1 text-sm whitespace-pre text-text shadow-float">
            {text}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
