/** What the controls of settings work on: a preset that is being edited, or what a job changes of its preset. */
import type { FieldKey, PresetSettings } from '../../../native/contract/preset.ts';

export type Changes = Partial<Record<FieldKey, unknown>>;

export interface Editing {
  /** As they would be used now. */
  settings: PresetSettings;
  isChanged(key: FieldKey): boolean;
  set(changes: Changes): void;
  /** Takes changes back to what `isChanged` compares with. */
  reset(keys: FieldKey[]): void;
  disabled?: boolean;
}

export interface ControlProps {
  field: FieldKey;
  editing: Editing;
}
