/** What a plan changes or leaves out, and why, in the studio's words. */
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Note } from '../../native/contract/plan.ts';
import { Section } from './field.tsx';

/** `over`: nothing can be changed about it any more. */
export function Notes({ notes, over }: { notes: Note[]; over: boolean }): ReactNode {
  const { t } = useTranslation();
  if (notes.length === 0) return null;
  return (
    <Section title={t(over ? 'export:notes.after' : 'export:notes.before')}>
      <ul className="flex flex-col gap-1">
        {notes.map((note) => (
          <li key={note.text} className="flex gap-2 text-sm">
            <TriangleAlert size={13} className={`mt-0.5 shrink-0 ${note.kind === 'loss' ? 'text-warn' : 'text-muted'}`} aria-hidden />
            <span className="selectable">{note.text}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
