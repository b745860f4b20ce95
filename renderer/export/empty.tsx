/** The list before anything is in it: one sentence, one button. */
import { Clapperboard } from 'lucide-react';
import type { ReactNode } from 'react';
import { ActionButton } from '../parts/button.tsx';
import { KeyCaps } from '../parts/key-caps.tsx';
import { useStudio } from '../studio.ts';

export function Empty(): ReactNode {
  const preset = useStudio((mirror) => mirror.presets[mirror.settings['studio']?.preset ?? '']);
  return (
    <div className="flex flex-1 p-6">
      <div className="flex flex-1 flex-col items-center justify-center gap-3 rounded-md border border-dashed border-line-strong text-center">
        <Clapperboard size={32} strokeWidth={1.4} className="text-muted" aria-hidden />
        <h2 className="text-xl font-medium">Drop films or sound here</h2>
        <p className="max-w-md text-muted">
          They are exported as <b className="font-medium text-text">{preset?.name ?? 'the preset says'}</b>. The originals are never
          touched, and every result is opened again and checked before it gets its name.
        </p>
        <div className="flex items-center gap-3 pt-2">
          <ActionButton id="add" label="Add files" look="primary" />
          <KeyCaps keys="Mod+O" />
        </div>
      </div>
    </div>
  );
}
