/** The settings of a preset of one's own: what most people change first, then everything by topic. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldOf, topics } from '../../native/contract/fields.ts';
import type { FieldKey, Preset } from '../../native/contract/preset.ts';
import { Section } from '../parts/field.tsx';
import { editingOf } from './editing-preset.ts';
import { FieldRow, SettingLine, TopicFold } from './fields/field-row.tsx';
import { FormatControl, formatKeys, SizeControl, sizeKeys } from './fields/simple-controls.tsx';
import { type Draft, draftOf } from './state.ts';

const pictureKeys: FieldKey[] = ['video.rate', 'video.speed'];
const soundKeys: FieldKey[] = ['audio.kbps'];
/** Shown above, so not again in their topics; container and codecs are, one by one, because the format takes them together. */
const above: FieldKey[] = [...pictureKeys, ...soundKeys];

export function PresetEditor({ preset, draft }: { preset: Preset; draft: Draft | undefined }): ReactNode {
  const { t } = useTranslation();
  const editing = editingOf(preset, draft ?? draftOf(preset));
  const { settings } = editing;
  const isThere = (key: FieldKey) => fieldOf(key).needs?.(settings) ?? true;
  return (
    <>
      <Section title={t('presets:simple')}>
        <SettingLine label={t('fields:format.label')} tip={t('fields:format.hint')} keys={formatKeys} editing={editing}>
          <FormatControl editing={editing} />
        </SettingLine>
        {settings.video && (
          <>
            <SettingLine label={t('fields:size.label')} tip={t('fields:field.video.maxHeight.hint')} keys={sizeKeys} editing={editing}>
              <SizeControl editing={editing} />
            </SettingLine>
            {pictureKeys.filter(isThere).map((key) => (
              <FieldRow key={key} field={key} editing={editing} />
            ))}
          </>
        )}
        {soundKeys.filter(isThere).map((key) => (
          <FieldRow key={key} field={key} editing={editing} />
        ))}
      </Section>
      {topics.map((topic) => (
        <TopicFold key={topic} topic={topic} editing={editing} without={above} />
      ))}
    </>
  );
}
