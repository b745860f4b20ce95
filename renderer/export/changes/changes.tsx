/** Everything that files change of their preset, the usual first. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { topics } from '../../../native/contract/fields.ts';
import type { FieldKey } from '../../../native/contract/preset.ts';
import { Button } from '../../parts/button.tsx';
import { Fold } from '../../parts/field.tsx';
import { TopicFold } from '../../presets/fields/field-row.tsx';
import { openDialog } from '../../ui-state.ts';
import { type Edited, editingOf } from './effective.ts';
import { FilmChanges } from './film-changes.tsx';
import { SimpleChanges } from './simple-changes.tsx';

/** Stand above the topics already. */
const above: FieldKey[] = [
  ...(['video.maxHeight', 'video.rate', 'video.speed', 'video.crop', 'audio.kbps', 'subtitles.tracks', 'container'] as const),
];

export function Changes({ edited }: { edited: Edited }): ReactNode {
  const { t } = useTranslation();
  const keys = [...Object.keys(edited.overrides), ...edited.differing] as (keyof Edited['overrides'])[];
  const own = keys.length;
  const editing = editingOf(edited);
  return (
    <Fold title={own > 0 ? t('export:change.titleCount', { number: own }) : t('export:change.title')}>
      <SimpleChanges edited={edited} />
      <FilmChanges edited={edited} />
      <div className="-mx-4 mt-1 border-t border-line">
        {topics.map((topic) => (
          <TopicFold key={topic} topic={topic} editing={editing} without={above} />
        ))}
      </div>
      {own > 0 && (
        <div className="flex flex-wrap gap-2 pt-2">
          <Button onClick={() => edited.set(Object.fromEntries(keys.map((key) => [key, undefined])))}>{t('export:change.resetAll')}</Button>
          <Button
            onClick={() =>
              openDialog({
                kind: 'save-preset',
                preset: edited.preset.id,
                overrides: edited.overrides,
                jobs: edited.jobs.map(({ id }) => id),
              })
            }
          >
            {t('export:change.saveAs')}
          </Button>
        </div>
      )}
    </Fold>
  );
}
