/** One setting: its name with its meaning, its control, and the way back; and a topic of them that folds. */
import { Undo2 } from 'lucide-react';
import { type ComponentType, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { boundsFor } from '../../../native/contract/choices.ts';
import { type FieldKind, fieldOf, fields, type FieldRow as Row, settingAt, type Topic } from '../../../native/contract/fields.ts';
import type { FieldKey } from '../../../native/contract/preset.ts';
import { IconButton } from '../../parts/button.tsx';
import { Fold } from '../../parts/field.tsx';
import { Tip } from '../../parts/tip.tsx';
import { ChoiceControl } from './choice-control.tsx';
import type { ControlProps, Editing } from './editing.ts';
import { emptyWord, labelOf, problemOf, tipOf, topicName, unitWord } from './field-words.ts';
import { LanguagesControl, ListControl, OptionsControl } from './list-controls.tsx';
import { NumberBox } from './number-box.tsx';
import { CropControl, FrameRateControl, TracksControl, WatermarkControl } from './part-controls.tsx';
import { RateControl } from './rate-control.tsx';

function NumberControl({ field, editing }: ControlProps): ReactNode {
  const { settings, disabled = false, set } = editing;
  const { range, empty, values } = fieldOf(field);
  if (values) return <ChoiceControl field={field} editing={editing} />;
  const bounds = boundsFor(field, settings);
  if (!range || !bounds) return null;
  // What a codec must have cannot be left empty.
  const mayBeEmpty = empty && field !== 'audio.kbps';
  return (
    <NumberBox
      name={labelOf(field)}
      least={bounds.least}
      most={bounds.most}
      step={field === 'audio.kbps' ? 1 : range.step}
      unit={unitWord(range.unit)}
      {...(mayBeEmpty && { empty: emptyWord(field) })}
      value={settingAt(settings, field) as number | null}
      disabled={disabled}
      onCommit={(value) => set({ [field]: value })}
    />
  );
}

function SwitchControl({ field, editing: { settings, disabled = false, set } }: ControlProps): ReactNode {
  return (
    <input
      type="checkbox"
      aria-label={labelOf(field)}
      className="size-4 accent-accent"
      checked={settingAt(settings, field) === true}
      disabled={disabled}
      onChange={(event) => set({ [field]: event.target.checked })}
    />
  );
}

/** The part of the film is a job's own, never a preset's: its control stands with the job. */
const controls: Record<Exclude<FieldKind, 'trim'>, ComponentType<ControlProps>> = {
  ...{ choice: ChoiceControl, number: NumberControl, switch: SwitchControl, list: ListControl, languages: LanguagesControl },
  ...{ options: OptionsControl, rate: RateControl, crop: CropControl, frameRate: FrameRateControl, watermark: WatermarkControl },
  tracks: TracksControl,
};

export function FieldControl({ field, editing }: ControlProps): ReactNode {
  const { kind } = fieldOf(field);
  if (kind === 'trim') return null;
  const Control = controls[kind];
  return <Control field={field} editing={editing} />;
}

interface LineProps {
  label: string;
  tip: string;
  /** The settings that it changes: resetting it resets all of them. */
  keys: FieldKey[];
  editing: Editing;
  problem?: string | null;
  children: ReactNode;
}

/** The frame of a setting's row, for controls of several settings, too. */
export function SettingLine({ label, tip, keys, editing, problem, children }: LineProps): ReactNode {
  const { t } = useTranslation();
  const changed = keys.some(editing.isChanged);
  return (
    <div role="group" aria-label={label} aria-description={tip} className="@container">
      <div className="grid grid-cols-[108px_minmax(0,1fr)_28px] items-start gap-x-2 py-1 @md:grid-cols-[168px_minmax(0,360px)_28px]">
        <Tip text={tip}>
          <span className={`flex min-h-8 min-w-0 items-center gap-1.5 leading-4 ${changed ? 'font-medium' : 'text-muted'}`}>
            {label}
            {changed && <span role="img" aria-label={t('fields:changed')} className="size-1.5 shrink-0 rounded-full bg-accent-text" />}
          </span>
        </Tip>
        <div className="flex min-h-8 min-w-0 flex-col justify-center">{children}</div>
        {changed && !editing.disabled && (
          <IconButton icon={Undo2} className="!size-7 mt-0.5" name={t('fields:reset', { label })} onClick={() => editing.reset(keys)} />
        )}
        {problem && <p className="col-start-2 pt-0.5 text-sm text-bad">{problem}</p>}
      </div>
    </div>
  );
}

export function FieldRow({ field, editing }: ControlProps): ReactNode {
  useTranslation();
  const { settings } = editing;
  return (
    <SettingLine
      label={labelOf(field)}
      tip={tipOf(fieldOf(field), settings)}
      keys={[field]}
      editing={editing}
      problem={problemOf(field, settings)}
    >
      <FieldControl field={field} editing={editing} />
    </SettingLine>
  );
}

/** Those that have a meaning as the others stand. A preset has no part of a film. */
export const fieldsOf = (topic: Topic, { settings }: Pick<Editing, 'settings'>, without: readonly FieldKey[] = []): Row[] =>
  fields.filter((row) => row.topic === topic && row.kind !== 'trim' && !without.includes(row.key) && (row.needs?.(settings) ?? true));

interface TopicProps {
  topic: Topic;
  editing: Editing;
  /** Shown elsewhere. */
  without?: readonly FieldKey[];
}

/** All settings of a topic, folded; its head tells how many are changed. Nothing where none has a meaning. */
export function TopicFold({ topic, editing, without = [] }: TopicProps): ReactNode {
  useTranslation();
  const rows = fieldsOf(topic, editing, without);
  const changed = rows.filter(({ key }) => editing.isChanged(key)).length;
  const [open, setOpen] = useState(false);
  if (rows.length === 0) return null;
  return (
    <Fold title={changed > 0 ? `${topicName(topic)} · ${changed}` : topicName(topic)} open={open} onToggle={setOpen}>
      {open && rows.map(({ key }) => <FieldRow key={key} field={key} editing={editing} />)}
    </Fold>
  );
}
