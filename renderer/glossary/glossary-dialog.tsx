/** Twenty-odd words of the field in plain ones, to be searched. */
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import { TextBox } from '../parts/field.tsx';
import { type Term, terms } from './terms.ts';

/** `term`: the one that was asked for. */
export function GlossaryDialog({ term }: { term: Term | null }): ReactNode {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const asked = useRef<HTMLDivElement>(null);
  useEffect(() => asked.current?.scrollIntoView({ block: 'center' }), []);
  const shown = useMemo(() => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    return terms
      .map((id) => ({ id, name: t(`glossary:term.${id}.name`), text: t(`glossary:term.${id}.text`) }))
      .filter(({ name, text }) => words.every((word) => `${name} ${text}`.toLowerCase().includes(word)));
  }, [search, t]);
  return (
    <Dialog title={t('glossary:title')} className="h-[640px] w-[620px]" initialFocus={input}>
      <div className="border-b border-line px-4 py-2">
        <TextBox
          ref={input}
          type="search"
          aria-label={t('glossary:search')}
          placeholder={t('glossary:search')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      <dl tabIndex={0} aria-label={t('glossary:title')} className="selectable min-h-0 flex-1 overflow-y-auto px-4 py-2">
        {shown.map(({ id, name, text }) => (
          <div key={id} ref={id === term ? asked : undefined} className={`rounded-md px-2 py-2 ${id === term ? 'bg-selected' : ''}`}>
            <dt className="font-semibold">{name}</dt>
            <dd className="text-muted">{text}</dd>
          </div>
        ))}
      </dl>
      {shown.length === 0 && <p className="px-4 pb-6 text-muted">{t('glossary:nothing')}</p>}
    </Dialog>
  );
}
