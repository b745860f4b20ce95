/** A setting that is one of a list; what is impossible as the others stand is shown with its reason. */
import type { ReactNode } from 'react';
import { choicesFor } from '../../../native/contract/choices.ts';
import { fieldOf, settingAt } from '../../../native/contract/fields.ts';
import { Select } from '../../parts/select.tsx';
import type { ControlProps } from './editing.ts';
import { choiceWord, emptyWord, labelOf, whyWords } from './field-words.ts';

/** Choices are known by their place in the list, because values may be numbers; this one is none of them. */
const nothing = 'nothing';

export function ChoiceControl({ field, editing }: ControlProps): ReactNode {
  const { settings, disabled = false, set } = editing;
  const choices = choicesFor(field, settings);
  const value = settingAt(settings, field);
  const chosen = choices.findIndex((choice) => choice.value === value);
  return (
    <Select
      name={labelOf(field)}
      className="w-full"
      disabled={disabled}
      value={value === null ? nothing : String(chosen)}
      placeholder={value === null ? '' : choiceWord(field, value)}
      choices={[
        ...(fieldOf(field).empty ? [{ value: nothing, label: emptyWord(field) }] : []),
        ...choices.map((choice, index) => ({
          value: String(index),
          label: choiceWord(field, choice.value),
          why: choice.why && whyWords(choice.why),
        })),
      ]}
      onChange={(index) => set({ [field]: index === nothing ? null : choices[Number(index)]?.value })}
    />
  );
}
