/** The line at the top of a place: its name, then what belongs to it. */
import type { ReactNode } from 'react';

export function PageHeader({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <header className="flex h-13 shrink-0 items-center gap-3 border-b border-line px-4">
      <h1 className="text-lg font-semibold">{title}</h1>
      {children}
    </header>
  );
}
