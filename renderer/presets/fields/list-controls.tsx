/** Settings that hold several things: codecs that are copied, languages in their order, options by name. */
import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { choicesFor } from '../../../native/contract/choices.ts';
import { settingAt } from '../../../native/contract/fields.ts';
import { languageName, languages } from '../../lossless/languages.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { CommitBox, TextBox } from '../../parts/field.tsx';
import { Select } from '../../parts/select.tsx';
import { Tip } from '../../parts/tip.tsx';
import type { ControlProps } from './editing.ts';
import { choiceWord, labelOf, whyWords } from './field-words.ts';

/** Any of a list, as boxes to check; the reason stands with what cannot be checked. */
export function ListControl({ field, editing }: ControlProps): ReactNode {
  const { settings, disabled = false, set } = editing;
  const value = settingAt(settings, field) as string[];
  return (
    <fieldset className="flex flex-wrap gap-x-4 gap-y-1 py-1" disabled={disabled}>
      <legend className="sr-only">{labelOf(field)}</legend>
      {choicesFor(field, settings).map(({ value: one, why }) => {
        const name = one as string;
        const box = (
          <label key={name} className={`flex items-center gap-1.5 ${why ? 'text-muted' : ''}`}>
            <input
              type="checkbox"
              className="accent-accent"
              checked={value.includes(name)}
              // One that is checked can always be taken out.
              disabled={why !== null && !value.includes(name)}
              onChange={(event) => set({ [field]: event.target.checked ? [...value, name] : value.filter((other) => other !== name) })}
            />
            {choiceWord(field, name)}
            {why && <span className="sr-only">{whyWords(why)}</span>}
          </label>
        );
        return why ? (
          <Tip key={name} text={whyWords(why)}>
            {box}
          </Tip>
        ) : (
          box
        );
      })}
    </fieldset>
  );
}

export function LanguagesControl({ field, editing }: ControlProps): ReactNode {
  const { t } = useTranslation();
  const { settings, disabled = false, set } = editing;
  const value = settingAt(settings, field) as string[];
  return (
    <div className="flex min-w-0 flex-col gap-1">
      {value.length > 0 && (
        <ol aria-label={labelOf(field)} className="flex flex-wrap gap-1">
          {value.map((code) => (
            <li key={code} className="flex h-7 items-center gap-1 rounded-md bg-selected-idle pl-2">
              {languageName(code)}
              <IconButton
                icon={X}
                className="!size-6"
                disabled={disabled}
                name={t('fields:remove', { name: languageName(code) })}
                onClick={() => set({ [field]: value.filter((other) => other !== code) })}
              />
            </li>
          ))}
        </ol>
      )}
      <Select
        name={`${labelOf(field)}: ${t('fields:language.choose')}`}
        className="w-full"
        value=""
        placeholder={t('fields:language.choose')}
        disabled={disabled || value.length >= 20}
        choices={languages
          .filter((code) => !value.includes(code))
          .map((code) => ({ value: code, label: languageName(code) }))
          .sort((one, other) => one.label.localeCompare(other.label))}
        onChange={(code) => set({ [field]: [...value, code] })}
      />
    </div>
  );
}

/** Options by FFmpeg's names, one line each. */
export function OptionsControl({ field, editing }: ControlProps): ReactNode {
  const { t } = useTranslation();
  const { settings, disabled = false, set } = editing;
  const value = settingAt(settings, field) as Record<string, string>;
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const add = () => {
    set({ [field]: { ...value, [name.trim()]: text.trim() } });
    setName('');
    setText('');
  };
  return (
    <div className="flex min-w-0 flex-col gap-1">
      {Object.entries(value).map(([option, one]) => (
        <div key={option} className="flex items-center gap-1">
          <span className="selectable w-1/3 truncate">{option}</span>
          <CommitBox
            aria-label={t('fields:option.value', { name: option })}
            value={one}
            maxLength={200}
            disabled={disabled}
            onCommit={(next) => set({ [field]: { ...value, [option]: next } })}
          />
          <IconButton
            icon={X}
            disabled={disabled}
            name={t('fields:remove', { name: option })}
            onClick={() => set({ [field]: Object.fromEntries(Object.entries(value).filter(([other]) => other !== option)) })}
          />
        </div>
      ))}
      <div className="flex items-center gap-1">
        <TextBox
          aria-label={`${labelOf(field)}: ${t('fields:option.name')}`}
          placeholder={t('fields:option.name')}
          className="!w-1/3"
          maxLength={60}
          value={name}
          disabled={disabled}
          onChange={(event) => setName(event.target.value)}
        />
        <TextBox
          aria-label={`${labelOf(field)}: ${t('fields:option.newValue')}`}
          placeholder={t('fields:option.newValue')}
          maxLength={200}
          value={text}
          disabled={disabled}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && name.trim() && add()}
        />
        <Button disabled={disabled || name.trim() === ''} onClick={add}>
          {t('fields:add')}
        </Button>
      </div>
    </div>
  );
}
