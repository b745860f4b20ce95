/** The words of a preset of one's own: its name, what it is for and the group it stands in, written in place. */
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Preset } from '../../native/contract/preset.ts';
import { TextBox } from '../parts/field.tsx';
import { useStudio } from '../studio.ts';
import { changeDraft } from './editing-preset.ts';
import { type Draft, isOwn, usePresets } from './state.ts';

const wide = '!border-transparent !bg-transparent hover:!border-line focus:!bg-raised !px-2';

export function WhatFor({ preset, draft }: { preset: Preset; draft: Draft | undefined }): ReactNode {
  const { t } = useTranslation();
  const { name, description, group } = draft ?? preset;
  const naming = usePresets((ui) => ui.naming === preset.id);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (naming) box.current?.select();
  }, [naming]);
  const groups = useStudio((mirror) =>
    [...new Set(Object.values(mirror.presets).flatMap((one) => (isOwn(one.id) ? one.group : [])))].join('\n'),
  );
  return (
    <div className="-ml-2 flex flex-col gap-1">
      <h2 className="sr-only">{name}</h2>
      <TextBox
        ref={box}
        aria-label={t('presets:name')}
        aria-invalid={name.trim() === '' || undefined}
        className={`!h-9 text-xl font-medium ${wide}`}
        maxLength={80}
        value={name}
        onChange={(event) => changeDraft(preset, { name: event.target.value })}
      />
      {name.trim() === '' && (
        <p role="alert" className="px-2 text-sm text-bad">
          {t('presets:nameless')}
        </p>
      )}
      <TextBox
        aria-label={t('presets:description')}
        placeholder={t('presets:descriptionEmpty')}
        className={wide}
        maxLength={200}
        value={description}
        onChange={(event) => changeDraft(preset, { description: event.target.value })}
      />
      <div className="flex items-center gap-1 pl-2 text-muted">
        <span aria-hidden>{t('presets:group')}</span>
        <TextBox
          aria-label={t('presets:group')}
          className={`!w-56 text-text ${wide}`}
          list="preset-groups"
          maxLength={40}
          value={group}
          onChange={(event) => changeDraft(preset, { group: event.target.value })}
        />
        <datalist id="preset-groups">
          {groups.split('\n').map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </div>
      {group.trim() === '' && (
        <p role="alert" className="px-2 text-sm text-bad">
          {t('presets:groupless')}
        </p>
      )}
    </div>
  );
}
