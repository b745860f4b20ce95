/** Presets by use, each with its sentence. */
import { type ReactNode, useMemo } from 'react';
import { Select } from '../parts/select.tsx';
import { useStudio } from '../studio.ts';

export function PresetPicker({
  value,
  disabled,
  onChange,
}: {
  /** null for files that differ. */
  value: string | null;
  disabled?: boolean;
  onChange(preset: string): void;
}): ReactNode {
  const presets = useStudio((mirror) => mirror.presets);
  const choices = useMemo(
    () => Object.values(presets).map(({ id, name, group, description }) => ({ value: id, label: name, group, text: description })),
    [presets],
  );
  return (
    <>
      <Select
        name="Preset"
        className="w-full"
        choices={choices}
        value={value ?? ''}
        placeholder="Different presets"
        disabled={disabled ?? false}
        onChange={onChange}
      />
      {value !== null && <p className="pt-1.5 text-sm text-muted">{presets[value]?.description}</p>}
    </>
  );
}
