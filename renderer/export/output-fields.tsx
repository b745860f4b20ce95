/** Where results go and what they are called. */
import { FolderOpen, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
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
  names = '{name}, {preset} and {height} are filled in.',
}: {
  value: Output;
  onChange(change: Partial<Output>): void;
  disabled?: boolean;
  /** What a name can be made of. */
  names?: string;
}): ReactNode {
  const home = useStudio((mirror) => mirror.machine['studio']?.home);
  const { folder, template, overwrite } = value;
  return (
    <>
      <Field label="Folder">
        <div className="flex min-w-0 gap-1">
          <Button
            icon={FolderOpen}
            disabled={disabled}
            className="min-w-0 flex-1 !justify-start"
            aria-label={`Output folder: ${folder ?? 'beside each source'}`}
            onClick={() => chooseFolder(folder, (next) => onChange({ folder: next }))}
          >
            <span className="truncate">{folder === null ? 'Beside each source' : shortPath(folder, home)}</span>
          </Button>
          {folder !== null && !disabled && <IconButton icon={Undo2} name="Beside each source" onClick={() => onChange({ folder: null })} />}
        </div>
      </Field>
      <Field label="Name" hint={names}>
        <CommitBox
          aria-label="Name template"
          value={template}
          maxLength={200}
          disabled={disabled}
          onCommit={(text) => onChange({ template: text.trim() || '{name}' })}
        />
      </Field>
      <Field label="If it exists">
        <Select
          name="If a result exists"
          disabled={disabled}
          choices={[
            { value: 'number', label: 'Add a number' },
            { value: 'replace', label: 'Replace it', text: 'Never a source of the list.' },
          ]}
          value={overwrite ? 'replace' : 'number'}
          onChange={(next) => onChange({ overwrite: next === 'replace' })}
        />
      </Field>
    </>
  );
}
