/** Where results go and what they are called. */
import { FolderOpen, Undo2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shortPath } from '../format.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { CommitBox, Field } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { useStudio } from '../studio.ts';
import { chooseFolder } from './add-files.ts';

export interface Output {
  folder: string | null;
  template: string;
  overwrite: boolean;
}

export function OutputFields({
  value,
  onChange,
  disabled = false,
  names,
  example,
  differ = '',
}: {
  /** undefined where several files differ in it. */
  value: { [K in keyof Output]: Output[K] | undefined };
  onChange(change: Partial<Output>): void;
  disabled?: boolean;
  /** What a name can be made of. */
  names?: string;
  /** What a result would be called by a template. */
  example?: ((template: string) => string) | undefined;
  /** Shown where they differ. */
  differ?: string;
}): ReactNode {
  const { t } = useTranslation();
  const home = useStudio((mirror) => mirror.machine['studio']?.home);
  const { folder, template, overwrite } = value;
  const [draft, setDraft] = useState<string | null>(null);
  const typed = draft ?? template;
  const shownFolder = folder === undefined ? differ : folder === null ? t('export:output.beside') : shortPath(folder, home);
  return (
    <>
      <Field label={t('export:output.folder')}>
        <div className="flex min-w-0 gap-1">
          <Button
            icon={FolderOpen}
            disabled={disabled}
            className="min-w-0 flex-1 !justify-start"
            aria-label={t('export:output.folderIs', { folder: folder === null ? t('export:output.besideLower') : (folder ?? differ) })}
            onClick={() => chooseFolder(folder ?? null, (next) => onChange({ folder: next }))}
          >
            <span className={`truncate ${folder === undefined ? 'text-muted' : ''}`}>{shownFolder}</span>
          </Button>
          {folder !== null && !disabled && (
            <IconButton icon={Undo2} name={t('export:output.beside')} onClick={() => onChange({ folder: null })} />
          )}
        </div>
      </Field>
      <Field
        label={t('export:output.name')}
        hint={example && typed !== undefined ? t('export:output.becomes', { name: example(typed) }) : (names ?? t('export:output.names'))}
      >
        <CommitBox
          aria-label={t('export:output.nameTemplate')}
          value={template ?? ''}
          placeholder={differ}
          maxLength={200}
          onDraft={setDraft}
          disabled={disabled}
          onCommit={(text) => onChange({ template: text.trim() || '{name}' })}
        />
      </Field>
      <Field label={t('export:output.exists')}>
        <Select
          name={t('export:output.existsLong')}
          disabled={disabled}
          choices={[
            { value: 'number', label: t('export:output.number') },
            { value: 'replace', label: t('export:output.replace'), text: t('export:output.replaceHint') },
          ]}
          placeholder={differ}
          value={overwrite === undefined ? '' : overwrite ? 'replace' : 'number'}
          onChange={(next) => onChange({ overwrite: next === 'replace' })}
        />
      </Field>
    </>
  );
}
