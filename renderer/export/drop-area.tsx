/** Files dragged onto the page from outside: anywhere is right, and any time. What comes while the studio is opened waits for it. */
import { Download } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { attempt } from '../notices.ts';
import { importFiles } from '../presets/transfer.ts';
import { ready } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { addDropped } from './add-files.ts';

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

export function DropArea(): ReactNode {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const place = useUi((ui) => ui.place);
  useEffect(() => {
    let depth = 0;
    const listeners: Partial<Record<'dragenter' | 'dragover' | 'dragleave' | 'drop', (event: DragEvent) => void>> = {
      dragenter: () => setOver(++depth > 0),
      dragleave: () => setOver(--depth > 0),
      dragover: () => {},
      drop(event) {
        depth = 0;
        setOver(false);
        // A dialog over the page asks something else.
        const { dialog, place } = useUi.getState();
        const files = [...(event.dataTransfer?.files ?? [])];
        if (!dialog) attempt(ready().then(() => (place === 'presets' ? importFiles(files) : addDropped(files))));
      },
    };
    const listen = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      listeners[event.type as keyof typeof listeners]?.(event);
    };
    const names = Object.keys(listeners) as (keyof typeof listeners)[];
    for (const name of names) window.addEventListener(name, listen);
    return () => {
      for (const name of names) window.removeEventListener(name, listen);
    };
  }, []);
  if (!over) return null;
  return (
    <div className="pointer-events-none fixed inset-0 z-50 flex animate-appear items-start justify-center bg-(--scrim) pt-[14vh]">
      <p className="flex items-center gap-3 rounded-md bg-raised px-6 py-4 text-lg shadow-float">
        <Download size={20} className="text-accent-text" aria-hidden />
        {t(place === 'presets' ? 'presets:import.drop' : place === 'lossless' ? 'export:dropToOpen' : 'export:dropToAdd')}
      </p>
    </div>
  );
}
